"""python-kis on the simulator: it fails where it fails on KIS's server, and works elsewhere."""

from decimal import Decimal
from typing import Any

import pytest

from kistui.simulator import Simulator
from tests.peers.conftest import HOLDING_COUNT

pykis: Any = pytest.importorskip("pykis", reason="python-kis is not installed")
balances: Any = pytest.importorskip("pykis.api.account.balance")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def kis(server: Simulator, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("REAL_DOMAIN", "VIRTUAL_DOMAIN"):
        monkeypatch.setattr(f"pykis.kis.{name}", server.url)
    keys: dict[str, Any] = {
        "id": "someone",
        "account": server.account_number,
        "appkey": server.app_key,
        "secretkey": server.app_secret,
    }
    if server.options.is_paper:
        keys |= {f"virtual_{name}": keys[name] for name in ("id", "appkey", "secretkey")}
    return pykis.PyKis(**keys, keep_token=False, use_websocket=False)


def test_python_kis_gets_a_token(server: Simulator, kis: Any) -> None:
    token = kis.primary_token
    assert token.remaining.total_seconds() > 80_000
    assert server.notice_count == 1


def test_the_withdrawn_balance_by_item_is_refused(server: Simulator, kis: Any) -> None:
    """python-kis sends INQR_DVSN 02 (its issue 81), which KIS refuses since February 2026."""
    with pytest.raises(pykis.KisAPIError) as caught:
        balances.domestic_balance(kis, server.account_number)
    assert caught.value.msg_cd == "OPSQ2001"
    assert "INVALID_CHECK_INQR_DVSN" in str(caught.value)
    (balance_request,) = [
        request for request in server.requests if request.path.endswith("inquire-balance")
    ]
    assert balance_request.query["INQR_DVSN"] == "02"


def test_rows_by_loan_date_are_the_complete_balance(
    server: Simulator, kis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = pykis.PyKis.fetch

    def by_loan_date(self: Any, *args: Any, **more: Any) -> Any:
        if "INQR_DVSN" in (more.get("params") or {}):
            more["params"] |= {"INQR_DVSN": "01"}
        return fetch(self, *args, **more)

    monkeypatch.setattr(pykis.PyKis, "fetch", by_loan_date)
    balance = balances.domestic_balance(kis, server.account_number)
    assert len(balance.stocks) == HOLDING_COUNT
    assert all(isinstance(stock.price, Decimal) for stock in balance.stocks)


def test_python_kis_reads_the_overseas_balance(server: Simulator, kis: Any) -> None:
    """python-kis names neither exchange nor currency on paper, and gets all of them."""
    if server.options.is_paper:
        assert balances._internal_foreign_balance(kis, server.account_number).stocks  # noqa: SLF001  # no public name
    else:
        with pytest.raises(pykis.KisAPIError, match="OVRS_EXCG_CD"):
            balances._internal_foreign_balance(kis, server.account_number)  # noqa: SLF001  # no public name
