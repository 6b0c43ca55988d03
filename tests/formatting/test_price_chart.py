"""The chart in a holding's detail: caption, legend, states, and the change of an overseas item."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kistui.errors import RequestTimeoutError
from kistui.formatting.cells import Role, display_width, plain_text
from kistui.formatting.price_chart import PricesState, day_change, price_chart_lines
from kistui.models.balance import Holding, merge_lots
from kistui.models.load_state import Failed, Loaded, Loading, NotLoaded
from kistui.models.overseas import OverseasHolding
from kistui.models.prices import DailyPrices, PriceBar
from tests.support import MORNING, load_app_translations, make_lot

KO, EN = load_app_translations("ko"), load_app_translations("en")
TODAY = date(2026, 11, 23)
(SAMSUNG,) = merge_lots([make_lot(price=Decimal(75_000), average_price=Decimal(70_000))])
APPLE = OverseasHolding(
    code="AAPL", exchange="NASD", currency="USD", price=Decimal("271.5"), quantity=Decimal(3)
)


def prices_of(*closes: str | None, last_day: date = TODAY, **changes: Any) -> Loaded[DailyPrices]:
    first = last_day - timedelta(days=len(closes) - 1)
    bars = tuple(
        PriceBar(
            day=first + timedelta(days=number),
            open=close and Decimal(close),  # type: ignore[arg-type]
            high=close and Decimal(close) + 500,  # type: ignore[arg-type]
            low=close and Decimal(close) - 500,  # type: ignore[arg-type]
            close=close and Decimal(close),  # type: ignore[arg-type]
        )
        for number, close in enumerate(closes)
    )
    return Loaded(DailyPrices(bars=bars, **changes), MORNING)


RISING = prices_of("72000", "71000", "74000", "73900")


def lines(
    prices: PricesState,
    holding: Holding | OverseasHolding = SAMSUNG,
    width: int = 70,
    hidden: bool = False,
    candles: bool = False,
) -> list[str]:
    chart = price_chart_lines(
        holding, prices, KO, (width, 9), as_candles=candles, amounts_hidden=hidden
    )
    assert all(display_width(plain_text(line)) <= width for line in chart)
    return [plain_text(line).rstrip() for line in chart]


def test_the_caption_has_the_span_its_change_and_its_extremes() -> None:
    caption, *chart = lines(RISING)
    # The last close is the price in the balance.
    assert caption == "일별 종가 4거래일  +4.17%  최고 75,000  최저 71,000  - - 매입단가"
    assert len(chart) == 8
    assert any(line.startswith(("70,000 ⠉", "70,000 ⣀")) for line in chart)
    assert chart[-1].split() == ["11-20", "11-21", "11-22", "11-23"]
    assert lines(RISING, width=30)[0] == "일별 종가 4거래일  +4.17%"


def test_candles_reach_over_highs_and_lows() -> None:
    caption = lines(RISING, candles=True)[0]
    assert caption.startswith("일봉 4거래일  +4.17%  최고 75,000  최저 70,500")


def test_the_last_bar_of_another_day_stays() -> None:
    friday = prices_of("72000", "73900", last_day=date(2026, 11, 20))  # now it is Monday
    assert "최고 73,900" in lines(friday)[0]


def test_hidden_amounts_hide_only_the_average() -> None:
    chart = lines(RISING, hidden=True)
    assert "매입단가" not in chart[0]
    assert not any(line.startswith("70,000") for line in chart)
    assert any("75,000" in line for line in chart)


def test_a_distant_average_has_an_arrow() -> None:
    (cheap,) = merge_lots([make_lot(price=Decimal(75_000), average_price=Decimal(30_000))])
    chart = lines(RISING, cheap)
    assert chart[0].endswith("↓ 매입단가")
    assert any(line.startswith("↓30,000") for line in chart)


def test_cents_are_aligned() -> None:
    chart = lines(prices_of("278.5", "280", "279.25", last_day=date(2026, 11, 19)), APPLE)
    assert "최고 280.00  최저 278.50" in chart[0]


@pytest.mark.parametrize(
    ("prices", "text"),
    [
        (Loading(), "일별 시세를 조회하고 있습니다…"),
        (None, "KIS가 일별 시세를 제공하지 않는 종목입니다."),
        (prices_of(), "KIS에 이 종목의 일별 시세가 없습니다."),
        (
            prices_of(None, None, last_day=date(2026, 11, 20)),
            "KIS에 이 종목의 일별 시세가 없습니다.",
        ),
        (
            Failed(RequestTimeoutError(), datetime(2026, 11, 23, tzinfo=UTC)),
            "일별 시세를 조회하지 못했습니다: 응답 시간이 초과되었습니다",
        ),
    ],
)
def test_a_sentence_replaces_the_chart(prices: PricesState, text: str) -> None:
    assert lines(prices)[0] == text
    assert lines(NotLoaded()) == []


def test_unreadable_values_are_named() -> None:
    chart = price_chart_lines(
        SAMSUNG,
        prices_of("72000", None, "74000", unreadable_fields=("stck_clpr",)),
        EN,
        (70, 9),
        amounts_hidden=False,
    )
    assert plain_text(chart[-1]) == "Values that could not be read are left out: stck_clpr"
    assert chart[-1][0].role is Role.WARN


@pytest.mark.parametrize(
    ("closes", "last_day", "change"),
    [
        (("270", "271.5"), date(2026, 11, 20), ("1.5", "0.56")),
        (("270", "260"), date(2026, 11, 22), ("1.5", "0.56")),  # of today in New York
        (("270", "260"), date(2026, 11, 20), ("1.5", "0.56")),  # there it is Sunday
        (("270", "260"), date(2026, 11, 19), None),  # the price may be of Friday
        (("271.5",), date(2026, 11, 20), None),
        ((None, "271.5"), date(2026, 11, 20), None),
    ],
)
def test_the_change_of_an_overseas_item_needs_a_price_of_the_last_bars_day(
    closes: tuple[str, ...], last_day: date, change: tuple[str, str] | None
) -> None:
    actual = day_change(APPLE, prices_of(*closes, last_day=last_day))
    assert actual == (change and tuple(map(Decimal, change)))
    assert day_change(APPLE, Loading()) is None
