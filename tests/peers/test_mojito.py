"""mojito2 on the simulator, unchanged except for the address."""

from typing import Any

import pytest

from kistui.simulator import Simulator
from tests.peers.conftest import HOLDING_COUNT

mojito: Any = pytest.importorskip("mojito", reason="mojito2 is not installed")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def broker(server: Simulator, monkeypatch: pytest.MonkeyPatch) -> Any:
    def use_simulator(self: Any, mock: bool = True) -> None:
        self.base_url = server.url

    monkeypatch.setattr(mojito.KoreaInvestment, "set_base_url", use_simulator)
    return mojito.KoreaInvestment(
        api_key=server.app_key,
        api_secret=server.app_secret,
        acc_no=server.account_number,
        mock=server.options.is_paper,
    )


def test_the_client_gets_a_token_and_the_complete_balance(server: Simulator, broker: Any) -> None:
    body = broker.fetch_balance()
    assert len({row["pdno"] for row in body["output1"]}) == HOLDING_COUNT
    assert server.notice_count == 1
    requests = [request for request in server.requests if request.path.endswith("inquire-balance")]
    assert len(requests) == -(-HOLDING_COUNT // server.options.rows_per_page)
    assert {request.tr_cont for request in requests} == {""}, (
        "it says no N, and gets its pages all the same"
    )


def test_every_page_repeats_the_summary(server: Simulator, broker: Any) -> None:
    pages = -(-HOLDING_COUNT // server.options.rows_per_page)
    assert len(broker.fetch_balance()["output2"]) == pages


def test_mojito_uses_its_token_at_the_next_start(server: Simulator, broker: Any) -> None:
    second_client = mojito.KoreaInvestment(
        api_key=server.app_key,
        api_secret=server.app_secret,
        acc_no=server.account_number,
        mock=server.options.is_paper,
    )
    assert second_client.access_token == broker.access_token
    assert server.count_requests("tokenP") == 1


def test_mojito_reads_the_overseas_present_balance(server: Simulator, broker: Any) -> None:
    body = broker.fetch_present_balance()
    assert body["rt_cd"] == "0"
    assert body["output3"]
