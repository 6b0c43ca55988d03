"""Prices by trading day: of domestic and overseas items, and of market indices."""

from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from kistui.simulator.instruments import price_tick_time
from kistui.simulator.options import KST
from kistui.simulator.price_history import (
    DayPrices,
    PriceHistory,
    domestic_history,
    overseas_history,
)
from kistui.simulator.request import InvalidParamError, Request, parse_day, parse_days
from kistui.simulator.responses import (
    Response,
    format_decimal,
    format_percent,
    quote_response,
    sign_code,
)
from kistui.simulator.service import AccountContext, Service, service
from kistui.simulator.trading_days import KRX, US

ROWS, DOMESTIC_INDEX_ROWS = 100, 50
"""Rows of a response."""
SPAN_PARAMS = (
    "FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD", "FID_INPUT_DATE_1", "FID_INPUT_DATE_2",
    "FID_PERIOD_DIV_CODE",
)  # fmt: skip
INDEX_STEP = Decimal("0.01")
INDEX_DAMPING = 2
DOMESTIC_INDICES = {
    "0001": ("종합", Decimal("4102.37")),
    "1001": ("KOSDAQ", Decimal("884.51")),
    "2001": ("KOSPI200", Decimal("579.88")),
}
OVERSEAS_INDICES = {
    "SPX": ("S&P500", Decimal("6642.16")),
    "COMP": ("나스닥 종합", Decimal("22564.23")),
    ".DJI": ("다우존스 산업", Decimal("46138.77")),
}


class PriceService(Service):
    """Base of the services of daily prices."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self.seed = context.options.seed

    @property
    def seconds(self) -> int:
        """The epoch second of the last price change."""
        return price_tick_time(self.context.clock())

    def days(
        self, history: PriceHistory, first: date, last: date, price: Decimal, limit: int
    ) -> list[DayPrices]:
        """Return the newest days of a span, newest first, today at `price` if it has one."""
        instant = datetime.fromtimestamp(self.seconds, KST)
        today_price = None if self.context.is_off_hours else price
        return list(islice(history.days(first, last, instant, today_price), limit))

    def newest_day(self, history: PriceHistory, price: Decimal) -> DayPrices:
        """Return the last day that has prices."""
        return self.days(history, date.min, date.max, price, 1)[0]


@service(
    "/uapi/domestic-stock/v1/quotations/inquire-daily-itemchartprice",
    "FHKST03010100",
    "FHKST03010100",
    required_params=(*SPAN_PARAMS, "FID_ORG_ADJ_PRC"),
)
class DomesticPricesService(PriceService):
    """국내주식기간별시세: an unknown code has blank figures and one blank row."""

    def handle(self, request: Request) -> Response:
        """Return up to 100 rows; raises InvalidParamError."""
        span = parse_span(request, markets={"J", "NX", "UN"})
        if request.query["FID_ORG_ADJ_PRC"] not in {"0", "1"}:
            raise InvalidParamError("FID_ORG_ADJ_PRC")
        item = self.context.domestic_instruments().get(request.query["FID_INPUT_ISCD"])
        if item is None:
            return quote_response({"output1": {}, "output2": [{}]})
        history = domestic_history(item, self.seed)
        price = history.price(self.seconds)
        days = self.days(history, *span, price, ROWS)
        newest = self.newest_day(history, price)
        return quote_response(
            {
                "output1": {
                    **_change(newest, 0),
                    "stck_prdy_clpr": str(newest.previous_close),
                    "acml_vol": str(newest.volume),
                    "hts_kor_isnm": item.name,
                    "stck_prpr": str(newest.close),
                    "stck_shrn_iscd": item.code,
                    "stck_oprc": str(newest.open),
                    "stck_hgpr": str(newest.high),
                    "stck_lwpr": str(newest.low),
                },
                "output2": [self._row(prices) for prices in days],
            }
        )

    def _row(self, prices: DayPrices) -> dict[str, str]:
        sign, change, _ = _change(prices, 0).values()
        return {
            "stck_bsop_date": f"{prices.day:%Y%m%d}",
            "stck_clpr": str(prices.close),
            "stck_oprc": str(prices.open),
            "stck_hgpr": str(prices.high),
            "stck_lwpr": str(prices.low),
            "acml_vol": str(prices.volume),
            "acml_tr_pbmn": str(int(prices.close) * prices.volume),
            "flng_cls_code": "00",
            "prtt_rate": "0.00",
            "mod_yn": "N",
            "prdy_vrss_sign": sign,
            "prdy_vrss": change,
            "revl_issu_reas": "",
        }


@service(
    "/uapi/overseas-price/v1/quotations/dailyprice",
    "HHDFS76240000",
    "HHDFS76240000",
    required_params=("AUTH", "EXCD", "SYMB", "GUBN", "BYMD", "MODP"),
)
class OverseasPricesService(PriceService):
    """해외주식 기간별시세: a wrong exchange or symbol succeeds with blanks."""

    def handle(self, request: Request) -> Response:
        """Return 100 rows up to a day; raises InvalidParamError."""
        query = request.query
        last = parse_day(query["BYMD"]) if query["BYMD"].strip() else date.max
        if last is None:
            raise InvalidParamError("BYMD")
        for name, values in (("GUBN", {"0"}), ("MODP", {"0", "1"})):
            if query[name] not in values:
                raise InvalidParamError(name)
        share = next(
            (
                position.instrument
                for position in self.context.overseas.positions
                if (position.instrument.exchange.quote_code, position.instrument.code)
                == (query["EXCD"], query["SYMB"])
            ),
            None,
        )
        if share is None:
            return quote_response({"output1": {"rsym": "", "zdiv": "", "nrec": ""}, "output2": []})
        history = overseas_history(share, self.seed)
        days = self.days(history, date.min, last, history.price(self.seconds), ROWS)
        places = 0 if share.currency.code == "VND" else 4
        return quote_response(
            {
                "output1": {
                    "rsym": f"D{query['EXCD']}{share.code}",
                    "zdiv": str(places),
                    "nrec": str(len(days)),
                },
                "output2": [self._row(prices, places) for prices in days],
            }
        )

    def _row(self, prices: DayPrices, places: int) -> dict[str, str]:
        sign, change, rate = _change(prices, places).values()
        return {
            "xymd": f"{prices.day:%Y%m%d}",
            "clos": format_decimal(prices.close, places),
            "sign": sign,
            "diff": change.lstrip("-"),
            "rate": f"{'+' if sign == '2' else ''}{rate}",
            "open": format_decimal(prices.open, places),
            "high": format_decimal(prices.high, places),
            "low": format_decimal(prices.low, places),
            "tvol": str(prices.volume),
            "tamt": format_decimal(prices.close * prices.volume, 0),
            "pbid": format_decimal(prices.close, places),
            "vbid": "100",
            "pask": format_decimal(prices.close, places),
            "vask": "100",
        }


class IndexService(PriceService):
    """Base of the services of domestic and overseas indices."""

    def index_days(
        self, code: str, declared_close: Decimal, span: tuple[date, date], rows: int
    ) -> tuple[list[DayPrices], DayPrices]:
        """Return the days of a span, and the newest day of all."""
        is_domestic = code in DOMESTIC_INDICES
        history = PriceHistory(
            name=f"index/{code}",
            seed=self.seed,
            declared_close=declared_close,
            round_price=lambda price: price.quantize(INDEX_STEP),
            market=KRX if is_domestic else US,
            damping=INDEX_DAMPING,
        )
        price = history.price(self.seconds)
        return self.days(history, *span, price, rows), self.newest_day(history, price)


@service(
    "/uapi/domestic-stock/v1/quotations/inquire-daily-indexchartprice",
    "FHKUP03500100",
    "FHKUP03500100",
    required_params=SPAN_PARAMS,
)
class DomesticIndexService(IndexService):
    """국내주식업종기간별시세."""

    def handle(self, request: Request) -> Response:
        """Return up to 50 rows; raises InvalidParamError."""
        span = parse_span(request, markets={"U"})
        code = request.query["FID_INPUT_ISCD"]
        if code not in DOMESTIC_INDICES:
            return quote_response({"output1": {}, "output2": []})
        name, declared_close = DOMESTIC_INDICES[code]
        days, newest = self.index_days(code, declared_close, span, DOMESTIC_INDEX_ROWS)
        sign, _, rate = _change(newest, 2).values()
        return quote_response(
            {
                "output1": {
                    "prdy_vrss_sign": sign,
                    "bstp_nmix_prdy_ctrt": rate,
                    "prdy_nmix": str(newest.previous_close),
                    "acml_vol": str(newest.volume),
                    "hts_kor_isnm": name,
                    "bstp_cls_code": code,
                    **_figures(newest, "bstp_nmix"),
                },
                "output2": [
                    {
                        "stck_bsop_date": f"{prices.day:%Y%m%d}",
                        **_figures(prices, "bstp_nmix"),
                        "acml_vol": str(prices.volume),
                        "acml_tr_pbmn": str(prices.volume * 23_000),
                        "mod_yn": "N",
                    }
                    for prices in days
                ],
            }
        )


@service(
    "/uapi/overseas-price/v1/quotations/inquire-daily-chartprice",
    "FHKST03030100",
    "FHKST03030100",
    required_params=SPAN_PARAMS,
)
class OverseasIndexService(IndexService):
    """해외주식 종목/지수/환율기간별시세, of indices only."""

    def handle(self, request: Request) -> Response:
        """Return up to 100 rows; raises InvalidParamError."""
        span = parse_span(request, markets={"N"})
        code = request.query["FID_INPUT_ISCD"]
        if code not in OVERSEAS_INDICES:
            return quote_response({"output1": {}, "output2": []})
        name, declared_close = OVERSEAS_INDICES[code]
        days, newest = self.index_days(code, declared_close, span, ROWS)
        sign, change, rate = _change(newest, 2).values()
        return quote_response(
            {
                "output1": {
                    "ovrs_nmix_prdy_vrss": change,
                    "prdy_vrss_sign": sign,
                    "prdy_ctrt": rate,
                    "ovrs_nmix_prdy_clpr": str(newest.previous_close),
                    "acml_vol": str(newest.volume),
                    "hts_kor_isnm": name,
                    "ovrs_nmix_prpr": str(newest.close),
                    "stck_shrn_iscd": code,
                    "ovrs_prod_oprc": str(newest.open),
                    "ovrs_prod_hgpr": str(newest.high),
                    "ovrs_prod_lwpr": str(newest.low),
                },
                "output2": [
                    {
                        "stck_bsop_date": f"{prices.day:%Y%m%d}",
                        **_figures(prices, "ovrs_nmix"),
                        "acml_vol": str(prices.volume),
                        "mod_yn": "N",
                    }
                    for prices in days
                ],
            }
        )


def parse_span(request: Request, markets: set[str]) -> tuple[date, date]:
    """Return the first and the last day of a query; raises InvalidParamError."""
    query = request.query
    if query["FID_COND_MRKT_DIV_CODE"] not in markets:
        raise InvalidParamError("FID_COND_MRKT_DIV_CODE")
    if query["FID_PERIOD_DIV_CODE"] != "D":  # weeks, months and years are not simulated
        raise InvalidParamError("FID_PERIOD_DIV_CODE")
    return parse_days(request, "FID_INPUT_DATE_1", "FID_INPUT_DATE_2")


def _change(prices: DayPrices, places: int) -> dict[str, str]:
    """Return sign, change and rate of a day."""
    change = prices.close - prices.previous_close
    return {
        "prdy_vrss_sign": sign_code(change),
        "prdy_vrss": format_decimal(change, places),
        "prdy_ctrt": format_percent(change, prices.previous_close, 2),
    }


def _figures(prices: DayPrices, prefix: str) -> dict[str, str]:
    return {
        f"{prefix}_prpr": str(prices.close),
        f"{prefix}_oprc": str(prices.open),
        f"{prefix}_hgpr": str(prices.high),
        f"{prefix}_lwpr": str(prices.low),
    }
