"""The client with a simulated KIS server on loopback."""

import asyncio
import gc
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import date, timedelta
from weakref import ReferenceType, ref

import pytest

from kistui import errors
from kistui.client import KisClient, RateLimits
from kistui.client.domestic_balance import query_params
from kistui.client.pagination import FIRST_PAGE
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.calls import PageLoaded, RetryScheduled
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.reconciliation import reconcile
from kistui.simulator import Response, Simulator, error_response
from tests.client.conftest import OpenClient, RecordingSleep
from tests.support import FakeClock

BALANCE, HOLIDAY = "inquire-balance", "chk-holiday"


@pytest.mark.parametrize("environment", ["real", "paper"])
async def test_a_complete_balance_is_fetched_and_adds_up(
    open_client: OpenClient, environment: str
) -> None:
    harness = open_client(environment=environment)
    balance = await harness.fetch_balance()
    assert len(balance.open_holdings) == 12
    assert len(balance.holdings) == 13
    assert reconcile(balance).is_reconciled is True
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
async def test_every_page_is_fetched_once(
    open_client: OpenClient, environment: str, holdings: int, pages: int
) -> None:
    harness = open_client(environment=environment, scene="many", holdings=holdings)
    balance = await harness.fetch_balance()
    assert len(balance.lots) == holdings
    assert balance.page_count == pages
    assert harness.simulator.count_requests(BALANCE) == pages
    assert reconcile(balance).is_reconciled is True
    assert [p.page_number for p in harness.progress_events if isinstance(p, PageLoaded)] == list(
        range(1, pages + 1)
    )


async def test_requests_follow_the_protocol(open_client: OpenClient) -> None:
    harness = open_client(scene="many", holdings=60)
    await harness.fetch_balance()
    token, first_request, second_request = harness.simulator.requests
    assert (token.method, token.path) == ("POST", "/oauth2/tokenP")
    assert not token.query
    assert (first_request.method, first_request.headers["tr_id"]) == ("GET", "TTTC8434R")
    assert first_request.headers["custtype"] == "P"
    assert first_request.headers["user-agent"].startswith("kistui/")
    assert first_request.query["INQR_DVSN"] == "01"
    assert first_request.query["CTX_AREA_NK100"] == ""
    assert first_request.headers["tr_cont"] == ""
    assert second_request.headers["tr_cont"] == "N"
    assert len(second_request.query["CTX_AREA_FK100"]) == 100
    assert len(second_request.query["CTX_AREA_NK100"]) == 100


async def test_lots_by_loan_date_become_one_holding(open_client: OpenClient) -> None:
    balance = await open_client(scene="credit").fetch_balance()
    merged = [holding for holding in balance.holdings if len(holding.lots) > 1]
    assert merged
    assert any(lot.loan_date and lot.expiry_date for lot in merged[0].lots)
    assert merged[0].quantity == sum(lot.quantity or 0 for lot in merged[0].lots)
    assert reconcile(balance).is_reconciled is True


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


async def test_a_token_expires_at_the_korean_time_in_the_response(
    open_client: OpenClient, clock: FakeClock
) -> None:
    harness = open_client()
    token = await harness.client.issue_token(harness.credentials)
    assert token.issued_at == clock.now
    assert token.expires_at - clock.now == timedelta(days=1)
    assert token.value.reveal() not in repr(token)
    clock.advance(hours=2)
    reissued = await harness.client.issue_token(harness.credentials)
    assert (reissued.value, reissued.expires_at) == (token.value, token.expires_at)
    assert harness.simulator.notice_count == 2


async def test_a_token_cooldown_is_reported_without_a_retry(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    await harness.client.issue_token(harness.credentials)
    with pytest.raises(errors.TokenCooldownError):
        await harness.client.issue_token(harness.credentials)
    assert harness.simulator.count_requests("tokenP") == 2


async def test_a_revoked_token_is_invalid(open_client: OpenClient) -> None:
    harness = open_client()
    await harness.fetch_balance()
    assert harness.token is not None
    await harness.client.revoke_token(harness.credentials, harness.token)
    with pytest.raises(errors.TokenInvalidError):
        await harness.fetch_balance()


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
async def test_each_faulty_scene_raises_its_own_error(
    open_client: OpenClient, scene: str, kind: type[errors.KisError]
) -> None:
    with pytest.raises(kind):
        await open_client(scene=scene).fetch_balance()


async def test_a_server_that_never_responds_times_out(open_client: OpenClient) -> None:
    with pytest.raises(errors.RequestTimeoutError):
        await open_client(scene="silent", read=0.1).fetch_balance()


async def test_a_rate_limit_is_retried_and_reported(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script(BALANCE, error_response("EGW00201"), error_response("EGW00215"))
    assert (await harness.fetch_balance()).open_holdings
    assert harness.recorded_sleep.waits == [1.25, 2.25]
    waits = [event for event in harness.progress_events if isinstance(event, RetryScheduled)]
    assert [(wait.attempt, wait.max_attempts) for wait in waits] == [(2, 3), (3, 3)]


async def test_a_persistent_rate_limit_fails_after_three_attempts(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script(BALANCE, *[error_response("EGW00201")] * 5)
    with pytest.raises(errors.RateLimitedError):
        await harness.fetch_balance()
    assert harness.simulator.count_requests(BALANCE) == 3


@pytest.mark.parametrize("cut", ["before", "during"])
async def test_a_dropped_connection_is_retried(open_client: OpenClient, cut: str) -> None:
    harness = open_client()
    harness.simulator.script(BALANCE, Response(disconnect=cut, body=b'{"rt_cd":"0"}'))
    assert (await harness.fetch_balance()).open_holdings
    assert harness.simulator.count_requests(BALANCE) == 2


async def test_a_token_request_is_never_retried(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script("tokenP", Response(disconnect="before"), Response(disconnect="before"))
    with pytest.raises(errors.DisconnectedError):
        await harness.fetch_balance()
    assert harness.simulator.count_requests("tokenP") == 1


async def test_a_stalled_answer_times_out(open_client: OpenClient) -> None:
    harness = open_client(read=0.05)
    harness.simulator.script(BALANCE, Response(delay=5), Response(delay=5))
    with pytest.raises(errors.RequestTimeoutError):
        await harness.fetch_balance()
    assert harness.simulator.count_requests(BALANCE) == 2


async def test_data_changed_between_pages_is_fetched_again_once(open_client: OpenClient) -> None:
    harness = open_client(scene="many", holdings=120)
    changed = error_response("SYDB0050")
    await harness.client.aclose()
    harness = open_client(scene="data-changed")
    balance = await harness.fetch_balance()
    assert reconcile(balance).is_reconciled is True
    assert balance.page_count > 1
    harness.simulator.set_scene("ordinary")
    harness.simulator.script(BALANCE, changed, changed)
    with pytest.raises(errors.DataChangedError):
        await harness.fetch_balance()


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
        (Response(body=b'{"rt_cd":"0","output1":7}'), errors.MalformedResponseError),
        (Response(body=b"", status=429), errors.ServiceUnavailableError),
    ],
    ids=["huge", "redirect", "bad gzip", "empty refusal", "no rows", "bare 429"],
)
async def test_each_malformed_response_raises_its_error(
    open_client: OpenClient, reply: Response, kind: type[errors.KisError]
) -> None:
    harness = open_client()
    harness.simulator.script(BALANCE, reply, reply)
    with pytest.raises(kind):
        await harness.fetch_balance()


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
async def test_an_invalid_token_response_is_malformed(open_client: OpenClient, body: bytes) -> None:
    harness = open_client()
    harness.simulator.script("tokenP", Response(body=body))
    with pytest.raises(errors.MalformedResponseError):
        await harness.fetch_balance()


async def test_a_repeated_page_is_not_among_the_rows(open_client: OpenClient) -> None:
    harness = open_client(scene="looping")
    with pytest.raises(errors.PaginationError):
        await harness.fetch_balance()
    pages = [event for event in harness.progress_events if isinstance(event, PageLoaded)]
    assert [page.page_number for page in pages] == [1]
    codes = [holding.code for holding in pages[-1].partial_balance().holdings]
    assert len(codes) == len(set(codes)) == len(pages[-1].lots)


async def test_a_stopped_server_is_unreachable(open_client: OpenClient) -> None:
    harness = open_client()
    await harness.fetch_balance()
    harness.simulator.stop()
    with pytest.raises((errors.ConnectFailedError, errors.DisconnectedError)):
        await harness.fetch_balance()


def chained_texts(error: BaseException) -> Iterator[str]:
    current: BaseException | None = error
    while current is not None:
        yield f"{current} {current!r} {current.args}"
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )


@pytest.mark.parametrize("scene", ["dropped", "down", "wrong-account", "looping", "garbled"])
async def test_no_secret_is_in_any_error(open_client: OpenClient, scene: str) -> None:
    harness = open_client(scene=scene)
    with pytest.raises(errors.KisError) as caught:
        await harness.fetch_balance()
    token = harness.token.value.reveal() if harness.token else "none"
    texts = " ".join(chained_texts(caught.value))
    for secret in (
        harness.simulator.app_key,
        harness.simulator.app_secret,
        token,
        harness.account.number,
    ):
        assert secret not in texts


async def test_secrets_are_sent_in_headers_and_bodies_but_not_in_urls(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    await harness.fetch_balance()
    assert harness.token is not None
    for request in harness.simulator.requests:
        address = request.path + str(request.query)
        for secret in (
            harness.simulator.app_key,
            harness.simulator.app_secret,
            harness.token.value.reveal(),
        ):
            assert secret not in address


@pytest.mark.parametrize("skew", [-300, -1, 0, 1, 300, 36_000])
async def test_clock_skew_is_measured_by_the_date_of_a_response(skew: float) -> None:
    server_clock, local_clock = FakeClock(), FakeClock()
    local_clock.advance(seconds=skew)
    with Simulator(clock=server_clock) as simulator:
        credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
        async with KisClient(Environment.REAL, base_url=simulator.url, clock=local_clock) as client:
            assert client.clock_skew is None
            await client.issue_token(credentials)
            assert client.clock_skew == timedelta(seconds=-skew)


async def test_holidays_are_fetched_with_one_call(open_client: OpenClient) -> None:
    harness = open_client()
    closed = await harness.fetch_holidays()
    assert {day for day in closed if day.weekday() < 5} == {
        date(2026, 12, 25),
        date(2026, 12, 31),
        date(2027, 1, 1),
    }
    assert {date(2026, 12, 26), date(2027, 1, 10)} <= closed
    assert (min(closed), max(closed)) == (date(2026, 12, 25), date(2027, 1, 10))
    (request,) = [
        recorded for recorded in harness.simulator.requests if recorded.path.endswith(HOLIDAY)
    ]
    assert (request.method, request.tr_id, request.tr_cont) == ("GET", "CTCA0903R", "")
    assert request.query == {"BASS_DT": "20261221", "CTX_AREA_NK": "", "CTX_AREA_FK": ""}


async def test_holidays_are_not_requested_on_paper(open_client: OpenClient) -> None:
    harness = open_client(environment="paper")
    with pytest.raises(errors.NotOnPaperError):
        await harness.fetch_holidays()
    assert harness.simulator.count_requests(HOLIDAY) == 0


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
async def test_the_daily_holiday_call_is_not_retried(
    open_client: OpenClient, reply: Response, kind: type[errors.KisError]
) -> None:
    harness = open_client()
    harness.simulator.script(HOLIDAY, reply)
    with pytest.raises(kind):
        await harness.fetch_holidays()
    assert harness.simulator.count_requests(HOLIDAY) == 1
    assert harness.recorded_sleep.waits == []


async def test_a_day_is_open_only_where_kis_says_so(open_client: OpenClient) -> None:
    harness = open_client()
    rows = (
        b'{"bass_dt":"20261225","opnd_yn":"Y","tr_day_yn":"N"},'
        b'{"bass_dt":"20261226","opnd_yn":"N","tr_day_yn":"Y"}'
    )
    harness.simulator.script(HOLIDAY, Response(body=b'{"rt_cd":"0","output":[%s]}' % rows))
    assert await harness.fetch_holidays() == {date(2026, 12, 26)}


async def test_a_day_that_cannot_be_read_hides_no_other(open_client: OpenClient) -> None:
    harness = open_client()
    rows = (
        b'{"bass_dt":"20261225","opnd_yn":"N"},{"bass_dt":"","opnd_yn":""},'
        b'{"bass_dt":"20261226","opnd_yn":7}'
    )
    harness.simulator.script(HOLIDAY, Response(body=b'{"rt_cd":"0","output":[%s]}' % rows))
    assert await harness.fetch_holidays() == {date(2026, 12, 25)}


async def test_a_request_that_is_over_holds_nothing_of_its_sender(open_client: OpenClient) -> None:
    """The app's pages send from workers whose context holds the page."""

    class Page:
        """Stands for a page of the app."""

    page_variable: ContextVar[Page] = ContextVar("page")
    harness = open_client()

    async def send() -> ReferenceType[Page]:
        page = Page()
        page_variable.set(page)
        await harness.fetch_balance()
        return ref(page)

    # Behind one that is due earlier, cancelled timers stay in the loop.
    earlier_timer = asyncio.get_running_loop().call_later(1, print)
    page = await asyncio.create_task(send())
    await asyncio.sleep(0)  # the present step of the loop has the task that ended it
    gc.collect()
    assert page() is None
    earlier_timer.cancel()


async def test_holiday_calls_wait_for_the_app_key_limit_only() -> None:
    slept = RecordingSleep()
    rate_limits = RateLimits(0, 60, sleep=slept)
    with Simulator() as simulator:
        credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
        client = KisClient(Environment.REAL, base_url=simulator.url, rate_limits=rate_limits)
        async with client:
            token = await client.issue_token(credentials)
            await client.fetch_balance(
                credentials, token, AccountNumber.parse(simulator.account_number)
            )
            for _ in range(2):
                await client.fetch_holidays(credentials, token, date(2026, 11, 23))
        assert slept.waits == []
        assert client.api_usage().calls_last_minute == 3


def test_each_price_after_hours_has_its_code() -> None:
    codes = [
        query_params(FIRST_PAGE, price)["AFHR_FLPR_YN"]
        for price in (AfterHoursPrice.CLOSE, AfterHoursPrice.INTEGRATED, AfterHoursPrice.NXT)
    ]
    assert codes == ["N", "Y", "X"]
