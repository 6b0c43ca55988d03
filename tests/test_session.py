"""Credentials → token → balance: a token is asked for once, and a dead one replaced once."""

import asyncio
from datetime import timedelta
from typing import cast

import pytest

from kistui.client import KisClient
from kistui.errors import TokenExpired, TokenInvalid, TokenTooSoon
from kistui.model.account import AccountNumber, Credentials, Environment, Profile
from kistui.model.balance import Balance
from kistui.model.progress import OnProgress
from kistui.model.token import Token
from kistui.session import Session
from tests.support import FakeClock, balance

PROFILE = Profile("main", Environment.REAL, AccountNumber.parse("50071234-01"))
CREDENTIALS = Credentials("key", "secret")


class StubClient:
    """Issues numbered tokens and answers as told; counts what it was asked."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.issued = 0
        self.dead: set[str] = set()
        self.death: type[TokenExpired | TokenInvalid] = TokenExpired
        self.closed = False

    async def issue_token(self, _credentials: Credentials) -> Token:
        self.issued += 1
        await asyncio.sleep(0)
        now = self.clock()
        return Token(f"token-{self.issued}", now, now + timedelta(days=1))

    async def balance(
        self, _c: Credentials, token: Token, _a: AccountNumber, _tell: OnProgress
    ) -> Balance:
        await asyncio.sleep(0)
        if token.value in self.dead:
            raise self.death
        return balance()

    async def aclose(self) -> None:
        self.closed = True


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(clock: FakeClock) -> StubClient:
    return StubClient(clock)


@pytest.fixture
def session(client: StubClient, clock: FakeClock) -> Session:
    return Session(PROFILE, CREDENTIALS, cast("KisClient", client), clock)


async def test_many_callers_cause_one_issue(session: Session, client: StubClient) -> None:
    await asyncio.gather(*(session.balance() for _ in range(20)))
    assert client.issued == 1


async def test_a_token_serves_until_ten_minutes_before_its_end(
    session: Session, client: StubClient, clock: FakeClock
) -> None:
    await session.balance()
    clock.advance(hours=23, minutes=49, seconds=59)
    await session.balance()
    assert client.issued == 1
    clock.advance(seconds=1)
    await session.balance()
    assert client.issued == 2


@pytest.mark.parametrize("death", [TokenExpired, TokenInvalid])
async def test_a_token_that_dies_early_is_replaced_once(
    session: Session,
    client: StubClient,
    clock: FakeClock,
    death: type[TokenExpired | TokenInvalid],
) -> None:
    await session.balance()
    client.death = death
    client.dead = {"token-1"}
    clock.advance(minutes=2)
    await asyncio.gather(session.balance(), session.balance(), session.balance())
    assert client.issued == 2


async def test_a_second_refusal_is_told_not_retried(
    session: Session, client: StubClient, clock: FakeClock
) -> None:
    await session.balance()
    client.dead = {"token-1", "token-2"}
    clock.advance(minutes=2)
    with pytest.raises(TokenExpired):
        await session.balance()
    assert client.issued == 2


async def test_a_caller_who_leaves_in_the_middle_of_an_issue_loses_no_token(
    session: Session, client: StubClient
) -> None:
    leaving = asyncio.ensure_future(session.balance())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.wait([leaving])
    await session.balance()
    assert client.issued == 1


async def test_closing_in_the_middle_of_an_issue_leaves_nothing_running(
    session: Session, client: StubClient
) -> None:
    leaving = asyncio.ensure_future(session.balance())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    leaving.cancel()
    await session.aclose()
    assert client.closed
    assert asyncio.all_tasks() <= {asyncio.current_task(), leaving}


async def test_never_two_issues_within_a_minute(
    session: Session, client: StubClient, clock: FakeClock
) -> None:
    client.dead = {"token-1"}
    for waited, left in ((0, 60), (17, 43), (42.4, 1)):
        clock.advance(seconds=waited)
        with pytest.raises(TokenTooSoon) as caught:
            await session.balance()
        assert caught.value.details["seconds"] == left
        assert caught.value.details["at"] == "10:33:07"
    assert client.issued == 1
    clock.advance(seconds=0.6)
    await session.balance()
    assert client.issued == 2


async def test_a_clock_that_goes_back_does_not_lock_the_user_out_for_long(
    session: Session, client: StubClient, clock: FakeClock
) -> None:
    client.dead = {"token-1"}
    with pytest.raises(TokenTooSoon):
        await session.balance()
    clock.advance(hours=-5)
    with pytest.raises(TokenTooSoon) as caught:
        await session.balance()
    assert caught.value.details["seconds"] <= 60
    clock.advance(minutes=1)
    await session.balance()


async def test_closing_closes_the_client(session: Session, client: StubClient) -> None:
    await session.aclose()
    assert client.closed
