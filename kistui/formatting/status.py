"""The state of loaded data as text: title bar, tab bar, footer and placeholders."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

from kistui.errors import KistuiError, StorageError
from kistui.formatting.cells import Cell, Line, Role, line_width
from kistui.formatting.error_text import UNKNOWN_HOLDER, describe_error, translate_details
from kistui.formatting.values import format_age, format_short_time, format_time
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
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded


def error_lines(error: KistuiError, t: Translations) -> tuple[Line, ...]:
    """Return an error as three lines for the footer."""
    description = describe_error(error, t)
    return (
        line_of(description.title, Role.BAD),
        line_of(description.server_message or description.message, Role.LABEL),
        line_of(t("state.next_step", hint=description.hint), Role.LABEL),
    )


class PagedValue(Protocol):
    """A value that arrives in pages; it is incomplete if only some of them arrived."""

    @property
    def is_complete(self) -> bool:
        """Whether all pages arrived."""

    @property
    def item_count(self) -> int:
        """The number of items that the user counts."""


T = TypeVar("T")
PagedValueT = TypeVar("PagedValueT", bound=PagedValue)


def freshness_cell(
    load_state: LoadState[PagedValueT],
    now: datetime,
    t: Translations,
    *,
    next_refresh_at: datetime | None = None,
) -> Cell:
    """Return when a value was loaded, and when it is refreshed next."""
    match load_state:
        case Loading():
            return Cell(t("bar.loading"), Role.DIM)
        case Loaded(loaded_at=loaded_at):
            text = t("bar.updated", time=format_short_time(loaded_at, now))
            if next_refresh_at is not None:
                text += f" · {t('bar.auto', time=format_short_time(next_refresh_at, now))}"
            return Cell(text, Role.DIM)
        case Failed(previous=Loaded(value, loaded_at)):
            time = format_short_time(loaded_at, now)
            if not value.is_complete:
                return Cell(t("bar.partial", n=value.item_count, time=time), Role.BAD)
            age = format_age(loaded_at, now, t)
            return Cell(t("bar.stale", time=time, age=age), Role.BAD)
        case NotLoaded() | Failed():
            return Cell(t("bar.never"), Role.DIM)


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


def _balance_progress(progress: ProgressEvent | None, t: Translations) -> str:
    return describe_progress(progress, t, stop_key=t.key_names["balance.stop"])


def _describe_unshared_token(error: StorageError, t: Translations) -> str:
    details = {"path": "", "reason": ""} | translate_details(error.details, t)
    return t("state.token_not_shared", path=details["path"], reason=details["reason"])


def footer_lines(
    load_state: LoadState[PagedValueT],
    progress: ProgressEvent | None,
    t: Translations,
    *,
    now: datetime | None = None,
) -> tuple[Line, ...]:
    """Return the lines below a value that is loading or that failed to load; others have none.

    They say how old the value on screen is, and the progress or the error.
    """
    match load_state:
        case Loading(previous) if previous is not None:
            return (
                line_of(_previous_value_text(previous, now or previous.loaded_at, t), Role.DIM),
                line_of(_balance_progress(progress, t), Role.LABEL),
            )
        case Failed(error, previous=previous) if previous is not None:
            title, *detail_lines = error_lines(error, t)
            return ((*title, *_pages_read_cells(previous.value, progress, t)), *detail_lines)
        case _:
            return ()


def _previous_value_text(previous: Loaded[PagedValueT], now: datetime, t: Translations) -> str:
    """Return the age of the value that stays on screen while another is loading."""
    if not previous.value.is_complete:
        return t("state.first_rows", n=previous.value.item_count)
    age = format_age(previous.loaded_at, now, t)
    return t("state.as_of", time=format_short_time(previous.loaded_at, now), age=age)


def _pages_read_cells(
    previous: PagedValue, progress: ProgressEvent | None, t: Translations
) -> Line:
    """Return how many items a failed load had received."""
    if not isinstance(progress, PageLoaded):
        return ()
    n = progress.partial_balance().item_count
    key = "state.rows_loaded_of" if previous.is_complete else "state.rows_loaded"
    return (Cell(f" · {t(key, n=n, of=previous.item_count)}", Role.LABEL),)


def placeholder_lines(
    load_state: LoadState[T], progress: ProgressEvent | None, t: Translations, loading_text: str
) -> tuple[Line, ...]:
    """Return the lines shown instead of a value that is loading or failed, otherwise none.

    `loading_text` says what is loading from KIS.
    """
    match progress:
        case LocalWait("token_lock"):
            loading_text = t("state.preparing_token")
        case LocalWait():
            loading_text = t("state.preparing")
    match load_state:
        case NotLoaded():
            return ((Cell(t("state.no_account"), Role.LABEL),),)
        case Loading():
            return (
                (Cell(loading_text, Role.STRONG),),
                (Cell(_balance_progress(progress, t), Role.LABEL),),
            )
        case Failed(error):
            description = describe_error(error, t)
            texts = (
                (description.message, Role.PLAIN),
                (description.server_message, Role.LABEL),
                (description.hint, Role.LABEL),
            )
            detail_lines = tuple((Cell(text, role),) for text, role in texts if text)
            return ((Cell(description.title, Role.BAD),), (), *detail_lines)
        case Loaded():
            return ()


def line_of(text: str, role: Role) -> Line:
    """Return a text as a line of the footer."""
    return (Cell(f" {text}", role),)
