"""What the client tells of its calls: every one of them, and nothing of what was in them."""

import json
from collections.abc import AsyncIterator

import pytest

from kistui.client import KisClient, RateLimits
from kistui.client.connection import Timeouts
from kistui.errors import KistuiError
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.call_record import CallRecord
from kistui.models.token import AccessToken
from kistui.simulator import Simulator
from kistui.simulator.responses import Response
from tests.support import FakeClock

INQUIRE = "inquire-balance"


class Calls:
    """A client that remembers what it told."""

    def __init__(self, simulator: Simulator, clock: FakeClock, gates: RateLimits) -> None:
        self.told: list[CallRecord] = []
        self.slept: list[float] = []
        self.credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
        self.account = AccountNumber.parse(simulator.account_number)
        self.token: AccessToken | None = None

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        self.client = KisClient(
            Environment.REAL,
            base_url=simulator.url,
            rate_limits=gates,
            clock=clock,
            timeouts=Timeouts(sleep=sleep, random=lambda: 0.0),
            on_call=self.told.append,
        )

    async def read(self) -> None:
        self.token = self.token or await self.client.issue_token(self.credentials)
        await self.client.fetch_balance(self.credentials, self.token, self.account)


@pytest.fixture
async def calls(simulator: Simulator, clock: FakeClock) -> AsyncIterator[Calls]:
    made = Calls(simulator, clock, RateLimits.unlimited())
    yield made
    await made.client.aclose()


def refused(code: str, text: str, status: int = 200) -> Response:
    told = {"rt_cd": "1", "msg_cd": code, "msg1": text}
    return Response(status=status, body=json.dumps(told).encode())


async def test_every_request_is_told_with_how_it_went(
    calls: Calls, simulator: Simulator, clock: FakeClock
) -> None:
    simulator.set_scene("many")
    await calls.read()
    issue, *pages = calls.told
    assert (issue.name, issue.method, issue.path, issue.tr_id) == (
        "issue token", "POST", "/oauth2/tokenP", "",
    )  # fmt: skip
    assert [call.page for call in pages] == list(range(1, 11))
    assert {(call.tr_id, call.status, call.rt_cd, call.outcome) for call in pages} == {
        ("TTTC8434R", 200, "0", "ok")
    }
    assert [call.continuation for call in pages] == [">M", *["N>M"] * 8, "N>D"]
    assert all(
        call.response_size and call.response_size > 10_000 and call.duration > 0 for call in pages
    )
    assert all(call.started_at == clock.now for call in calls.told)
    assert "CANO" in pages[0].parameter_names
    assert [name for name, _ in issue.connection_timings] == ["tcp", "head"]
    assert len(calls.told) == len(simulator.requests)


async def test_each_try_is_told_with_the_wait_for_the_next(
    calls: Calls, simulator: Simulator
) -> None:
    limit = refused("EGW00201", "초당 거래건수를 초과하였습니다.", 500)
    simulator.script(INQUIRE, limit, Response(disconnect="before"), None)
    await calls.read()
    tries = calls.told[1:]
    assert [(each.attempt, each.outcome, each.status) for each in tries] == [
        (1, "rate_limited", 500),
        (2, "disconnected", None),
        (3, "ok", 200),
    ]
    assert [each.retry_after for each in tries] == [*calls.slept, None]
    assert tries[0].server_message.startswith("초당")


async def test_the_time_in_the_gates_is_told(simulator: Simulator, clock: FakeClock) -> None:
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    gates = RateLimits(0.1, 1.05, monotonic=lambda: now, sleep=sleep)
    calls = Calls(simulator, clock, gates)
    await calls.read()
    await calls.read()
    await calls.client.aclose()
    waits = [(call.rate_limit_wait.account, call.rate_limit_wait.app_key) for call in calls.told]
    assert waits == [(0, 0), (0, 0), (pytest.approx(1.05), 0)]


HOSTILE = "\x1b[31m계좌 {account} 앱키 {app_key} 비밀 {app_secret} 토큰 {token}\r\n끝"


async def test_what_was_sent_never_comes_back_into_the_log(
    calls: Calls, simulator: Simulator
) -> None:
    await calls.read()
    assert calls.token
    text = HOSTILE.format(
        account=calls.account.number,
        app_key=simulator.app_key,
        app_secret=simulator.app_secret,
        token=calls.token.value.reveal(),
    )
    simulator.script(INQUIRE, refused(simulator.app_key, text))
    with pytest.raises(KistuiError):
        await calls.read()
    told = repr(calls.told[-1])
    for secret in (simulator.app_key, simulator.app_secret, calls.token.value.reveal(), "50001234"):
        assert secret not in told
        assert secret[:20] not in told
    assert "\x1b" not in calls.told[-1].server_message
    assert "계좌" in calls.told[-1].server_message


async def test_a_call_that_was_given_up_is_told_too(calls: Calls, simulator: Simulator) -> None:
    import asyncio

    await calls.read()
    simulator.script(INQUIRE, Response(delay=30))
    reading = asyncio.create_task(calls.read())
    while simulator.count_requests(INQUIRE) < 2:  # noqa: ASYNC110  # it runs in another thread
        await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert (calls.told[-1].outcome, calls.told[-1].status) == ("cancelled", None)


async def test_an_answer_that_is_none_is_told_with_its_size(
    calls: Calls, simulator: Simulator
) -> None:
    simulator.script("tokenP", Response(status=503, body=b"<html>"))
    with pytest.raises(KistuiError):
        await calls.read()
    (call,) = calls.told
    assert (call.outcome, call.status, call.response_size, call.msg_cd) == (
        "service_down",
        503,
        6,
        "",
    )
