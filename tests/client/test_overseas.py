"""Overseas holdings and cash, read from a simulated KIS server with all its quirks."""

import json
from decimal import Decimal

import pytest

from kistui.errors import MalformedResponseError, RateLimitedError
from kistui.models.markets import ExchangeRate, Market
from kistui.simulator import Response, error_response
from tests.client.conftest import ClientHarness, OpenClient

BALANCE, PRESENT = "overseas-stock/v1/trading/inquire-balance", "inquire-present-balance"
TOTALS_ALONE = {
    "rt_cd": "0", "msg_cd": "KIOK0510", "msg1": "", "output1": [], "output2": [],
    "output3": {"evlu_amt_smtl_amt": "1000", "pchs_amt_smtl_amt": "900"},
}  # fmt: skip


def json_response(body: object) -> Response:
    return Response(body=json.dumps(body).encode())


def requested_exchanges(harness: ClientHarness) -> list[tuple[str, str]]:
    """Return the exchanges and currencies of the requests for a first page."""
    return [
        (request.query["OVRS_EXCG_CD"], request.query["TR_CRCY_CD"])
        for request in harness.simulator.requests
        if request.path.endswith(BALANCE) and not request.tr_cont
    ]


async def test_on_real_one_call_returns_everything(open_client: OpenClient) -> None:
    harness = open_client()
    overseas = await harness.fetch_overseas()
    assert (
        harness.simulator.count_requests(PRESENT),
        harness.simulator.count_requests(BALANCE),
    ) == (
        1,
        0,
    )
    by_code = {holding.code: holding for holding in overseas.holdings}
    assert len(by_code) == len(overseas.holdings) == 11
    assert {holding.market for holding in overseas.open_holdings} == {
        Market.US, Market.HK, Market.JP, Market.VN, Market.CN,
    }  # fmt: skip
    tesla = by_code["TSLA"]
    assert (len(tesla.lots), tesla.quantity) == (2, Decimal("12.371285"))
    assert tesla.purchase_amount == Decimal("4045.32763")
    assert by_code["NVDA"].quantity == Decimal("0.052817")
    assert overseas.cash[0].deposit == Decimal("3120.47")
    assert overseas.markets_without_consent == ()


async def test_yen_and_dong_are_per_hundred(open_client: OpenClient) -> None:
    overseas = await open_client().fetch_overseas()
    toyota = next(holding for holding in overseas.open_holdings if holding.code == "7203")
    assert toyota.exchange_rate is not None
    assert toyota.exchange_rate.unit == 100
    assert toyota.valuation is not None
    exact = toyota.valuation * toyota.exchange_rate.krw_per_unit / 100
    assert abs(exact - (toyota.valuation_won or 0)) <= Decimal("0.5")
    yen, dong = (holding for holding in overseas.cash if holding.currency in {"JPY", "VND"})
    assert overseas.cash_to_won(yen) == pytest.approx(58_210 * 9.4152, rel=0.02)
    assert overseas.cash_to_won(dong) == pytest.approx(1_204_500 * 0.0557, rel=0.02)


async def test_the_holdings_in_won_add_up_to_kiss_total(open_client: OpenClient) -> None:
    overseas = await open_client().fetch_overseas()
    added = sum(holding.valuation_won or 0 for holding in overseas.open_holdings)
    assert overseas.valuation_won == added
    assert abs(added - (overseas.totals.valuation or 0)) <= len(overseas.open_holdings)
    profit = overseas.profit_loss_won or 0
    assert abs(profit - int(overseas.totals.profit_loss or 0)) <= len(overseas.open_holdings)
    assert abs((overseas.cash_won or 0) - (overseas.totals.foreign_currency_valuation or 0)) <= len(
        overseas.cash
    )


async def test_sold_out_rows_have_no_rate_and_names_no_ticker_prefix(
    open_client: OpenClient,
) -> None:
    overseas = await open_client().fetch_overseas()
    sold_out = next(holding for holding in overseas.holdings if holding.is_sold_out)
    assert (sold_out.code, sold_out.profit_rate, sold_out.purchase_amount) == (
        "BRK/B",
        None,
        Decimal(0),
    )
    assert [holding.name for holding in overseas.open_holdings if holding.code == "4689"] == [
        "Z홀딩스"
    ]


async def test_paper_rows_are_fetched_by_exchange_and_won_from_the_totals(
    open_client: OpenClient,
) -> None:
    harness = open_client(environment="paper")
    overseas = await harness.fetch_overseas()
    assert (harness.simulator.count_requests(PRESENT), requested_exchanges(harness)) == (
        1,
        [("", "")],
    )
    assert {holding.valuation_won for holding in overseas.open_holdings} == {None}
    assert all(holding.valuation for holding in overseas.open_holdings)
    assert overseas.valuation_won == overseas.totals.valuation
    assert overseas.cash == ()
    assert overseas.cash_won == overseas.totals.foreign_currency_valuation


async def test_blank_rows_and_duplicate_exchange_codes_are_ignored(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    row = {
        "ovrs_pdno": "AAPL", "ovrs_item_name": "애플", "ovrs_cblc_qty": "20", "tr_crcy_cd": "USD",
        "frcr_pchs_amt1": "4218.50000", "ovrs_stck_evlu_amt": "5438.00000000",
        "frcr_evlu_pfls_amt": "1219.500000", "now_pric2": "271.900000", "ovrs_excg_cd": "NASD",
    }  # fmt: skip
    nyse_row = row | {"ovrs_excg_cd": "NYSE", "now_pric2": "271.910000"}
    filler = {key: "0.000000" if key.startswith(("frcr", "now")) else "" for key in row}
    harness.simulator.script(PRESENT, json_response(TOTALS_ALONE))
    rows = {"rt_cd": "0", "msg_cd": "KIOK0510", "output1": [row, nyse_row, filler], "output2": {}}
    none = {"rt_cd": "0", "msg_cd": "KIOK0560", "output1": [filler]}
    harness.simulator.script(BALANCE, json_response(rows), *[json_response(none)] * 6)
    (apple,) = (await harness.fetch_overseas()).holdings
    assert (apple.quantity, apple.valuation) == (Decimal(20), Decimal(5438))
    assert apple.average_price is None


async def test_on_real_each_currency_is_requested_once_if_rows_are_missing(
    open_client: OpenClient,
) -> None:
    harness = open_client(scene="us-consent")
    harness.simulator.script(PRESENT, json_response(TOTALS_ALONE))
    overseas = await harness.fetch_overseas()
    assert requested_exchanges(harness) == [
        ("NASD", "USD"), ("SEHK", "HKD"), ("SHAA", "CNY"), ("SZAA", "CNY"), ("TKSE", "JPY"),
        ("HASE", "VND"), ("VNSE", "VND"),
    ]  # fmt: skip
    assert {holding.market for holding in overseas.holdings} == {Market.US}
    assert overseas.markets_without_consent == (Market.HK, Market.CN, Market.JP, Market.VN)


@pytest.mark.parametrize(
    "first",
    [
        error_response("OPSQ2001"),
        error_response("APAC0489"),
        Response(body=b'{"rt_cd":"0","msg_cd":"70070000","msg1":"","output1":[]}'),
    ],
    ids=["refused", "unserved", "empty"],
)
async def test_paper_falls_back_to_a_request_per_exchange(
    open_client: OpenClient, first: Response
) -> None:
    harness = open_client(environment="paper")
    expected = await harness.fetch_overseas()
    harness.simulator.reset()
    harness.token = None
    harness.simulator.script(BALANCE, first)
    apart = await harness.fetch_overseas()
    assert [exchange for exchange, _ in requested_exchanges(harness)] == [
        "", "NASD", "NYSE", "AMEX", "SEHK", "SHAA", "SZAA", "TKSE", "HASE", "VNSE",
    ]  # fmt: skip
    assert {holding.code for holding in apart.holdings} == {
        holding.code for holding in expected.holdings
    }


async def test_overseas_pages_use_cursors_200_wide(open_client: OpenClient) -> None:
    harness = open_client(environment="paper", scene="overseas")
    overseas = await harness.fetch_overseas()
    pages = [request for request in harness.simulator.requests if request.path.endswith(BALANCE)]
    assert [request.tr_cont for request in pages] == ["", "N", "N"]
    assert all(len(request.query["CTX_AREA_NK200"]) == 200 for request in pages[1:])
    assert len(overseas.holdings) > 230


@pytest.mark.parametrize("code", ["EGW00206", "APAC0489"])
async def test_missing_consent_is_an_empty_result_without_an_error(
    open_client: OpenClient, code: str
) -> None:
    harness = open_client()
    harness.simulator.script(PRESENT, error_response(code))
    overseas = await harness.fetch_overseas()
    assert overseas.is_empty
    assert Market.US in overseas.markets_without_consent
    assert harness.simulator.count_requests(BALANCE) == 0


async def test_an_account_without_overseas_holdings_needs_one_call(open_client: OpenClient) -> None:
    harness = open_client(environment="paper")
    harness.use_account(harness.simulator.accounts[1])
    assert (await harness.fetch_overseas()).is_empty
    assert (
        harness.simulator.count_requests(PRESENT),
        harness.simulator.count_requests(BALANCE),
    ) == (
        1,
        0,
    )


async def test_a_failure_is_an_error_and_not_an_empty_account(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script(PRESENT, *[error_response("EGW00201")] * 5)
    with pytest.raises(RateLimitedError):
        await harness.fetch_overseas()
    harness.simulator.script(PRESENT, json_response({**TOTALS_ALONE, "output2": ["USD"]}))
    with pytest.raises(MalformedResponseError):
        await harness.fetch_overseas()


async def test_a_value_that_cannot_be_read_hides_nothing_else(open_client: OpenClient) -> None:
    harness = open_client()
    cash = [{"crcy_cd": "USD", "frcr_dncl_amt_2": "many"}, {"crcy_cd": 5, "frcr_dncl_amt_2": "7"}]
    rows = [
        {"pdno": "TSLA", "ccld_qty_smtl1": "1", "buy_crcy_cd": "USD", "bass_exrt": "1,400"},
        {"pdno": 5, "prdt_name": "Tesla", "ccld_qty_smtl1": "2", "frcr_evlu_amt2": "-"},
        {"pdno": "", "prdt_name": " ", "ccld_qty_smtl1": "0.000", "frcr_evlu_amt2": "0"},
    ]
    harness.simulator.script(
        PRESENT, json_response({**TOTALS_ALONE, "output1": rows, "output2": cash, "output3": {}})
    )
    balance = await harness.fetch_overseas()
    assert [holding.quantity for holding in balance.holdings] == [1, 2]
    assert [holding.code for holding in balance.holdings] == ["TSLA", None]
    assert balance.holdings[0].exchange_rate is None
    assert [(line.currency, line.deposit) for line in balance.cash] == [("USD", None), (None, 7)]
    assert balance.unreadable_fields == (
        "bass_exrt", "crcy_cd", "frcr_dncl_amt_2", "frcr_evlu_amt2", "pdno",
    )  # fmt: skip
    assert balance.cash_won is None


async def test_names_that_attack_a_terminal_are_cleaned(open_client: OpenClient) -> None:
    overseas = await open_client(scene="hostile").fetch_overseas()
    text = "".join(holding.name or "" for holding in overseas.holdings)
    assert overseas.holdings
    assert text.isprintable()
    assert "\u202e" not in text


def test_a_rate_applies_to_its_unit() -> None:
    assert ExchangeRate(Decimal("941.52"), Decimal(100)).to_won(Decimal(58210)) == 548_059
    assert ExchangeRate(Decimal(1)).to_won(None) is None


async def test_rows_are_looked_for_if_the_totals_cannot_be_read(open_client: OpenClient) -> None:
    harness = open_client()
    totals = {"evlu_amt_smtl_amt": "1,000", "pchs_amt_smtl_amt": ""}
    harness.simulator.script(PRESENT, json_response({**TOTALS_ALONE, "output3": totals}))
    balance = await harness.fetch_overseas()
    assert requested_exchanges(harness)
    assert balance.holdings
