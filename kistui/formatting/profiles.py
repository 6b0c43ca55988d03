"""Profiles as lines, and what is right or wrong with the fields of the form."""

from kistui.errors import InvalidAccountNumberError
from kistui.formatting.cells import Cell, Line, Role, pad, truncate
from kistui.i18n.translations import Translations
from kistui.models.account import (
    APP_KEY_LENGTH,
    APP_SECRET_LENGTH,
    AccountNumber,
    ImportedCredentials,
    Profile,
)

MAX_NAME_LENGTH = 20
KNOWN_PRODUCT_CODES = ("01", "03", "08", "22", "29")
VISIBLE_KEY_CHARS = 4
"""Characters of an app key that may be seen; of a secret, none."""


def profile_summary_line(
    profile: Profile, state_cell: Cell, t: Translations, *, is_default: bool
) -> Line:
    """One profile in a list: world, name, masked account, where its secrets are, its state."""
    mark = "●" if is_default else " "
    place = "demo" if profile.is_demo else profile.secret_backend.value
    return (
        Cell(f" {mark} "),
        Cell(
            f" {t(f'environment.{profile.environment_label}')} ",
            Role(profile.environment_label),
        ),
        Cell(f" {pad(truncate(profile.name, MAX_NAME_LENGTH), MAX_NAME_LENGTH)} ", Role.STRONG),
        Cell(f"{profile.account.masked}  "),
        Cell(pad(t(f"secret_backend.{place}"), 12) + "  ", Role.LABEL),
        state_cell,
    )


def imported_credentials_line(credentials: ImportedCredentials, t: Translations) -> Line:
    """One pair found in another tool's file."""
    kind = t(f"environment.{credentials.environment.value}") if credentials.environment else "?"
    account = credentials.account.masked if credentials.account else t("import.no_account")
    return (
        Cell(f" {pad(kind, 6)}"),
        Cell(f"{pad(account, 14)}"),
        Cell(t("form.ends_in", end=credentials.app_key_suffix), Role.LABEL),
        Cell(f"  {credentials.source}", Role.DIM),
    )


def validate_app_key(raw: str, t: Translations) -> tuple[bool, Cell]:
    """How an app key is coming along; its last four characters once it is whole."""
    value = "".join(raw.split())
    if len(value) != APP_KEY_LENGTH:
        return False, _length_cell(value, APP_KEY_LENGTH)
    end = t("form.ends_in", end=value[-VISIBLE_KEY_CHARS:])
    return True, Cell(f"{APP_KEY_LENGTH}/{APP_KEY_LENGTH} {end}", Role.GOOD)


def validate_app_secret(raw: str) -> tuple[bool, Cell]:
    """How an app secret is coming along; nothing of it is shown."""
    value = "".join(raw.split())
    if len(value) != APP_SECRET_LENGTH:
        return False, _length_cell(value, APP_SECRET_LENGTH)
    return True, Cell(f"{APP_SECRET_LENGTH}/{APP_SECRET_LENGTH}", Role.GOOD)


def validate_account(raw: str, t: Translations) -> tuple[bool, Cell]:
    """Whether it is an account number, and what its product code means."""
    try:
        account = AccountNumber.parse(raw)
    except InvalidAccountNumberError:
        return False, Cell(t("form.account"), Role.BAD if raw.strip() else Role.LABEL)
    known = account.product_code if account.product_code in KNOWN_PRODUCT_CODES else "other"
    return True, Cell(f"{account.product_code} {t(f'product.{known}')}", Role.GOOD)


def validate_profile_name(
    raw: str, existing_names: frozenset[str], t: Translations
) -> tuple[bool, Cell]:
    """Whether it can be the name of a new profile."""
    if raw in existing_names:
        return False, Cell(t("form.name_taken"), Role.BAD)
    fits = 0 < len(raw) <= MAX_NAME_LENGTH and all(char.isalnum() or char in "-_" for char in raw)
    return fits, Cell(t("form.name"), Role.LABEL if fits or not raw else Role.BAD)


def validate_passphrase(raw: str, confirmation: str, t: Translations) -> tuple[bool, Cell]:
    """Whether a new passphrase was typed the same twice."""
    if not raw:
        return False, Cell(t("form.passphrase"), Role.LABEL)
    same = raw == confirmation
    return same, Cell(t("form.same" if same else "form.not_same"), Role.GOOD if same else Role.BAD)


def _length_cell(value: str, expected_length: int) -> Cell:
    return Cell(f"{len(value)}/{expected_length}", Role.BAD if value else Role.LABEL)
