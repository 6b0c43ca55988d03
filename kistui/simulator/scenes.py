"""The scenes: which portfolios the accounts have, and which faults occur.

A fault may answer a request instead of the simulator. Each scene gets new faults from a factory,
since some of them keep state between requests.
"""

from collections.abc import Callable, Mapping
from itertools import count, cycle

from msgspec import Struct

from kistui.simulator import body_writers, overseas, portfolios
from kistui.simulator.overseas import EXCHANGES, US_EXCHANGES, OverseasPortfolioFactory
from kistui.simulator.portfolios import PortfolioFactory
from kistui.simulator.request import TOKEN_PATH, Request
from kistui.simulator.responses import Response, error_response

Fault = Callable[[Request], Response | None]
FaultFactory = Callable[[str], Fault]
"""Returns a new fault for an environment, "real" or "paper"."""

MAINTENANCE_HTML = """<!DOCTYPE html>
<html lang="ko"><head><meta charset="utf-8"><title>시스템 점검</title></head>
<body><h1>서비스 점검 중입니다</h1><p>잠시 후 다시 이용해 주시기 바랍니다.</p></body></html>
"""


def no_fault(_environment: str) -> Fault:
    """Return a fault that lets every request pass."""
    return lambda _request: None


def always_respond(response: Response) -> FaultFactory:
    """Return a factory of faults that answer every request with `response`."""
    return lambda _environment: lambda _request: response


def refuse_tokens(code: str) -> FaultFactory:
    """Return a factory of faults that refuse token requests with `code`."""
    response = error_response(code)
    return lambda _environment: lambda request: response if request.path == TOKEN_PATH else None


def wrong_environment(environment: str) -> Fault:
    """Return a fault that reports an app key of the other environment."""
    response = error_response("EGW02007" if environment == "paper" else "EGW02004")
    return lambda _request: response


def fail_next_page(_environment: str) -> Fault:
    """Return a fault that lets the first page pass and refuses all others."""
    response = error_response("EGW00203")
    return lambda request: response if request.is_continuation else None


def rate_limit_every_second(_environment: str) -> Fault:
    """Return a fault that refuses every second request with EGW00201 and EGW00215 in turn."""
    request_numbers, codes = count(1), cycle(("EGW00201", "EGW00215"))
    return lambda _request: None if next(request_numbers) % 2 else error_response(next(codes))


def garbled_body(_environment: str) -> Fault:
    """Return a fault that answers with truncated JSON and with invalid UTF-8 in turn."""
    bodies = cycle(
        (b'{"rt_cd":"0","msg_cd":"KIOK0510","output1":[{"pdno":"0059', b'{"msg1":"\xb0\xa1')
    )
    return lambda _request: Response(body=next(bodies))


def data_changed_once(_environment: str) -> Fault:
    """Return a fault that reports changed data (SYDB0050) once per balance."""
    return _DataChangedOnce()


class _DataChangedOnce:
    """Refuses the second page once; a first page after the refusal is taken as the restart."""

    def __init__(self) -> None:
        self._will_change = False
        self._has_changed = False

    def __call__(self, request: Request) -> Response | None:
        if not request.is_continuation:
            self._will_change = not self._has_changed
            self._has_changed = False
            return None
        if not self._will_change:
            return None
        self._will_change, self._has_changed = False, True
        return error_response("SYDB0050")


MAINTENANCE_RESPONSE = Response(
    status=503, body=MAINTENANCE_HTML.encode(), headers={"content-type": "text/html; charset=utf-8"}
)
CONNECTION_CLOSED = Response(disconnect="before")
CONNECTION_RESET = Response(
    body=MAINTENANCE_HTML.encode(), disconnect="during", resets_connection=True
)
NO_RESPONSE = Response(delay=3600.0)
ENDLESS_BODY = Response(body_writer=body_writers.endless_chunks)
REDIRECT = Response(status=302, headers={"location": "http://127.0.0.1:9/elsewhere"})


def gzip_bomb(_environment: str) -> Fault:
    """Return a fault that answers with a gzip body of 64 KB that expands to 64 MB."""
    response = body_writers.gzip_bomb(64)
    return lambda _request: response


class Scene(Struct, frozen=True, kw_only=True):
    """A scene; `delay` is in seconds, and the texts of kistui describe it under its name.

    `gateway_fault` runs before all checks, `ledger_fault` after those of headers and rate limits.
    `tr_cont_codes` are those of a page with more to follow and of the last page; `page_count` sets
    the number of pages unless the options set the holdings. `portfolio` and `overseas` belong to
    the general account; `exchanges_without_consent` are those on which it may not trade.
    """

    portfolio: PortfolioFactory = portfolios.ordinary
    overseas: OverseasPortfolioFactory = overseas.ordinary
    exchanges_without_consent: frozenset[str] = frozenset()
    isa: PortfolioFactory = portfolios.isa
    pension: PortfolioFactory = portfolios.pension
    savings: PortfolioFactory = portfolios.savings
    page_count: int | None = None
    tr_cont_codes: tuple[str, str] = ("M", "D")
    has_endless_paging: bool = False
    has_wrong_sums: bool = False
    has_older_classes: bool = False
    is_filling: bool = False
    is_off_hours: bool = False
    expires_first_token: bool = False
    delay: float = 0.0
    gateway_fault: FaultFactory = no_fault
    ledger_fault: FaultFactory = no_fault

    def row_count(self, requested: int | None, page_size: int) -> int | None:
        """Return `requested`, else the rows that fill `page_count` pages, the last by half."""
        if requested is not None or self.page_count is None:
            return requested
        return page_size * (self.page_count - 1) + (page_size + 1) // 2


SCENES: Mapping[str, Scene] = {
    "ordinary": Scene(),
    "empty": Scene(
        portfolio=portfolios.empty,
        overseas=overseas.empty,
        isa=portfolios.empty,
        pension=portfolios.empty,
        savings=portfolios.empty,
    ),
    "many": Scene(portfolio=portfolios.large),
    "other-letters": Scene(
        page_count=3,
        tr_cont_codes=("F", "E"),
    ),
    "credit": Scene(
        portfolio=portfolios.credit,
    ),
    "off-hours": Scene(
        is_off_hours=True,
    ),
    "hostile": Scene(
        portfolio=portfolios.hostile,
        overseas=overseas.hostile,
    ),
    "overseas": Scene(
        overseas=overseas.large,
    ),
    "no-consent": Scene(
        exchanges_without_consent=frozenset(EXCHANGES),
    ),
    "us-consent": Scene(
        exchanges_without_consent=frozenset(EXCHANGES) - US_EXCHANGES,
    ),
    "pension": Scene(
        pension=portfolios.large_pension,
    ),
    "expired-token": Scene(
        expires_first_token=True,
    ),
    "refused-key": Scene(
        gateway_fault=refuse_tokens("EGW00103"),
    ),
    "refused-secret": Scene(
        gateway_fault=refuse_tokens("EGW00105"),
    ),
    "wrong-account": Scene(
        ledger_fault=always_respond(error_response("OPSQ2000")),
    ),
    "wrong-environment": Scene(
        ledger_fault=wrong_environment,
    ),
    "rate-limited": Scene(
        ledger_fault=rate_limit_every_second,
    ),
    "slow": Scene(delay=2.0),
    "filling": Scene(
        is_filling=True,
    ),
    "wrong-sums": Scene(
        has_wrong_sums=True,
    ),
    "older-classes": Scene(
        has_older_classes=True,
    ),
    "failing-page": Scene(
        page_count=3,
        ledger_fault=fail_next_page,
    ),
    "data-changed": Scene(
        page_count=2,
        ledger_fault=data_changed_once,
    ),
    "garbled": Scene(ledger_fault=garbled_body),
    "down": Scene(
        gateway_fault=always_respond(MAINTENANCE_RESPONSE),
    ),
    "dropped": Scene(
        gateway_fault=always_respond(CONNECTION_CLOSED),
    ),
    "reset": Scene(
        ledger_fault=always_respond(CONNECTION_RESET),
    ),
    "silent": Scene(
        ledger_fault=always_respond(NO_RESPONSE),
    ),
    "endless": Scene(
        ledger_fault=always_respond(ENDLESS_BODY),
    ),
    "bomb": Scene(ledger_fault=gzip_bomb),
    "elsewhere": Scene(
        ledger_fault=always_respond(REDIRECT),
    ),
    "looping": Scene(has_endless_paging=True),
}
