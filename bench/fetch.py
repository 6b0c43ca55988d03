"""Fetch a balance of ten pages and parse a large page, compared with the simplest programs.

python -m bench.fetch [--quick]
"""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from statistics import median

import httpx

from bench.bare_script import PATH, headers, query
from bench.report import Figure, ratio, run_alone
from bench.server import simulator_process
from kistui.client import KisClient, RateLimits, domestic_balance, response_parsing
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.balance import merge_lots

PAGES, ROWS_PER_PAGE, PARSED_ROWS = 10, 50, response_parsing.MAX_PAGE_ROWS
DELAYS = {0.0: None, 0.03: 1.15}
"""Seconds before each response, and the target."""


def bench(quick: bool) -> Iterator[Figure]:
    """Measure how long kistui takes to fetch and to parse."""
    runs = 5 if quick else 15
    for delay, target in DELAYS.items():
        with simulator_process(holdings=PAGES * ROWS_PER_PAGE, delay=delay) as account:
            os.environ.update(account)
            ours, bare = asyncio.run(_fetch_times(runs))
        label = f"ten pages, {delay * 1000:.0f} ms each"
        yield ratio(label, "bare httpx loop", ours, bare, target=target)
    with simulator_process(holdings=PARSED_ROWS, page_size=PARSED_ROWS) as account:
        os.environ.update(account)
        content = asyncio.run(_fetch_one_page())
    yield from _parse_times(content, runs)


def _new_clients() -> tuple[KisClient, httpx.AsyncClient, Credentials]:
    url = os.environ["KISTUI_BASE_URL"]
    ours = KisClient(Environment.REAL, base_url=url, rate_limits=RateLimits.unlimited())
    bare = httpx.AsyncClient(base_url=url, verify=False, trust_env=False, timeout=60)
    credentials = Credentials.parse(os.environ["KIS_APP_KEY"], os.environ["KIS_APP_SECRET"])
    return ours, bare, credentials


async def _fetch_times(runs: int) -> tuple[float, float]:
    """Return the medians of kistui and of the bare loop."""
    ours, bare, credentials = _new_clients()
    account = AccountNumber.parse(os.environ["KIS_ACCOUNT"])
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    async with ours, bare:
        token = await ours.issue_token(credentials)
        for run in range(runs + 1):
            balance = ours.fetch_balance(credentials, token, account)
            ours_time = await _timed(balance)
            bare_time = await _timed(_read_bare(bare, token.value.reveal()))
            if run:  # the first run opens the connections
                times["ours"].append(ours_time)
                times["bare"].append(bare_time)
    return median(times["ours"]), median(times["bare"])


async def _timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return (time.perf_counter() - started) * 1000


async def _read_bare(client: httpx.AsyncClient, token: str) -> None:
    condition, key, continuation, pages = "", "", "", 0
    while True:
        response = await client.get(
            PATH, params=query(condition, key), headers=headers(token, continuation)
        )
        body, pages = response.json(), pages + 1
        if response.headers["tr_cont"] not in {"F", "M"}:
            break
        condition, key, continuation = body["ctx_area_fk100"], body["ctx_area_nk100"], "N"
    if pages != PAGES:
        raise RuntimeError(f"{pages} pages instead of {PAGES}")


async def _fetch_one_page() -> bytes:
    ours, bare, credentials = _new_clients()
    async with ours, bare:
        token = await ours.issue_token(credentials)
        response = await bare.get(PATH, params=query("", ""), headers=headers(token.value.reveal()))
        return response.content


def _parse_times(content: bytes, runs: int) -> Iterator[Figure]:
    def parse() -> object:
        page = domestic_balance.parse_page("D", response_parsing.parse_json(content, 200))
        return merge_lots(page.rows)

    works: dict[str, Callable[[], object]] = {"json": lambda: json.loads(content), "ours": parse}
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            started = time.process_time()  # processor time, which other processes do not change
            work()
            times[name].append((time.process_time() - started) * 1000)
    label = f"{PARSED_ROWS:,} rows, JSON to holdings"
    yield ratio(label, "json.loads", median(times["ours"]), median(times["json"]))


if __name__ == "__main__":
    run_alone(bench)
