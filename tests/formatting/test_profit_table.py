"""The table of realised profit."""

import datetime as dt
from decimal import Decimal

import pytest
from msgspec.structs import replace

from kistui.formatting.cells import plain_text
from kistui.formatting.profit_table import (
    check_text,
    profit_columns,
    profit_headline,
    profit_table,
)
from kistui.formatting.trade_detail import profit_detail_lines
from kistui.i18n import load_translations
from kistui.models.markets import Market
from kistui.models.periods import DateRange
from kistui.models.profit_report import (
    ProfitGroup,
    ProfitGrouping,
    ProfitLine,
    ProfitReport,
    SumCheck,
    build_group,
)

DAYS = DateRange(dt.date(2026, 11, 1), dt.date(2026, 11, 23))


def market_text(*markets: Market) -> str:
    days = (dt.date(2026, 11, 2 + day) for day in range(len(markets)))
    lines = [
        ProfitLine(trade_date=day, market=market) for day, market in zip(days, markets, strict=True)
    ]
    columns = profit_columns(ProfitGrouping.MONTH)
    column = next(column for column in columns if column.name == "market")
    group = ProfitGroup(key="2026-11", lines=tuple(lines))
    return plain_text((column.format_cell(group, load_translations("en")),))


def test_markets_have_a_fixed_order() -> None:
    expected = market_text(Market.KR, Market.US, Market.HK)
    assert expected.count("+") == 2
    assert market_text(Market.HK, Market.KR, Market.US, Market.KR) == expected


def report(*lines: ProfitLine, grouping: ProfitGrouping, checks: str = "") -> ProfitReport:
    """Return a report; `checks` names what was compared, as `kr/profit`, between blanks."""
    compared = (check.split("/") for check in checks.split())
    return ProfitReport(
        days=DAYS,
        grouping=grouping,
        lines=lines,
        checks=tuple(
            SumCheck(name, Market(market), Decimal(1), Decimal(1)) for market, name in compared
        ),
    )


@pytest.mark.parametrize(
    ("checks", "is_agreement"),
    [
        ("", False),
        ("kr/profit", False),
        ("kr/sold other/profit", False),
        ("kr/profit kr/sold other/profit", True),
    ],
)
def test_sums_agree_only_if_every_profit_was_compared(checks: str, is_agreement: bool) -> None:
    lines = ProfitLine(profit=1), ProfitLine(market=Market.US, profit=1)
    text = check_text(
        report(*lines, grouping=ProfitGrouping.DAY, checks=checks), load_translations("en")
    )
    assert bool(text) is is_agreement


def test_a_difference_names_the_market_it_is_of() -> None:
    checks = tuple(
        SumCheck("profit", market, Decimal(total), Decimal(0))
        for market, total in ((Market.KR, 77_700), (Market.OTHER, 1_200))
    )
    wrong = replace(report(grouping=ProfitGrouping.DAY), checks=checks)
    assert check_text(wrong, load_translations("en")).endswith(
        ": Realised P&L off by 77,700 KRW, Realised P&L (overseas) off by 1,200 KRW"
    )
    assert check_text(wrong, load_translations("ko")).endswith(
        ": 실현손익 차이 77,700원, 실현손익(해외) 차이 1,200원"
    )


@pytest.mark.parametrize(("difference", "is_wrong"), [(1, False), (2, True)])
def test_an_overseas_sum_may_differ_by_a_won_for_each_overseas_line(
    difference: int, is_wrong: bool
) -> None:
    lines = *[ProfitLine(profit=1)] * 5, ProfitLine(market=Market.US, profit=1)
    check = SumCheck("profit", Market.OTHER, Decimal(1 + difference), Decimal(1))
    checked = replace(report(*lines, grouping=ProfitGrouping.DAY), checks=(check,))
    assert bool(checked.wrong_sums) is is_wrong


@pytest.mark.parametrize("grouping", ProfitGrouping)
def test_lines_without_a_day_or_code_stay_apart_and_name_nothing(grouping: ProfitGrouping) -> None:
    lines = [ProfitLine(name=name, sold=5, profit=1) for name in ("ONE", "TWO")]
    table = profit_table(report(*lines, grouping=grouping), load_translations("en"))
    rows = [plain_text(row).split() for row in table.lay_out(120).rows]
    names = [name for row in rows for name in row if name in {"ONE", "TWO"}]
    assert sorted(names) == (["ONE", "TWO"] if grouping.needs_items else [])
    assert grouping is ProfitGrouping.ITEM or {row[0] for row in rows} == {"-"}


def test_rates_are_aligned_with_and_without_the_mark() -> None:
    groups = [
        ProfitGroup(key="2026-11-20", lines=(), rate=Decimal(rate), is_rate_computed=is_computed)
        for rate, is_computed in (("10.93", False), ("3.55", True))
    ]
    column = next(column for column in profit_columns(ProfitGrouping.DAY) if column.name == "rate")
    t = load_translations("ko")
    texts = [column.format_cell(group, t).text.rjust(9) for group in groups]
    assert texts == [" +10.93% ", "  +3.55%*"]


def test_details_name_the_market_of_a_day_without_items() -> None:
    line = ProfitLine(trade_date=DAYS.first, market=Market.KR, profit=100)
    shown = report(line, grouping=ProfitGrouping.MONTH)
    t = load_translations("ko")
    (group,) = shown.groups()
    _, row = profit_detail_lines(group, shown, t, 60)
    assert plain_text(row).split()[:2] == ["2026-11-01", "국내"]


def test_a_headline_has_no_zeros_before_anything_is_read() -> None:
    nothing = report(grouping=ProfitGrouping.MONTH)
    t = load_translations("ko")
    assert profit_headline(nothing, t, 80) == ((), ())
    assert "0" in plain_text(profit_headline(replace(nothing, parts_read=1), t, 80)[0])


def test_overseas_purchases_are_unknown_and_not_zero() -> None:
    korean = ProfitLine(market=Market.KR, bought=1_000, sold=500, profit=1)
    american = ProfitLine(market=Market.US, sold=500, profit=1)
    assert build_group("", [korean, american]).bought == 1_000
    assert build_group("", [american]).bought is None
