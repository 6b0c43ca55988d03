"""The content of the cash page and its texts: sources, notes, a copy, and KIS's raw fields."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from kistui.formatting import values as show
from kistui.formatting.allocation import part_name
from kistui.formatting.cash import (
    CALL_NAMES,
    cash_notes,
    currency_table,
    split_positions,
    won_rows,
)
from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.status import describe_error
from kistui.formatting.trade_detail import raw_field_lines
from kistui.i18n.translations import Translations
from kistui.models.allocation import (
    LISTED_GROUPINGS,
    Allocation,
    AllocationGrouping,
    allocate_accounts,
    allocate_balance,
    allocate_classes,
)
from kistui.models.balance import Balance
from kistui.models.cash import NOT_SERVED_ERRORS, CashCall, CashPosition, CashReport, cash_positions
from kistui.models.load_state import Failed, LoadState, NotLoaded, last_loaded
from kistui.models.market_hours import settlement_days
from kistui.models.totals import AccountOverview, latest_overseas


class CashView(Struct, frozen=True, kw_only=True):
    """The content of the page: the balance, its own figures, and the other accounts."""

    balance_state: LoadState[Balance] = NotLoaded()
    report: CashReport = CashReport()
    times: Mapping[CashCall, datetime] = {}
    """When the figures of each call came."""
    holidays: Collection[date] = ()
    accounts: tuple[AccountOverview, ...] = ()
    chosen_grouping: AllocationGrouping | None = None
    """The criterion that the user chose to divide the assets by."""

    @property
    def balance(self) -> Balance | None:
        """The last complete balance; a partial balance has no sums."""
        loaded = last_loaded(self.balance_state)
        return loaded.value if loaded and loaded.value.is_complete else None

    @property
    def grouping(self) -> AllocationGrouping:
        """The criterion by which the assets are divided."""
        return self.chosen_grouping or AllocationGrouping.CLASS

    @property
    def groupings(self) -> tuple[AllocationGrouping, ...]:
        """Every criterion by which assets are divided, the chosen one first."""
        choices = LISTED_GROUPINGS
        index = choices.index(self.grouping)
        return (*choices[index:], *choices[:index])

    def allocation(self, by: AllocationGrouping) -> Allocation | None:
        """Return how the assets are divided; `None` if their figures have not been read."""
        classes, balance = self.report.asset_classes, self.balance
        match by:
            case AllocationGrouping.CLASS:
                if classes is not None:
                    return allocate_classes(classes)
                error = self.report.errors.get(CashCall.ASSET_CLASSES)
                is_served = not isinstance(error, NOT_SERVED_ERRORS)
                return None if is_served or balance is None else allocate_balance(balance, by)
            case AllocationGrouping.ACCOUNT:
                return allocate_accounts(self.accounts) if self.accounts else None
            case _:
                return allocate_balance(balance, by) if balance else None

    @property
    def settlement_days(self) -> tuple[date, ...]:
        """D+1 and D+2 of the balance."""
        loaded = last_loaded(self.balance_state)
        return settlement_days(loaded.loaded_at, self.holidays) if loaded else ()

    @property
    def positions(self) -> tuple[CashPosition, ...]:
        """The cash by currency, won first; none without a balance."""
        return cash_positions(self.balance, self.report) if self.balance else ()

    @property
    def is_outdated(self) -> bool:
        """Whether a part of the figures is older than the last attempt to read it."""
        balance = self.balance
        return (
            isinstance(self.balance_state, Failed)
            or bool(self.report.failures)
            or (balance is not None and isinstance(balance.overseas, Failed))
        )


def sources(view: CashView, t: Translations) -> list[str]:
    """Return the calls whose figures are shown, with the times of their answers."""
    loaded = last_loaded(view.balance_state)
    texts: list[str] = []
    if loaded is not None:
        texts.append(f"{t('call.domestic_balance')} {show.format_time(loaded.loaded_at)}")
        overseas = last_loaded(loaded.value.overseas)
        if overseas is not None:
            time = show.format_time(overseas.loaded_at)
            texts.append(f"{t('call.overseas_present_balance')} {time}")
    report = view.report
    figures = {
        CashCall.BUYING_POWER: report.buying_power,
        CashCall.CURRENCY_MARGINS: report.margins,
        CashCall.ASSET_CLASSES: report.asset_classes,
    }
    names: dict[datetime, list[str]] = {}
    for call, figure in figures.items():
        if figure is not None and call in view.times:
            names.setdefault(view.times[call], []).append(t(CALL_NAMES[call]))
    texts += (
        f"{' · '.join(calls)} {show.format_time(loaded_at)}" for loaded_at, calls in names.items()
    )
    return texts


def view_notes(view: CashView, t: Translations) -> list[str]:
    """Return sentences on what failed and what could not be read."""
    notes = []
    if isinstance(view.balance_state, Failed):
        title = describe_error(view.balance_state.error, t).title
        notes.append(t("cash.failed", name=t("call.domestic_balance"), title=title))
    return [*notes, *cash_notes(view.balance, view.report, t)]


def copied_text(view: CashView, t: Translations, *, amounts_hidden: bool) -> str:
    """Return the amounts and shares as lines of cells separated by tabs."""
    lines: list[Sequence[str]] = []
    if view.positions:
        rows = won_rows(view.positions[0], view.settlement_days, t)
        for row in rows:
            if row.value is not None:
                value = show.mask_amount(row.value, amounts_hidden=amounts_hidden)
                lines.append((row.label.strip(), value.text))
        shown_positions, _ = split_positions(view.positions, amounts_hidden=amounts_hidden)
        table = currency_table(shown_positions, t, amounts_hidden=amounts_hidden).lay_out(1000)
        lines += (table.row_texts(index) for index in range(len(table)))
    allocation = view.allocation(view.grouping)
    parts = allocation.shown_parts if allocation else ()
    percents = show.format_shares([part.share for part in parts])
    for part, percent in zip(parts, percents, strict=True):
        amount = show.mask_amount(show.format_number(part.amount), amounts_hidden=amounts_hidden)
        name = part_name(part, t)
        lines.append((name, amount.text, percent.text))
    return "\n".join("\t".join(line) for line in lines)


def raw_cash_lines(
    view: CashView, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return a title and KIS's keys and values of every call of the page, by the call's name."""
    report, balance = view.report, view.balance
    overseas = latest_overseas(balance) if balance else None
    classes = report.asset_classes
    records: tuple[tuple[str, Sequence[Any]], ...] = (
        ("call.buying_power", (report.buying_power,)),
        ("call.foreign_cash_by_currency", report.margins or ()),
        (
            "call.assets_by_class",
            (*(line.row for line in classes.lines), classes.total, classes.totals)
            if classes
            else (),
        ),
        (
            "call.overseas_present_balance",
            (*overseas.cash, overseas.totals) if overseas else (),
        ),
    )
    lines: list[Line] = []
    for key, rows in records:
        fields = raw_field_lines(rows, t, width, amounts_hidden=amounts_hidden)
        if fields:
            lines += [(Cell(f" {t(key)}", Role.TITLE),), *fields]
    return ((Cell(f" {t('raw_fields.rows')}", Role.STRONG),), *lines)
