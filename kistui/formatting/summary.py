"""The account summary as six boxes that hold all 24 fields, and two overseas ones."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter

from kistui.formatting import values as show
from kistui.formatting.boxes import Box, BoxRow, build_box
from kistui.formatting.cells import Cell, Line, Role, pad
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance, BalanceSummary
from kistui.models.load_state import last_loaded
from kistui.models.overseas import OverseasBalance
from kistui.models.totals import compute_headline

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
    """Return the boxes in reading order for three columns if `wide`, else for two.

    The overseas boxes come last, if there are any. `amounts_hidden` masks amounts, not rates.
    `settlement_days` are D+1 and D+2, where they are known.
    """
    summary = balance.priced_summary
    groups = {
        "assets": _asset_entries(summary, t, wide=wide),
        "yesterday": _daily_change_entries(summary, t),
        "deposits": _deposit_entries(summary, t, settlement_days, wide=wide),
        "profit": _profit_loss_entries(balance, summary, t, wide=wide),
        "loans": _loan_entries(summary, t, wide=wide),
    }
    boxes = {
        name: build_box(name, t, entries, amounts_hidden=amounts_hidden)
        for name, entries in groups.items()
    }
    boxes["trades"] = Box(
        "trades",
        t("summary_group.trades"),
        lambda w: _trades_table(summary, t, w, amounts_hidden=amounts_hidden),
        (summary, amounts_hidden),
    )
    order = (
        ("assets", "deposits", "profit", "yesterday", "trades", "loans")
        if wide
        else ("assets", "yesterday", "deposits", "trades", "profit", "loans")
    )
    return (
        *(boxes[name] for name in order),
        *overseas_boxes(balance, t, amounts_hidden=amounts_hidden),
    )


def _asset_entries(summary: BalanceSummary, t: Translations, *, wide: bool) -> list[BoxRow]:
    total_value = show.format_number(summary.total_value)
    entries = [
        BoxRow(t("summary_label.total_value"), Cell(total_value.text, Role.STRONG)),
        BoxRow(t("summary_label.net_assets"), show.format_number(summary.net_assets)),
        BoxRow(
            t("summary_label.securities_value"),
            show.format_number(summary.securities_value),
        ),
        BoxRow(t("summary_label.cma_value"), show.format_number(summary.cma_value)),
    ]
    if wide:
        entries.append(
            BoxRow(t("summary_label.allocation"), _allocation_cell(summary), never_masked=True)
        )
    return entries


def _allocation_cell(summary: BalanceSummary) -> Cell:
    total, securities = summary.total_value, summary.securities_value
    if not total or securities is None:
        return show.UNAVAILABLE
    share = Decimal(securities) * 100 / total
    return Cell(f"{show.format_share(share).text} / {show.format_share(100 - share).text}")


def _daily_change_entries(summary: BalanceSummary, t: Translations) -> list[BoxRow]:
    # KIS sends 0 for real accounts, whatever the rate is.
    reported = summary.asset_change_rate
    computed = summary.computed_asset_change_rate
    rate = (
        show.format_percent(reported)
        if reported
        else show.format_percent(computed, show.COMPUTED_MARK)
    )
    return [
        BoxRow(
            t("summary_label.total_yesterday"),
            show.format_number(summary.total_yesterday),
        ),
        BoxRow(t("summary_label.asset_change"), show.format_change(summary.asset_change)),
        BoxRow(t("summary_label.asset_change_rate"), rate, never_masked=True),
        BoxRow(t("summary_label.computed")),
    ]


def _deposit_entries(
    summary: BalanceSummary, t: Translations, settlement_days: Sequence[date], *, wide: bool
) -> list[BoxRow]:
    dates = [f" {show.format_weekday_date(day, t)}" for day in settlement_days] or ["", ""]
    entries = [
        BoxRow(t("summary_label.deposit"), show.format_number(summary.deposit)),
        BoxRow(t("summary_label.deposit_d1") + dates[0], show.format_number(summary.deposit_d1)),
        BoxRow(t("summary_label.deposit_d2") + dates[1], show.format_number(summary.deposit_d2)),
    ]
    if wide:
        steps = (
            ("summary_label.settles_yesterday", summary.deposit, summary.deposit_d1),
            ("summary_label.settles_today", summary.deposit_d1, summary.deposit_d2),
        )
        for index, (label, before, after) in zip((1, 3), steps, strict=True):
            change = None if before is None or after is None else after - before
            entries.insert(index, BoxRow(t(label), show.format_cash_flow(change)))
    return [*entries, BoxRow(t("summary_label.settled"))]


def _profit_loss_entries(
    balance: Balance, summary: BalanceSummary, t: Translations, *, wide: bool
) -> list[BoxRow]:
    entries = [
        BoxRow(
            t("summary_label.purchase_amount"),
            show.format_number(summary.purchase_amount),
        ),
        BoxRow(t("summary_label.valuation"), show.format_number(summary.valuation)),
        BoxRow(t("summary_label.profit_loss"), show.format_change(summary.profit_loss)),
        BoxRow(
            t("summary_label.profit_rate"),
            show.format_percent(summary.computed_profit_rate, show.COMPUTED_MARK),
            never_masked=True,
        ),
    ]
    return entries + (_best_and_worst_entries(balance, t) if wide else [])


def _best_and_worst_entries(balance: Balance, t: Translations) -> list[BoxRow]:
    rated = [
        (rate, holding.name)
        for holding in balance.open_holdings
        if (rate := holding.profit_rate) is not None
    ]
    if not rated:
        return []
    up = sum(rate > 0 for rate, _ in rated)
    down = sum(rate < 0 for rate, _ in rated)
    best, worst = max(rated, key=itemgetter(0)), min(rated, key=itemgetter(0))
    return [
        BoxRow(t("summary_label.winners"), Cell(f"{up} / {down}"), never_masked=True),
        *(
            BoxRow(f"{t(label)} {name or ''}", show.format_percent(rate), never_masked=True)
            for label, (rate, name) in (
                ("summary_label.best", best),
                ("summary_label.worst", worst),
            )
        ),
    ]


def _trades_table(
    summary: BalanceSummary, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    amount_width = min(AMOUNT_WIDTH, (width - 4) // 2)
    grid = (
        ("summary_label.bought", summary.bought_yesterday, summary.bought_today),
        ("summary_label.sold", summary.sold_yesterday, summary.sold_today),
        ("summary_label.costs", summary.costs_yesterday, summary.costs_today),
    )
    header_cells = tuple(
        Cell(pad(t(key), amount_width, align_right=True), Role.DIM)
        for key in ("summary_label.yesterday", "summary_label.today")
    )
    rows = [_right_aligned_columns("", header_cells, amount_width, width)]
    for label, *amounts in grid:
        rows.append(
            _right_aligned_columns(
                t(label),
                tuple(
                    show.mask_amount(show.format_number(amount), amounts_hidden=amounts_hidden)
                    for amount in amounts
                ),
                amount_width,
                width,
            )
        )
    return tuple(rows)


def _right_aligned_columns(
    label: str, values: tuple[Cell, ...], column_width: int, width: int
) -> Line:
    """Return a label and right-aligned columns, which grow to keep numbers whole."""
    padded = [
        Cell(" " * max(1 if index else 0, column_width - cell.width) + cell.text, cell.role)
        for index, cell in enumerate(values)
    ]
    columns_width = sum(cell.width for cell in padded)
    label_width = max(width - columns_width, 0)
    return (Cell(pad(label, label_width) if label_width >= 0 else label, Role.LABEL), *padded)


def _loan_entries(summary: BalanceSummary, t: Translations, *, wide: bool) -> list[BoxRow]:
    loans, short = show.format_number(summary.loans), show.format_number(summary.short_proceeds)
    if wide:
        loan_entries = [
            BoxRow(t("summary_label.loans"), loans),
            BoxRow(t("summary_label.short_proceeds"), short),
        ]
    else:
        loan_entries = [
            BoxRow(t("summary_label.loans_and_short"), Cell(f"{loans.text} / {short.text}"))
        ]
    auto_repayment = Cell(summary.auto_repayment) if summary.auto_repayment else show.UNAVAILABLE
    return [
        *loan_entries,
        BoxRow(t("summary_label.repayment_d1"), show.format_number(summary.repayment_d1)),
        BoxRow(t("summary_label.repayment_d2"), show.format_number(summary.repayment_d2)),
        BoxRow(t("summary_label.auto_repayment"), auto_repayment, never_masked=True),
    ]


def overseas_boxes(balance: Balance, t: Translations, *, amounts_hidden: bool) -> tuple[Box, ...]:
    """Return two boxes of equal height, or none if the account has nothing overseas."""
    last_good = last_loaded(balance.overseas)
    if last_good is None or last_good.value.is_empty:
        return ()
    groups = {
        "overseas": _overseas_valuation_entries(balance, last_good.value, t),
        "foreign_cash": _foreign_cash_entries(last_good.value, last_good.loaded_at, t),
    }
    line_count = max(map(len, groups.values()))
    return tuple(
        build_box(name, t, _pad_entries(entries, line_count), amounts_hidden=amounts_hidden)
        for name, entries in groups.items()
    )


def _pad_entries(entries: list[BoxRow], line_count: int) -> list[BoxRow]:
    """Return `line_count` entries, with blank ones before the last, which is a note."""
    return [*entries[:-1], *[BoxRow("")] * (line_count - len(entries)), entries[-1]]


def _overseas_valuation_entries(
    balance: Balance, overseas: OverseasBalance, t: Translations
) -> list[BoxRow]:
    rate = show.format_percent(overseas.profit_rate, show.COMPUTED_MARK)
    total_value = compute_headline(balance).total_value.whole
    total = Cell(show.format_number(total_value).text, Role.STRONG)
    return [
        BoxRow(t("summary_label.overseas_value"), show.format_number(overseas.valuation_won)),
        BoxRow(t("summary_label.profit_loss"), show.format_change(overseas.profit_loss_won)),
        BoxRow(t("summary_label.profit_rate"), rate, never_masked=True),
        BoxRow(t("summary_label.foreign_cash_won"), show.format_number(overseas.cash_won)),
        BoxRow(t("summary_label.all_assets") + show.COMPUTED_MARK, total),
        BoxRow(t("summary_label.in_won")),
    ]


def _foreign_cash_entries(
    overseas: OverseasBalance, fetched_at: datetime, t: Translations
) -> list[BoxRow]:
    """Return one entry per currency with a deposit, labelled with its exchange rate."""
    entries = []
    for cash in overseas.cash:
        if cash.deposit == 0:
            continue
        currency = cash.currency or ""
        label = (
            f"{currency} {show.format_exchange_rate(overseas.exchange_rates.get(currency)).text}"
        )
        amount = show.round_to_currency(cash.deposit, currency) or cash.deposit
        value = show.UNAVAILABLE if amount is None else show.format_amount(amount)
        entries.append(BoxRow(label, value))
    if not entries:
        entries = [BoxRow(t("summary_label.no_foreign_cash"))]
    time_text = show.format_day_time(fetched_at)
    return [*entries, BoxRow(t("summary_label.first_rate", time=time_text))]
