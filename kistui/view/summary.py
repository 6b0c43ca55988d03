"""The account's summary as six boxes; all 24 fields are in them, at either size."""

from decimal import Decimal
from operator import itemgetter

from kistui.models.balance import Balance, BalanceSummary
from kistui.view import format as show
from kistui.view.abroad import abroad_boxes
from kistui.view.boxes import Box, Entry, box_of
from kistui.view.cells import Cell, Line, Role, pad
from kistui.view.words import Words

AMOUNT = 13
"""Columns for an amount in the table of trades: 999,999,999 and some."""


def boxes(balance: Balance, words: Words, *, roomy: bool, hidden: bool = False) -> tuple[Box, ...]:
    """The groups in reading order: two columns of three when not `roomy`, else three of two.

    What is held abroad follows, if anything is.

    `hidden` leaves out amounts; rates and weights stay.
    """
    summary = balance.priced_summary
    groups = {
        "assets": _assets(summary, words, roomy=roomy),
        "yesterday": _yesterday(summary, words, roomy=roomy),
        "deposits": _deposits(summary, words, roomy=roomy),
        "profit": _profit(balance, summary, words, roomy=roomy),
        "loans": _loans(summary, words, roomy=roomy),
    }
    made = {name: box_of(name, words, entries, hidden=hidden) for name, entries in groups.items()}
    made["trades"] = Box(
        "trades",
        words("group.trades"),
        lambda w: _trades(summary, words, w, hidden=hidden),
        (summary, hidden),
    )
    order = (
        ("assets", "deposits", "profit", "yesterday", "trades", "loans")
        if roomy
        else ("assets", "yesterday", "deposits", "trades", "profit", "loans")
    )
    return (*(made[name] for name in order), *abroad_boxes(balance, words, hidden=hidden))


def _label(name: str, words: Words, *, roomy: bool) -> str:
    """KIS's official label where there is room, else the part its group does not say already."""
    return words(f"summary.{name}" if roomy else f"line.{name}")


def _assets(summary: BalanceSummary, words: Words, *, roomy: bool) -> list[Entry]:
    total = show.number(summary.total_value)
    entries = [
        Entry(_label("total_value", words, roomy=roomy), Cell(total.text, Role.STRONG)),
        Entry(_label("net_assets", words, roomy=roomy), show.number(summary.net_assets)),
        Entry(
            _label("securities_value", words, roomy=roomy), show.number(summary.securities_value)
        ),
        Entry(_label("cma_value", words, roomy=roomy), show.number(summary.cma_value)),
    ]
    if roomy:
        entries.append(Entry(words("line.allocation"), _allocation(summary), is_public=True))
    return entries


def _allocation(summary: BalanceSummary) -> Cell:
    total, securities = summary.total_value, summary.securities_value
    if not total or securities is None:
        return show.UNAVAILABLE
    part = Decimal(securities) * 100 / total
    return Cell(f"{show.share(part).text} / {show.share(100 - part).text}")


def _yesterday(summary: BalanceSummary, words: Words, *, roomy: bool) -> list[Entry]:
    # KIS answers 0 for the rate on real accounts; 0 is not a fact then.
    given = summary.asset_change_rate
    computed = summary.computed_asset_change_rate
    rate = show.percent(given) if given else show.percent(computed, show.COMPUTED)
    return [
        Entry(_label("total_yesterday", words, roomy=roomy), show.number(summary.total_yesterday)),
        Entry(_label("asset_change", words, roomy=roomy), show.change(summary.asset_change)),
        Entry(words("line.asset_change_rate"), rate, is_public=True),
        Entry(words("line.computed")),
    ]


def _deposits(summary: BalanceSummary, words: Words, *, roomy: bool) -> list[Entry]:
    ladder = [
        Entry(words("line.deposit"), show.number(summary.deposit)),
        Entry(words("line.deposit_d1"), show.number(summary.deposit_d1)),
        Entry(words("line.deposit_d2"), show.number(summary.deposit_d2)),
    ]
    if roomy:
        steps = (
            ("line.settles_yesterday", summary.deposit, summary.deposit_d1),
            ("line.settles_today", summary.deposit_d1, summary.deposit_d2),
        )
        for place, (label, before, after) in zip((1, 3), steps, strict=True):
            moved = None if before is None or after is None else after - before
            ladder.insert(place, Entry(words(label), show.change(moved)))
    return [*ladder, Entry(words("line.settled"))]


def _profit(balance: Balance, summary: BalanceSummary, words: Words, *, roomy: bool) -> list[Entry]:
    entries = [
        Entry(_label("purchase_amount", words, roomy=roomy), show.number(summary.purchase_amount)),
        Entry(_label("valuation", words, roomy=roomy), show.number(summary.valuation)),
        Entry(_label("profit_loss", words, roomy=roomy), show.change(summary.profit_loss)),
        Entry(
            words("line.profit_rate"),
            show.percent(summary.computed_profit_rate, show.COMPUTED),
            is_public=True,
        ),
    ]
    return entries + (_extremes(balance, words) if roomy else [])


def _extremes(balance: Balance, words: Words) -> list[Entry]:
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
        Entry(words("line.winners"), Cell(f"{up} / {down}"), is_public=True),
        *(
            Entry(f"{words(label)} {name or ''}", show.percent(rate), is_public=True)
            for label, (rate, name) in (("line.best", best), ("line.worst", worst))
        ),
    ]


def _trades(summary: BalanceSummary, words: Words, width: int, *, hidden: bool) -> tuple[Line, ...]:
    amount = min(AMOUNT, (width - 4) // 2)
    grid = (
        ("line.bought", summary.bought_yesterday, summary.bought_today),
        ("line.sold", summary.sold_yesterday, summary.sold_today),
        ("line.costs", summary.costs_yesterday, summary.costs_today),
    )
    heads = tuple(
        Cell(pad(words(key), amount, right=True), Role.DIM)
        for key in ("line.yesterday", "line.today")
    )
    rows = [_columns("", heads, amount, width)]
    for label, *amounts in grid:
        rows.append(
            _columns(
                words(label),
                tuple(show.private(show.number(each), hidden=hidden) for each in amounts),
                amount,
                width,
            )
        )
    return tuple(rows)


def _columns(label: str, values: tuple[Cell, ...], column: int, width: int) -> Line:
    """A label, then right-aligned columns that grow rather than cut a number."""
    padded = [
        Cell(" " * max(1 if index else 0, column - cell.width) + cell.text, cell.role)
        for index, cell in enumerate(values)
    ]
    used = sum(cell.width for cell in padded)
    room = max(width - used, 0)
    return (Cell(pad(label, room) if room >= 0 else label, Role.LABEL), *padded)


def _loans(summary: BalanceSummary, words: Words, *, roomy: bool) -> list[Entry]:
    loans, short = show.number(summary.loans), show.number(summary.short_proceeds)
    if roomy:
        first = [
            Entry(words("summary.loans"), loans),
            Entry(words("summary.short_proceeds"), short),
        ]
    else:
        first = [Entry(words("line.loans_and_short"), Cell(f"{loans.text} / {short.text}"))]
    flag = Cell(summary.auto_repayment) if summary.auto_repayment else show.UNAVAILABLE
    return [
        *first,
        Entry(_label("repayment_d1", words, roomy=roomy), show.number(summary.repayment_d1)),
        Entry(_label("repayment_d2", words, roomy=roomy), show.number(summary.repayment_d2)),
        Entry(_label("auto_repayment", words, roomy=roomy), flag, is_public=True),
    ]
