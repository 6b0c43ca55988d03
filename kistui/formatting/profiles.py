"""Profiles as lines, and the validation of the profile form's fields."""

from collections.abc import Mapping
from unicodedata import normalize

from kistui.errors import InvalidAccountNumberError
from kistui.formatting.cells import Cell, Line, Role, display_width, line_width, pad, truncate
from kistui.formatting.status import describe_error
from kistui.i18n.translations import Translations
from kistui.models.account import (
    APP_KEY_LENGTH,
    APP_SECRET_LENGTH,
    AccountNumber,
    Environment,
    ImportedCredentials,
    Profile,
    SecretBackend,
    has_key_characters,
)

MAX_NAME_LENGTH = 20
KNOWN_PRODUCT_CODES = ("01", "03", "08", "22", "29")
VISIBLE_KEY_CHARS = 4
"""Trailing characters of an app key that are shown; secrets show none."""


def profile_summary_line(
    profile: Profile,
    state_cell: Cell,
    t: Translations,
    *,
    is_default: bool,
    name_width: int = MAX_NAME_LENGTH,
) -> Line:
    """Return a profile as a line: environment, name, masked account, secret backend, state."""
    marker = "●" if is_default else " "
    backend = "demo" if profile.is_demo else profile.secret_backend.value
    return (
        Cell(f" {marker} "),
        environment_column(profile, t),
        profile_name_cell(profile, name_width),
        Cell(f"{profile.account.masked}  "),
        Cell(pad(t(f"secret_backend.{backend}"), 12) + "  ", Role.LABEL),
        state_cell,
    )


def profile_choice_lines(
    states: Mapping[Profile, Cell], t: Translations, width: int, *, default_name: str | None
) -> list[Line]:
    """Return profiles with their states as lines of `width` columns, to choose one of.

    Where the states would be cut, all lines leave out the secret backend, then the names shrink.
    """

    def lines(name_width: int) -> list[Line]:
        return [
            profile_summary_line(
                profile, state, t, is_default=profile.name == default_name, name_width=name_width
            )
            for profile, state in states.items()
        ]

    name_width = max((display_width(profile.name) for profile in states), default=0)
    with_backends = lines(name_width)
    if all(line_width(line) <= width for line in with_backends):
        return with_backends
    excess = max(line_width((*line[:-2], line[-1])) for line in with_backends) - width
    return [(*line[:-2], line[-1]) for line in lines(name_width - max(excess, 0))]


def removed_text(profile: Profile, t: Translations) -> str:
    """Return what the removal of a profile has deleted: an app key of a command stays there."""
    is_command = profile.secret_backend is SecretBackend.COMMAND
    return t("profiles.removed_command" if is_command else "profiles.removed", name=profile.name)


def environment_badge(profile: Profile, t: Translations) -> Cell:
    """Return the environment of a profile in its colour, between blanks."""
    name = t(f"environment.{profile.environment_label}")
    return Cell(f" {name} ", Role(profile.environment_label))


def environment_column(profile: Profile, t: Translations) -> Cell:
    """Return the environment of a profile, padded to the same width for every profile."""
    badge = environment_badge(profile, t)
    names = [t(f"environment.{environment.value}") for environment in Environment]
    return badge._replace(text=pad(badge.text, max(map(display_width, names)) + 2))


def profile_name_cell(profile: Profile, width: int = MAX_NAME_LENGTH) -> Cell:
    """Return the name of a profile as a cell of `width` columns between blanks."""
    return Cell(f" {pad(truncate(profile.name, width), width)} ", Role.STRONG)


def imported_credentials_line(credentials: ImportedCredentials, t: Translations) -> Line:
    """Return credentials found in another tool's file as a line, without the secret."""
    environment = (
        t(f"environment.{credentials.environment.value}") if credentials.environment else "?"
    )
    account = credentials.account.masked if credentials.account else t("import.no_account")
    return (
        Cell(f" {pad(environment, 6)}"),
        Cell(f"{pad(account, 18)}"),
        Cell(t("form.ends_in", end=credentials.app_key_suffix), Role.LABEL),
        Cell(f"  {' · '.join(filter(None, (credentials.source, credentials.encoding)))}", Role.DIM),
        *_import_problem_cells(credentials, t),
    )


def _import_problem_cells(credentials: ImportedCredentials, t: Translations) -> Line:
    if credentials.error is None:
        return ()
    return (Cell(f"  {describe_error(credentials.error, t).message}", Role.WARN),)


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
    product_code = account.product_code if account.product_code in KNOWN_PRODUCT_CODES else "other"
    return True, Cell(f"{account.product_code} {t(f'product.{product_code}')}", Role.GOOD)


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
