"""The client against a real KIS server on loopback."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from kistui import errors
from kistui.client import KisClient, RateLimits
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.progress import PageLoaded, RetryScheduled
from kistui.models.reconciliation import is_reconciled
from kistui.simulator import Response, Simulator, error_response
from tests.client.conftest import OpenClient, RecordingSleep
from tests.support import FakeClock

BALANCE, HOLIDAY = "inquire-balance", "chk-holiday"


@pytest.mark.parametrize("environment", ["real", "paper"])
async def test_a_balance_is_read_whole_and_adds_up(
    open_client: OpenClient, environment: str
) -> None:
    desk = open_client(environment=environment)
    balance = await desk.fetch_balance()
    assert len(balance.open_holdings) == 12
    assert len(balance.holdings) == 13
    assert is_reconciled(balance) is True
    assert balance.page_count == 1


@pytest.mark.parametrize(
    ("environment", "holdings", "pages"),
    [
        ("real", 49, 1),
        ("real", 50, 1),
        ("real", 51, 2),
        ("real", 500, 10),
        ("paper", 20, 1),
        ("paper", 21, 2),
    ],
)
async def test_every_page_is_read_once(
    open_client: OpenClient, environment: str, holdings: int, pages: int
) -> None:
    desk = open_client(environment=environment, scene="many", holdings=holdings)
    balance = await desk.fetch_balance()
    assert len(balance.lots) == holdings
    assert balance.page_count == pages
    assert desk.simulator.count_requests(BALANCE) == pages
    assert is_reconciled(balance) is True
    assert [p.page_number for p in desk.progress_events if isinstance(p, PageLoaded)] == list(
        range(1, pages + 1)
    )


async def test_requests_are_as_the_protocol_has_them(open_client: OpenClient) -> None:
    desk = open_client(scene="many", holdings=60)
    await desk.fetch_balance()
    token, first, second = desk.simulator.requests
    assert (token.method, token.path) == ("POST", "/oauth2/tokenP")
    assert not token.query
    assert (first.method, first.headers["tr_id"]) == ("GET", "TTTC8434R")
    assert first.headers["custtype"] == "P"
    assert first.headers["user-agent"].startswith("kistui/")
    assert first.query["INQR_DVSN"] == "01"
    assert first.query["CTX_AREA_NK100"] == ""
    assert first.headers["tr_cont"] == ""
    assert second.headers["tr_cont"] == "N"
    assert len(second.query["CTX_AREA_FK100"]) == 100
    assert len(second.query["CTX_AREA_NK100"]) == 100


async def test_lots_by_loan_date_become_one_holding(open_client: OpenClient) -> None:
    balance = await open_client(scene="credit").fetch_balance()
    merged = [holding for holding in balance.holdings if len(holding.lots) > 1]
    assert merged
    assert any(lot.loan_date and lot.expiry_date for lot in merged[0].lots)
    assert merged[0].quantity == sum(lot.quantity or 0 for lot in merged[0].lots)
    assert is_reconciled(balance) is True


async def test_an_empty_account_is_empty_and_not_an_error(open_client: OpenClient) -> None:
    for environment in ("real", "paper"):
        balance = await open_client(environment=environment, scene="empty").fetch_balance()
        assert balance.holdings == ()
        assert balance.summary.deposit is not None


async def test_before_the_open_there_are_no_prices(open_client: OpenClient) -> None:
    balance = await open_client(scene="off-hours").fetch_balance()
    assert {holding.price for holding in balance.open_holdings} == {None}
    assert all(holding.day_rate is None for holding in balance.open_holdings)


async def test_hostile_names_arrive_clean(open_client: OpenClient) -> None:
    balance = await open_client(scene="hostile").fetch_balance()
    assert balance.holdings
    assert all((holding.name or "").isprintable() for holding in balance.holdings)


async def test_a_token_ends_when_kis_says_in_korean_time(
    open_client: OpenClient, clock: FakeClock
) -> None:
    desk = open_client()
    token = await desk.client.issue_token(desk.credentials)
    assert token.issued_at == clock.now
    assert token.expires_at - clock.now == timedelta(days=1)
    assert token.value.reveal() not in repr(token)
    clock.advance(hours=2)
    again = await desk.client.issue_token(desk.credentials)
    assert (again.value, again.expires_at) == (token.value, token.expires_at)
    assert desk.simulator.notices == 2


async def test_a_second_issue_within_a_minute_is_told_and_never_repeated(
    open_client: OpenClient,
) -> None:
    desk = open_client()
    await desk.client.issue_token(desk.credentials)
    with pytest.raises(errors.TokenCooldownError):
        await desk.client.issue_token(desk.credentials)
    assert desk.simulator.count_requests("tokenP") == 2


async def test_a_revoked_token_is_dead(open_client: OpenClient) -> None:
    desk = open_client()
    await desk.fetch_balance()
    assert desk.token is not None
    await desk.client.revoke_token(desk.credentials, desk.token)
    with pytest.raises(errors.TokenInvalidError):
        await desk.fetch_balance()


SCENES: dict[str, type[errors.KisError]] = {
    "refused-key": errors.AppKeyRejectedError,
    "refused-secret": errors.AppSecretRejectedError,
    "wrong-account": errors.AccountRejectedError,
    "wrong-environment": errors.WrongEnvironmentError,
    "expired-token": errors.TokenExpiredError,
    "failing-page": errors.TemporaryServerError,
    "garbled": errors.ServiceUnavailableError,
    "down": errors.ServiceUnavailableError,
    "dropped": errors.DisconnectedError,
    "reset": errors.DisconnectedError,
    "endless": errors.MalformedResponseError,
    "bomb": errors.MalformedResponseError,
    "elsewhere": errors.ServiceUnavailableError,
    "looping": errors.PaginationError,
}


@pytest.mark.parametrize(("scene", "kind"), SCENES.items())
async def test_each_scene_of_trouble_is_its_own_error(
    open_client: OpenClient, scene: str, kind: type[errors.KisError]
) -> None:
    with pytest.raises(kind):
        await open_client(scene=scene).fetch_balance()


async def test_a_server_that_never_answers_is_given_up(open_client: OpenClient) -> None:
    with pytest.raises(errors.RequestTimeoutError):
        await open_client(scene="silent", read=0.1).fetch_balance()


async def test_a_limit_is_waited_for_and_told(open_client: OpenClient) -> None:
    desk = open_client()
    desk.simulator.script(BALANCE, error_response("EGW00201"), error_response("EGW00215"))
    assert (await desk.fetch_balance()).open_holdings
    assert desk.recorded_sleep.waits == [1.25, 2.25]
    waits = [told for told in desk.progress_events if isinstance(told, RetryScheduled)]
    assert [(each.attempt, each.max_attempts) for each in waits] == [(2, 3), (3, 3)]


async def test_a_limit_that_does_not_end_is_given_up_after_three(open_client: OpenClient) -> None:
    desk = open_client()
    desk.simulator.script(BALANCE, *[error_response("EGW00201")] * 5)
    with pytest.raises(errors.RateLimitedError):
        await desk.fetch_balance()
    assert desk.simulator.count_requests(BALANCE) == 3


@pytest.mark.parametrize("cut", ["before", "during"])
async def test_a_dropped_connection_is_tried_again(open_client: OpenClient, cut: str) -> None:
    desk = open_client()
    desk.simulator.script(BALANCE, Response(disconnect=cut, body=b'{"rt_cd":"0"}'))
    assert (await desk.fetch_balance()).open_holdings
    assert desk.simulator.count_requests(BALANCE) == 2


async def test_a_token_issue_is_never_tried_again(open_client: OpenClient) -> None:
    desk = open_client()
    desk.simulator.script("tokenP", Response(disconnect="before"), Response(disconnect="before"))
    with pytest.raises(errors.DisconnectedError):
        await desk.fetch_balance()
    assert desk.simulator.count_requests("tokenP") == 1


async def test_a_stalled_answer_times_out(open_client: OpenClient) -> None:
    desk = open_client(read=0.05)
    desk.simulator.script(BALANCE, Response(delay=5), Response(delay=5))
    with pytest.raises(errors.RequestTimeoutError):
        await desk.fetch_balance()
    assert desk.simulator.count_requests(BALANCE) == 2


async def test_data_that_changed_between_pages_is_read_again_once(open_client: OpenClient) -> None:
    desk = open_client(scene="many", holdings=120)
    changed = error_response("SYDB0050")
    await desk.client.aclose()
    desk = open_client(scene="data-changed")
    balance = await desk.fetch_balance()
    assert is_reconciled(balance) is True
    assert balance.page_count > 1
    desk.simulator.set_scene("ordinary")
    desk.simulator.script(BALANCE, changed, changed)
    with pytest.raises(errors.DataChangedError):
        await desk.fetch_balance()


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Response(body=b"x" * (9 * 1024 * 1024)), errors.MalformedResponseError),
        (
            Response(status=302, headers={"location": "https://evil.example/"}),
            errors.ServiceUnavailableError,
        ),
        (Response(body=b"zz", headers={"content-encoding": "gzip"}), errors.MalformedResponseError),
        (
            Response(body=b'{"rt_cd":"1","msg_cd":"","msg1":""}', status=500),
            errors.TemporaryServerError,
        ),
        (Response(body=b'{"rt_cd":"0","output1":{"hldg_qty":"x"}}'), errors.MalformedResponseError),
        (Response(body=b'{"rt_cd":"0","output1":7}'), errors.MalformedResponseError),
        (Response(body=b"", status=429), errors.ServiceUnavailableError),
    ],
    ids=["huge", "redirect", "bad gzip", "empty refusal", "bad field", "no rows", "bare 429"],
)
async def test_odd_answers_have_their_error(
    open_client: OpenClient, reply: Response, kind: type[errors.KisError]
) -> None:
    desk = open_client()
    desk.simulator.script(BALANCE, reply, reply)
    with pytest.raises(kind):
        await desk.fetch_balance()


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"access_token": 5, "access_token_token_expired": "2026-11-24 10:32:07"}',
        b'{"access_token": "", "access_token_token_expired": "2026-11-24 10:32:07"}',
        b'{"access_token": "a\\r\\nX: 1", "access_token_token_expired": "2026-11-24 10:32:07"}',
        b'{"access_token": "abc", "access_token_token_expired": "soon"}',
    ],
)
async def test_a_token_answer_that_is_not_one_is_malformed(
    open_client: OpenClient, body: bytes
) -> None:
    desk = open_client()
    desk.simulator.script("tokenP", Response(body=body))
    with pytest.raises(errors.MalformedResponseError):
        await desk.fetch_balance()


async def test_a_server_that_is_gone_cannot_be_reached(open_client: OpenClient) -> None:
    desk = open_client()
    await desk.fetch_balance()
    desk.simulator.stop()
    with pytest.raises((errors.ConnectFailedError, errors.DisconnectedError)):
        await desk.fetch_balance()


def every_text(error: BaseException) -> Iterator[str]:
    seen: BaseException | None = error
    while seen is not None:
        yield f"{seen} {seen!r} {seen.args}"
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


@pytest.mark.parametrize("scene", ["dropped", "down", "wrong-account", "looping", "garbled"])
async def test_no_secret_is_in_any_error(open_client: OpenClient, scene: str) -> None:
    desk = open_client(scene=scene)
    with pytest.raises(errors.KisError) as caught:
        await desk.fetch_balance()
    token = desk.token.value.reveal() if desk.token else "none"
    texts = " ".join(every_text(caught.value))
    for secret in (desk.simulator.app_key, desk.simulator.app_secret, token, desk.account.number):
        assert secret not in texts


async def test_secrets_travel_in_headers_and_bodies_never_in_addresses(
    open_client: OpenClient,
) -> None:
    desk = open_client()
    await desk.fetch_balance()
    assert desk.token is not None
    for request in desk.simulator.requests:
        address = request.path + str(request.query)
        for secret in (
            desk.simulator.app_key,
            desk.simulator.app_secret,
            desk.token.value.reveal(),
        ):
            assert secret not in address


@pytest.mark.parametrize("wrong", [-300, -1, 0, 1, 300, 36_000])
async def test_the_clocks_are_compared_by_the_date_of_an_answer(wrong: float) -> None:
    server, here = FakeClock(), FakeClock()
    here.advance(seconds=wrong)
    with Simulator(clock=server) as simulator:
        credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
        async with KisClient(Environment.REAL, base_url=simulator.url, clock=here) as client:
            assert client.clock_skew is None
            await client.issue_token(credentials)
            assert client.clock_skew == timedelta(seconds=-wrong)


async def test_the_days_without_trading_come_with_one_call(open_client: OpenClient) -> None:
    desk = open_client()
    closed = await desk.fetch_closed_days()
    assert {day for day in closed if day.weekday() < 5} == {
        date(2026, 12, 25),
        date(2026, 12, 31),
        date(2027, 1, 1),
    }
    assert {date(2026, 12, 26), date(2027, 1, 10)} <= closed
    assert (min(closed), max(closed)) == (date(2026, 12, 25), date(2027, 1, 10))
    (request,) = [each for each in desk.simulator.requests if each.path.endswith(HOLIDAY)]
    assert (request.method, request.tr_id, request.tr_cont) == ("GET", "CTCA0903R", "")
    assert request.query == {"BASS_DT": "20261221", "CTX_AREA_NK": "", "CTX_AREA_FK": ""}


async def test_paper_is_never_asked_for_the_days_without_trading(open_client: OpenClient) -> None:
    desk = open_client(environment="paper")
    with pytest.raises(errors.ForbiddenRequestError):
        await desk.fetch_closed_days()
    assert desk.simulator.count_requests(HOLIDAY) == 0


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (error_response("EGW00201"), errors.RateLimitedError),
        (error_response("EGW00206"), errors.PermissionDeniedError),
        (error_response("EGW00203"), errors.TemporaryServerError),
        (Response(disconnect="before"), errors.DisconnectedError),
        (
            Response(body=b'{"rt_cd":"0","output":[{"bass_dt":"","opnd_yn":"Y"}]}'),
            errors.MalformedResponseError,
        ),
        (Response(body=b'{"rt_cd":"0","output":[{"opnd_yn":"N"}]}'), errors.MalformedResponseError),
        (
            Response(body=b'{"rt_cd":"0","output":[{"bass_dt":"00000000","opnd_yn":"N"}]}'),
            errors.MalformedResponseError,
        ),
        (
            Response(body=b'{"rt_cd":"0","output":[{"bass_dt":"2026125","opnd_yn":"N"}]}'),
            errors.MalformedResponseError,
        ),
        (
            Response(body=b'{"rt_cd":"0","output":[{"bass_dt":"20261225"}]}'),
            errors.MalformedResponseError,
        ),
        (Response(body=b'{"rt_cd":"0","output":"20261225"}'), errors.MalformedResponseError),
    ],
    ids=[
        "limit",
        "no permission",
        "trouble",
        "dropped",
        "blank date",
        "no date",
        "zeros",
        "seven digits",
        "no mark",
        "no rows",
    ],
)
async def test_a_call_for_one_a_day_is_not_repeated(
    open_client: OpenClient, reply: Response, kind: type[errors.KisError]
) -> None:
    desk = open_client()
    desk.simulator.script(HOLIDAY, reply)
    with pytest.raises(kind):
        await desk.fetch_closed_days()
    assert desk.simulator.count_requests(HOLIDAY) == 1
    assert desk.recorded_sleep.waits == []


async def test_a_day_is_open_only_where_kis_says_so(open_client: OpenClient) -> None:
    desk = open_client()
    rows = (
        b'{"bass_dt":"20261225","opnd_yn":"Y","tr_day_yn":"N"},'
        b'{"bass_dt":"20261226","opnd_yn":"N","tr_day_yn":"Y"}'
    )
    desk.simulator.script(HOLIDAY, Response(body=b'{"rt_cd":"0","output":[%s]}' % rows))
    assert await desk.fetch_closed_days() == {date(2026, 12, 26)}


async def test_the_days_without_trading_wait_for_the_key_and_not_for_the_ledger() -> None:
    slept = RecordingSleep()
    gates = RateLimits(0, 60, sleep=slept)
    with Simulator() as simulator:
        credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
        client = KisClient(Environment.REAL, base_url=simulator.url, rate_limits=gates)
        async with client:
            token = await client.issue_token(credentials)
            await client.fetch_balance(
                credentials, token, AccountNumber.parse(simulator.account_number)
            )
            for _ in range(2):
                await client.fetch_holidays(credentials, token, date(2026, 11, 23))
        assert slept.waits == []
        assert client.api_usage().calls_last_minute == 3
