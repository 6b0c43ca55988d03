"""Faults of the connection: an unreachable server, invalid certificates, oversized bodies."""

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
from kistui.simulator import Response, Simulator, SimulatorOptions, body_writers
from tests.faults.app import opened, press_refresh
from tests.faults.certificates import CertificateAuthority
from tests.faults.expectations import EXPECTATIONS
from tests.faults.fault_table import BALANCE_PATH, TOKEN_PATH
from tests.faults.harness import FaultHarness, patch_session_factory
from tests.support import FakeClock
from tests.tui.conftest import summary_lines
from tests.tui.screens import balance_screen, notice, title_bar

Out = pytest.CaptureFixture[str]


def assert_cli_reports(harness: FaultHarness, capsys: Out, kind: type[KistuiError]) -> None:
    """Assert that the CLI reports the error as expected in both languages."""
    expectation = EXPECTATIONS[kind]
    for lang, title in (("ko", expectation.korean_title), ("en", expectation.english_title)):
        assert main(["balance", "--lang", lang]) == expectation.exit_code
        output = capsys.readouterr()
        assert output.out == ""
        assert f"kistui: {title}" in output.err
        assert "Traceback" not in output.err


async def test_a_session_recovers_when_the_server_is_back(harness: FaultHarness) -> None:
    async with aclosing(harness.open_session()) as session:
        await harness.fetch_balance(session)
        harness.simulator.stop()
        with pytest.raises(ConnectFailedError):
            await harness.fetch_balance(session)
        assert harness.announced_waits == 1
        harness.simulator.start()
        assert (await harness.fetch_balance(session)).open_holdings
    assert harness.simulator.count_requests(TOKEN_PATH) == 1


async def test_the_app_recovers_when_the_server_is_back(harness: FaultHarness) -> None:
    async with opened(harness) as pilot:
        lines_before = summary_lines(pilot)
        harness.simulator.stop()
        await press_refresh(pilot)
        assert summary_lines(pilot) == lines_before
        assert EXPECTATIONS[ConnectFailedError].korean_title in notice(pilot)
        assert "기준 ·" in title_bar(pilot)
        harness.simulator.start()
        await press_refresh(pilot)
        assert "기준 ·" not in title_bar(pilot)
        assert harness.simulator.count_requests(TOKEN_PATH) == 1


def test_the_cli_reports_an_unreachable_server(harness: FaultHarness, capsys: Out) -> None:
    harness.simulator.stop()
    assert_cli_reports(harness, capsys, ConnectFailedError)
    harness.simulator.start()
    assert main(["balance"]) == 0
    assert harness.simulator.count_requests(TOKEN_PATH) == 1


# certificates


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def secure(
    tmp_path: Path, clock: FakeClock, issuer: CertificateAuthority, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FaultHarness]:
    """A fault harness whose simulator speaks TLS with a certificate that kistui trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issuer.issue())

    def trusting(_origin: httpx.URL, _trust_env: bool) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(issuer.ca_path))

    monkeypatch.setattr(http_client, "tls_context", trusting)
    with Simulator(SimulatorOptions(), clock=clock, tls=context) as simulator:
        harness = FaultHarness(tmp_path, clock, simulator)
        harness.set_certificate = context.load_cert_chain
        patch_session_factory(monkeypatch, harness)
        yield harness


UNTOUCHED = http_client.tls_context
BAD: dict[str, Callable[[CertificateAuthority], Path]] = {
    "signed by itself": CertificateAuthority.issue_self_signed,
    "of another host": lambda issuer: issuer.issue("kis.example"),
    "run out": lambda issuer: issuer.issue(days=-1),
    "not yet valid": lambda issuer: issuer.issue(from_day=2),
    "of an authority nobody knows": CertificateAuthority.issue_untrusted,
}


@pytest.mark.parametrize("name", BAD)
async def test_an_invalid_certificate_is_refused(
    secure: FaultHarness, issuer: CertificateAuthority, name: str
) -> None:
    async with aclosing(secure.open_session()) as session:
        balance_before = await secure.fetch_balance(session)
        before = len(secure.simulator.requests)
        secure.set_certificate(BAD[name](issuer))
        secure.simulator.drop_connections()
        with pytest.raises(TlsError):
            await secure.fetch_balance(session)
        assert len(secure.simulator.requests) == before, "something was sent"
        assert secure.announced_waits == 0
        secure.set_certificate(issuer.issue())
        assert await secure.fetch_balance(session) == balance_before
    assert secure.simulator.count_requests(TOKEN_PATH) == 1


def test_the_cli_reports_an_invalid_certificate(
    secure: FaultHarness, issuer: CertificateAuthority, capsys: Out
) -> None:
    secure.set_certificate(issuer.issue_self_signed())
    assert_cli_reports(secure, capsys, TlsError)
    assert secure.simulator.requests == []
    secure.set_certificate(issuer.issue())
    assert main(["balance"]) == 0
    assert secure.simulator.count_requests(TOKEN_PATH) == 1


async def test_the_app_reports_an_invalid_certificate(
    secure: FaultHarness, issuer: CertificateAuthority
) -> None:
    async with opened(secure) as pilot:
        lines_before = summary_lines(pilot)
        secure.set_certificate(issuer.issue_self_signed())
        secure.simulator.drop_connections()
        await press_refresh(pilot)
        assert summary_lines(pilot) == lines_before
        assert EXPECTATIONS[TlsError].korean_title in notice(pilot)
        secure.set_certificate(issuer.issue())
        await press_refresh(pilot)
        assert not balance_screen(pilot).query(".dimmed")
        assert "기준 ·" not in title_bar(pilot)


async def test_the_test_certificate_is_refused_without_the_test_ca(
    secure: FaultHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "tls_context", UNTOUCHED)
    async with aclosing(secure.open_session()) as session:
        with pytest.raises(TlsError):
            await secure.fetch_balance(session)


# memory


@pytest.mark.parametrize(
    "reply",
    [
        Response(body_writer=body_writers.oversized(50)),
        Response(body_writer=body_writers.endless_chunks),
        body_writers.gzip_bomb(64),
        body_writers.gzip_bomb(64, layers=2),
    ],
    ids=["50 MB", "chunks without end", "a bomb", "a bomb in layers"],
)
async def test_an_endless_response_uses_bounded_memory(
    harness: FaultHarness, reply: Response
) -> None:
    async with aclosing(harness.open_session()) as session:
        await harness.fetch_balance(session)
        harness.simulator.script(BALANCE_PATH, reply)
        tracemalloc.start()
        try:
            with pytest.raises(MalformedResponseError):
                await harness.fetch_balance(session)
            assert tracemalloc.get_traced_memory()[1] < 30 << 20
        finally:
            tracemalloc.stop()
