"""Reading a balance of ten pages, and parsing 5,000 rows, against the least that does the same.

    python -m bench.fetch [--quick]

The simulator has a process of its own. `KISTUI_BENCH_PEERS` names an interpreter that can import
mojito (which takes pandas without asking for it) and pykis, if it is not this one.
"""

import asyncio
import json
import os
import select
import ssl
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from statistics import median

import httpx

from bench.places import PEERS, ROOT, environ
from bench.query import PATH, headers, params
from bench.ratio import Left, Ratio, compare, main
from bench.server import serving
from bench.tls import encrypted
from kistui.client import KisClient, RateLimits, domestic_balance, response_parsing
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.balance import merge_lots
from kistui.models.token import AccessToken
from kistui.simulator import Simulator, SimulatorOptions

PAGES, PER_PAGE, ROWS = 10, 50, 5_000
FETCH, PARSE = 1.15, 2.0
"""How many times its floor each may take."""
DELAYS = (0.0, 0.03)
PEER_MODULES = {"mojito2": "mojito", "python-kis": "pykis"}
PATIENCE = 20.0
"""Seconds for a peer's first reading."""
Act = Callable[[], Awaitable[float]]


def measure(quick: bool) -> Iterator[Ratio | Left]:
    """How long kistui takes to read and to parse."""
    runs = 5 if quick else 15
    for delay in DELAYS:
        with serving(holdings=PAGES * PER_PAGE, delay=delay) as account:
            os.environ.update(account)
            yield from asyncio.run(_fetch(f"{delay * 1000:.0f} ms a call", runs))
    with (
        serving(holdings=PAGES * PER_PAGE) as account,
        tempfile.TemporaryDirectory() as folder,
        encrypted(account["KISTUI_BASE_URL"], folder) as (url, authority),
    ):
        os.environ.update(account | {"KISTUI_BASE_URL": url, "SSL_CERT_FILE": authority})
        yield from asyncio.run(_fetch("over TLS", runs))
    yield from _parse(runs)


async def _fetch(how: str, runs: int) -> list[Ratio | Left]:
    url = os.environ["KISTUI_BASE_URL"]
    credentials = Credentials.parse(os.environ["KIS_APP_KEY"], os.environ["KIS_APP_SECRET"])
    is_plain = url.startswith("http:")
    verify = False if is_plain else ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    bare = httpx.AsyncClient(base_url=url, verify=verify, trust_env=False)
    stages: list[str] = []
    ours = KisClient(
        Environment.REAL,
        base_url=url,
        rate_limits=RateLimits.unlimited(),
        on_call=lambda call: stages.extend(name for name, _ in call.connection_timings),
    )
    lines: list[Ratio | Left] = []
    async with bare, ours:
        token = await ours.issue_token(credentials)
        account = AccountNumber.parse(os.environ["KIS_ACCOUNT"])

        async def read() -> None:
            balance = await ours.fetch_balance(credentials, token, account)
            assert balance.page_count == PAGES

        with ExitStack() as ends:
            acts: dict[str, Act] = {
                "bare": lambda: _timed(_read_bare(bare, token.value.reveal())),
                "kistui": lambda: _timed(read()),
            }
            for name, module in PEER_MODULES.items() if is_plain else ():
                found = _peer(module, token, ends)
                if isinstance(found, str):
                    lines.append(Left(f"ten pages by {name}", found))
                else:
                    acts[name] = found
            times = await _take_turns(acts, runs)
    assert stages.count("tcp") == 1, "one connection for all pages"
    what = f"ten pages, {how}"
    medians = {name: median(values) for name, values in times.items()}
    lines.insert(
        0, compare(what, "bare httpx loop", medians["kistui"], medians["bare"], at_most=FETCH)
    )
    lines += [
        compare(what, name, medians["kistui"], medians[name])
        for name in acts
        if name in PEER_MODULES
    ]
    return lines


async def _take_turns(acts: dict[str, Act], runs: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in acts}
    for at in range(runs + 1):
        for name, act in acts.items():
            took = await act()
            if at:  # the first opens the connection
                times[name].append(took)
    return times


async def _timed(work: Awaitable[None]) -> float:
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) * 1000


async def _read_bare(client: httpx.AsyncClient, token: str) -> None:
    condition, key, more, count = "", "", "", 0
    while True:
        answer = await client.get(
            PATH, params=params(condition, key), headers=headers(token) | {"tr_cont": more}
        )
        body, count = answer.json(), count + 1
        if answer.headers["tr_cont"] not in {"F", "M"}:
            break
        condition, key, more = body["ctx_area_fk100"], body["ctx_area_nk100"], "N"
    assert count == PAGES


def _peer(module: str, token: AccessToken, ends: ExitStack) -> Act | str:
    """The peer's act, or why there is none."""
    env = environ(ends.enter_context(tempfile.TemporaryDirectory()))
    env |= {key: value for key, value in os.environ.items() if key.startswith("KIS")}
    process = ends.enter_context(
        subprocess.Popen(
            [PEERS, "-m", "bench.peer_fetch", module, token.value.reveal()],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    if not select.select([process.stdout], [], [], PATIENCE)[0]:
        process.kill()
        return "its first reading did not end"
    ready = process.stdout.readline().split()
    if ready[:1] != ["ready"]:
        return (process.stderr.read().strip().splitlines() or ["it ended"])[-1]
    if int(ready[1]) < PAGES * PER_PAGE * 0.9:  # some rows are lots of one item
        process.stdin.close()
        return f"it read {ready[1]} rows only"
    ends.callback(process.stdin.close)
    ask, answer = process.stdin, process.stdout

    async def act() -> float:
        ask.write("\n")
        ask.flush()
        return float(await asyncio.to_thread(answer.readline))

    return act


def _parse(runs: int) -> Iterator[Ratio]:
    content = _one_page(ROWS)
    acts: dict[str, Callable[[], object]] = {
        "json": lambda: json.loads(content),
        "page": lambda: domestic_balance.parse_page("D", response_parsing.parse_json(content, 200)),
        "all": lambda: merge_lots(
            domestic_balance.parse_page("D", response_parsing.parse_json(content, 200)).rows
        ),
    }
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(runs):
        for name, act in acts.items():
            began = time.process_time()  # no waiting: a loaded machine says as much
            act()
            times[name].append((time.process_time() - began) * 1000)
    found = {name: median(values) for name, values in times.items()}
    what = "5,000 rows: JSON to checked rows"
    yield compare(what, "json.loads", found["page"], found["json"], at_most=PARSE)
    yield compare("5,000 rows: JSON to holdings", "json.loads", found["all"], found["json"])


def _one_page(rows: int) -> bytes:
    """A page of so many rows, as the simulator sends it."""
    with Simulator(SimulatorOptions(holdings=rows, page_size=rows)) as simulator:
        os.environ.update(
            KIS_APP_KEY=simulator.app_key,
            KIS_APP_SECRET=simulator.app_secret,
            KIS_ACCOUNT=simulator.account_number,
        )
        with httpx.Client(base_url=simulator.url, verify=False, trust_env=False) as client:
            asked = {"appkey": simulator.app_key, "appsecret": simulator.app_secret}
            issued = client.post(
                "/oauth2/tokenP", json={"grant_type": "client_credentials", **asked}
            )
            token = issued.json()["access_token"]
            return client.get(PATH, params=params("", ""), headers=headers(token)).content


if __name__ == "__main__":
    main(measure)
