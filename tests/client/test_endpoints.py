"""kistui cannot trade: the client sends only requests on a short allow-list."""

import ast
import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import kistui
from kistui.client.connection import Connection, Timeouts
from kistui.client.endpoints import (
    ALLOWED_ENDPOINTS,
    Endpoint,
    is_allowed,
    is_subscription_allowed,
    validate_base_url,
)
from kistui.client.rate_limits import RateLimits
from kistui.clock import system_clock
from kistui.errors import ForbiddenRequestError, InvalidBaseUrlError
from kistui.models.account import Environment
from kistui.models.calls import ignore_progress
from kistui.simulator import Simulator
from tests.client.raw_server import http_responses, ignore_response
from tests.simulator.support import SimulatorHarness
from tests.support import parse_syntax_tree

REAL, PAPER = Environment.REAL, Environment.PAPER


def test_the_allow_list_is_complete() -> None:
    assert [
        (endpoint.method, endpoint.path, dict(endpoint.tr_ids)) for endpoint in ALLOWED_ENDPOINTS
    ] == [
        ("POST", "/oauth2/tokenP", {}),
        ("POST", "/oauth2/revokeP", {}),
        (
            "GET",
            "/uapi/domestic-stock/v1/trading/inquire-balance",
            {REAL: "TTTC8434R", PAPER: "VTTC8434R"},
        ),
        (
            "GET",
            "/uapi/domestic-stock/v1/trading/pension/inquire-balance",
            {REAL: "TTTC2208R"},
        ),
        (
            "GET",
            "/uapi/overseas-stock/v1/trading/inquire-balance",
            {REAL: "TTTS3012R", PAPER: "VTTS3012R"},
        ),
        (
            "GET",
            "/uapi/overseas-stock/v1/trading/inquire-present-balance",
            {REAL: "CTRP6504R", PAPER: "VTRP6504R"},
        ),
        ("GET", "/uapi/domestic-stock/v1/quotations/chk-holiday", {REAL: "CTCA0903R"}),
        (
            "GET",
            "/uapi/domestic-stock/v1/trading/inquire-daily-ccld",
            {REAL: "TTTC0081R", PAPER: "VTTC0081R"},
        ),
        (
            "GET",
            "/uapi/domestic-stock/v1/trading/inquire-daily-ccld",
            {REAL: "CTSC9215R", PAPER: "VTSC9215R"},
        ),
        (
            "GET",
            "/uapi/domestic-stock/v1/trading/pension/inquire-daily-ccld",
            {REAL: "TTTC2210R"},
        ),
        (
            "GET",
            "/uapi/overseas-stock/v1/trading/inquire-ccnl",
            {REAL: "TTTS3035R", PAPER: "VTTS3035R"},
        ),
        (
            "GET",
            "/uapi/domestic-stock/v1/trading/inquire-period-profit",
            {REAL: "TTTC8708R"},
        ),
        (
            "GET",
            "/uapi/domestic-stock/v1/trading/inquire-period-trade-profit",
            {REAL: "TTTC8715R"},
        ),
        (
            "GET",
            "/uapi/domestic-stock/v1/trading/inquire-balance-rlz-pl",
            {REAL: "TTTC8494R"},
        ),
        (
            "GET",
            "/uapi/overseas-stock/v1/trading/inquire-period-profit",
            {REAL: "TTTS3039R"},
        ),
        (
            "GET",
            "/uapi/overseas-stock/v1/trading/inquire-period-trans",
            {REAL: "CTOS4001R"},
        ),
        (
            "GET",
            "/uapi/domestic-stock/v1/trading/inquire-psbl-order",
            {REAL: "TTTC8908R", PAPER: "VTTC8908R"},
        ),
        ("GET", "/uapi/overseas-stock/v1/trading/foreign-margin", {REAL: "TTTC2101R"}),
        (
            "GET",
            "/uapi/domestic-stock/v1/trading/inquire-account-balance",
            {REAL: "CTRP6548R"},
        ),
        (
            "GET",
            "/uapi/domestic-stock/v1/quotations/inquire-daily-itemchartprice",
            {REAL: "FHKST03010100", PAPER: "FHKST03010100"},
        ),
        (
            "GET",
            "/uapi/overseas-price/v1/quotations/dailyprice",
            {REAL: "HHDFS76240000", PAPER: "HHDFS76240000"},
        ),
        (
            "GET",
            "/uapi/domestic-stock/v1/quotations/inquire-daily-indexchartprice",
            {REAL: "FHKUP03500100", PAPER: "FHKUP03500100"},
        ),
        (
            "GET",
            "/uapi/overseas-price/v1/quotations/inquire-daily-chartprice",
            {REAL: "FHKST03030100", PAPER: "FHKST03030100"},
        ),
        ("GET", "/uapi/domestic-stock/v1/trading/period-rights", {REAL: "CTRGA011R"}),
        ("GET", "/uapi/domestic-stock/v1/ksdinfo/dividend", {REAL: "HHKDB669102C0"}),
        ("POST", "/oauth2/Approval", {}),
    ]


PRICE_TR_IDS = frozenset(
    {"FHKST03010100", "HHDFS76240000", "FHKUP03500100", "FHKST03030100", "HHKDB669102C0"}
)
"""TR ids of market data, which end in digits and only read."""


def test_every_tr_id_is_a_query() -> None:
    """The TR id of a query ends with R, that of an order with U; those of prices are listed."""
    for endpoint in ALLOWED_ENDPOINTS:
        assert all(
            tr_id.endswith("R") or tr_id in PRICE_TR_IDS for tr_id in endpoint.tr_ids.values()
        )


PACKAGE = Path(kistui.__file__).parent
SOURCES = [
    path
    for path in PACKAGE.rglob("*")
    if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
]
TR_ID = re.compile(r"[A-Z]{4}[0-9]{4}[A-Z]|[A-Z]{5,6}[0-9]{3,8}[A-Z]?[0-9]?")
"""Of accounts: four letters, four digits and a letter; of rights and market data: the others."""
KIS_PATH = re.compile(r"/(?:uapi|oauth2)/[\w/-]+")
READS = ("inquire-", "chk-holiday")
"""Prefixes of the last path segment that only queries have."""
OTHER_READS = frozenset(
    {
        "/uapi/overseas-price/v1/quotations/dailyprice",
        "/uapi/overseas-stock/v1/trading/foreign-margin",
        "/uapi/domestic-stock/v1/trading/period-rights",
        "/uapi/domestic-stock/v1/ksdinfo/dividend",
    }
)


def test_every_tr_id_and_path_in_the_package_is_a_query() -> None:
    """Check every file of the package, including the simulator and the messages."""
    assert {path.suffix for path in SOURCES} >= {".py", ".tcss"}
    order = re.compile(r"order-(cash|credit|rvsecncl|resv)|daytime-order|hashkey/", re.IGNORECASE)
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert not order.search(text), path
        for tr_id in TR_ID.findall(text):
            is_read = tr_id.endswith("R") or tr_id in PRICE_TR_IDS
            assert is_read or "simulator" in path.parts, f"{path}: {tr_id}"
            assert not tr_id.endswith("U"), f"{path}: {tr_id}"
        for kis_path in KIS_PATH.findall(text):
            last_segment = kis_path.rsplit("/", 1)[1]
            is_token = kis_path in {"/oauth2/tokenP", "/oauth2/revokeP", "/oauth2/Approval"}
            is_read = last_segment.startswith(READS) or kis_path in OTHER_READS
            assert is_token or is_read, f"{path}: {kis_path}"


def test_only_feeds_of_prices_can_be_registered_for() -> None:
    """Feeds of orders and executions would need an HTS ID; none is named anywhere."""
    feeds = {PACKAGE / "client" / "endpoints.py"}
    for path in SOURCES:
        if "simulator" not in path.parts:
            names = set(re.findall(r"H(?:0[A-Z]{5}|[A-Z]{6})[0-9]", path.read_text("utf-8")))
            expected = {"H0UNCNT0", "H0STCNT0", "HDFSCNT0"} if path in feeds else set()
            assert names == expected, path


@pytest.mark.parametrize(
    ("environment", "tr_id", "tr_key", "allowed"),
    [
        (REAL, "H0UNCNT0", "005930", True),
        (REAL, "H0UNCNT0", "Q500011", True),
        (REAL, "HDFSCNT0", "DNASAAPL", True),
        (PAPER, "H0STCNT0", "005930", True),
        (PAPER, "H0UNCNT0", "005930", False),
        (PAPER, "HDFSCNT0", "DNASAAPL", False),
        (REAL, "H0STCNT0", "005930", False),
        (REAL, "H0UNCNT0", "my-hts-id", False),
        (REAL, "H0UNCNT0", "005930\n", False),
        (REAL, "H0STCNI" + "0", "005930", False),
        (REAL, "", "", False),
    ],
)
def test_a_subscription_is_allowed_where_kis_has_it(
    environment: Environment, tr_id: str, tr_key: str, allowed: bool
) -> None:
    assert is_subscription_allowed(environment, tr_id, tr_key) is allowed


def test_only_the_endpoint_table_names_paths_and_tr_ids() -> None:
    for path in SOURCES:
        if "simulator" in path.parts or path.suffix != ".py":
            continue
        text = path.read_text(encoding="utf-8")
        paths, tr_ids = set(KIS_PATH.findall(text)), set(TR_ID.findall(text))
        if path.name == "endpoints.py":
            assert paths == {endpoint.path for endpoint in ALLOWED_ENDPOINTS}
            assert tr_ids == {
                tr_id for endpoint in ALLOWED_ENDPOINTS for tr_id in endpoint.tr_ids.values()
            }
        else:
            assert not paths | tr_ids, path


def test_only_one_module_opens_connections() -> None:
    """There is one HTTP client, created in one place, with the allow-list as request hook."""
    modules = {"socket", "http", "ftplib", "smtplib", "imaplib", "poplib", "xmlrpc", "socketserver"}
    modules |= {"requests", "aiohttp", "urllib3", "websockets", "httpcore", "h11", "anyio"}
    opening = re.compile(
        r"urlopen|open_connection|create_connection|HTTPConnection|sock_connect|\.start_tls\(|HTTPTransport"
    )
    http_module = PACKAGE / "client" / "http_client.py"
    words = modules | {"httpx", "urllib"}
    for path in PACKAGE.rglob("*.py"):
        if "simulator" in path.relative_to(PACKAGE).parts:
            continue
        text = path.read_text(encoding="utf-8")
        # Most files name none of them, and their syntax trees would take a second.
        names = set(_imported(path)) if any(map(text.__contains__, words)) else set()
        allowed = {"websockets"} if path.name == "live_prices.py" else set()
        assert not names & (modules - allowed), path
        opened = {name for name in names if name.startswith("urllib.request.")}
        # It reads environment variables and, on other systems, settings.
        assert opened <= {"urllib.request.getproxies"}, path
        assert "urllib.request" not in names or path.name == "proxies.py", path
        assert "httpx" not in names or path.parent == http_module.parent, path
        assert not opening.search(text), path
        assert text.count("AsyncClient(") == (path == http_module), path
    guarded = (PACKAGE / "client" / "connection.py").read_text(encoding="utf-8")
    assert "check_request=self._check_allowed" in guarded


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(parse_syntax_tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from (alias.name, alias.name.partition(".")[0])
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from (module, *(f"{module}.{alias.name}" for alias in node.names))
            if module != "kistui":
                yield module.partition(".")[0]


@pytest.mark.parametrize(
    ("environment", "method", "path", "tr_id"),
    [
        (REAL, "POST", "/uapi/domestic-stock/v1/trading/order-cash", "TTTC0802U"),
        (REAL, "POST", "/uapi/domestic-stock/v1/trading/inquire-balance", "TTTC8434R"),
        (REAL, "GET", "/uapi/domestic-stock/v1/trading/inquire-balance", "TTTC0802U"),
        (REAL, "GET", "/uapi/domestic-stock/v1/trading/inquire-balance", "VTTC8434R"),
        (PAPER, "GET", "/uapi/domestic-stock/v1/trading/inquire-balance", "TTTC8434R"),
        (REAL, "GET", "/uapi/domestic-stock/v1/trading/inquire-balance", ""),
        (REAL, "GET", "/uapi/domestic-stock/v1/quotations/chk-holiday", ""),
        (PAPER, "GET", "/uapi/domestic-stock/v1/quotations/chk-holiday", ""),
        (PAPER, "GET", "/uapi/domestic-stock/v1/quotations/chk-holiday", "None"),
        (PAPER, "GET", "/uapi/domestic-stock/v1/quotations/chk-holiday", "CTCA0903R"),
        (PAPER, "GET", "/uapi/domestic-stock/v1/quotations/chk-holiday", "VTTC8434R"),
        (REAL, "POST", "/oauth2/tokenP", "TTTC0802U"),
        (REAL, "POST", "/oauth2/tokenP/", ""),
    ],
)
def test_unlisted_calls_are_not_allowed(
    environment: Environment, method: str, path: str, tr_id: str
) -> None:
    assert not is_allowed(environment, method, path, tr_id)


@pytest.mark.parametrize("environment", [REAL, PAPER])
def test_listed_calls_are_allowed_where_kis_has_them(environment: Environment) -> None:
    for endpoint in ALLOWED_ENDPOINTS:
        tr_id = endpoint.tr_ids.get(environment, "")
        is_there = not endpoint.tr_ids or environment in endpoint.tr_ids
        assert is_allowed(environment, endpoint.method, endpoint.path, tr_id) is is_there


async def test_an_unlisted_endpoint_is_stopped_before_a_byte_leaves() -> None:
    order = Endpoint("order", "POST", "/uapi/domestic-stock/v1/trading/order-" + "cash")
    async with listening() as (simulator, connection):
        with pytest.raises(ForbiddenRequestError):
            await connection.post(order, {})
        with pytest.raises(ForbiddenRequestError):
            await connection.get(order, "x", ignore_progress, parse=ignore_response)
        with pytest.raises(ForbiddenRequestError):
            await connection.post(Endpoint("token", "POST", "http://127.0.0.2:9/oauth2/tokenP"), {})
        assert simulator.requests == []


BALANCE = next(endpoint for endpoint in ALLOWED_ENDPOINTS if endpoint.name == "domestic balance")


CHANGES: tuple[dict[str, Any], ...] = (
    {"method": "POST"}, {"method": "DELETE"}, {"method": "HEAD"}, {"method": "get "},
    {"path": BALANCE.path + "/"}, {"path": BALANCE.path.upper()}, {"path": "/" + BALANCE.path},
    {"path": BALANCE.path.replace("/trading", "/./trading/..")},
    {"path": BALANCE.path.replace("-balance", "%2Dbalance")},
    {"path": BALANCE.path.replace("/trading/", "/trading%2F")},
    {"path": BALANCE.path + ";x"}, {"path": BALANCE.path + "%00"}, {"path": "/"}, {"path": ""},
    {"path": "http://127.0.0.2:9" + BALANCE.path},
    {"path": "/uapi/overseas-stock/v1/trading/daytime-" + "order"},
    {"tr_ids": {REAL: "TTTC0012" + "U"}}, {"tr_ids": {REAL: "VTTC8434R"}},
    {"tr_ids": {REAL: "TTTC8434R "}}, {"tr_ids": {REAL: "tttc8434r"}}, {"tr_ids": {REAL: ""}},
    {"tr_ids": {}}, {"tr_ids": {REAL: "TTTC8434R, TTTC0012" + "U"}},
)  # fmt: skip
"""Changes to a listed call that make it another one."""


async def test_a_change_to_any_part_of_a_listed_call_is_refused() -> None:
    async with listening() as (simulator, connection):
        for change in CHANGES:
            call = replace(BALANCE, **change)
            with pytest.raises(ForbiddenRequestError):
                await connection.get(call, "x", ignore_progress, parse=ignore_response)
        assert simulator.requests == []


@given(
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    st.text("/aoprtuy-%.", max_size=12).map("/".__add__)
    | st.sampled_from([endpoint.path for endpoint in ALLOWED_ENDPOINTS]),
    st.from_regex(TR_ID, fullmatch=True) | st.sampled_from(["", "TTTC8434R", "VTTC8434R"]),
    st.sampled_from([REAL, PAPER]),
)
def test_only_listed_calls_are_sent(
    method: str, path: str, tr_id: str, environment: Environment
) -> None:
    listed = {
        (endpoint.method, endpoint.path, endpoint.tr_id(environment))
        for endpoint in ALLOWED_ENDPOINTS
        if endpoint.tr_id(environment) is not None
    }
    sent_requests: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent_requests.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b'{"rt_cd": "0"}'))

    async def ask() -> None:
        connection = Connection(
            environment, "http://127.0.0.1:9", RateLimits.unlimited(), Timeouts(), system_clock
        )
        endpoint = Endpoint("any", method, path, {environment: tr_id})
        with contextlib.suppress(ForbiddenRequestError, httpx.InvalidURL):
            await connection.get(endpoint, "x", ignore_progress, parse=ignore_response)
        await connection.aclose()

    with http_responses(respond):
        asyncio.run(ask())
    assert len(sent_requests) == ((method, path, tr_id) in listed)


def test_the_simulator_refuses_orders() -> None:
    path = "/uapi/domestic-stock/v1/trading/order-" + "cash"
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        before = harness.request_balance(token).json["output1"]
        response = harness.send(
            "POST", path, b"{}", **harness.headers(token, tr_id="TTTC0012" + "U")
        )
        assert response.error == (500, "EGW00202")
        assert harness.request_balance(token).json["output1"] == before


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[tuple[Simulator, Connection]]:
    """Return a server that would answer, and a client connected to it."""
    with Simulator() as simulator:
        timeouts = Timeouts(connect=0.2)
        connection = Connection(REAL, simulator.url, RateLimits.unlimited(), timeouts, system_clock)
        try:
            yield simulator, connection
        finally:
            await connection.aclose()


@pytest.mark.parametrize(
    ("raw", "origin"),
    [
        ("https://openapi.koreainvestment.com:9443", "https://openapi.koreainvestment.com:9443"),
        ("https://kis.example/", "https://kis.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (" http://localhost:1 ", "http://localhost:1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://127.9.9.9", "http://127.9.9.9"),
    ],
)
def test_https_anywhere_and_http_on_loopback(raw: str, origin: str) -> None:
    assert validate_base_url(raw) == origin


INVALID_ORIGINS = (
    "",
    "http://kis.example",
    "http://10.0.0.1:80",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "ftp://127.0.0.1",
    "https://user:pw@kis.example",
    "https://kis.example/path",
    "https://kis.example?x=1",
    "https://kis.example:99999",
    "openapi.koreainvestment.com",
    "http://[::1",
    "https://kis\u200b.example",
    "https://kis\x00.example",
    "https://\ud800.example",
    "https://kis example",
    "https://kis..example",
    f"https://{'a' * 64}.example",
    f"https://{'a.' * 127}example",
    "https://xn--a.example",
    "https://kis.example:0",
)


def test_invalid_origins_are_refused() -> None:
    for raw in INVALID_ORIGINS:
        with pytest.raises(InvalidBaseUrlError) as caught:
            validate_base_url(raw)
        assert "pw" not in str(caught.value)


@given(st.text() | st.text().map(lambda host: f"https://{host}"))
def test_any_accepted_origin_is_parsed_alike_by_httpx(raw: str) -> None:
    try:
        origin = validate_base_url(raw)
    except InvalidBaseUrlError:
        return
    url = httpx.URL(origin)
    assert url.scheme == "https" or url.host in {"localhost", "::1"} or url.host.startswith("127.")
