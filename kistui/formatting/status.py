"""The title bar, tab bar, footer and placeholders, and errors as text."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from kistui.errors import ApiError, KistuiError
from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role, display_width
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.balance import Balance, BalanceSummary, Lot
from kistui.models.calls import (
    LocalWait,
    PageLoaded,
    ProgressEvent,
    RetryScheduled,
    TokenRequestDelayed,
    TokenRequested,
    TurnDelayed,
)
from kistui.models.kis_fields import field_specs
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.overseas import Market, OverseasBalance, SettlementDateLot, TradeDateLot
from kistui.models.reconciliation import Reconciliation, ReconciliationCheck, reconcile
from kistui.models.totals import overseas_missing, unreadable_fields


class ErrorText(Struct, frozen=True):
    """The text of an error: title, what happened, KIS's own message, and what to do next."""

    title: str
    message: str
    server_message: str
    hint: str


def describe_error(error: KistuiError, t: Translations) -> ErrorText:
    """Return an error in the user's language, with KIS's code and message if there are any."""
    key = f"error.{error.slug}"
    code = f" [{error.code}]" if isinstance(error, ApiError) and error.code else ""
    server_message = ""
    if isinstance(error, ApiError) and error.text:
        server_message = t("state.kis_says", text=error.text)
    details = _translate_details(error.details, t)
    return ErrorText(
        t(f"{key}.title") + code,
        t(f"{key}.message").format(**details),
        server_message,
        t(f"{key}.hint").format(**details),
    )


def describe_reason(reason: str, t: Translations, **details: Any) -> str:
    """Return the text of a failure reason; an unknown one, from the system, is returned as is."""
    key = f"reason.{reason}"
    return t(key).format(**details) if key in t else reason


def _translate_details(raw_details: Mapping[str, Any], t: Translations) -> dict[str, Any]:
    """Return an error's details with slugs replaced by translated texts."""
    details = dict(raw_details)
    if "what" in details:
        details["what"] = t(f"field_name.{details['what']}")
    if "line" in details:
        details["where"] = t("reason.line", n=details["line"])
    if "reason" in details:
        details["reason"] = describe_reason(**details, t=t)
    return details


def error_lines(error: KistuiError, t: Translations) -> tuple[Line, ...]:
    """Return an error as three lines for the footer."""
    description = describe_error(error, t)
    return (
        _line(description.title, Role.BAD),
        _line(description.server_message or description.message, Role.LABEL),
        _line(t("state.next_step", hint=description.hint), Role.LABEL),
    )


def freshness_cell(
    remote: LoadState[Balance],
    now: datetime,
    t: Translations,
    *,
    next_refresh_at: datetime | None = None,
) -> Cell:
    """Return when the balance was loaded, and when it is refreshed next."""
    last_good = last_loaded(remote)
    match remote:
        case Loading():
            return Cell(t("bar.loading"), Role.DIM)
        case Loaded(loaded_at=loaded_at):
            text = t("bar.updated", time=show.format_short_time(loaded_at, now))
            if next_refresh_at is not None:
                text += f" · {t('bar.auto', time=show.format_short_time(next_refresh_at, now))}"
            return Cell(text, Role.DIM)
        case Failed() if last_good is not None and not last_good.value.is_complete:
            partial = t(
                "bar.partial",
                n=len(last_good.value.open_holdings),
                time=show.format_short_time(last_good.loaded_at, now),
            )
            return Cell(partial, Role.BAD)
        case Failed() if last_good is not None:
            age = show.format_age(last_good.loaded_at, now, t)
            stale_text = t(
                "bar.stale", time=show.format_short_time(last_good.loaded_at, now), age=age
            )
            return Cell(stale_text, Role.BAD)
        case NotLoaded() | Failed():
            return Cell(t("bar.never"), Role.DIM)


def title_bar(
    profile: Profile | None, token_cell: Cell, status_cell: Cell, t: Translations, width: int
) -> Line:
    """Return environment, profile, account and token; parts that do not fit are dropped."""
    if profile is None:
        return (Cell(f" kistui  {t('bar.nobody')}", Role.STRONG),)
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
    for left_cells, right_cells in (
        ((name, *token_cells), (read_only, Cell("   "), status_cell)),
        ((name, *token_cells), (status_cell,)),
        ((short_name, *token_cells), (status_cell,)),
        ((short_name,), (status_cell,)),
        ((short_name,), ()),
    ):
        gap = width - sum(cell.width for cell in (badge, *left_cells, *right_cells)) - 1
        if gap >= 1:
            return (badge, *left_cells, Cell(" " * gap), *right_cells, Cell(" "))
    return (badge, short_name)


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
    """Return what a running load is doing; `stop_key` is the key that cancels a wait."""
    match progress:
        case None:
            text = t("state.connecting")
        case PageLoaded() as page:
            text = t("state.page", page=page.page_number, rows=page.row_count)
        case TokenRequested():
            text = t("state.issuing")
        case TokenRequestDelayed(until):
            text = t("state.token_waiting", time=show.format_time(until), stop=stop_key)
        case LocalWait(kind, name):
            text = t(f"local_wait.{kind}", name=name, stop=stop_key)
        case TurnDelayed(waited):
            text = t("state.turn_waiting", stop=stop_key)
            if waited >= 1:
                text = f"{text} · {t('state.waited', seconds=int(waited))}"
        case RetryScheduled(error, seconds, attempt, attempts):
            text = t(
                "state.waiting",
                title=t(f"error.{error.slug}.title"),
                seconds=f"{seconds:.1f}",
                attempt=attempt,
                attempts=attempts,
            )
    return text


def footer_lines(
    remote: LoadState[Balance],
    progress: ProgressEvent | None,
    t: Translations,
    width: int | None = None,
    *,
    amounts_hidden: bool = False,
    now: datetime | None = None,
) -> tuple[Line, ...]:
    """Return the footer, at most three lines: reconciliation and source, progress, or an error.

    Differences that do not fit in `width` columns are replaced by their number.
    """
    match remote:
        case Loaded(value, loaded_at):
            reconciliation = reconcile(value)
            return (
                _reconciliation_line(
                    value, reconciliation, t, width, amounts_hidden=amounts_hidden
                ),
                _source_line(value, loaded_at, t, width, amounts_hidden=amounts_hidden),
                *_doubt_lines(value, reconciliation, t),
            )
        case Loading(previous) if previous is not None:
            return (
                _previous_snapshot_line(previous, now or previous.loaded_at, t),
                _line(describe_progress(progress, t), Role.LABEL),
            )
        case Failed(error, previous=previous) if previous is not None:
            title, *detail_lines = error_lines(error, t)
            return ((*title, *_pages_read_cells(previous.value, progress, t)), *detail_lines)
        case NotLoaded() | Loading() | Failed():
            return ()


def _previous_snapshot_line(previous: Loaded[Balance], now: datetime, t: Translations) -> Line:
    """Return the age of the balance that stays on screen while another is loading."""
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
    """Return how many holdings a failed load had received."""
    if not isinstance(progress, PageLoaded):
        return ()
    n = len(progress.partial_balance().open_holdings)
    key = "state.reached_of" if previous.is_complete else "state.reached"
    return (Cell(f" · {t(key, n=n, of=len(previous.open_holdings))}", Role.LABEL),)


def placeholder_lines(
    remote: LoadState[Balance], progress: ProgressEvent | None, t: Translations
) -> tuple[Line, ...]:
    """Return the lines shown instead of a table: loading, an error, or no holdings."""
    is_local = isinstance(progress, LocalWait)
    match remote:
        case NotLoaded():
            return ((Cell(t("state.nobody"), Role.LABEL),),)
        case Loading():
            return (
                (Cell(t("state.preparing" if is_local else "state.loading"), Role.STRONG),),
                (Cell(describe_progress(progress, t), Role.LABEL),),
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
        case Loaded(value):
            return (
                (Cell(empty_text(value, t), Role.STRONG),),
                (Cell(t("state.empty_hint"), Role.LABEL),),
            )


def empty_text(balance: Balance, t: Translations) -> str:
    """Return the text for a balance without holdings, or without the rows of its totals."""
    return t("state.rows_missing" if reconcile(balance).is_missing_rows else "state.empty")


def _reconciliation_line(
    balance: Balance,
    reconciliation: Reconciliation,
    t: Translations,
    width: int | None,
    *,
    amounts_hidden: bool,
) -> Line:
    if not balance.is_priced:
        return _line(t("state.unpriced"), Role.BAD)
    if mismatches := reconciliation.mismatches:
        return _line(
            _differences_text(mismatches, t, width, amounts_hidden=amounts_hidden), Role.BAD
        )
    if unmade := reconciliation.unmade:
        names = " · ".join(t(f"reconciliation.{check.name}") for check in unmade)
        return _line(t("state.not_checked", names=names), Role.WARN)
    return _line(t("state.reconciled"), Role.GOOD)


def _doubt_lines(
    balance: Balance, reconciliation: Reconciliation, t: Translations
) -> tuple[Line, ...]:
    """Return a line on what could not be read or may be missing; none without doubt."""
    texts = []
    if keys := unreadable_fields(balance):
        names = [_field_text(key, t) for key in keys[:MAX_FIELDS_SHOWN]]
        if len(keys) > MAX_FIELDS_SHOWN:
            names.append(t("state.more_differences", n=len(keys) - MAX_FIELDS_SHOWN))
        texts.append(t("state.unreadable", fields=" · ".join(names)))
    if reconciliation.is_maybe_partial:
        texts.append(t("state.maybe_partial"))
    return (_line(" · ".join(texts), Role.WARN),) if texts else ()


MAX_FIELDS_SHOWN = 3


def _field_text(key: str, t: Translations) -> str:
    """Return the label of a field with KIS's key, or the key alone if it has no label."""
    for section, record in _LABELLED_RECORDS:
        for spec in field_specs(record):
            if spec.key == key and (label := f"{section}.{spec.name}") in t:
                return f"{t(label)} ({key})"
    return key


_LABELLED_RECORDS: tuple[tuple[str, type[Any]], ...] = (
    ("lot", Lot),
    ("summary", BalanceSummary),
    ("overseas_lot", TradeDateLot),
    ("overseas_lot", SettlementDateLot),
)


def _differences_text(
    mismatches: Sequence[ReconciliationCheck],
    t: Translations,
    width: int | None,
    *,
    amounts_hidden: bool,
) -> str:
    """Return the differences with their amounts as far as they fit, but at least the first."""
    differences = [
        t(
            "state.difference",
            name=t(f"reconciliation.{check.name}"),
            won=show.AMOUNT_MASK if amounts_hidden else f"{check.difference:+,}",
        )
        for check in mismatches
    ]
    for shown_count in range(len(differences), 0, -1):
        hidden_count = len(differences) - shown_count
        remainder = [t("state.more_differences", n=hidden_count)] if hidden_count else []
        text = t(
            "state.not_reconciled", differences=" · ".join(differences[:shown_count] + remainder)
        )
        if width is None or display_width(text) < width:
            break
    return text


def _source_line(
    balance: Balance, at: datetime, t: Translations, width: int | None, *, amounts_hidden: bool
) -> Line:
    """Return the source line with the overseas status; if both do not fit, a warning wins."""
    source = t(
        "state.source_pension" if balance.is_pension else "state.source",
        pages=balance.page_count,
        rows=len(balance.lots),
        time=show.format_time(at),
    )
    line, overseas = (
        _line(source, Role.DIM),
        overseas_status(balance, t, amounts_hidden=amounts_hidden),
    )
    if overseas is None:
        return line
    combined = (*line, Cell(" · ", Role.DIM), overseas)
    if width is None or sum(cell.width for cell in combined) <= width:
        return combined
    return (Cell(" "), overseas) if overseas.role is Role.WARN else line


def _line(text: str, role: Role) -> Line:
    return (Cell(f" {text}", role),)


def overseas_status(balance: Balance, t: Translations, *, amounts_hidden: bool) -> Cell | None:
    """Return the overseas load state as a short text, or None if it was not requested."""
    match balance.overseas:
        case Loading(previous=None):
            return Cell(t("overseas.loading"), Role.DIM)
        case Failed(error, previous=last_good):
            title = t(f"error.{error.slug}.title")
            previous_text = (
                t("overseas.kept", time=show.format_time(last_good.loaded_at)) if last_good else ""
            )
            return Cell(t("overseas.failed", title=title) + previous_text, Role.WARN)
        case Loaded(value, fetched_at) | Loading(previous=Loaded(value, fetched_at)):
            return Cell(
                _overseas_text(value, fetched_at, t, amounts_hidden=amounts_hidden), Role.DIM
            )
        case _:
            return None


def _overseas_text(
    overseas: OverseasBalance, fetched_at: datetime, t: Translations, *, amounts_hidden: bool
) -> str:
    if overseas.is_empty:
        return t("overseas.no_consent" if overseas.markets_without_consent else "overseas.none")
    total = show.mask_amount(
        show.format_number(overseas.total_value_won), amounts_hidden=amounts_hidden
    )
    text = t("overseas.read", won=total.text, time=show.format_time(fetched_at))
    refused_markets = [
        t(f"market.{market.value}")
        for market in Market
        if market in overseas.markets_without_consent
    ]
    return text + (
        t("overseas.refused", markets="·".join(refused_markets)) if refused_markets else ""
    )
