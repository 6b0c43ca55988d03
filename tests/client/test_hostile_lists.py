"""Lists of rows from a server that repeats, never ends, or sends what is no list."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from kistui.client import pagination
from kistui.client.dividends import fetch_rights, fetch_schedule
from kistui.client.orders import fetch_domestic_orders, fetch_overseas_orders
from kistui.client.pagination import AccountRequest
from kistui.client.realized_profit import (
    fetch_daily_profit,
    fetch_overseas_profit,
    fetch_overseas_trades,
    fetch_trade_profit,
)
from kistui.client.response_parsing import MAX_PAGE_ROWS, parse_json
from kistui.errors import MalformedResponseError, PaginationError
from kistui.models.periods import DateRange
from kistui.simulator import Response
from tests.client.conftest import OpenClient

TODAY = date(2026, 11, 23)
DAYS = DateRange(TODAY, TODAY)

Read = Callable[[AccountRequest], Awaitable[Any]]
READS: dict[str, Read] = {
    "trading/inquire-daily-ccld": lambda account: fetch_domestic_orders(account, DAYS, TODAY),
    "trading/inquire-ccnl": lambda account: fetch_overseas_orders(account, DAYS, TODAY),
    "inquire-period-profit": lambda account: fetch_daily_profit(account, DAYS),
    "inquire-period-trade-profit": lambda account: fetch_trade_profit(account, DAYS),
    "overseas-stock/v1/trading/inquire-period-profit": lambda account: fetch_overseas_profit(
        account, DAYS, in_won=True
    ),
    "inquire-period-trans": lambda account: fetch_overseas_trades(account, DAYS),
    "period-rights": lambda account: fetch_rights(account, DAYS),
    "ksdinfo/dividend": lambda account: fetch_schedule(account, "005930", DAYS),
}
every_list = pytest.mark.parametrize("path", READS)


def page(rows: object, number: int = 1, tr_cont: str = "M") -> Response:
    """Return a page that another follows; its rows are under every key that lists use."""
    keys = {f"ctx_area_{kind}{width}": str(number) for kind in ("fk", "nk") for width in (100, 200)}
    body = {"rt_cd": "0", "msg_cd": "", "msg1": "", "output": rows, "output1": rows, **keys}
    return Response(body=json.dumps(body).encode(), headers={"tr_cont": tr_cont})


def numbered_rows(count: int, number: int = 1) -> list[dict[str, str]]:
    """Return rows that differ from those of another page."""
    return [
        {"pdno": f"{number:06}", "odno": str(row), "ord_dt": "20261123"} for row in range(count)
    ]


@every_list
async def test_reading_an_endless_list_stops(
    open_client: OpenClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagination, "MAX_ROWS", 1000)  # a twentieth, of smaller pages
    harness = open_client()
    pages = [page(numbered_rows(100, number), number) for number in range(1, 13)]
    harness.simulator.script(path, *pages)
    account = await harness.account_request()
    if path == "ksdinfo/dividend":  # has no key of a page, and is known to be a part
        assert (await READS[path](account)).may_be_partial
    else:
        with pytest.raises(PaginationError):
            await READS[path](account)
    assert harness.simulator.count_requests(path) <= 11


@every_list
async def test_a_repeated_page_is_no_second_part(open_client: OpenClient, path: str) -> None:
    harness = open_client()
    harness.simulator.script(path, *(page(numbered_rows(3), number) for number in range(1, 4)))
    account = await harness.account_request()
    if path == "ksdinfo/dividend":
        assert len((await READS[path](account)).rows) == 3
    else:
        with pytest.raises(PaginationError):
            await READS[path](account)
    assert harness.simulator.count_requests(path) == 2


NO_LISTS: tuple[object, ...] = ("text", 7, [1], [None], [[]], [{}] * (MAX_PAGE_ROWS + 1))


@every_list
async def test_a_value_that_is_no_list_is_an_error_and_not_an_empty_list(
    open_client: OpenClient, path: str
) -> None:
    harness = open_client()
    account = await harness.account_request()
    for rows in NO_LISTS:
        harness.simulator.script(path, page(rows, tr_cont="D"))
        with pytest.raises(MalformedResponseError):
            await READS[path](account)


@every_list
async def test_nested_values_are_unreadable_values(open_client: OpenClient, path: str) -> None:
    """A value as deep as the parser takes is printed nowhere: that would recurse."""
    deep = b"[" * 800 + b"]" * 800
    assert parse_json(b'{"deep":' + deep + b"}", 200)
    harness = open_client()
    names = ("pdno", "sht_cd", "shtn_pdno", "ord_dt", "odno", "trad_dt", "record_date", "bass_dt")
    row = json.dumps(dict.fromkeys(names, 0)).encode().replace(b" 0", b" " + deep)
    body = b'{"rt_cd":"0","msg_cd":%b,"output":[%b],"output1":[%b]}' % (deep, row, row)
    harness.simulator.script(path, Response(body=body, headers={"tr_cont": "D"}))
    await READS[path](await harness.account_request())
