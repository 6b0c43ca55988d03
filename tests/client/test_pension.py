"""The calls for each product code, against a simulated KIS server on loopback."""

import pytest

from kistui.errors import PaperPensionError, UnsupportedProductError
from kistui.models.account import AccountNumber
from kistui.models.reconciliation import reconcile
from tests.client.conftest import OpenClient

PENSION, DOMESTIC = "pension/inquire-balance", "domestic-stock/v1/trading/inquire-balance"


async def test_a_retirement_pension_has_its_own_endpoints(open_client: OpenClient) -> None:
    harness = open_client()
    harness.use_account(harness.simulator.accounts[2])
    balance = await harness.fetch_balance()
    assert (
        harness.simulator.count_requests(PENSION),
        harness.simulator.count_requests(DOMESTIC),
    ) == (
        1,
        0,
    )
    assert balance.is_pension
    assert balance.open_holdings
    assert balance.holdings[0].lots[0].trade_kind
    assert all(holding.profit_rate is not None for holding in balance.open_holdings)
    # Fields that KIS does not send stay blank; kistui computes the sums.
    assert balance.summary.purchase_amount is None
    shown = balance.priced_summary
    assert shown.valuation == sum(holding.valuation or 0 for holding in balance.open_holdings)
    assert shown.profit_loss == (shown.valuation or 0) - (shown.purchase_amount or 0)
    assert shown.total_value == (shown.securities_value or 0) + (shown.deposit_d2 or 0)
    assert reconcile(balance).is_reconciled is not False


async def test_a_pension_balance_is_fetched_over_pages(open_client: OpenClient) -> None:
    harness = open_client(scene="pension")
    harness.use_account(harness.simulator.accounts[2])
    balance = await harness.fetch_balance()
    assert len(balance.holdings) == 120
    assert balance.page_count == harness.simulator.count_requests(PENSION) == 3


async def test_a_personal_pension_is_read_as_an_ordinary_account(open_client: OpenClient) -> None:
    harness = open_client()
    harness.use_account(harness.simulator.accounts[3])
    balance = await harness.fetch_balance()
    assert not balance.is_pension
    assert balance.summary.purchase_amount is not None
    assert harness.simulator.count_requests(PENSION) == 0


@pytest.mark.parametrize(
    ("environment", "product", "error"),
    [
        ("paper", "29", PaperPensionError),
        ("real", "55", UnsupportedProductError),
        ("real", "03", UnsupportedProductError),
        ("paper", "08", UnsupportedProductError),
    ],
)
async def test_an_unsupported_product_code_is_refused_before_a_call(
    open_client: OpenClient, environment: str, product: str, error: type[Exception]
) -> None:
    harness = open_client(environment=environment)
    await harness.get_token()
    before = len(harness.simulator.requests)
    harness.account = AccountNumber("50001234", product)
    with pytest.raises(error):
        await harness.fetch_balance()
    assert len(harness.simulator.requests) == before
