"""The account summary as titled boxes; boxes of zeros fold into one line.

Together with the folded boxes they hold all 24 fields of KIS's summary.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter, itemgetter

from kistui.formatting.boxes import Box, BoxRow, build_box
from kistui.formatting.cells import Cell, Line, Role, line_width, pad
from kistui.formatting.holding_columns import format_profit_rate
from kistui.formatting.values import (
    COMPUTED_MARK,
    UNAVAILABLE,
    format_amount,
    format_cash_flow,
    format_change,
    format_day_time,
    format_exchange_rate,
    format_number,
    format_percent,
    format_weekday_date,
    mask_amount,
    round_to_currency,
)
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance, BalanceSummary, Holding
from kistui.models.load_state import Loaded, last_loaded
from kistui.models.overseas import OverseasBalance
from kistui.models.totals import AnyHolding, all_holdings, latest_overseas

AMOUNT_WIDTH = 13
"""Width of an amount in the table of trades, enough for 999,999,999."""


def summary_boxes(
    balance: Balance,
    t: Translations,
    *,
    wide: bool,
    amounts_hidden: bool = False,
    settlement_days: Sequence[date] = (),
) -> tuple[Box, ...]:
    """Return the boxes that are not empty, the most important first.

    `wide` adds rows. `amounts_hidden` masks amounts, not rates.
    `settlement_days` are D+1 and D+2, where they are known.
    """
    summary = balance.priced_summary
    # A fold says that amounts are zero, so nothing folds while they are hidden.
    folded = () if amounts_hidden else folded_groups(balance)
    scope = "" if _is_all_domestic(balance) else "domestic_"
    last_good = last_loaded(balance.overseas)
    loaded = None if last_good is None or last_good.value.is_empty else last_good
    groups: dict[str, list[BoxRow]] = {
        f"{scope}profit": _profit_loss_entries(summary, t),
        "overseas": _overseas_entries(loaded.value, t, wide=wide) if loaded else [],
        "deposits": _deposit_entries(summary, t, settlement_days, wide=wide),
        "foreign_cash": _foreign_cash_entries(loaded, t) if loaded else [],
        "movers": _best_and_worst_entries(balance, t) if wide else [],
        f"{scope}yesterday": _daily_change_entries(summary, t, scope),
        "trades": [],
        f"{scope}assets": _asset_entries(summary, t),
        "loans": _loan_entries(summary, t, wide=wide),
    }

    def render_trades(width: int) -> tuple[Line, ...]:
        return _trades_table(summary, t, width, amounts_hidden=amounts_hidden)

    return tuple(
        Box(name, t(f"summary_group.{name}"), render_trades, (summary, amounts_hidden))
        if name == "trades"
        else build_box(name, t, entries, amounts_hidden=amounts_hidden)
        for name, entries in groups.items()
        if name not in folded and (entries or name == "trades")
    )


def folded_groups(balance: Balance) -> tuple[str, ...]:
    """Return the names of the groups whose amounts are all zero; an unknown amount is not zero."""
    summary, latest = balance.priced_summary, latest_overseas(balance)
    overseas = None if latest is None or latest.is_empty else latest
    trades = (
        summary.bought_yesterday, summary.bought_today, summary.sold_yesterday,
        summary.sold_today, summary.costs_yesterday, summary.costs_today,
    )  # fmt: skip
    loans = (
        summary.loans, summary.short_proceeds, summary.repayment_d1, summary.repayment_d2,
    )  # fmt: skip
    has_no_cash = overseas is not None and overseas.has_no_cash
    groups = {
        "trades": all(amount == 0 for amount in trades),
        "loans": all(amount == 0 for amount in loans) and summary.auto_repayment in {None, "N"},
        # Cash of unknown currencies has its amount in won there.
        "overseas": overseas is not None
        and not overseas.holdings
        and not overseas.lacks_rows
        and (has_no_cash or bool(overseas.cash)),
        "foreign_cash": has_no_cash,
    }
    return tuple(name for name, is_zero in groups.items() if is_zero)


def folded_line(balance: Balance, t: Translations) -> str:
    """Return the folded groups as one sentence, or an empty text if there are none."""
    names = (t(f"summary_group.{name}") for name in folded_groups(balance))
    return " · ".join(t("summary_label.nothing", name=name) for name in names)


def _is_all_domestic(balance: Balance) -> bool:
    overseas = latest_overseas(balance)
    return not balance.supports_overseas or (overseas is not None and overseas.is_empty)


def _asset_entries(summary: BalanceSummary, t: Translations) -> list[BoxRow]:
    return [
        BoxRow(t("summary_label.total_value"), format_number(summary.total_value)),
        BoxRow(t("summary_label.net_assets"), format_number(summary.net_assets)),
        BoxRow(
            t("summary_label.securities_value"),
            format_number(summary.securities_value),
        ),
        BoxRow(t("summary_label.cma_value"), format_number(summary.cma_value)),
    ]


def _daily_change_entries(summary: BalanceSummary, t: Translations, scope: str) -> list[BoxRow]:
    # KIS sends 0 for real accounts, whatever the rate is.
    reported = summary.asset_change_rate
    computed = summary.computed_asset_change_rate
    rate = format_percent(reported) if reported else format_percent(computed, COMPUTED_MARK)
    return [
        BoxRow(
            t(f"summary_label.{scope}total_yesterday"),
            format_number(summary.total_yesterday),
        ),
        BoxRow(t("summary_label.asset_change"), format_change(summary.asset_change)),
        BoxRow(t("summary_label.asset_change_rate"), rate, never_masked=True),
        BoxRow(t("summary_label.computed")),
    ]


def _deposit_entries(
    summary: BalanceSummary, t: Translations, settlement_days: Sequence[date], *, wide: bool
) -> list[BoxRow]:
    dates = [f" {format_weekday_date(day, t)}" for day in settlement_days] or ["", ""]
    entries = [
        BoxRow(t("summary_label.deposit"), format_number(summary.deposit)),
        BoxRow(t("summary_label.deposit_d1") + dates[0], format_number(summary.deposit_d1)),
        BoxRow(t("summary_label.deposit_d2") + dates[1], format_number(summary.deposit_d2)),
    ]
    if wide:
        steps = (
            ("summary_label.settles_yesterday", summary.deposit, summary.deposit_d1),
            ("summary_label.settles_today", summary.deposit_d1, summary.deposit_d2),
        )
        for index, (label, before, after) in zip((1, 3), steps, strict=True):
            change = None if before is None or after is None else after - before
            entries.insert(index, BoxRow(t(label), format_cash_flow(change)))
    return [*entries, BoxRow(t("summary_label.settled"))]


def _profit_loss_entries(summary: BalanceSummary, t: Translations) -> list[BoxRow]:
    return [
        BoxRow(
            t("summary_label.purchase_amount"),
            format_number(summary.purchase_amount),
        ),
        BoxRow(t("summary_label.valuation"), format_number(summary.valuation)),
        BoxRow(t("summary_label.profit_loss"), format_change(summary.profit_loss)),
        BoxRow(
            t("summary_label.profit_rate"),
            format_percent(summary.computed_profit_rate, COMPUTED_MARK),
            never_masked=True,
        ),
    ]


def _best_and_worst_entries(balance: Balance, t: Translations) -> list[BoxRow]:
    """Return the best and worst holdings of all markets: by profit rate, and by the day's."""
    holdings = [holding for holding in all_holdings(balance) if not holding.is_sold_out]
    rates = [rate for holding in holdings if (rate := holding.profit_rate) is not None]
    scope = "" if all(isinstance(holding, Holding) for holding in holdings) else "domestic_"
    rows = [
        BoxRow(f"{t(f'summary_label.{label}')} {holding.name or ''}", cell, never_masked=True)
        for label, holding, cell in (
            *_extremes("best", "worst", holdings, attrgetter("profit_rate"), format_profit_rate),
            *_extremes(
                f"{scope}best_today",
                f"{scope}worst_today",
                holdings,
                attrgetter("day_rate"),
                lambda holding: format_percent(holding.day_rate),
            ),
        )
    ]
    up, down = (sum(rate * sign > 0 for rate in rates) for sign in (1, -1))
    count = BoxRow(t("summary_label.winners"), Cell(f"{up} / {down}"), never_masked=True)
    return [count, *rows] if rates else rows


def _extremes(
    best: str,
    worst: str,
    holdings: Sequence[AnyHolding],
    get_rate: Callable[[AnyHolding], Decimal | None],
    format_rate: Callable[[AnyHolding], Cell],
) -> Iterator[tuple[str, AnyHolding, Cell]]:
    """Yield the holdings of the highest and the lowest known rate, if any is known."""
    rated = [(rate, holding) for holding in holdings if (rate := get_rate(holding)) is not None]
    if rated:
        for label, extreme in ((best, max), (worst, min)):
            _, holding = extreme(rated, key=itemgetter(0))
            yield label, holding, format_rate(holding)


def _trades_table(
    summary: BalanceSummary, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    days = t("summary_label.yesterday"), t("summary_label.today")
    rows = [
        (
            t(label),
            [
                mask_amount(format_number(amount), amounts_hidden=amounts_hidden)
                for amount in amounts
            ],
        )
        for label, *amounts in (
            ("summary_label.bought", summary.bought_yesterday, summary.bought_today),
            ("summary_label.sold", summary.sold_yesterday, summary.sold_today),
            ("summary_label.costs", summary.costs_yesterday, summary.costs_today),
        )
    ]
    column_width = min(AMOUNT_WIDTH, (width - 4) // 2)
    header = [Cell(day, Role.DIM) for day in days]
    table = [
        _right_aligned_columns(label, cells, column_width, width)
        for label, cells in [("", header), *rows]
    ]
    if all(line_width(line) <= width for line in table):
        return tuple(table)
    return tuple(
        line
        for label, amounts in rows
        for day, amount in zip(days, amounts, strict=True)
        for line in BoxRow(f"{label} ({day})", amount).render(width, amounts_hidden=amounts_hidden)
    )


def _right_aligned_columns(
    label: str, values: Sequence[Cell], column_width: int, width: int
) -> Line:
    """Return a label and right-aligned columns, which grow to keep numbers whole."""
    columns = [
        Cell(" " * max(1, column_width - cell.width) + cell.text, cell.role) for cell in values
    ]
    label_width = width - line_width(columns)
    return (Cell(pad(label, max(label_width, 0)), Role.LABEL), *columns)


def _loan_entries(summary: BalanceSummary, t: Translations, *, wide: bool) -> list[BoxRow]:
    loans, short = format_number(summary.loans), format_number(summary.short_proceeds)
    if wide:
        loan_entries = [
            BoxRow(t("summary_label.loans"), loans),
            BoxRow(t("summary_label.short_proceeds"), short),
        ]
    else:
        loan_entries = [
            BoxRow(t("summary_label.loans_and_short"), Cell(f"{loans.text} / {short.text}"))
        ]
    auto_repayment = Cell(summary.auto_repayment) if summary.auto_repayment else UNAVAILABLE
    return [
        *loan_entries,
        BoxRow(t("summary_label.repayment_d1"), format_number(summary.repayment_d1)),
        BoxRow(t("summary_label.repayment_d2"), format_number(summary.repayment_d2)),
        BoxRow(t("summary_label.auto_repayment"), auto_repayment, never_masked=True),
    ]


def _overseas_entries(overseas: OverseasBalance, t: Translations, *, wide: bool) -> list[BoxRow]:
    rate = format_percent(overseas.profit_rate, COMPUTED_MARK)
    entries = [
        BoxRow(t("summary_label.overseas_value"), format_number(overseas.valuation_won)),
        BoxRow(t("summary_label.profit_loss"), format_change(overseas.profit_loss_won)),
        BoxRow(t("summary_label.profit_rate"), rate, never_masked=True),
        BoxRow(t("summary_label.foreign_cash_won"), format_number(overseas.cash_won)),
    ]
    return [*entries, BoxRow(t("summary_label.in_won"))] if wide else entries


def _foreign_cash_entries(loaded: Loaded[OverseasBalance], t: Translations) -> list[BoxRow]:
    """Return one entry per currency with a deposit, labelled with its exchange rate."""
    overseas = loaded.value
    entries = []
    for cash in overseas.cash:
        if cash.deposit == 0:
            continue
        currency = cash.currency or ""
        label = f"{currency} {format_exchange_rate(overseas.exchange_rates.get(currency)).text}"
        amount = round_to_currency(cash.deposit, currency) or cash.deposit
        value = UNAVAILABLE if amount is None else format_amount(amount)
        entries.append(BoxRow(label, value))
    if not entries and overseas.has_no_cash:
        entries = [BoxRow(t("summary_label.no_foreign_cash"))]
    elif not entries:
        return []
    time_text = format_day_time(loaded.loaded_at)
    return [*entries, BoxRow(t("summary_label.first_rate", time=time_text))]
