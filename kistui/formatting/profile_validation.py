"""The validation of the fields of the profile form, with the text beside each."""

from unicodedata import normalize

from kistui.errors import InvalidAccountNumberError
from kistui.formatting.cells import Cell, Role
from kistui.formatting.profiles import MAX_NAME_LENGTH
from kistui.i18n.translations import Translations
from kistui.models.account import (
    APP_KEY_LENGTH,
    APP_SECRET_LENGTH,
    AccountNumber,
    has_key_characters,
)

VISIBLE_KEY_CHARS = 4
"""Trailing characters of an app key that are shown; secrets show none."""


def validate_app_key(raw: str, t: Translations) -> tuple[bool, Cell]:
    """Return whether an app key is complete, and its length or last characters."""
    value = "".join(raw.split())
    is_complete, cell = _validate_key(value, APP_KEY_LENGTH, t)
    if not is_complete:
        return False, cell
    end = t("form.ends_in", end=value[-VISIBLE_KEY_CHARS:])
    return True, Cell(f"{cell.text} {end}", cell.role)


def validate_app_secret(raw: str, t: Translations) -> tuple[bool, Cell]:
    """Return whether an app secret is complete, and its length."""
    return _validate_key("".join(raw.split()), APP_SECRET_LENGTH, t)


def _validate_key(value: str, length: int, t: Translations) -> tuple[bool, Cell]:
    if not has_key_characters(value):
        return False, Cell(t("form.wrong_characters"), Role.BAD)
    if len(value) != length:
        return False, _length_cell(value, length)
    return True, Cell(f"{length}/{length}", Role.GOOD)


def validate_account(raw: str, t: Translations) -> tuple[bool, Cell]:
    """Return whether `raw` is an account number, and the name of its product code."""
    try:
        account = AccountNumber.parse(raw)
    except InvalidAccountNumberError:
        return False, Cell(t("form.account"), Role.BAD if raw.strip() else Role.LABEL)
    key = f"product.{account.product_code}"
    name = t(key if key in t else "product.other")
    return True, Cell(f"{account.product_code} {name}", Role.GOOD)


def validate_profile_name(
    raw: str, existing_names: frozenset[str], t: Translations
) -> tuple[bool, Cell]:
    """Return whether `raw` can be the name of a new profile, and why not."""
    if raw in existing_names:
        return False, Cell(t("form.name_taken"), Role.BAD)
    is_valid = 0 < len(raw) <= MAX_NAME_LENGTH and all(
        char.isalnum() or char in "-_" for char in raw
    )
    return is_valid, Cell(t("form.name"), Role.LABEL if is_valid or not raw else Role.BAD)


def validate_passphrase(raw: str, confirmation: str | None, t: Translations) -> tuple[bool, Cell]:
    """Return whether a new passphrase and its confirmation are equal, and a message.

    `confirmation` is `None` for the passphrase of an existing file, which only the file can check.
    """
    if confirmation is None:
        return bool(raw), Cell(t("form.existing_passphrase"), Role.LABEL)
    if not raw:
        return False, Cell(t("form.passphrase"), Role.LABEL)
    # A letter may be typed composed or in parts.
    is_equal = normalize("NFC", raw) == normalize("NFC", confirmation)
    return is_equal, Cell(
        t("form.same" if is_equal else "form.not_same"), Role.GOOD if is_equal else Role.BAD
    )


def _length_cell(value: str, expected_length: int) -> Cell:
    return Cell(f"{len(value)}/{expected_length}", Role.BAD if value else Role.LABEL)
