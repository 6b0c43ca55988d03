"""The bar above and the notice below: whose account, how old its figures, what went wrong."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kistui.errors import KistuiError, ApiError
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.holdings import overseas_missing
from kistui.models.progress import PageLoaded, ProgressEvent, TokenRequested, TokenRequestDelayed, RetryScheduled
from kistui.models.reconciliation import ReconciliationCheck, reconcile
from kistui.models.record import record
from kistui.models.load_state import Failed, Loading, Loaded, LoadState, NotLoaded, last_loaded
from kistui.view import format as show
from kistui.view.abroad import abroad_note
from kistui.view.cells import Cell, Line, Role, width_of
from kistui.view.words import Words

TABS = {"1": "summary", "2": "holdings", "3": "token", "4": "credentials", "5": "log"}


@record
class ErrorText:
    """An error in words: what it is, what happened, KIS's own words, what to do next."""

    title: str
    message: str
    said: str
    hint: str


def error_text(error: KistuiError, words: Words) -> ErrorText:
    """An error of the tree in the user's language, with KIS's code and text where it gave any."""
    where = f"error.{error.slug}"
    code = f" [{error.code}]" if isinstance(error, ApiError) and error.code else ""
    said = ""
    if isinstance(error, ApiError) and error.text:
        said = words("state.kis_says", text=error.text)
    details = _in_words(error.details, words)
    return ErrorText(
        words(f"{where}.title") + code,
        words(f"{where}.message").format(**details),
        said,
        words(f"{where}.hint").format(**details),
    )


def reason_text(reason: str, words: Words, **details: Any) -> str:
    """Why something failed: a reason kistui has words for, or what the system called it."""
    key = f"reason.{reason}"
    return words(key).format(**details) if key in words else reason


def _in_words(raw: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """The details of an error, those that are names of words put into words."""
    details = dict(raw)
    if "what" in details:
        details["what"] = words(f"what.{details['what']}")
    if "line" in details:
        details["where"] = words("reason.line", n=details["line"])
    if "reason" in details:
        details["reason"] = reason_text(**details, words=words)
    return details


def error_lines(error: KistuiError, words: Words) -> tuple[Line, ...]:
    """An error in the three lines there are below a screen's figures."""
    told = error_text(error, words)
    return (
        _line(told.title, Role.BAD),
        _line(told.said or told.message, Role.LABEL),
        _line(words("state.next_step", hint=told.hint), Role.LABEL),
    )


def freshness(
    remote: LoadState[Balance], now: datetime, words: Words, *, due: datetime | None = None
) -> Cell:
    """How old the figures on screen are, or that there are none; when they are `due` again."""
    good = last_loaded(remote)
    match remote:
        case Loading():
            return Cell(words("bar.loading"), Role.DIM)
        case Loaded(loaded_at=at):
            text = words("bar.updated", time=show.short_time(at, now))
            if due is not None:
                text += f" · {words('bar.auto', time=show.short_time(due, now))}"
            return Cell(text, Role.DIM)
        case Failed() if good is not None and not good.value.is_complete:
            part = words("bar.partial", n=len(good.value.open_holdings), time=show.short_time(good.loaded_at, now))
            return Cell(part, Role.BAD)
        case Failed() if good is not None:
            age = show.age(good.loaded_at, now, words)
            stale = words("bar.stale", time=show.short_time(good.loaded_at, now), age=age)
            return Cell(stale, Role.BAD)
        case NotLoaded() | Failed():
            return Cell(words("bar.never"), Role.DIM)


def bar(profile: Profile | None, token: Cell, right: Cell, words: Words, width: int) -> Line:
    """Which world, whose account, how long its token lives; what does not fit drops whole."""
    if profile is None:
        return (Cell(f" kistui  {words('bar.nobody')}", Role.STRONG),)
    badge = Cell(f" [{words(f'kind.{profile.environment_label}')}] ", Role(profile.environment_label))
    name = Cell(f" {profile.name} {profile.account.masked}", Role.STRONG)
    read_only = Cell(words("bar.read_only"), Role.DIM)
    if profile.base_url and not profile.is_demo:
        name = Cell(f"{name.text} @ {profile.base_url.partition('://')[2]}", Role.STRONG)
    short = Cell(f" {profile.name}", Role.STRONG)
    life = (Cell("  "), token) if token.text else ()
    for who, ends in (
        ((name, *life), (read_only, Cell("   "), right)),
        ((name, *life), (right,)),
        ((short, *life), (right,)),
        ((short,), (right,)),
        ((short,), ()),
    ):
        room = width - sum(cell.width for cell in (badge, *who, *ends)) - 1
        if room >= 1:
            return (badge, *who, Cell(" " * room), *ends, Cell(" "))
    return (badge, short)


def tabs(shown: str, words: Words) -> Line:
    """The screens with their keys, `shown` among them."""
    cells: list[Cell] = []
    for key, name in TABS.items():
        role = Role.ACTIVE if name == shown else Role.LABEL
        cells += [Cell(" "), Cell(f" {key} {words(f'tab.{name}')} ", role)]
    return tuple(cells)


def progress_text(progress: ProgressEvent | None, words: Words, *, stop: str = "Esc") -> str:
    """What a running call is doing; `stop` is the key that gives a wait up."""
    match progress:
        case None:
            return words("state.connecting")
        case PageLoaded() as read:
            return words("state.page", page=read.page_number, rows=read.row_count)
        case TokenRequested():
            return words("state.issuing")
        case TokenRequestDelayed(until):
            return words("state.token_waiting", time=show.clock_time(until), stop=stop)
        case RetryScheduled(error, seconds, attempt, attempts):
            return words(
                "state.waiting",
                title=words(f"error.{error.slug}.title"),
                seconds=f"{seconds:.1f}",
                attempt=attempt,
                attempts=attempts,
            )


def notice(
    remote: LoadState[Balance],
    progress: ProgressEvent | None,
    words: Words,
    width: int | None = None,
    *,
    hidden: bool = False,
    now: datetime | None = None,
) -> tuple[Line, ...]:
    """The lines below the figures, three at most: are they right, whence, what went wrong.

    In `width` columns not every difference may fit; those left out are counted.
    """
    match remote:
        case Loaded(value, at):
            return (
                _check_line(value, words, width, hidden=hidden),
                _source_line(value, at, words, width, hidden=hidden),
            )
        case Loading(last) if last is not None:
            return (
                _last_line(last, now or last.loaded_at, words),
                _line(progress_text(progress, words), Role.LABEL),
            )
        case Failed(error, previous=last) if last is not None:
            title, *rest = error_lines(error, words)
            return ((*title, *_reached(last.value, progress, words)), *rest)
        case NotLoaded() | Loading() | Failed():
            return ()


def _last_line(last: Loaded[Balance], now: datetime, words: Words) -> Line:
    """What stands above while other figures are awaited: how old it is, and from which day."""
    if not last.value.is_complete:
        return _line(words("state.arriving", n=len(last.value.open_holdings)), Role.DIM)
    age = show.age(last.loaded_at, now, words)
    line = _line(words("state.kept", time=show.short_time(last.loaded_at, now), age=age), Role.DIM)
    if overseas_missing(last.value):
        return (*line, Cell(f" · {words('abroad.left_out')}", Role.WARN))
    return line


def _reached(last: Balance, progress: ProgressEvent | None, words: Words) -> Line:
    """How far a reading got that ended in the middle."""
    if not isinstance(progress, PageLoaded):
        return ()
    n = len(progress.partial_balance().open_holdings)
    key = "state.reached_of" if last.is_complete else "state.reached"
    return (Cell(f" · {words(key, n=n, of=len(last.open_holdings))}", Role.LABEL),)


def empty_body(
    remote: LoadState[Balance], progress: ProgressEvent | None, words: Words
) -> tuple[Line, ...]:
    """What stands where figures would: that they are coming, why there are none, or no holdings."""
    match remote:
        case NotLoaded():
            return ((Cell(words("state.nobody"), Role.LABEL),),)
        case Loading():
            return (
                (Cell(words("state.loading"), Role.STRONG),),
                (Cell(progress_text(progress, words), Role.LABEL),),
            )
        case Failed(error):
            told = error_text(error, words)
            texts = ((told.message, Role.PLAIN), (told.said, Role.LABEL), (told.hint, Role.LABEL))
            shown = tuple((Cell(text, role),) for text, role in texts if text)
            return ((Cell(told.title, Role.BAD),), (), *shown)
        case Loaded():
            return (
                (Cell(words("state.empty"), Role.STRONG),),
                (Cell(words("state.empty_hint"), Role.LABEL),),
            )


def hints(
    items: Sequence[tuple[str, str]], width: int, last: tuple[str, str] | None = None
) -> Line:
    """Keys and what they do; whole items drop when narrow, but `last` stands at the right end."""
    end = _hint(*last) if last else ()
    room = width - sum(cell.width for cell in end)
    cells: list[Cell] = []
    for key, label in items:
        item = _hint(key, label)
        used = sum(cell.width for cell in item)
        if used >= room:
            break
        room -= used
        cells += item
    return (*cells, Cell(" " * max(room, 0)), *end) if end else tuple(cells)


def _hint(key: str, label: str) -> Line:
    return (Cell(f" {key} ", Role.STRONG), Cell(f"{label} ", Role.LABEL))


def _check_line(balance: Balance, words: Words, width: int | None, *, hidden: bool) -> Line:
    if not balance.is_priced:
        return _line(words("state.unpriced"), Role.BAD)
    wrong = [check for check in reconcile(balance) if check.difference]
    if wrong:
        return _line(_differences(wrong, words, width, hidden=hidden), Role.BAD)
    return _line(words("state.reconciled"), Role.GOOD)


def _differences(wrong: Sequence[ReconciliationCheck], words: Words, width: int | None, *, hidden: bool) -> str:
    """Each difference with its amount, whole ones only; the first is there at any width."""
    told = [
        words(
            "state.difference",
            name=words(f"check.{check.name}"),
            won=show.MASK if hidden else f"{check.difference:+,}",
        )
        for check in wrong
    ]
    for kept in range(len(told), 0, -1):
        left_out = len(told) - kept
        more = [words("state.more_differences", n=left_out)] if left_out else []
        text = words("state.not_reconciled", differences=" · ".join(told[:kept] + more))
        if width is None or width_of(text) < width:
            break
    return text


def _source_line(
    balance: Balance, at: datetime, words: Words, width: int | None, *, hidden: bool
) -> Line:
    """Whence the figures are; where both do not fit, what went wrong abroad goes first."""
    source = words(
        "state.source_pension" if balance.is_pension else "state.source",
        pages=balance.page_count,
        rows=len(balance.lots),
        time=show.clock_time(at),
    )
    line, abroad = _line(source, Role.DIM), abroad_note(balance, words, hidden=hidden)
    if abroad is None:
        return line
    both = (*line, Cell(" · ", Role.DIM), abroad)
    if width is None or sum(cell.width for cell in both) <= width:
        return both
    return (Cell(" "), abroad) if abroad.role is Role.WARN else line


def _line(text: str, role: Role) -> Line:
    return (Cell(f" {text}", role),)
