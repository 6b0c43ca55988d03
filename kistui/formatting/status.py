"""What every page says: title bar, line of tabs, progress, and errors in the footer."""

from collections.abc import Sequence
from typing import NamedTuple

from kistui.errors import KistuiError, StorageError
from kistui.formatting.cells import Cell, Line, Role, line_width
from kistui.formatting.error_text import UNKNOWN_HOLDER, describe_error, translate_details
from kistui.formatting.values import format_time
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.calls import (
    LocalWait,
    PageLoaded,
    ProgressEvent,
    RetryScheduled,
    TokenIssued,
    TokenNotShared,
    TokenRequestDelayed,
    TokenRequested,
    TurnDelayed,
)


def error_lines(error: KistuiError, t: Translations) -> tuple[Line, ...]:
    """Return an error as three lines for the footer."""
    description = describe_error(error, t)
    return (
        line_of(description.title, Role.BAD),
        line_of(description.server_message or description.message, Role.LABEL),
        line_of(t("state.next_step", hint=description.hint), Role.LABEL),
    )


def title_bar(
    profile: Profile | None,
    token_cell: Cell,
    status_cell: Cell,
    t: Translations,
    width: int,
    *,
    headline: Line = (),
) -> Line:
    """Return environment, profile, account, token and headline; what does not fit is dropped."""
    if profile is None:
        return (Cell(f" kistui  {t('bar.no_account')}", Role.STRONG),)
    badge = Cell(
        f" [{t(f'environment.{profile.environment_label}')}] ", Role(profile.environment_label)
    )
    name = Cell(f" {profile.name} {profile.account.masked}", Role.STRONG)
    read_only = Cell(t("bar.read_only"), Role.DIM)
    if profile.base_url and not profile.is_demo:
        host = profile.base_url.partition("://")[2].rpartition("@")[2]  # without a password
        name = Cell(f"{name.text} @ {host}", Role.STRONG)
    short_name = Cell(f" {profile.name}", Role.STRONG)
    token_cells = (Cell("  "), token_cell) if token_cell.text else ()
    headline_cells = (Cell("   "), *headline) if headline else ()
    status_without_zone = Cell(status_cell.text.removesuffix(" KST"), status_cell.role)
    for left_cells, right_cells in (
        ((name, *token_cells, *headline_cells), (read_only, Cell("   "), status_cell)),
        ((name, *token_cells, *headline_cells), (status_cell,)),
        ((name, *token_cells), (read_only, Cell("   "), status_cell)),
        ((name, *token_cells), (status_cell,)),
        ((name, *token_cells), (status_without_zone,)),
        ((short_name, *token_cells), (status_cell,)),
        ((short_name,), (status_cell,)),
        ((short_name,), ()),
    ):
        gap = width - line_width((badge, *left_cells, *right_cells)) - 1
        if gap >= 1:
            return (badge, *left_cells, Cell(" " * gap), *right_cells, Cell(" "))
    return (badge, short_name)


class Tab(NamedTuple):
    """A page in the line of tabs: its key and name, and the action of a click."""

    key: str
    name: str
    action: str = ""


def tab_bar(
    tabs: Sequence[Tab], active_tab: str, t: Translations, width: int | None = None
) -> Line:
    """Return the line of tabs, with the active one marked.

    In a narrow line the tabs are closer together; if necessary only the active tab has a name.
    """
    texts = [f"{tab.key} {t(f'tab.{tab.name}')}" for tab in tabs]
    wide = _tab_line(tabs, [f" {text} " for text in texts], active_tab)
    close = _tab_line(tabs, texts, active_tab)[1:]
    for line in (wide, close):
        if width is None or line_width(line) <= width:
            return line
    short = [
        text if tab.name == active_tab else tab.key for tab, text in zip(tabs, texts, strict=True)
    ]
    return _tab_line(tabs, short, active_tab)


def _tab_line(tabs: Sequence[Tab], texts: Sequence[str], active_tab: str) -> Line:
    cells: list[Cell] = []
    for tab, text in zip(tabs, texts, strict=True):
        role = Role.ACTIVE if tab.name == active_tab else Role.LABEL
        cells += [Cell(" "), Cell(text, role, tab.action)]
    return tuple(cells)


def describe_progress(progress: ProgressEvent | None, t: Translations, *, stop_key: str) -> str:
    """Return what a running load is doing, and the key that cancels a wait, if there is any."""
    cancel = f" · {t('state.wait_cancel', stop=stop_key)}" if stop_key else ""
    match progress:
        case None | TokenRequested() | TokenIssued():
            is_issuing = isinstance(progress, TokenRequested)
            text = t("state.issuing" if is_issuing else "state.connecting")
        case PageLoaded() as page:
            text = t("state.page", page=page.page_number, rows=page.row_count)
        case TokenRequestDelayed(until):
            text = t("state.token_waiting", time=format_time(until)) + cancel
        case TokenNotShared(error):
            text = _describe_unshared_token(error, t)
        case LocalWait("token_lock", name) if name == UNKNOWN_HOLDER:
            text = t("local_wait.token_lock_unknown") + cancel
        case LocalWait(kind, name):
            text = t(f"local_wait.{kind}", name=name) + cancel
        case TurnDelayed(waited):
            text = t("state.turn_waiting") + cancel
            if waited >= 1:
                text += f" · {t('state.waited', seconds=int(waited))}"
        case RetryScheduled(error, seconds, attempt, attempts):
            text = t(
                "state.waiting",
                title=t(f"error.{error.slug}.title"),
                seconds=f"{seconds:.1f}",
                attempt=attempt,
                attempts=attempts,
            )
    return text


def _describe_unshared_token(error: StorageError, t: Translations) -> str:
    details = {"path": "", "reason": ""} | translate_details(error.details, t)
    return t("state.token_not_shared", path=details["path"], reason=details["reason"])


def line_of(text: str, role: Role) -> Line:
    """Return a text as a line of the footer."""
    return (Cell(f" {text}", role),)
