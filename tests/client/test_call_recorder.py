"""Call records: every call is recorded, without any of its content."""

import json
from collections.abc import AsyncIterator

import pytest

from kistui.client import KisClient, RateLimits
from kistui.client.connection import Timeouts
from kistui.errors import KistuiError
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.calls import CallRecord
from kistui.models.token import AccessToken
from kistui.simulator import Simulator
from kistui.simulator.responses import Response
from tests.support import FakeClock

INQUIRE = "inquire-balance"


class Calls:
    """A client that keeps the records of its calls."""

    def __init__(self, simulator: Simulator, clock: FakeClock, rate_limits: RateLimits) -> None:
        self.records: list[CallRecord] = []
        self.slept: list[float] = []
        self.credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
        self.account = AccountNumber.parse(simulator.account_number)
        self.token: AccessToken | None = None

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        self.client = KisClient(
            Environment.REAL,
            base_url=simulator.url,
            rate_limits=rate_limits,
            clock=clock,
            timeouts=Timeouts(sleep=sleep, random=lambda: 0.0),
            on_call=self.records.append,
        )

    async def read(self) -> None:
        self.token = self.token or await self.client.issue_token(self.credentials)
        await self.client.fetch_balance(self.credentials, self.token, self.account)


@pytest.fixture
async def calls(simulator: Simulator, clock: FakeClock) -> AsyncIterator[Calls]:
    recorded_calls = Calls(simulator, clock, RateLimits.unlimited())
    yield recorded_calls
    await recorded_calls.client.aclose()


def error_response(code: str, text: str, status: int = 200) -> Response:
    body = {"rt_cd": "1", "msg_cd": code, "msg1": text}
    return Response(status=status, body=json.dumps(body).encode())


async def test_every_request_is_recorded_with_its_outcome(
    calls: Calls, simulator: Simulator, clock: FakeClock
) -> None:
    simulator.set_scene("many")
    await calls.read()
    issue, *pages = calls.records
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
    assert all(call.started_at == clock.now for call in calls.records)
    assert "CANO" in pages[0].parameter_names
    assert [name for name, _ in issue.connection_timings] == ["tcp", "head"]
    assert len(calls.records) == len(simulator.requests)


async def test_each_attempt_is_recorded_with_the_wait_before_the_next(
    calls: Calls, simulator: Simulator
) -> None:
    limit = error_response("EGW00201", "초당 거래건수를 초과하였습니다.", 500)
    simulator.script(INQUIRE, limit, Response(disconnect="before"), None)
    await calls.read()
    tries = calls.records[1:]
    assert [(attempt.attempt, attempt.outcome, attempt.status) for attempt in tries] == [
        (1, "rate_limited", 500),
        (2, "disconnected", None),
        (3, "ok", 200),
    ]
    assert [attempt.retry_after for attempt in tries] == [*calls.slept, None]
    assert tries[0].server_message.startswith("초당")


async def test_the_rate_limit_wait_is_recorded(simulator: Simulator, clock: FakeClock) -> None:
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    rate_limits = RateLimits(0.1, 1.05, monotonic=lambda: now, sleep=sleep)
    calls = Calls(simulator, clock, rate_limits)
    await calls.read()
    await calls.read()
    await calls.client.aclose()
    waits = [(call.rate_limit_wait.account, call.rate_limit_wait.app_key) for call in calls.records]
    assert waits == [(0, 0), (0, 0), (pytest.approx(1.05), 0)]


HOSTILE = "\x1b[31m계좌 {account} 앱키 {app_key} 비밀 {app_secret} 토큰 {token}\r\n끝"


async def test_echoed_request_values_are_not_recorded(calls: Calls, simulator: Simulator) -> None:
    await calls.read()
    assert calls.token
    text = HOSTILE.format(
        account=calls.account.number,
        app_key=simulator.app_key,
        app_secret=simulator.app_secret,
        token=calls.token.value.reveal(),
    )
    simulator.script(INQUIRE, error_response(simulator.app_key, text))
    with pytest.raises(KistuiError):
        await calls.read()
    record_text = repr(calls.records[-1])
    for secret in (simulator.app_key, simulator.app_secret, calls.token.value.reveal(), "50001234"):
        assert secret not in record_text
        assert secret[:20] not in record_text
    assert "\x1b" not in calls.records[-1].server_message
    assert "계좌" in calls.records[-1].server_message


async def test_a_cancelled_call_is_recorded(calls: Calls, simulator: Simulator) -> None:
    import asyncio

    await calls.read()
    simulator.script(INQUIRE, Response(delay=30))
    reading = asyncio.create_task(calls.read())
    while simulator.count_requests(INQUIRE) < 2:  # noqa: ASYNC110  # it runs in another thread
        await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert (calls.records[-1].outcome, calls.records[-1].status) == ("cancelled", None)


async def test_an_invalid_response_is_recorded_with_its_size(
    calls: Calls, simulator: Simulator
) -> None:
    simulator.script("tokenP", Response(status=503, body=b"<html>"))
    with pytest.raises(KistuiError):
        await calls.read()
    (record,) = calls.records
    assert (record.outcome, record.status, record.response_size, record.msg_cd) == (
        "service_down",
        503,
        6,
        "",
    )


@pytest.mark.parametrize(
    ("code", "logged"),
    [("70070000", "70070000"), ("EGW00215", "EGW00215"), ("9999123401", "***")],
)
async def test_a_code_of_eight_digits_is_a_code(
    calls: Calls, simulator: Simulator, code: str, logged: str
) -> None:
    simulator.script(INQUIRE, *[error_response(code, "")] * 3)
    with pytest.raises(KistuiError):
        await calls.read()
    assert calls.records[-1].msg_cd == logged


async def test_an_account_number_sent_as_a_code_is_masked(
    calls: Calls, simulator: Simulator
) -> None:
    simulator.script(INQUIRE, error_response(calls.account.number, ""))
    with pytest.raises(KistuiError):
        await calls.read()
    assert calls.records[-1].msg_cd == "***"
