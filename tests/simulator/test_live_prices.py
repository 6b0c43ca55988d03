"""The simulator's live prices, without kistui's client."""

import json
import time

import pytest
from websockets.sync.client import connect

from kistui.simulator import Simulator
from tests.support import FakeClock

MESSAGE_COUNT = 50
TIMEOUT_SECONDS = 20.0


def test_messages_sent_before_a_client_closed_are_read(clock: FakeClock) -> None:
    message = {
        "header": {"approval_key": "unknown", "tr_type": "2"},
        "body": {"input": {"tr_id": "H0STCNT0", "tr_key": "005930"}},
    }
    with Simulator(clock=clock) as simulator:
        server = simulator.serve_live_prices(interval=0.01)
        with connect(server.url, compression=None, max_queue=None) as connection:
            for _ in range(MESSAGE_COUNT):
                connection.send(json.dumps(message))
        end = time.monotonic() + TIMEOUT_SECONDS
        while len(server.received) < MESSAGE_COUNT and time.monotonic() < end:
            time.sleep(0.01)
        assert len(server.received) == MESSAGE_COUNT


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("garbage", "OPSP9999"),
        (b"\xff", "OPSP9999"),
        ("[]", "OPSP9999"),
        ('{"header": 1}', "OPSP9999"),
        ('{"header": {}, "body": {"input": {"tr_id": "H0STCNT0", "tr_key": 5}}}', "OPSP9999"),
        ('{"header": {"tr_type": "1"}}', "OPSP9991"),
    ],
)
def test_a_message_that_cannot_be_parsed_is_refused_and_the_connection_stays(
    clock: FakeClock, message: str | bytes, code: str
) -> None:
    with Simulator(clock=clock) as simulator:
        server = simulator.serve_live_prices(interval=0.01)
        with connect(server.url, compression=None) as connection:
            for _ in range(2):
                connection.send(message)
                response = json.loads(connection.recv(timeout=TIMEOUT_SECONDS))
                assert (response["body"]["rt_cd"], response["body"]["msg_cd"]) == ("9", code)
