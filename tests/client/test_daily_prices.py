"""Prices by trading day, against a simulated KIS server on loopback, and from hostile bodies."""

import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.client.daily_prices import PricePage, parse_page, source_of
from kistui.errors import KistuiError, MalformedResponseError, PaginationError, RateLimitedError
from kistui.models.prices import DomesticItem, MarketIndex, OverseasItem, PriceSubject
from kistui.simulator import Response, error_response
from tests.client.conftest import OpenClient
from tests.fuzz.strategies import JSON_VALUES, RAW_VALUES, fuzz_settings

SAMSUNG, APPLE = DomesticItem("005930"), OverseasItem("NAS", "AAPL")
PATHS = {
    SAMSUNG: "inquire-daily-itemchartprice",
    APPLE: "dailyprice",
    MarketIndex.KOSPI: "inquire-daily-indexchartprice",
    MarketIndex.KOSDAQ: "inquire-daily-indexchartprice",
    MarketIndex.SP500: "inquire-daily-chartprice",
}
TWENTY_WEEKS_AGO = "2026-07-07"


@pytest.mark.parametrize("environment", ["real", "paper"])
@pytest.mark.parametrize("subject", PATHS, ids=str)
async def test_bars_are_trading_days_oldest_first(
    open_client: OpenClient, environment: str, subject: PriceSubject
) -> None:
    harness = open_client(environment=environment)
    prices = await harness.fetch_prices(subject, "2026-10-26")
    days = [bar.day for bar in prices.bars]
    # In New York it is still Sunday, so Friday is the last day.
    is_american = subject in {APPLE, MarketIndex.SP500}
    assert days == sorted(set(days))
    assert days[0] == date(2026, 10, 26)
    assert days[-1] == date(2026, 11, 20 if is_american else 23)
    assert len(days) == (20 if is_american else 21)
    for bar in prices.bars:
        assert None not in {bar.open, bar.high, bar.low, bar.close, bar.volume}
        span = [value for value in (bar.low, bar.open, bar.close, bar.high) if value is not None]
        assert (min(span), max(span)) == (bar.low, bar.high)
    assert prices.unreadable_fields == ()
    assert harness.simulator.count_requests(PATHS[subject]) == 1


@pytest.mark.parametrize(
    ("subject", "requests"),
    [(SAMSUNG, 1), (APPLE, 1), (MarketIndex.SP500, 1), (MarketIndex.KOSPI, 2)],
)  # fmt: skip
async def test_twenty_weeks_take_one_request_of_an_item(
    open_client: OpenClient, subject: PriceSubject, requests: int
) -> None:
    harness = open_client()
    prices = await harness.fetch_prices(subject, TWENTY_WEEKS_AGO)
    assert 93 <= len(prices.bars) <= 100
    assert harness.simulator.count_requests(PATHS[subject]) == requests


@pytest.mark.parametrize("subject", PATHS, ids=str)
async def test_a_span_of_years_is_read_without_gaps(
    open_client: OpenClient, subject: PriceSubject
) -> None:
    harness = open_client()
    prices = await harness.fetch_prices(subject, "2024-11-25")
    days = [bar.day for bar in prices.bars]
    assert days[0] == date(2024, 11, 25)
    longest_closure = timedelta(days=8)  # around Chuseok 2025
    assert max(later - earlier for earlier, later in pairwise(days)) <= longest_closure


async def test_prices_begin_with_the_listing(open_client: OpenClient) -> None:
    prices = await open_client().fetch_prices(DomesticItem("373220"), "2022-01-03", "2022-02-03")
    assert prices.bars[0].day == date(2022, 1, 27)


async def test_the_last_bars_agree_with_the_balance(open_client: OpenClient) -> None:
    harness = open_client()
    balance, overseas = await harness.fetch_balance(), await harness.fetch_overseas()
    for holding in balance.open_holdings:
        bars = (await harness.fetch_prices(DomesticItem(holding.code or ""), "2026-11-16")).bars
        assert bars[-1].close == holding.price
        assert bars[-2].close == (holding.price or 0) - (holding.lots[0].day_change or 0)
    apple = next(holding for holding in overseas.open_holdings if holding.code == "AAPL")
    assert (await harness.fetch_prices(APPLE, "2026-11-16")).bars[-1].close == apple.price


@pytest.mark.parametrize("subject", [DomesticItem("999999"), OverseasItem("NASD", "AAPL")])
async def test_an_unknown_item_has_no_bars(open_client: OpenClient, subject: PriceSubject) -> None:
    prices = await open_client().fetch_prices(subject, TWENTY_WEEKS_AGO)
    assert (prices.bars, prices.unreadable_fields) == ((), ())


async def test_the_query_asks_for_adjusted_prices_of_krx(open_client: OpenClient) -> None:
    """0 asks for adjusted prices of a domestic item, 1 of an overseas one."""
    harness = open_client()
    for subject in (SAMSUNG, APPLE, MarketIndex.KOSDAQ, MarketIndex.SP500):
        await harness.fetch_prices(subject, "2026-11-02")
    span = {
        "FID_INPUT_DATE_1": "20261102", "FID_INPUT_DATE_2": "20261123",
        "FID_PERIOD_DIV_CODE": "D",
    }  # fmt: skip
    assert [dict(request.query) for request in harness.simulator.requests[1:]] == [
        {"FID_COND_MRKT_DIV_CODE": "J", "FID_INPUT_ISCD": "005930", "FID_ORG_ADJ_PRC": "0", **span},
        {
            "AUTH": "", "EXCD": "NAS", "SYMB": "AAPL", "GUBN": "0", "BYMD": "20261123",
            "MODP": "1", "KEYB": "",
        },
        {"FID_COND_MRKT_DIV_CODE": "U", "FID_INPUT_ISCD": "1001", **span},
        {"FID_COND_MRKT_DIV_CODE": "N", "FID_INPUT_ISCD": "SPX", **span},
    ]  # fmt: skip


async def test_a_price_request_is_retried_and_reported(open_client: OpenClient) -> None:
    harness = open_client()
    path = PATHS[SAMSUNG]
    harness.simulator.script(path, error_response("EGW00201"))
    assert (await harness.fetch_prices(SAMSUNG, "2026-11-16")).bars
    harness.simulator.script(path, *[error_response("EGW00201")] * 3)
    with pytest.raises(RateLimitedError):
        await harness.fetch_prices(SAMSUNG, "2026-11-16")


def reply(rows: object, **body: object) -> Response:
    content = {"rt_cd": "0", "msg_cd": "MCA00000", "output1": {}, "output2": rows, **body}
    return Response(body=json.dumps(content).encode())


async def test_a_server_that_repeats_its_rows_is_an_error(open_client: OpenClient) -> None:
    harness = open_client()
    rows = [
        {"stck_bsop_date": f"202611{day:02d}", "bstp_nmix_prpr": "1"} for day in range(23, 0, -1)
    ]
    harness.simulator.script(PATHS[MarketIndex.SP500], *[reply(rows)] * 2)
    with pytest.raises(PaginationError):
        await harness.fetch_prices(MarketIndex.SP500, "2025-11-03")


def parse_domestic(rows: object) -> PricePage:
    return parse_page(source_of(SAMSUNG).keys, {"output2": rows})


FULL_ROW: dict[str, Any] = {
    "stck_bsop_date": "20261120", "stck_clpr": "100", "stck_oprc": "101", "stck_hgpr": "102",
    "stck_lwpr": "99", "acml_vol": "7",
}  # fmt: skip


def test_filler_rows_are_left_out() -> None:
    fillers: list[dict[str, Any]] = [{}, {"stck_bsop_date": ""}, {"stck_bsop_date": "00000000"}]
    page = parse_domestic([FULL_ROW, *fillers])
    assert (len(page.bars), page.row_count, page.unreadable_fields) == (1, 4, ())
    nothing: list[object] = [None, "", {}, []]
    assert not any(parse_domestic(rows).bars for rows in nothing)


def test_an_unreadable_value_is_unknown_and_named() -> None:
    page = parse_domestic([FULL_ROW | {"stck_clpr": "1e3", "acml_vol": None}])
    bar = page.bars[0]
    assert (bar.close, bar.open, bar.volume) == (None, Decimal(101), None)
    assert page.unreadable_fields == ("stck_clpr",)


@pytest.mark.parametrize("price", ["0", "0.0000", "-5", ""])
def test_a_price_that_is_not_above_zero_is_unknown(price: str) -> None:
    page = parse_domestic([FULL_ROW | {"stck_oprc": price}])
    assert (page.bars[0].open, page.unreadable_fields) == (None, ())


def test_rows_without_any_readable_day_are_an_error() -> None:
    with pytest.raises(MalformedResponseError):
        parse_domestic([FULL_ROW | {"stck_bsop_date": "2026-11-20"}])
    page = parse_domestic([FULL_ROW | {"stck_bsop_date": "2026-11-20"}, FULL_ROW])
    assert (len(page.bars), page.unreadable_fields) == (1, ("stck_bsop_date",))


KEYS = st.sampled_from([*FULL_ROW, "prdy_vrss"])


@fuzz_settings
@given(st.lists(st.dictionaries(KEYS, RAW_VALUES | JSON_VALUES), max_size=4) | JSON_VALUES)
def test_any_body_is_bars_or_an_error(rows: object) -> None:
    try:
        page = parse_domestic(rows)
    except KistuiError:
        return
    assert all(bar.close is None or bar.close > 0 for bar in page.bars)
