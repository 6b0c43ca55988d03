"""The server: scripted answers, a prompt end, one send, and no secret kept."""

import json
import socket
import time
from http.client import IncompleteRead, RemoteDisconnected
from threading import Thread

import pytest

from kistui.simulator import Response, Simulator, SimulatorOptions, error_response
from kistui.simulator.error_codes import ERROR_SPECS
from tests.simulator.support import DOMESTIC_BALANCE_PATH, TOKEN_PATH, SimulatorHarness

PROMPT = 0.05


def test_the_credentials_have_kis_lengths() -> None:
    simulator = Simulator()
    assert len(simulator.app_key) == 36
    assert len(simulator.app_secret) == 180
    assert simulator.app_secret.endswith("=")
    assert simulator.account_number == "50001234-01"


def test_it_serves_on_loopback_and_has_no_url_before() -> None:
    simulator = Simulator()
    with pytest.raises(RuntimeError):
        _ = simulator.url
    with simulator:
        assert simulator.url.startswith("http://127.0.0.1:")


def test_a_taken_port_is_an_os_error() -> None:
    with SimulatorHarness() as desk:
        port = int(desk.simulator.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            Simulator(SimulatorOptions(port=port)).start()


def test_it_can_be_started_again() -> None:
    simulator = Simulator()
    for _ in range(2):
        with simulator:
            assert simulator.url


@pytest.mark.parametrize("wrong", [{"environment": "demo"}, {"holdings": -1}, {"page_size": 0}])
def test_options_it_cannot_serve_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SimulatorOptions(**wrong)  # type: ignore[arg-type]


def test_scripted_replies_come_once_each_and_then_the_usual() -> None:
    with SimulatorHarness() as desk:
        token = desk.issue_token()
        desk.simulator.script("inquire-balance", error_response("EGW00201"), Response(status=429))
        assert desk.request_balance(token).error == (500, "EGW00201")
        assert desk.request_balance(token).status == 429
        assert desk.request_balance(token).code == "KIOK0510"


def test_a_scripted_reply_may_replace_the_usual_headers() -> None:
    with SimulatorHarness() as desk:
        desk.simulator.script(
            DOMESTIC_BALANCE_PATH, Response(body=b"<p>", headers={"Content-Type": "text/html"})
        )
        answer = desk.request_balance("any")
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["tr_id"] == "TTTC8434R"
    assert answer.body == b"<p>"


def test_a_cut_reply_gives_nothing_or_half() -> None:
    with SimulatorHarness() as desk:
        desk.simulator.script(
            TOKEN_PATH,
            Response(disconnect="before"),
            Response(body=b"12345678", disconnect="during"),
        )
        with pytest.raises(RemoteDisconnected):
            desk.request_token()
        desk.connection.close()
        with pytest.raises(IncompleteRead) as caught:
            desk.request_token()
        assert caught.value.partial == b"1234"
        desk.connection.close()
        assert desk.request_token().status == 200


def test_an_unknown_disconnect_value_is_rejected() -> None:
    with pytest.raises(ValueError, match="disconnect"):
        Response(disconnect="after")


@pytest.mark.parametrize("code", ERROR_SPECS)
def test_every_refusal_has_the_shape_of_its_status(code: str) -> None:
    reply = error_response(code)
    body = json.loads(reply.body)
    shapes = {
        403: ["error_description", "error_code"],
        500: ["rt_cd", "msg1", "msg_cd", "message"],
        200: ["rt_cd", "msg_cd", "msg1"],
    }
    assert list(body) == shapes[reply.status]


def test_a_refusal_takes_another_text_and_status() -> None:
    assert error_response("EGW00002", status=403).status == 403
    assert json.loads(error_response("XYZ00001", "다른 글").body)["msg1"].strip() == "다른 글"
    with pytest.raises(KeyError):
        error_response("XYZ00001")


def test_stop_is_prompt_with_a_connection_kept_alive() -> None:
    with SimulatorHarness() as desk:
        desk.issue_token()
        idle = desk.connection.sock
        before = time.monotonic()
        desk.simulator.stop()
        assert time.monotonic() - before < PROMPT
        assert isinstance(idle, socket.socket)
        assert idle.recv(1) == b""


def test_stop_is_prompt_with_a_stalled_reply() -> None:
    ends: list[type[BaseException]] = []

    def ask() -> None:
        with pytest.raises((RemoteDisconnected, ConnectionError)) as caught:
            desk.request_token()
        ends.append(caught.type)

    with SimulatorHarness(delay=60) as desk:
        asking = Thread(target=ask)
        asking.start()
        while not desk.simulator.count_requests("tokenP"):
            time.sleep(0)
        before = time.monotonic()
        desk.simulator.stop()
        assert time.monotonic() - before < PROMPT
        asking.join()
    assert ends


def test_a_delay_is_kept() -> None:
    with SimulatorHarness() as desk:
        desk.simulator.script(TOKEN_PATH, Response(delay=0.03))
        before = time.monotonic()
        desk.request_token()
        assert time.monotonic() - before >= 0.03


def test_an_answer_is_one_send_so_kept_connections_are_quick() -> None:
    with SimulatorHarness() as desk:
        token = desk.issue_token()
        before = time.monotonic()
        for _ in range(20):
            desk.request_balance(token)
        assert time.monotonic() - before < 20 * 0.02


def test_requests_are_recorded_with_clock_time_and_upper_case_names() -> None:
    with SimulatorHarness() as desk:
        desk.request_balance(desk.issue_token(), {"CANO": None, "cano": "50001234"})
        issue, balance = desk.simulator.requests
        assert (
            desk.simulator.count_requests("tokenP")
            == desk.simulator.count_requests("inquire-balance")
            == 1
        )
    assert (issue.method, issue.path) == ("POST", TOKEN_PATH)
    assert issue.body_keys == ("grant_type", "appkey", "appsecret")
    assert not issue.has_token
    assert balance.has_token
    assert balance.query["CANO"] == "50001234"
    assert balance.tr_id == "TTTC8434R"
    assert balance.at == desk.clock.now


def test_no_secret_and_no_token_is_kept_or_shown() -> None:
    with SimulatorHarness() as desk:
        token = desk.issue_token()
        desk.request_balance(token)
        simulator = desk.simulator
        kept = [(request.query, request.headers, request.body_keys) for request in
                simulator.requests]  # fmt: skip
        shown = repr((simulator, simulator.options, simulator.requests, kept, vars(simulator)))
    for secret in (token, simulator.app_secret, simulator.app_key):
        assert secret not in shown
        assert secret[:20] not in shown


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with SimulatorHarness() as desk:
        desk.request_token()
        with socket.create_connection(("127.0.0.1", desk.connection.port)) as raw:
            raw.sendall(b"nonsense\r\n\r\n")
            assert b"400" in raw.recv(1000)
        with socket.create_connection(("127.0.0.1", desk.connection.port)) as raw:
            raw.sendall(b"POST /oauth2/tokenP HTTP/1.1\r\ncontent-length: 1000000\r\n\r\n")
            assert b"EGW00101" in raw.recv(1000)
    assert capfd.readouterr() == ("", "")
