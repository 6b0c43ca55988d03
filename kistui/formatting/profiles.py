"""Profiles as lines: what the app and the command line show of an account."""

from collections.abc import Mapping

from kistui.formatting.cells import Cell, Line, Role, display_width, line_width, pad, truncate
from kistui.formatting.error_text import describe_error
from kistui.i18n.translations import Translations
from kistui.models.account import (
    Environment,
    ImportedCredentials,
    Profile,
    SecretBackend,
)

MAX_NAME_LENGTH = 20


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
