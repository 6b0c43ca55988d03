"""Profiles as lines, and what is right or wrong with the fields of the form."""

from kistui.errors import InvalidAccountNumberError
from kistui.models.account import (
    APP_KEY_LENGTH,
    APP_SECRET_LENGTH,
    AccountNumber,
    ImportedCredentials,
    Profile,
)
from kistui.view.cells import Cell, Line, Role, fit, pad
from kistui.view.words import Words

NAME_WIDTH = 20
PRODUCTS = ("01", "03", "08", "22", "29")
VISIBLE = 4
"""Characters of an app key that may be seen; of a secret, none."""


def profile_line(profile: Profile, state: Cell, words: Words, *, is_default: bool) -> Line:
    """One profile in a list: world, name, masked account, where its secrets are, its state."""
    mark = "●" if is_default else " "
    place = "demo" if profile.is_demo else profile.secret_backend.value
    return (
        Cell(f" {mark} "),
        Cell(f" {words(f'kind.{profile.environment_label}')} ", Role(profile.environment_label)),
        Cell(f" {pad(fit(profile.name, NAME_WIDTH), NAME_WIDTH)} ", Role.STRONG),
        Cell(f"{profile.account.masked}  "),
        Cell(pad(words(f"place.{place}"), 12) + "  ", Role.LABEL),
        state,
    )


def found_line(found: ImportedCredentials, words: Words) -> Line:
    """One pair found in another tool's file."""
    kind = words(f"kind.{found.environment.value}") if found.environment else "?"
    account = found.account.masked if found.account else words("import.no_account")
    return (
        Cell(f" {pad(kind, 6)}"),
        Cell(f"{pad(account, 14)}"),
        Cell(words("form.ends_in", end=found.app_key_suffix), Role.LABEL),
        Cell(f"  {found.source}", Role.DIM),
    )


def check_key(raw: str, words: Words) -> tuple[bool, Cell]:
    """How an app key is coming along; its last four characters once it is whole."""
    value = "".join(raw.split())
    if len(value) != APP_KEY_LENGTH:
        return False, _count(value, APP_KEY_LENGTH)
    end = words("form.ends_in", end=value[-VISIBLE:])
    return True, Cell(f"{APP_KEY_LENGTH}/{APP_KEY_LENGTH} {end}", Role.GOOD)


def check_secret(raw: str) -> tuple[bool, Cell]:
    """How an app secret is coming along; nothing of it is shown."""
    value = "".join(raw.split())
    if len(value) != APP_SECRET_LENGTH:
        return False, _count(value, APP_SECRET_LENGTH)
    return True, Cell(f"{APP_SECRET_LENGTH}/{APP_SECRET_LENGTH}", Role.GOOD)


def check_account(raw: str, words: Words) -> tuple[bool, Cell]:
    """Whether it is an account number, and what its product code means."""
    try:
        account = AccountNumber.parse(raw)
    except InvalidAccountNumberError:
        return False, Cell(words("form.account"), Role.BAD if raw.strip() else Role.LABEL)
    known = account.product_code if account.product_code in PRODUCTS else "other"
    return True, Cell(f"{account.product_code} {words(f'product.{known}')}", Role.GOOD)


def check_name(raw: str, taken: frozenset[str], words: Words) -> tuple[bool, Cell]:
    """Whether it can be the name of a new profile."""
    if raw in taken:
        return False, Cell(words("form.name_taken"), Role.BAD)
    fits = 0 < len(raw) <= NAME_WIDTH and all(char.isalnum() or char in "-_" for char in raw)
    return fits, Cell(words("form.name"), Role.LABEL if fits or not raw else Role.BAD)


def check_passphrase(raw: str, again: str, words: Words) -> tuple[bool, Cell]:
    """Whether a new passphrase was typed the same twice."""
    if not raw:
        return False, Cell(words("form.passphrase"), Role.LABEL)
    same = raw == again
    return same, Cell(
        words("form.same" if same else "form.not_same"), Role.GOOD if same else Role.BAD
    )


def _count(value: str, wanted: int) -> Cell:
    return Cell(f"{len(value)}/{wanted}", Role.BAD if value else Role.LABEL)
