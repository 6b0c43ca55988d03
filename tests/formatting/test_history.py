"""The asset history as text: shortened amounts, the trend line, charts with gaps, comparisons."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kistui.formatting.ascii import to_ascii
from kistui.formatting.cells import Role, display_width, plain_text
from kistui.formatting.history import history_headline, return_blocks
from kistui.formatting.history_chart import (
    HistoryMeasure,
    business_days,
    chart_legend,
    compact_won,
    history_chart_lines,
    trend_line,
)
from kistui.formatting.history_table import history_rows, history_table
from kistui.i18n import load_translations
from kistui.models.history import AssetHistory, CashFlow, DayRecord
from kistui.models.prices import Benchmark, DailyPrices, MarketIndex, PriceBar

KO, EN = load_translations("ko"), load_translations("en")
MONDAY = date(2026, 11, 16)


def day(number: int) -> date:
    """Return a day counted from a Monday."""
    return MONDAY + timedelta(days=number)


def history(totals: dict[int, int], *flows: CashFlow) -> AssetHistory:
    """Return records by day, counted from a Monday."""
    return AssetHistory(
        tuple(DayRecord(day=day(number), total_value=total) for number, total in totals.items()),
        flows,
    )


def benchmark(index: MarketIndex, closes: dict[int, int | None]) -> Benchmark:
    bars = (
        PriceBar(day=day(number), close=None if close is None else Decimal(close))
        for number, close in closes.items()
    )
    return Benchmark(index, DailyPrices(bars=tuple(bars)))


@pytest.mark.parametrize(
    ("value", "ko", "en"),
    [
        (173_157_699, "1.7316억", "173.16M"),
        (165_000_000, "1.65억", "165M"),
        (99_999_999, "10,000만", "100M"),
        (12_345, "1.2345만", "12.345K"),
        (-50_000_000, "-5,000만", "-50M"),
        (999, "999", "999"),
        (0, "0", "0"),
    ],
)
def test_amounts_are_shortened(value: int, ko: str, en: str) -> None:
    assert compact_won(Decimal(value), KO) == ko
    assert compact_won(Decimal(value), EN) == en


def test_the_trend_names_days_change_high_and_low() -> None:
    line = trend_line(history({0: 155_200_000, 1: 174_000_000, 2: 172_000_000}), EN, 76)
    text = plain_text(line)
    assert re.match("[⠀-⣿]+ since 11-16 ", text)
    assert text.endswith("+10.82%   high 174M 11-17   low 155.2M 11-16")
    assert any(cell.role is Role.GAIN for cell in line)


def test_a_noted_deposit_is_no_gain_in_the_trend() -> None:
    records = history({0: 1_000, 1: 1_900}, CashFlow(day(1), 1_000))
    line = trend_line(records, EN, 40)
    assert plain_text(line).endswith(" time-weighted since 11-16 -10.00%*")
    assert any(cell.role is Role.LOSS for cell in line)


@pytest.mark.parametrize("t", [KO, EN])
@pytest.mark.parametrize("width", [10, 20, 40, 58, 76, 200])
def test_the_trend_fits_its_width(t: object, width: int) -> None:
    records = history({number: 100_000_000 + number for number in range(60)})
    text = plain_text(trend_line(records, t, width))  # type: ignore[arg-type]
    assert 0 < display_width(text) <= width
    assert width < 30 or "11-16" in text


def test_hidden_amounts_are_not_in_the_trend() -> None:
    text = plain_text(trend_line(history({0: 1_234, 1: 5_678}), EN, 80, amounts_hidden=True))
    assert "•••" in text
    assert not re.search("1,?234|5,?678|K", text)


@pytest.mark.parametrize("totals", [{}, {0: 100}])
def test_one_day_is_no_trend_and_no_chart(totals: dict[int, int]) -> None:
    records = history(totals)
    assert trend_line(records, EN, 80) == ()
    assert not history_chart_lines(
        records.days, HistoryMeasure.TOTAL, EN, 80, 10, amounts_hidden=False
    )


def test_a_chart_breaks_at_days_without_a_record() -> None:
    records = history({0: 100, 1: 101, 3: 103, 4: 104}).days
    assert business_days(records) == tuple(map(day, range(5)))
    assert business_days(records, {day(2)}) == (day(0), day(1), day(3), day(4))
    assert business_days(history({4: 1, 7: 2}).days) == (day(4), day(7))

    def chart(holidays: set[date]) -> str:
        lines = history_chart_lines(
            records, HistoryMeasure.TOTAL, EN, 60, 8, amounts_hidden=True, holidays=holidays
        )
        return "".join(map(plain_text, lines))

    assert len(re.findall("[⠁-⣿]", chart(set()))) < len(re.findall("[⠁-⣿]", chart({day(2)})))


def test_a_chart_of_hidden_amounts_has_no_axis() -> None:
    records = history({0: 123_000_000, 1: 124_000_000}).days
    shown, hidden = (
        "".join(
            map(
                plain_text,
                history_chart_lines(
                    records, HistoryMeasure.TOTAL, EN, 60, 8, amounts_hidden=amounts_hidden
                ),
            )
        )
        for amounts_hidden in (False, True)
    )
    assert "M" in shown
    assert "M" not in hidden
    assert to_ascii(shown).isascii()


def test_an_index_is_compared_from_the_first_day() -> None:
    records = history({0: 100, 1: 110, 2: 121}).days
    kospi = benchmark(MarketIndex.KOSPI, {-1: 1990, 0: 2000, 1: None, 2: 2100})
    assert kospi.closes([day(0), day(1), day(2)]) == tuple(map(Decimal, (2000, 2000, 2100)))
    rates = kospi.change_rates([day(0), day(1), day(2)])
    assert rates == {day(1): Decimal("0.00"), day(2): Decimal("5.00")}
    legend = plain_text(chart_legend(AssetHistory(records), HistoryMeasure.TOTAL, EN, kospi))
    assert legend.endswith("Total +21.00%   ┄┄ KOSPI +5.00%")
    assert ".. KOSPI" in to_ascii(legend)
    assert ".. Total" not in to_ascii(legend)
    lines = history_chart_lines(
        records, HistoryMeasure.TOTAL, EN, 60, 8, amounts_hidden=False, benchmark=kospi
    )
    assert {Role.STRONG, Role.LABEL} <= {cell.role for line in lines for cell in line}


def test_new_york_closes_when_the_next_day_has_begun_in_korea() -> None:
    sp500 = benchmark(MarketIndex.SP500, {0: 6000, 1: 6060})
    assert sp500.closes([day(0), day(1), day(2)]) == (None, Decimal(6000), Decimal(6060))
    assert sp500.closed_days(day(0), day(4)) == frozenset()


def test_days_without_an_index_are_days_without_trading() -> None:
    kospi = benchmark(MarketIndex.KOSPI, {0: 1, 1: 1, 3: 1})
    assert kospi.closed_days(day(0), day(6)) == {day(2)}
    rows = history_rows(history({1: 1, 3: 2}), day(3), kospi.closed_days(day(0), day(3)), kospi)
    assert [row.first for row in rows] == [day(3), day(1)]
    table = history_table(rows, EN, benchmark=kospi).lay_out(100)
    assert "KOSPI" in plain_text(table.header)


def test_days_of_another_year_are_written_with_it() -> None:
    rows = history_rows(history({0: 1, 1: 2}), date(2027, 1, 4))
    table = history_table(rows, EN).lay_out(100)
    assert plain_text(next(table.rows)).startswith("2026-11-17 Tue")


def test_the_headline_of_one_day_has_no_change() -> None:
    assert plain_text(history_headline(history({0: 1_000}), EN)) == "Total assets 1,000"
    text = plain_text(history_headline(history({0: 1_000, 1: 1_100}), EN))
    assert text == "Total assets 1,100   vs 11-16 ▲ 100 +10.00%"
    three_days = history({0: 1_000, 1: 1_000, 2: 1_100})
    text = plain_text(history_headline(three_days, EN))
    assert text == "Total assets 1,100   vs 11-17 ▲ 100 +10.00%   since 11-16 +10.00%"
    assert plain_text(history_headline(three_days, EN, 40)) == "1,100   vs 11-17 ▲ 100 +10.00%"
    after_gap = plain_text(history_headline(history({0: 1_000, 3: 1_100}), EN, 40))
    assert after_gap == "1,100   vs 11-16 ▲ 100 +10.00%"


def test_the_return_without_deposits_goes_before_the_change_with_them() -> None:
    records = history({0: 1_000, 1: 2_100, 2: 1_995}, CashFlow(day(1), 1_000))
    headline = history_headline(records, EN)
    expected = "Total assets 1,995   vs 11-17 ▼ 105 -5.00%   time-weighted since 11-16 +4.50%*"
    assert plain_text(headline) == f"{expected}   with deposits +99.50%"
    assert headline[-1].role is Role.PLAIN
    narrow = plain_text(history_headline(records, EN, len(expected) - 1))
    assert narrow == expected.removeprefix("Total assets ")
    last_day_has_deposit = history_headline(records.between(None, day(1)), EN)
    assert not {Role.GAIN, Role.LOSS} & {cell.role for cell in last_day_has_deposit}
    legend = chart_legend(records, HistoryMeasure.TOTAL, KO)
    assert plain_text(legend).endswith("총자산 +99.50% (입출금 포함)")
    assert not {Role.GAIN, Role.LOSS} & {cell.role for cell in legend}


def test_a_change_that_contains_a_deposit_has_no_colour() -> None:
    records = history({0: 1_000, 2: 2_000, 3: 2_100}, CashFlow(day(1), 1_000))
    rows = history_table(history_rows(records, day(3)), EN).lay_out(100).rows
    colours = {
        row[0].text.strip(): {Role.GAIN, Role.LOSS} & {cell.role for cell in row} for row in rows
    }
    assert colours["11-19 Thu"] == {Role.GAIN}
    assert not colours["11-18 Wed"]


def test_labels_of_an_axis_have_equal_decimals() -> None:
    records = history({0: 169_000_000, 1: 174_000_000}).days
    lines = history_chart_lines(records, HistoryMeasure.TOTAL, KO, 60, 12, amounts_hidden=False)
    labels = re.findall(r"([\d.]+)억", "".join(map(plain_text, lines)))
    assert len(labels) > 1
    assert len({len(label) for label in labels}) == 1


def test_a_return_without_deposits_is_marked_as_computed() -> None:
    records = history({0: 1_000, 1: 2_100}, CashFlow(day(1), 1_000))
    assert plain_text(return_blocks(records, EN)[1]).endswith("+10.00%*")
    deposits, rate = map(plain_text, return_blocks(records, EN, amounts_hidden=True))
    assert "1,000" not in deposits
    assert "+10.00%*" in rate
    assert "deposits" in plain_text(return_blocks(history({0: 1}), EN)[0])
