"""The server: scripted responses, prompt shutdown, single sends, and no recorded secrets."""

import json
import socket
import threading
import time
from http.client import IncompleteRead, RemoteDisconnected
from threading import Event, Thread, current_thread, main_thread

import pytest

from kistui.simulator import Response, Simulator, SimulatorOptions, error_response
from kistui.simulator.responses import ERROR_SPECS
from tests.simulator.support import DOMESTIC_BALANCE_PATH, TOKEN_PATH, SimulatorHarness


def test_the_credentials_have_kis_lengths() -> None:
    simulator = Simulator()
    assert len(simulator.app_key) == 36
    assert len(simulator.app_secret) == 180
    assert simulator.app_secret.endswith("=")
    assert simulator.account_number == "50001234-01"


def test_the_url_is_on_loopback_and_unset_before_start() -> None:
    simulator = Simulator()
    with pytest.raises(RuntimeError):
        _ = simulator.url
    with simulator:
        assert simulator.url.startswith("http://127.0.0.1:")


def test_a_taken_port_is_an_os_error() -> None:
    with SimulatorHarness() as harness:
        port = int(harness.simulator.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            Simulator(SimulatorOptions(port=port)).start()


def test_the_simulator_can_be_restarted() -> None:
    simulator = Simulator()
    for _ in range(2):
        with simulator:
            assert simulator.url


@pytest.mark.parametrize("options", [{"environment": "demo"}, {"holdings": -1}, {"page_size": 0}])
def test_invalid_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        SimulatorOptions(**options)  # type: ignore[arg-type]


def test_scripted_responses_are_sent_once_each() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        harness.simulator.script(
            "inquire-balance", error_response("EGW00201"), Response(status=429)
        )
        assert harness.request_balance(token).error == (500, "EGW00201")
        assert harness.request_balance(token).status == 429
        assert harness.request_balance(token).code == "KIOK0510"


def test_a_scripted_reply_may_replace_the_usual_headers() -> None:
    with SimulatorHarness() as harness:
        harness.simulator.script(
            DOMESTIC_BALANCE_PATH, Response(body=b"<p>", headers={"Content-Type": "text/html"})
        )
        response = harness.request_balance("any")
    assert response.headers["Content-Type"] == "text/html"
    assert response.headers["tr_id"] == "TTTC8434R"
    assert response.body == b"<p>"


def test_a_disconnect_sends_nothing_or_half_of_the_body() -> None:
    with SimulatorHarness() as harness:
        harness.simulator.script(
            TOKEN_PATH,
            Response(disconnect="before"),
            Response(body=b"12345678", disconnect="during"),
        )
        with pytest.raises(RemoteDisconnected):
            harness.request_token()
        harness.connection.close()
        with pytest.raises(IncompleteRead) as caught:
            harness.request_token()
        assert caught.value.partial == b"1234"
        harness.connection.close()
        assert harness.request_token().status == 200


def test_an_unknown_disconnect_value_is_rejected() -> None:
    with pytest.raises(ValueError, match="disconnect"):
        Response(disconnect="after")


def test_every_error_has_the_format_of_its_status() -> None:
    shapes = {
        403: ["error_description", "error_code"],
        500: ["rt_cd", "msg1", "msg_cd", "message"],
        200: ["rt_cd", "msg_cd", "msg1"],
    }
    for code in ERROR_SPECS:
        response = error_response(code)
        assert list(json.loads(response.body)) == shapes[response.status], code


def test_text_and_status_of_an_error_can_be_overridden() -> None:
    assert error_response("EGW00002", status=403).status == 403
    assert json.loads(error_response("XYZ00001", "다른 글").body)["msg1"].strip() == "다른 글"
    with pytest.raises(KeyError):
        error_response("XYZ00001")


def test_stop_ends_a_connection_kept_alive() -> None:
    threads = set(threading.enumerate())
    with SimulatorHarness() as harness:
        harness.issue_token()
        idle = harness.connection.sock
        harness.simulator.stop()
        assert set(threading.enumerate()) == threads
        assert isinstance(idle, socket.socket)
        assert idle.recv(1) == b""


def test_stop_interrupts_a_delayed_reply() -> None:
    ends: list[type[BaseException]] = []
    threads = set(threading.enumerate())

    def ask() -> None:
        with pytest.raises((RemoteDisconnected, ConnectionError)) as caught:
            harness.request_token()
        ends.append(caught.type)

    with SimulatorHarness(delay=60) as harness:
        asking = Thread(target=ask)
        asking.start()
        while not harness.simulator.count_requests("tokenP"):
            time.sleep(0)
        harness.simulator.stop()
        assert set(threading.enumerate()) - {asking} == threads
        asking.join()
    assert ends


def test_a_response_is_delayed(monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[float] = []
    wait = Event.wait

    def wait_no_time(event: Event, timeout: float | None = None) -> bool:
        if timeout:
            delays.append(timeout)
        return wait(event, timeout and 0.0)

    monkeypatch.setattr(Event, "wait", wait_no_time)
    with SimulatorHarness(delay=20) as harness:
        harness.simulator.script(TOKEN_PATH, Response(delay=3600))
        assert harness.request_token().status == 200
    assert delays == [3620]


def test_a_response_is_one_send_on_keep_alive_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two sends wait for each other's acknowledgement, 40 ms."""
    sent: list[bytes] = []
    sendall = socket.socket.sendall

    def send_and_count(connection: socket.socket, content: bytes, *flags: int) -> None:
        if current_thread() is not main_thread():  # the server's
            sent.append(bytes(content))
        sendall(connection, content, *flags)

    monkeypatch.setattr(socket.socket, "sendall", send_and_count)
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        connection = harness.connection.sock
        sent.clear()
        for _ in range(20):
            harness.request_balance(token)
        assert len(sent) == 20
        assert harness.connection.sock is connection


def test_requests_are_recorded_with_clock_time_and_upper_case_names() -> None:
    with SimulatorHarness() as harness:
        harness.request_balance(harness.issue_token(), {"CANO": None, "cano": "50001234"})
        issue, balance = harness.simulator.requests
        assert (
            harness.simulator.count_requests("tokenP")
            == harness.simulator.count_requests("inquire-balance")
            == 1
        )
    assert (issue.method, issue.path) == ("POST", TOKEN_PATH)
    assert issue.body_keys == ("grant_type", "appkey", "appsecret")
    assert not issue.has_token
    assert balance.has_token
    assert balance.query["CANO"] == "50001234"
    assert balance.tr_id == "TTTC8434R"
    assert balance.received_at == harness.clock.now


def test_a_simulator_that_runs_for_weeks_keeps_only_the_last_requests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kistui.simulator.simulator.MAX_RECORDED_REQUESTS", 3)
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        responses = [harness.request_balance(token) for _ in range(5)]
        assert len(harness.simulator.requests) == 3
        assert len({response.headers["gt_uid"] for response in responses}) == 5


def test_no_secret_or_token_is_recorded_or_shown() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        harness.request_balance(token)
        simulator = harness.simulator
        recorded = [(request.query, request.headers, request.body_keys) for request in
                simulator.requests]  # fmt: skip
        shown = repr((simulator, simulator.options, simulator.requests, recorded, vars(simulator)))
    for secret in (token, simulator.app_secret, simulator.app_key):
        assert secret not in shown
        assert secret[:20] not in shown


def test_the_server_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with SimulatorHarness() as harness:
        harness.request_token()
        with socket.create_connection(("127.0.0.1", harness.connection.port)) as raw:
            raw.sendall(b"nonsense\r\n\r\n")
            assert b"400" in raw.recv(1000)
        with socket.create_connection(("127.0.0.1", harness.connection.port)) as raw:
            raw.sendall(b"POST /oauth2/tokenP HTTP/1.1\r\ncontent-length: 1000000\r\n\r\n")
            assert b"EGW00101" in raw.recv(1000)
    assert capfd.readouterr() == ("", "")
