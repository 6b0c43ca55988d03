"""The asset history: which day figures belong to, what is recorded, and what is computed of it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.clock import KST
from kistui.errors import RequestTimeoutError
from kistui.models.history import (
    AssetHistory,
    CashFlow,
    DayRecord,
    HistoryPeriod,
    business_day,
    change_since,
    day_record,
    has_closing_prices,
    merge_histories,
    missing_days,
    net_cash_flow,
    time_weighted_return,
)
from kistui.models.history_csv import (
    VERSION_LINE,
    HistoryFormatError,
    format_history,
    parse_history,
    parse_typed_cash_flow,
)
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded
from kistui.models.overseas import OverseasBalance, OverseasTotals
from kistui.models.totals import with_overseas
from tests.support import MORNING, make_balance, make_lot

FRIDAY = date(2026, 11, 20)
DOMESTIC = make_balance(make_lot())
EMPTY_OVERSEAS = OverseasBalance(
    totals=OverseasTotals(valuation=0, foreign_currency_balance=Decimal(0))
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=KST)


def days(*totals: int, first: date = FRIDAY) -> tuple[DayRecord, ...]:
    return tuple(
        DayRecord(day=first + timedelta(days=number), total_value=total)
        for number, total in enumerate(totals)
    )


@pytest.mark.parametrize(
    ("instant", "day", "is_closing"),
    [
        (at(23, 10), 23, False),
        (at(23, 8), 23, False),
        (at(23, 7, 59), 20, True),  # Monday before the open: Friday's prices
        (at(23, 15, 39), 23, False),
        (at(23, 15, 40), 23, True),
        (at(24, 0, 30), 23, True),
        (at(21, 12), 20, True),
        (at(22, 23), 20, True),
    ],
)
def test_figures_belong_to_the_last_business_day_that_has_begun(
    instant: datetime, day: int, is_closing: bool
) -> None:
    assert business_day(instant) == date(2026, 11, day)
    assert has_closing_prices(instant) is is_closing


def test_a_holiday_has_no_figures_of_its_own() -> None:
    assert business_day(at(23, 12), {date(2026, 11, 23)}) == FRIDAY


def test_a_complete_balance_becomes_a_record() -> None:
    balance = with_overseas(DOMESTIC, Loaded(EMPTY_OVERSEAS, MORNING))
    record = day_record(balance, MORNING, has_overseas=True)
    assert record is not None
    assert (record.day, record.total_value, record.taken_at) == (
        MORNING.date(), 1_550_000, MORNING,
    )  # fmt: skip
    assert (record.securities, record.cash, record.overseas) == (750_000, 800_000, 0)
    assert (record.profit_loss, record.profit_rate) == (50_000, Decimal("7.14"))
    assert record.covers_overseas
    assert not record.is_closing


@pytest.mark.parametrize(
    "overseas",
    [
        NotLoaded(),
        Loading(Loaded(EMPTY_OVERSEAS, MORNING)),
        Failed(RequestTimeoutError(), MORNING, Loaded(EMPTY_OVERSEAS, MORNING)),
        Loaded(replace(EMPTY_OVERSEAS, may_be_partial=True), MORNING),
        Loaded(OverseasBalance(unreadable_fields=("evlu_amt2",)), MORNING),
    ],
)
def test_without_its_overseas_part_nothing_is_recorded(
    overseas: LoadState[OverseasBalance],
) -> None:
    balance = with_overseas(DOMESTIC, overseas)
    assert day_record(balance, MORNING, has_overseas=True) is None


@pytest.mark.parametrize(
    "balance",
    [
        replace(DOMESTIC, is_complete=False),
        replace(DOMESTIC, may_be_partial=True),
        make_balance(make_lot(price=Decimal(0))),
        make_balance(make_lot(), total_value=None),
        make_balance(make_lot(), total_value=10**19),
    ],
)
def test_part_of_a_balance_is_not_recorded(balance: object) -> None:
    assert day_record(DOMESTIC, MORNING, has_overseas=False) is not None
    assert day_record(balance, MORNING, has_overseas=False) is None  # type: ignore[arg-type]


def test_closing_prices_replace_earlier_ones_and_never_the_other_way() -> None:
    def record(hour: int) -> DayRecord:
        balance = make_balance(make_lot(), deposit_d2=hour, total_value=750_000 + hour)
        day = day_record(balance, at(23, hour), has_overseas=False)
        assert day is not None
        return day

    assert record(11).supersedes(record(10))
    assert not replace(record(10), taken_at=at(23, 11)).supersedes(record(10))
    assert record(16).supersedes(record(10))
    assert not record(15).supersedes(record(16))
    assert not replace(record(17), is_closing=False).supersedes(record(16))


def test_gaps_are_business_days_without_a_record() -> None:
    friday, wednesday = days(1)[0], DayRecord(day=date(2026, 11, 25), total_value=1)
    assert missing_days(friday, wednesday) == (date(2026, 11, 23), date(2026, 11, 24))
    assert missing_days(friday, wednesday, {date(2026, 11, 23)}) == (date(2026, 11, 24),)
    assert missing_days(friday, DayRecord(day=date(2026, 11, 23), total_value=1)) == ()


def test_changes_are_between_two_records() -> None:
    series = days(100, 110, 121)
    change = change_since(series, None)
    assert change is not None
    assert (change.since, change.amount, change.rate) == (FRIDAY, 21, Decimal("21.00"))
    assert change_since(series[:1], None) is None
    assert change_since((), None) is None
    since = change_since(series, FRIDAY + timedelta(days=1))
    assert since is not None
    assert since.amount == 11


def test_a_period_ends_on_its_last_day() -> None:
    assert HistoryPeriod.WEEK.first_day(FRIDAY) == date(2026, 11, 13)
    assert HistoryPeriod.ALL.first_day(FRIDAY) is None


def test_a_deposit_is_no_return() -> None:
    flows = (CashFlow(FRIDAY + timedelta(days=1), 900), CashFlow(FRIDAY, 7))
    history = AssetHistory(days(100, 1010, 1111), flows)
    assert time_weighted_return(history) == Decimal("21.00")
    assert time_weighted_return(AssetHistory(history.days)) == Decimal("1011.00")
    assert net_cash_flow(flows, FRIDAY) == 900


@pytest.mark.parametrize("totals", [(), (100,), (0, 100), (-5, 100)])
def test_an_unknown_return_is_none(totals: tuple[int, ...]) -> None:
    assert time_weighted_return(AssetHistory(days(*totals))) is None


WON = st.integers(-(10**18), 10**18)
DATES = st.dates(date(1980, 1, 1), date(2999, 12, 31))
RECORDS = st.builds(
    DayRecord,
    day=DATES,
    total_value=WON,
    securities=st.none() | WON,
    cash=st.none() | WON,
    overseas=st.none() | WON,
    profit_loss=st.none() | WON,
    purchase_amount=st.none() | WON,
    exchange_rates=st.lists(
        st.tuples(
            st.sampled_from(["USD", "JPY", "HKD"]),
            st.decimals(0, 9999, places=6, allow_nan=False),
        ),
        max_size=3,
    ).map(lambda rates: tuple(sorted(rates))),
    taken_at=st.none() | st.just(MORNING),
    is_closing=st.booleans(),
    covers_overseas=st.booleans(),
)
FLOWS = st.builds(
    CashFlow,
    DATES,
    WON.filter(bool),
    st.sampled_from(["", "bonus", "=cmd()", "'=cmd()", "'x", 'a, "b"']),
)
HISTORIES = st.builds(
    lambda records, flows: merge_histories(
        AssetHistory(), AssetHistory(tuple(records), tuple(flows))
    ),
    st.lists(RECORDS, max_size=5),
    st.lists(FLOWS, max_size=4),
)


@given(HISTORIES)
def test_a_written_history_is_parsed_again(history: AssetHistory) -> None:
    assert parse_history(f"{VERSION_LINE}\n{format_history(history)}") == history
    assert merge_histories(history, parse_history(format_history(history))) == history


@given(st.text(max_size=200) | st.text("date,total\n0123456789-\"'", max_size=100))
def test_any_text_is_a_history_or_an_error_with_a_line(text: str) -> None:
    for head in ("", "date,total\n", f"{VERSION_LINE}\n"):
        try:
            parse_history(head + text)
        except HistoryFormatError as error:
            assert error.line >= 1


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "no_column"),
        ("date,value\n", 1, "no_column"),
        ("# kistui history 2\ndate,total\n", 1, "unknown_version"),
        ("date,total\n2026-11-20,1\n2026-11-20,2\n", 3, "day_twice"),
        ("date,total\n2026-11-20,1\n20.11.2026,2\n", 3, "no_date"),
        ("date,total\n2026-11-20,\n", 2, "no_amount"),
        ("date,total\n2026-11-20,1.5\n", 2, "no_amount"),
        ("date,total\n2026-11-20\n", 2, "wrong_columns"),
        ("date,total\n2026-11-20,1,2\n", 2, "wrong_columns"),
        ("date,total\n2026-11-24,1\n", 2, "future_date"),
        ("kind,date,total\nnight,2026-11-20,1\n", 2, "not_one_of"),
        ("kind,date,total,amount\ndeposit,2026-11-20,,0\n", 2, "no_amount"),
        ('date,total\n"2026-11-20,1\n', 2, "not_csv"),
    ],
)
def test_a_faulty_csv_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(HistoryFormatError) as caught:
        parse_history(text, today=MORNING.date())
    assert (caught.value.line, caught.value.reason) == (line, reason)


@pytest.mark.parametrize(
    ("typed", "flow"),
    [
        ("2026-11-20 1,000,000 bonus of May", CashFlow(FRIDAY, 1_000_000, "bonus of May")),
        (" 2026-11-20  -5 ", CashFlow(FRIDAY, -5)),
        ("2026-11-20 +5 \x1b[31m", CashFlow(FRIDAY, 5, "[31m")),
    ],
)
def test_a_cash_flow_is_typed_as_day_amount_and_note(typed: str, flow: CashFlow) -> None:
    assert parse_typed_cash_flow(typed, FRIDAY) == flow


@pytest.mark.parametrize(
    ("typed", "reason", "details"),
    [
        ("", "no_date", {}),
        ("tomorrow 5", "no_date", {}),
        ("2026-11-21 5", "future_date", {"day": "2026-11-21"}),
        ("2026-11-20", "amount_missing", {}),
        ("2026-11-20 0", "no_amount", {"name": "0"}),
        ("2026-11-20 5.5", "no_amount", {"name": "5.5"}),
    ],
)
def test_an_invalid_cash_flow_is_refused_with_its_reason(
    typed: str, reason: str, details: dict[str, str]
) -> None:
    with pytest.raises(HistoryFormatError) as caught:
        parse_typed_cash_flow(typed, FRIDAY)
    assert (caught.value.reason, caught.value.details) == (reason, details)


def test_a_spreadsheet_with_dates_and_totals_is_enough() -> None:
    history = parse_history('\ufeffdate, total\r\n2026-11-20,"1,234"\r\n\r\n2026-11-19,5\r\n')
    assert [(record.day.day, record.total_value) for record in history.days] == [
        (19, 5),
        (20, 1234),
    ]


def test_hidden_amounts_are_blank_in_the_csv() -> None:
    history = AssetHistory(days(123_456), (CashFlow(FRIDAY, 987, "house"),))
    text = format_history(history, amounts_hidden=True)
    assert "2026-11-20" in text
    assert not any(private in text for private in ("123456", "987", "house"))


def test_a_merge_keeps_own_days_and_counts_each_deposit_once() -> None:
    flow = CashFlow(FRIDAY, 5)
    own = AssetHistory(days(1, 2), (flow,))
    other = AssetHistory(days(9, 9, 9), (flow, flow))
    merged = merge_histories(own, other)
    assert [record.total_value for record in merged.days] == [1, 2, 9]
    assert merged.cash_flows == (flow, flow)
    assert [day.total_value for day in merge_histories(own, other, replace_days=True).days] == [
        9, 9, 9,
    ]  # fmt: skip
