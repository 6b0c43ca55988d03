"""Dividends: sums that agree however they are grouped, and what is unknown stays unknown."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.models.dividends import (
    Dividend,
    DividendGrouping,
    DividendReport,
    ScheduledDividend,
    join_announced,
    scheduled_dividend,
)
from kistui.models.periods import DateRange
from tests.support import SAMSUNG

TODAY = date(2026, 11, 23)
YEAR = DateRange(date(2026, 1, 1), TODAY)
PAID = Dividend(
    code="005930", record_date=date(2026, 9, 30), pay_date=date(2026, 11, 20), quantity=100,
    gross=36_000, tax=5_540,
)  # fmt: skip

dividends = st.builds(
    Dividend,
    code=st.sampled_from(["005930", "000660", "069500"]),
    pay_date=st.integers(0, 326).map(lambda days: TODAY - timedelta(days)),
    quantity=st.integers(1, 1_000),
    gross=st.integers(0, 10**9),
    tax=st.none() | st.integers(0, 10**6),
)


@given(st.lists(dividends, max_size=20))
def test_every_grouping_has_the_same_sums(received: list[Dividend]) -> None:
    report = DividendReport(days=YEAR, today=TODAY, received=tuple(received))
    total = report.total()
    assert total.gross == sum(dividend.gross or 0 for dividend in received)
    for grouping in DividendGrouping:
        groups = replace(report, grouping=grouping).groups()
        assert sum(group.gross or 0 for group in groups) == total.gross
        assert sum(group.known_tax for group in groups) == total.known_tax
        assert sum(group.unknown_tax_count for group in groups) == total.unknown_tax_count
        assert sum(group.highest_net or 0 for group in groups) == total.highest_net
        assert sum(len(group.dividends) for group in groups) == len(received)
    if total.unknown_tax_count == 0 and all(item.tax is not None for item in received):
        assert total.net == total.highest_net


def test_one_unknown_tax_leaves_the_sums_unknown() -> None:
    untaxed = replace(PAID, tax=None)
    report = DividendReport(days=YEAR, today=TODAY, received=(PAID, untaxed))
    total = report.total()
    assert (total.gross, total.tax, total.net) == (72_000, None, None)
    assert (total.known_tax, total.highest_net, total.unknown_tax_count) == (5_540, 66_460, 1)


def test_a_yield_counts_what_todays_shares_would_have_received() -> None:
    report = DividendReport(
        days=YEAR, today=TODAY, received=(PAID,), grouping=DividendGrouping.ITEM,
        holdings=(SAMSUNG,),
    )  # fmt: skip
    (item,) = report.groups()
    assert (item.yield_on_cost, item.yield_on_value) == (Decimal("0.51"), Decimal("0.40"))
    assert report.total().yield_on_cost == item.yield_on_cost


def test_a_yield_with_an_unknown_part_is_unknown() -> None:
    report = DividendReport(
        days=YEAR, today=TODAY, received=(PAID, replace(PAID, quantity=None)),
        grouping=DividendGrouping.ITEM, holdings=(SAMSUNG,),
    )  # fmt: skip
    assert report.groups()[0].yield_on_cost is None
    assert report.total().yield_on_value is None
    assert replace(report, holdings=None).total().yield_on_cost is None


def scheduled(record_date: date, pay_date: date | None, amount: int) -> Dividend:
    row = ScheduledDividend(
        record_date=record_date, code="005930", cash_per_share=Decimal(amount), pay_date=pay_date
    )
    return scheduled_dividend(row, SAMSUNG)


def test_an_announcement_is_computed_from_the_shares_held_and_unknown_until_decided() -> None:
    decided = scheduled(date(2026, 12, 31), date(2027, 4, 20), 372)
    undecided = scheduled(date(2026, 12, 31), None, 0)
    assert (decided.gross, decided.is_computed) == (74_400, True)
    assert (undecided.gross, undecided.pay_date) == (None, None)


def test_a_right_of_the_account_is_not_announced_again() -> None:
    pending = Dividend(code="005930", record_date=date(2026, 10, 31), quantity=100)
    announced = join_announced(
        [pending],
        [PAID],
        [
            scheduled(date(2026, 9, 30), date(2026, 12, 1), 360),
            scheduled(date(2026, 10, 31), date(2026, 12, 19), 100),
            scheduled(date(2026, 6, 30), date(2026, 8, 20), 360),
            scheduled(date(2026, 12, 31), None, 0),
        ],
        TODAY,
    )
    assert [(item.record_date, item.pay_date, item.gross) for item in announced] == [
        (date(2026, 10, 31), date(2026, 12, 19), 10_000),
        (date(2026, 12, 31), None, None),
    ]


def test_cash_and_shares_of_one_record_date_are_two_rows() -> None:
    record_date = date(2026, 10, 31)
    shares = Dividend(code="005930", record_date=record_date, quantity=100, gross=0, shares=5)
    cash = replace(shares, gross=None, shares=None)
    scheduled_cash = scheduled(record_date, date(2026, 12, 19), 100)
    announced = join_announced([shares, cash], [], [scheduled_cash], TODAY)
    assert sorted((item.shares or 0, item.gross) for item in announced) == [(0, 10_000), (5, 0)]


def test_two_announcements_of_one_record_date_are_both_announced() -> None:
    rows = [scheduled(date(2026, 12, 31), date(2027, 4, 20), amount) for amount in (372, 500, 372)]
    announced = join_announced([], [], rows, TODAY)
    assert [item.gross for item in announced] == [74_400, 100_000]


def test_a_stock_dividend_is_announced_in_shares() -> None:
    row = ScheduledDividend(
        record_date=date(2026, 12, 31), stock_rate=Decimal("5.00"), stock_pay_date=date(2027, 2, 14)
    )
    dividend = scheduled_dividend(row, SAMSUNG)
    assert (dividend.shares, dividend.gross, dividend.pay_date) == (10, 0, date(2027, 2, 14))
