"""Faults that are no answer: a server that is gone, one with the wrong certificate, a large one."""

import ssl
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

from kistui.cli import main
from kistui.client import http_client
from kistui.errors import ConnectFailedError, KistuiError, MalformedResponseError, TlsError
from kistui.simulator import Options, Reply, Simulator, manners
from tests.faults.certificates import Issuer
from tests.faults.desk import Desk, install
from tests.faults.promises import PROMISES
from tests.faults.table import BALANCE, TOKEN
from tests.faults.test_screen import (
    bar,
    notice,
    opened,
    read_again,
    screen_of,
)
from tests.support import FakeClock
from tests.ui.conftest import summary_lines

Out = pytest.CaptureFixture[str]


def says(desk: Desk, capsys: Out, kind: type[KistuiError]) -> None:
    """What the command line promises for an error, in both languages."""
    promise = PROMISES[kind]
    for lang, title in (("ko", promise.korean), ("en", promise.english)):
        assert main(["balance", "--lang", lang]) == promise.exit_code
        told = capsys.readouterr()
        assert told.out == ""
        assert f"kistui: {title}" in told.err
        assert "Traceback" not in told.err


async def test_a_server_that_is_gone_and_back(desk: Desk) -> None:
    async with aclosing(desk.open()) as session:
        await desk.read(session)
        desk.simulator.stop()
        with pytest.raises(ConnectFailedError):
            await desk.read(session)
        assert desk.tries_told == 1
        desk.simulator.start()
        assert (await desk.read(session)).open_holdings
    assert desk.simulator.count(TOKEN) == 1


async def test_a_server_that_is_gone_and_back_on_the_screen(desk: Desk) -> None:
    async with opened(desk) as pilot:
        good = summary_lines(pilot)
        desk.simulator.stop()
        await read_again(pilot)
        assert summary_lines(pilot) == good
        assert PROMISES[ConnectFailedError].korean in notice(pilot)
        assert "값 ·" in bar(pilot)
        desk.simulator.start()
        await read_again(pilot)
        assert "값 ·" not in bar(pilot)
        assert desk.simulator.count(TOKEN) == 1


def test_a_server_that_is_gone_on_the_command_line(desk: Desk, capsys: Out) -> None:
    desk.simulator.stop()
    says(desk, capsys, ConnectFailedError)
    desk.simulator.start()
    assert main(["balance"]) == 0
    assert desk.simulator.count(TOKEN) == 1


# certificates


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def secure(
    tmp_path: Path, clock: FakeClock, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A desk whose server speaks TLS, with a certificate kistui has reason to trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issuer.good())

    def trusting(_origin: httpx.URL, _trust_env: bool) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(issuer.authority))

    monkeypatch.setattr(http_client, "tls_context", trusting)
    with Simulator(Options(), clock=clock, tls=context) as simulator:
        desk = Desk(tmp_path, clock, simulator)
        desk.certify = context.load_cert_chain
        install(monkeypatch, desk)
        yield desk


UNTOUCHED = http_client.tls_context
BAD: dict[str, Callable[[Issuer], Path]] = {
    "signed by itself": Issuer.self_signed,
    "of another host": lambda issuer: issuer.good("kis.example"),
    "run out": lambda issuer: issuer.good(days=-1),
    "not yet valid": lambda issuer: issuer.good(from_day=2),
    "of an authority nobody knows": Issuer.stranger,
}


@pytest.mark.parametrize("name", BAD)
async def test_a_certificate_that_does_not_fit(secure: Desk, issuer: Issuer, name: str) -> None:
    async with aclosing(secure.open()) as session:
        good = await secure.read(session)
        before = len(secure.simulator.requests)
        secure.certify(BAD[name](issuer))
        secure.simulator.hang_up()
        with pytest.raises(TlsError):
            await secure.read(session)
        assert len(secure.simulator.requests) == before, "something was sent"
        assert secure.tries_told == 0
        secure.certify(issuer.good())
        assert await secure.read(session) == good
    assert secure.simulator.count(TOKEN) == 1


def test_a_certificate_that_does_not_fit_on_the_command_line(
    secure: Desk, issuer: Issuer, capsys: Out
) -> None:
    secure.certify(issuer.self_signed())
    says(secure, capsys, TlsError)
    assert secure.simulator.requests == []
    secure.certify(issuer.good())
    assert main(["balance"]) == 0
    assert secure.simulator.count(TOKEN) == 1


async def test_a_certificate_that_does_not_fit_on_the_screen(secure: Desk, issuer: Issuer) -> None:
    async with opened(secure) as pilot:
        good = summary_lines(pilot)
        secure.certify(issuer.self_signed())
        secure.simulator.hang_up()
        await read_again(pilot)
        assert summary_lines(pilot) == good
        assert PROMISES[TlsError].korean in notice(pilot)
        secure.certify(issuer.good())
        await read_again(pilot)
        assert not screen_of(pilot).query(".dimmed")
        assert "값 ·" not in bar(pilot)


async def test_without_the_test_s_trust_the_good_certificate_is_not_trusted_either(
    secure: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "tls_context", UNTOUCHED)
    async with aclosing(secure.open()) as session:
        with pytest.raises(TlsError):
            await secure.read(session)


# memory


@pytest.mark.parametrize(
    "reply",
    [
        Reply(manner=manners.swollen(50)),
        Reply(manner=manners.endless_chunks),
        manners.bomb(200),
        manners.bomb(200, layers=2),
    ],
    ids=["50 MB", "chunks without end", "a bomb", "a bomb in layers"],
)
async def test_an_answer_without_end_takes_no_memory(desk: Desk, reply: Reply) -> None:
    async with aclosing(desk.open()) as session:
        await desk.read(session)
        desk.simulator.script(BALANCE, reply)
        tracemalloc.start()
        try:
            with pytest.raises(MalformedResponseError):
                await desk.read(session)
            assert tracemalloc.get_traced_memory()[1] < 30 << 20
        finally:
            tracemalloc.stop()
