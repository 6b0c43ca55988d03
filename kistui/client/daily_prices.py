"""Prices by trading day, of items and of market indices, over any span of days.

KIS sends the newest rows of the span and has no continuation keys: the next request asks for the
days before the oldest row.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from kistui.client.connection import ApiResponse, Connection
from kistui.client.endpoints import (
    DOMESTIC_INDEX_PRICES,
    DOMESTIC_PRICES,
    OVERSEAS_INDEX_PRICES,
    OVERSEAS_PRICES,
    Endpoint,
)
from kistui.client.pagination import auth_headers
from kistui.client.response_parsing import PARSERS, JsonObject, ParseValue, parse_rows
from kistui.errors import MalformedResponseError, PaginationError
from kistui.models.account import Credentials
from kistui.models.calls import OnProgress
from kistui.models.kis_fields import ValueType
from kistui.models.market_hours import is_weekday
from kistui.models.periods import DateRange
from kistui.models.prices import (
    DailyPrices,
    DomesticItem,
    MarketIndex,
    OverseasItem,
    PriceBar,
    PriceSubject,
)
from kistui.models.token import AccessToken

MAX_REQUESTS = 100
"""More than any span needs: 5,000 days of an index at 50 a response."""


class BarKeys(Struct, frozen=True):
    """KIS's keys of a row of `output2`."""

    day: str
    open: str
    high: str
    low: str
    close: str
    volume: str


class PriceSource(Struct, frozen=True):
    """Where prices come from: an endpoint, its keys, and its rows per response if documented."""

    endpoint: Endpoint
    keys: BarKeys
    page_size: int | None
    query_params: Callable[[DateRange], Mapping[str, str]]


def source_of(subject: PriceSubject) -> PriceSource:
    """Return the source of an item's or an index's prices."""
    if isinstance(subject, DomesticItem):
        return _domestic_source(subject.code)
    if isinstance(subject, OverseasItem):
        return _overseas_source(subject)
    if subject is MarketIndex.SP500:
        keys = _index_keys("ovrs_nmix")
        return PriceSource(
            OVERSEAS_INDEX_PRICES, keys, None, lambda span: _span_params("N", "SPX", span)
        )
    code = {MarketIndex.KOSPI: "0001", MarketIndex.KOSDAQ: "1001"}[subject]
    keys = _index_keys("bstp_nmix")
    return PriceSource(DOMESTIC_INDEX_PRICES, keys, 50, lambda span: _span_params("U", code, span))


def _domestic_source(code: str) -> PriceSource:
    keys = BarKeys(
        day="stck_bsop_date",
        open="stck_oprc",
        high="stck_hgpr",
        low="stck_lwpr",
        close="stck_clpr",
        volume="acml_vol",
    )
    return PriceSource(
        DOMESTIC_PRICES,
        keys,
        100,
        # J is KRX, as the prices of the balance. 0 asks for adjusted prices, 1 for overseas items.
        lambda span: {**_span_params("J", code, span), "FID_ORG_ADJ_PRC": "0"},
    )


def _overseas_source(item: OverseasItem) -> PriceSource:
    keys = BarKeys(day="xymd", open="open", high="high", low="low", close="clos", volume="tvol")

    def query_params(span: DateRange) -> Mapping[str, str]:
        return {
            "AUTH": "",
            "EXCD": item.quote_exchange,
            "SYMB": item.symbol,
            "GUBN": "0",
            "BYMD": f"{span.last:%Y%m%d}",
            "MODP": "1",
            "KEYB": "",
        }

    return PriceSource(OVERSEAS_PRICES, keys, 100, query_params)


def _index_keys(prefix: str) -> BarKeys:
    return BarKeys(
        day="stck_bsop_date",
        open=f"{prefix}_oprc",
        high=f"{prefix}_hgpr",
        low=f"{prefix}_lwpr",
        close=f"{prefix}_prpr",
        volume="acml_vol",
    )


def _span_params(market: str, code: str, span: DateRange) -> dict[str, str]:
    return {
        "FID_COND_MRKT_DIV_CODE": market,
        "FID_INPUT_ISCD": code,
        "FID_INPUT_DATE_1": f"{span.first:%Y%m%d}",
        "FID_INPUT_DATE_2": f"{span.last:%Y%m%d}",
        "FID_PERIOD_DIV_CODE": "D",
    }


class PricePage(Struct, frozen=True):
    """The rows of a response in KIS's order; `row_count` includes those without a day."""

    bars: tuple[PriceBar, ...]
    row_count: int
    unreadable_fields: tuple[str, ...] = ()


class PriceRequest(Struct, frozen=True):
    """The parameters that all requests for prices share."""

    connection: Connection
    credentials: Credentials
    token: AccessToken
    on_progress: OnProgress

    async def fetch_page(self, source: PriceSource, span: DateRange, page: int) -> PricePage:
        """Fetch the newest rows of a span; raises errors of the KisError tree."""

        def parse(response: ApiResponse) -> PricePage:
            return parse_page(source.keys, response.body)

        return await self.connection.get(
            source.endpoint,
            "",
            self.on_progress,
            page,
            parse=parse,
            params=source.query_params(span),
            headers=auth_headers(self.credentials, self.token),
        )


async def fetch_daily_prices(
    source: PriceSource, request: PriceRequest, span: DateRange
) -> DailyPrices:
    """Fetch the bars of a span in as few requests as possible.

    Raises PaginationError if the responses repeat or do not reach its first day.
    """
    bars: dict[date, PriceBar] = {}
    unreadable: set[str] = set()
    first, last = span.first, span.last
    for number in range(1, MAX_REQUESTS + 1):
        page = await request.fetch_page(source, DateRange(first, last), number)
        unreadable.update(page.unreadable_fields)
        new_bars = {bar.day: bar for bar in page.bars if bar.day <= last}
        if page.bars and not new_bars:
            raise PaginationError(page=number)
        bars.update(new_bars)
        is_short = source.page_size is not None and page.row_count < source.page_size
        if not new_bars or is_short or not _has_weekday(first, min(new_bars)):
            return DailyPrices(
                bars=tuple(bars[day] for day in sorted(bars) if day >= first),
                unreadable_fields=tuple(sorted(unreadable)),
            )
        last = min(new_bars) - timedelta(days=1)
    raise PaginationError(page=MAX_REQUESTS)


def _has_weekday(first: date, end: date) -> bool:
    """Return whether a weekday lies between `first` and the day before `end`."""
    day_count = min((end - first).days, 3)  # any three days in a row include a weekday
    return any(is_weekday(first + timedelta(days=number)) for number in range(day_count))


def parse_page(keys: BarKeys, body: JsonObject) -> PricePage:
    """Parse one response; raises MalformedResponseError if it has rows and none can be read.

    A row without a day is a filler. KIS sends a price of 0 where there was no trade: it is unknown.
    """
    rows = parse_rows(body, "output2")
    unreadable: set[str] = set()
    bars = tuple(bar for row in rows if (bar := _parse_bar(keys, row, unreadable)))
    if keys.day in unreadable and not bars:
        raise MalformedResponseError(where=keys.day)
    return PricePage(bars, len(rows), tuple(sorted(unreadable)))


_FIELD_PARSERS: Mapping[str, ParseValue] = {
    "day": PARSERS[ValueType.DATE],
    "open": PARSERS[ValueType.PRICE],
    "high": PARSERS[ValueType.PRICE],
    "low": PARSERS[ValueType.PRICE],
    "close": PARSERS[ValueType.PRICE],
    "volume": PARSERS[ValueType.QUANTITY],
}


def _parse_bar(keys: BarKeys, row: JsonObject, unreadable: set[str]) -> PriceBar | None:
    values: dict[str, Any] = {}
    for name, parse in _FIELD_PARSERS.items():
        key = getattr(keys, name)
        try:
            values[name] = parse(key, row.get(key))
        except MalformedResponseError:
            unreadable.add(key)
    if values.get("day") is None:
        return None
    for name in ("open", "high", "low", "close"):
        price = values.get(name)
        values[name] = price if price is not None and price > 0 else None
    return PriceBar(**values)
