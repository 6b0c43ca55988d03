"""Certificates are always verified, and requests go to the profile's server only."""

import ast
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from inspect import signature
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import kistui
from kistui.client import KisClient
from kistui.client.connection import Connection, Timeouts
from kistui.client.endpoints import BASE_URLS, DOMESTIC_BALANCE
from kistui.client.http_client import create_http_client
from kistui.client.probe import probe_server
from kistui.client.rate_limits import RateLimits
from kistui.clock import system_clock
from kistui.errors import InvalidCaFileError, KisError, TlsError
from kistui.models.account import Environment, Profile
from kistui.models.calls import ignore_progress
from kistui.models.settings import Settings
from kistui.services.session import Session
from kistui.services.session_factory import SessionFactory
from tests.client.raw_server import ignore_response
from tests.support import parse_syntax_tree

REAL = Environment.REAL
TEMPTING = {
    "PYTHONHTTPSVERIFY": "0",
    "CURL_CA_BUNDLE": "",
    "REQUESTS_CA_BUNDLE": "",
    "SSL_VERIFY": "0",
    "HTTPX_VERIFY": "false",
    "KISTUI_VERIFY": "0",
    "KISTUI_INSECURE": "1",
    "NODE_TLS_REJECT_UNAUTHORIZED": "0",
}


@pytest.fixture
def ssl_contexts(monkeypatch: pytest.MonkeyPatch) -> list[ssl.SSLContext]:
    """Return the TLS settings of each transport that httpx makes, those for proxies included."""
    contexts: list[ssl.SSLContext] = []
    create = httpx.AsyncHTTPTransport.__init__

    def create_and_note(transport: httpx.AsyncHTTPTransport, **options: Any) -> None:
        contexts.append(options["verify"])
        create(transport, **options)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "__init__", create_and_note)
    return contexts


def is_strict(context: ssl.SSLContext) -> bool:
    return context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname


@pytest.mark.parametrize("proxy", ["", "http://proxy.example:3128"])
@pytest.mark.parametrize("environment", list(Environment))
async def test_no_environment_variable_disables_verification(
    monkeypatch: pytest.MonkeyPatch,
    ssl_contexts: list[ssl.SSLContext],
    environment: Environment,
    proxy: str,
) -> None:
    for name, value in TEMPTING.items():
        monkeypatch.setenv(name, value)
    if proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
    connection = Connection(environment, None, RateLimits.unlimited(), Timeouts(), system_clock)
    await connection.aclose()
    assert len(ssl_contexts) == 1 + bool(proxy)
    assert all(map(is_strict, ssl_contexts))


def test_no_parameter_or_setting_concerns_verification() -> None:
    for constructor in (
        KisClient,
        Connection,
        SessionFactory,
        Session,
        Profile,
        Settings,
        create_http_client,
        probe_server,
    ):
        names = " ".join(signature(constructor).parameters)
        assert not {"verify", "insecure", "tls", "ssl", "trust"} & set(names.split("_"))
        assert "verify" not in names
        assert "insecure" not in names


def test_no_code_disables_verification() -> None:
    disabling = {"CERT_NONE", "_create_unverified_context", "check_hostname"}
    for path in Path(kistui.__file__).parent.rglob("*.py"):
        if not any(map(path.read_text(encoding="utf-8").__contains__, {"verify", *disabling})):
            continue  # most files, whose syntax trees would take a second
        for node in ast.walk(parse_syntax_tree(path)):
            if isinstance(node, ast.keyword) and node.arg == "verify":
                assert not isinstance(node.value, ast.Constant), path
            if isinstance(node, (ast.Attribute, ast.Name)):
                name = node.attr if isinstance(node, ast.Attribute) else node.id
                assert name not in disabling, path


class Certificates:
    """An untrusted certificate authority, and its certificate for loopback."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Test CA")])
        now = datetime.now(UTC)
        addresses = [
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost"),
        ]  # fmt: skip
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=10))
            .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()),
                critical=False,
            )
            .sign(key, hashes.SHA256())
        )
        self.path = folder / "test.pem"
        self.path.write_bytes(
            builder.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


class Impostor:
    """An HTTPS server on loopback that counts the requests it could read."""

    def __init__(self, certificates: Certificates) -> None:
        self.requests: list[str] = []
        requests = self.requests

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                requests.append(self.requestline)
                self.send_response(204)
                self.end_headers()

            do_POST = do_HEAD = do_GET  # noqa: N815

            def log_message(self, *_args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_args: object) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates.path)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        self.url = f"https://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates(tmp_path)


@pytest.fixture
def impostor(certificates: Certificates) -> Iterator[Impostor]:
    server = Impostor(certificates)
    yield server
    server.close()


async def test_a_server_with_an_untrusted_certificate_receives_nothing(
    impostor: Impostor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in TEMPTING.items():
        monkeypatch.setenv(name, value)
    connection = Connection(REAL, impostor.url, RateLimits.unlimited(), Timeouts(), system_clock)
    try:
        with pytest.raises(TlsError):
            await connection.get(DOMESTIC_BALANCE, "x", ignore_progress, parse=ignore_response)
        with pytest.raises(TlsError):
            await connection.post(DOMESTIC_BALANCE, {"appkey": "k", "appsecret": "s"})
    finally:
        await connection.aclose()
    result = await probe_server(impostor.url, system_clock)
    assert isinstance(result.error, TlsError)
    assert impostor.requests == []


async def test_a_ca_file_replaces_the_trusted_authorities(
    impostor: Impostor,
    certificates: Certificates,
    ssl_contexts: list[ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A CA file, as needed behind a proxy, is still verified and ignored for loopback."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.path))
    await create_http_client(httpx.URL(BASE_URLS[REAL]), httpx.Timeout(1)).aclose()
    (context,) = ssl_contexts
    assert is_strict(context)
    assert len(context.get_ca_certs()) == 1
    assert isinstance((await probe_server(impostor.url, system_clock)).error, TlsError)
    monkeypatch.setattr("kistui.client.http_client.is_loopback", lambda _host: False)
    result = await probe_server(impostor.url, system_clock)
    assert (result.error, result.status, result.certificate_issuer) == (None, 204, "Test CA")
    assert result.certificate_expires_at is not None
    assert 9 <= (result.certificate_expires_at - datetime.now(UTC)).days <= 10
    assert impostor.requests == ["HEAD / HTTP/1.1"]


async def test_a_missing_ca_file_is_a_configuration_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(InvalidCaFileError):
        Connection(REAL, None, RateLimits.unlimited(), Timeouts(), system_clock)
    assert isinstance((await probe_server(BASE_URLS[REAL], system_clock)).error, InvalidCaFileError)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_error_and_is_not_followed(status: int) -> None:
    elsewhere: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            elsewhere.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as target_server:

        class Redirecting(Elsewhere):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header(
                    "location", f"http://127.0.0.1:{target_server.server_port}/oauth2/tokenP"
                )
                self.send_header("content-length", "0")
                self.end_headers()

            do_POST = do_HEAD = do_GET  # noqa: N815

        with ThreadingHTTPServer(("127.0.0.1", 0), Redirecting) as server:
            threads = [
                threading.Thread(target=http_server.serve_forever, args=(0.02,))
                for http_server in (target_server, server)
            ]
            for thread in threads:
                thread.start()
            url = f"http://127.0.0.1:{server.server_port}"
            connection = Connection(REAL, url, RateLimits.unlimited(), Timeouts(), system_clock)
            try:
                with pytest.raises(KisError):
                    await connection.get(
                        DOMESTIC_BALANCE, "x", ignore_progress, parse=ignore_response
                    )
                assert (await probe_server(url, system_clock)).status == status
            finally:
                await connection.aclose()
                for http_server, thread in zip((target_server, server), threads, strict=True):
                    http_server.shutdown()
                    thread.join()
    assert elsewhere == []
