"""The bar above and the notice below: whose account, how old its figures, what went wrong."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from kistui.errors import ApiError, KistuiError
from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role, display_width
from kistui.formatting.overseas import overseas_status
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.holdings import overseas_missing
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.progress import (
    PageLoaded,
    ProgressEvent,
    RetryScheduled,
    TokenRequestDelayed,
    TokenRequested,
)
from kistui.models.reconciliation import ReconciliationCheck, reconcile


class ErrorText(Struct, frozen=True):
    """An error in words: what it is, what happened, KIS's own words, what to do next."""

    title: str
    message: str
    server_message: str
    hint: str


def describe_error(error: KistuiError, t: Translations) -> ErrorText:
    """An error of the tree in the user's language, with KIS's code and text where it gave any."""
    where = f"error.{error.slug}"
    code = f" [{error.code}]" if isinstance(error, ApiError) and error.code else ""
    said = ""
    if isinstance(error, ApiError) and error.text:
        said = t("state.kis_says", text=error.text)
    details = _translate_details(error.details, t)
    return ErrorText(
        t(f"{where}.title") + code,
        t(f"{where}.message").format(**details),
        said,
        t(f"{where}.hint").format(**details),
    )


def describe_reason(reason: str, t: Translations, **details: Any) -> str:
    """Why something failed: a reason kistui has words for, or what the system called it."""
    key = f"reason.{reason}"
    return t(key).format(**details) if key in t else reason


def _translate_details(raw_details: Mapping[str, Any], t: Translations) -> dict[str, Any]:
    """The details of an error, those that are names of words put into words."""
    details = dict(raw_details)
    if "what" in details:
        details["what"] = t(f"field_name.{details['what']}")
    if "line" in details:
        details["where"] = t("reason.line", n=details["line"])
    if "reason" in details:
        details["reason"] = describe_reason(**details, t=t)
    return details


def error_lines(error: KistuiError, t: Translations) -> tuple[Line, ...]:
    """An error in the three lines there are below a screen's figures."""
    told = describe_error(error, t)
    return (
        _line(told.title, Role.BAD),
        _line(told.server_message or told.message, Role.LABEL),
        _line(t("state.next_step", hint=told.hint), Role.LABEL),
    )


def freshness_cell(
    remote: LoadState[Balance],
    now: datetime,
    t: Translations,
    *,
    next_refresh_at: datetime | None = None,
) -> Cell:
    """How old the figures on screen are, or that there are none; when they are `due` again."""
    good = last_loaded(remote)
    match remote:
        case Loading():
            return Cell(t("bar.loading"), Role.DIM)
        case Loaded(loaded_at=at):
            text = t("bar.updated", time=show.format_short_time(at, now))
            if next_refresh_at is not None:
                text += f" · {t('bar.auto', time=show.format_short_time(next_refresh_at, now))}"
            return Cell(text, Role.DIM)
        case Failed() if good is not None and not good.value.is_complete:
            part = t(
                "bar.partial",
                n=len(good.value.open_holdings),
                time=show.format_short_time(good.loaded_at, now),
            )
            return Cell(part, Role.BAD)
        case Failed() if good is not None:
            age = show.format_age(good.loaded_at, now, t)
            stale = t("bar.stale", time=show.format_short_time(good.loaded_at, now), age=age)
            return Cell(stale, Role.BAD)
        case NotLoaded() | Failed():
            return Cell(t("bar.never"), Role.DIM)


def title_bar(
    profile: Profile | None, token_cell: Cell, status_cell: Cell, t: Translations, width: int
) -> Line:
    """Which world, whose account, how long its token lives; what does not fit drops whole."""
    if profile is None:
        return (Cell(f" kistui  {t('bar.nobody')}", Role.STRONG),)
    badge = Cell(
        f" [{t(f'environment.{profile.environment_label}')}] ", Role(profile.environment_label)
    )
    name = Cell(f" {profile.name} {profile.account.masked}", Role.STRONG)
    read_only = Cell(t("bar.read_only"), Role.DIM)
    if profile.base_url and not profile.is_demo:
        name = Cell(f"{name.text} @ {profile.base_url.partition('://')[2]}", Role.STRONG)
    short = Cell(f" {profile.name}", Role.STRONG)
    life = (Cell("  "), token_cell) if token_cell.text else ()
    for who, ends in (
        ((name, *life), (read_only, Cell("   "), status_cell)),
        ((name, *life), (status_cell,)),
        ((short, *life), (status_cell,)),
        ((short,), (status_cell,)),
        ((short,), ()),
    ):
        room = width - sum(cell.width for cell in (badge, *who, *ends)) - 1
        if room >= 1:
            return (badge, *who, Cell(" " * room), *ends, Cell(" "))
    return (badge, short)


def tab_bar(tabs: Iterable[tuple[str, str]], active_tab: str, t: Translations) -> Line:
    """Return the line of tabs, each a key and a page's name, with the active one marked."""
    cells: list[Cell] = []
    for key, name in tabs:
        role = Role.ACTIVE if name == active_tab else Role.LABEL
        cells += [Cell(" "), Cell(f" {key} {t(f'tab.{name}')} ", role)]
    return tuple(cells)


def describe_progress(
    progress: ProgressEvent | None, t: Translations, *, stop_key: str = "Esc"
) -> str:
    """What a running call is doing; `stop` is the key that gives a wait up."""
    match progress:
        case None:
            return t("state.connecting")
        case PageLoaded() as read:
            return t("state.page", page=read.page_number, rows=read.row_count)
        case TokenRequested():
            return t("state.issuing")
        case TokenRequestDelayed(until):
            return t("state.token_waiting", time=show.format_time(until), stop=stop_key)
        case RetryScheduled(error, seconds, attempt, attempts):
            return t(
                "state.waiting",
                title=t(f"error.{error.slug}.title"),
                seconds=f"{seconds:.1f}",
                attempt=attempt,
                attempts=attempts,
            )


def footer_lines(
    remote: LoadState[Balance],
    progress: ProgressEvent | None,
    t: Translations,
    width: int | None = None,
    *,
    amounts_hidden: bool = False,
    now: datetime | None = None,
) -> tuple[Line, ...]:
    """The lines below the figures, three at most: are they right, whence, what went wrong.

    In `width` columns not every difference may fit; those left out are counted.
    """
    match remote:
        case Loaded(value, at):
            return (
                _reconciliation_line(value, t, width, amounts_hidden=amounts_hidden),
                _source_line(value, at, t, width, amounts_hidden=amounts_hidden),
            )
        case Loading(last) if last is not None:
            return (
                _previous_snapshot_line(last, now or last.loaded_at, t),
                _line(describe_progress(progress, t), Role.LABEL),
            )
        case Failed(error, previous=last) if last is not None:
            title, *rest = error_lines(error, t)
            return ((*title, *_pages_read_cells(last.value, progress, t)), *rest)
        case NotLoaded() | Loading() | Failed():
            return ()


def _previous_snapshot_line(previous: Loaded[Balance], now: datetime, t: Translations) -> Line:
    """What stands above while other figures are awaited: how old it is, and from which day."""
    if not previous.value.is_complete:
        return _line(t("state.arriving", n=len(previous.value.open_holdings)), Role.DIM)
    age = show.format_age(previous.loaded_at, now, t)
    line = _line(
        t("state.kept", time=show.format_short_time(previous.loaded_at, now), age=age), Role.DIM
    )
    if overseas_missing(previous.value):
        return (*line, Cell(f" · {t('overseas.left_out')}", Role.WARN))
    return line


def _pages_read_cells(previous: Balance, progress: ProgressEvent | None, t: Translations) -> Line:
    """How far a reading got that ended in the middle."""
    if not isinstance(progress, PageLoaded):
        return ()
    n = len(progress.partial_balance().open_holdings)
    key = "state.reached_of" if previous.is_complete else "state.reached"
    return (Cell(f" · {t(key, n=n, of=len(previous.open_holdings))}", Role.LABEL),)


def placeholder_lines(
    remote: LoadState[Balance], progress: ProgressEvent | None, t: Translations
) -> tuple[Line, ...]:
    """What stands where figures would: that they are coming, why there are none, or no holdings."""
    match remote:
        case NotLoaded():
            return ((Cell(t("state.nobody"), Role.LABEL),),)
        case Loading():
            return (
                (Cell(t("state.loading"), Role.STRONG),),
                (Cell(describe_progress(progress, t), Role.LABEL),),
            )
        case Failed(error):
            told = describe_error(error, t)
            texts = (
                (told.message, Role.PLAIN),
                (told.server_message, Role.LABEL),
                (told.hint, Role.LABEL),
            )
            shown = tuple((Cell(text, role),) for text, role in texts if text)
            return ((Cell(told.title, Role.BAD),), (), *shown)
        case Loaded():
            return (
                (Cell(t("state.empty"), Role.STRONG),),
                (Cell(t("state.empty_hint"), Role.LABEL),),
            )


def key_hints(
    items: Sequence[tuple[str, str]], width: int, trailing: tuple[str, str] | None = None
) -> Line:
    """Keys and what they do; whole items drop when narrow, but `last` stands at the right end."""
    end = _key_hint(*trailing) if trailing else ()
    room = width - sum(cell.width for cell in end)
    cells: list[Cell] = []
    for key, label in items:
        item = _key_hint(key, label)
        used = sum(cell.width for cell in item)
        if used >= room:
            break
        room -= used
        cells += item
    return (*cells, Cell(" " * max(room, 0)), *end) if end else tuple(cells)


def _key_hint(key: str, label: str) -> Line:
    return (Cell(f" {key} ", Role.STRONG), Cell(f"{label} ", Role.LABEL))


def _reconciliation_line(
    balance: Balance, t: Translations, width: int | None, *, amounts_hidden: bool
) -> Line:
    if not balance.is_priced:
        return _line(t("state.unpriced"), Role.BAD)
    wrong = [check for check in reconcile(balance) if check.difference]
    if wrong:
        return _line(_differences_text(wrong, t, width, amounts_hidden=amounts_hidden), Role.BAD)
    return _line(t("state.reconciled"), Role.GOOD)


def _differences_text(
    mismatches: Sequence[ReconciliationCheck],
    t: Translations,
    width: int | None,
    *,
    amounts_hidden: bool,
) -> str:
    """Each difference with its amount, whole ones only; the first is there at any width."""
    told = [
        t(
            "state.difference",
            name=t(f"reconciliation.{check.name}"),
            won=show.AMOUNT_MASK if amounts_hidden else f"{check.difference:+,}",
        )
        for check in mismatches
    ]
    for kept in range(len(told), 0, -1):
        left_out = len(told) - kept
        more = [t("state.more_differences", n=left_out)] if left_out else []
        text = t("state.not_reconciled", differences=" · ".join(told[:kept] + more))
        if width is None or display_width(text) < width:
            break
    return text


def _source_line(
    balance: Balance, at: datetime, t: Translations, width: int | None, *, amounts_hidden: bool
) -> Line:
    """Whence the figures are; where both do not fit, what went wrong abroad goes first."""
    source = t(
        "state.source_pension" if balance.is_pension else "state.source",
        pages=balance.page_count,
        rows=len(balance.lots),
        time=show.format_time(at),
    )
    line, abroad = (
        _line(source, Role.DIM),
        overseas_status(balance, t, amounts_hidden=amounts_hidden),
    )
    if abroad is None:
        return line
    both = (*line, Cell(" · ", Role.DIM), abroad)
    if width is None or sum(cell.width for cell in both) <= width:
        return both
    return (Cell(" "), abroad) if abroad.role is Role.WARN else line


def _line(text: str, role: Role) -> Line:
    return (Cell(f" {text}", role),)
