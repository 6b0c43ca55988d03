"""Which calls serve which product code, against a real KIS server on loopback."""

import pytest

from kistui.errors import PaperPensionError, UnsupportedProductError
from kistui.models.account import AccountNumber
from kistui.models.reconciliation import is_reconciled
from tests.client.conftest import OpenClient

PENSION, DOMESTIC = "pension/inquire-balance", "domestic-stock/v1/trading/inquire-balance"


async def test_a_retirement_pension_has_calls_of_its_own(open_client: OpenClient) -> None:
    desk = open_client()
    desk.use_account(desk.simulator.accounts[2])
    balance = await desk.fetch_balance()
    assert (desk.simulator.count_requests(PENSION), desk.simulator.count_requests(DOMESTIC)) == (
        1,
        0,
    )
    assert balance.is_pension
    assert balance.open_holdings
    assert balance.holdings[0].lots[0].trade_kind
    assert all(each.profit_rate is not None for each in balance.open_holdings)
    # What KIS does not send stays blank as received; the sums are kistui's.
    assert balance.summary.purchase_amount is None
    shown = balance.priced_summary
    assert shown.valuation == sum(each.valuation or 0 for each in balance.open_holdings)
    assert shown.profit_loss == (shown.valuation or 0) - (shown.purchase_amount or 0)
    assert shown.total_value == (shown.securities_value or 0) + (shown.deposit_d2 or 0)
    assert is_reconciled(balance) is not False


async def test_a_pension_comes_over_pages(open_client: OpenClient) -> None:
    desk = open_client(scene="pension")
    desk.use_account(desk.simulator.accounts[2])
    balance = await desk.fetch_balance()
    assert len(balance.holdings) == 120
    assert balance.page_count == desk.simulator.count_requests(PENSION) == 3


async def test_a_personal_pension_is_read_as_an_ordinary_account(open_client: OpenClient) -> None:
    desk = open_client()
    desk.use_account(desk.simulator.accounts[3])
    balance = await desk.fetch_balance()
    assert not balance.is_pension
    assert balance.summary.purchase_amount is not None
    assert desk.simulator.count_requests(PENSION) == 0


@pytest.mark.parametrize(
    ("environment", "product", "error"),
    [
        ("paper", "29", PaperPensionError),
        ("real", "55", UnsupportedProductError),
        ("real", "03", UnsupportedProductError),
        ("paper", "08", UnsupportedProductError),
    ],
)
async def test_what_kis_does_not_serve_is_said_before_a_call(
    open_client: OpenClient, environment: str, product: str, error: type[Exception]
) -> None:
    desk = open_client(environment=environment)
    await desk.get_token()
    before = len(desk.simulator.requests)
    desk.account = AccountNumber("50001234", product)
    with pytest.raises(error):
        await desk.fetch_balance()
    assert len(desk.simulator.requests) == before
