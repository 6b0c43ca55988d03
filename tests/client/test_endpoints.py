"""kistui cannot trade: what it can call is a short list, and nothing else leaves."""

import re
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kistui
from kistui.client.connection import Connection, Pace
from kistui.client.endpoints import ALLOWED, Endpoint, check_base_url, is_allowed
from kistui.client.throttle import Gates
from kistui.clock import system_clock
from kistui.errors import ForbiddenCall, InvalidBaseUrl
from kistui.model.account import Environment
from kistui.model.progress import ignore_progress

REAL, PAPER = Environment.REAL, Environment.PAPER


def test_the_list_is_the_whole_list() -> None:
    assert [(each.method, each.path, dict(each.tr_ids)) for each in ALLOWED] == [
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
    ]


def test_every_tr_id_reads() -> None:
    """KIS ends the id of a read with R, of an order with U."""
    for endpoint in ALLOWED:
        assert all(tr_id.endswith("R") for tr_id in endpoint.tr_ids.values())


def test_no_order_path_or_order_tr_id_is_in_the_package() -> None:
    order = re.compile(r"order-(cash|credit|rvsecncl|resv)|daytime-order|[TVJ]TT[CTS]\d{4}U")
    for path in Path(kistui.__file__).parent.rglob("*"):
        if path.suffix in {".py", ".toml", ".tcss"}:
            assert not order.search(path.read_text(encoding="utf-8")), path


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
def test_what_is_not_listed_is_not_allowed(
    environment: Environment, method: str, path: str, tr_id: str
) -> None:
    assert not is_allowed(environment, method, path, tr_id)


@pytest.mark.parametrize("environment", [REAL, PAPER])
def test_what_is_listed_is_allowed_where_kis_has_it(environment: Environment) -> None:
    for each in ALLOWED:
        tr_id = each.tr_ids.get(environment, "")
        is_there = not each.tr_ids or environment in each.tr_ids
        assert is_allowed(environment, each.method, each.path, tr_id) is is_there


async def test_an_unlisted_endpoint_is_stopped_before_a_byte_leaves() -> None:
    connection = Connection(REAL, "http://127.0.0.1:9", Gates.open(), Pace(), system_clock)
    order = Endpoint("order", "POST", "/uapi/domestic-stock/v1/trading/order-" + "cash")
    try:
        with pytest.raises(ForbiddenCall):
            await connection.post(order, {})
        with pytest.raises(ForbiddenCall):
            await connection.get(order, "x", ignore_progress)
        with pytest.raises(ForbiddenCall):
            await connection._http.get("http://127.0.0.2:9/oauth2/tokenP")
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
    assert check_base_url(raw) == origin


@pytest.mark.parametrize(
    "raw",
    [
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
    ],
)
def test_anything_else_is_refused(raw: str) -> None:
    with pytest.raises(InvalidBaseUrl) as caught:
        check_base_url(raw)
    assert "pw" not in str(caught.value)


@given(st.text())
def test_any_text_is_refused_or_an_origin_httpx_agrees_on(raw: str) -> None:
    try:
        origin = check_base_url(raw)
    except InvalidBaseUrl:
        return
    url = httpx.URL(origin)
    assert url.scheme == "https" or url.host in {"localhost", "::1"} or url.host.startswith("127.")
