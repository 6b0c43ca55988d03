"""Shares and cash abroad, read from a real KIS server on loopback with all its quirks."""

import json
from decimal import Decimal

import pytest

from kistui.errors import MalformedResponseError, RateLimitedError
from kistui.models.overseas import ExchangeRate, Market
from kistui.simulator import Response, error_response
from tests.client.conftest import ClientHarness, OpenClient

BALANCE, PRESENT = "overseas-stock/v1/trading/inquire-balance", "inquire-present-balance"
TOTALS_ALONE = {
    "rt_cd": "0", "msg_cd": "KIOK0510", "msg1": "", "output1": [], "output2": [],
    "output3": {"evlu_amt_smtl_amt": "1000", "pchs_amt_smtl_amt": "900"},
}  # fmt: skip


def answer(body: object) -> Response:
    return Response(body=json.dumps(body).encode())


def asked(desk: ClientHarness) -> list[tuple[str, str]]:
    """The exchanges and currencies asked for, first pages only."""
    return [
        (each.query["OVRS_EXCG_CD"], each.query["TR_CRCY_CD"])
        for each in desk.simulator.requests
        if each.path.endswith(BALANCE) and not each.tr_cont
    ]


async def test_on_real_one_call_gives_everything(open_client: OpenClient) -> None:
    desk = open_client()
    abroad = await desk.fetch_overseas()
    assert (desk.simulator.count_requests(PRESENT), desk.simulator.count_requests(BALANCE)) == (
        1,
        0,
    )
    by_code = {each.code: each for each in abroad.holdings}
    assert len(by_code) == len(abroad.holdings) == 11
    assert {each.market for each in abroad.open_holdings} == {
        Market.US, Market.HK, Market.JP, Market.VN, Market.CN,
    }  # fmt: skip
    tesla = by_code["TSLA"]
    assert (len(tesla.lots), tesla.quantity) == (2, Decimal("12.371285"))
    assert tesla.purchase_amount == Decimal("4045.32763")
    assert by_code["NVDA"].quantity == Decimal("0.052817")
    assert abroad.cash[0].deposit == Decimal("3120.47")
    assert abroad.markets_without_consent == ()


async def test_yen_and_dong_are_per_hundred(open_client: OpenClient) -> None:
    abroad = await open_client().fetch_overseas()
    toyota = next(each for each in abroad.open_holdings if each.code == "7203")
    assert toyota.exchange_rate is not None
    assert toyota.exchange_rate.unit == 100
    assert toyota.valuation is not None
    exact = toyota.valuation * toyota.exchange_rate.krw_per_unit / 100
    assert abs(exact - (toyota.valuation_won or 0)) <= Decimal("0.5")
    yen, dong = (each for each in abroad.cash if each.currency in {"JPY", "VND"})
    assert abroad.cash_to_won(yen) == pytest.approx(58_210 * 9.4152, rel=0.02)
    assert abroad.cash_to_won(dong) == pytest.approx(1_204_500 * 0.0557, rel=0.02)


async def test_the_holdings_in_won_add_up_to_kiss_total(open_client: OpenClient) -> None:
    abroad = await open_client().fetch_overseas()
    added = sum(each.valuation_won or 0 for each in abroad.open_holdings)
    assert abs(added - (abroad.valuation_won or 0)) <= len(abroad.open_holdings)
    assert abroad.profit_loss_won == abroad.totals.profit_loss
    assert abs((abroad.cash_won or 0) - (abroad.totals.foreign_currency_valuation or 0)) <= len(
        abroad.cash
    )


async def test_what_was_sold_today_has_no_rate_and_a_name_no_code_before_it(
    open_client: OpenClient,
) -> None:
    abroad = await open_client().fetch_overseas()
    gone = next(each for each in abroad.holdings if each.is_sold_out)
    assert (gone.code, gone.profit_rate, gone.purchase_amount) == ("BRK/B", None, Decimal(0))
    assert [each.name for each in abroad.open_holdings if each.code == "4689"] == ["Z홀딩스"]


async def test_on_paper_the_rows_come_by_exchange_and_the_won_from_the_totals(
    open_client: OpenClient,
) -> None:
    desk = open_client(environment="paper")
    abroad = await desk.fetch_overseas()
    assert (desk.simulator.count_requests(PRESENT), asked(desk)) == (1, [("", "")])
    assert {each.valuation_won for each in abroad.open_holdings} == {None}
    assert all(each.valuation for each in abroad.open_holdings)
    assert abroad.valuation_won == abroad.totals.valuation
    assert abroad.cash == ()
    assert abroad.cash_won == abroad.totals.foreign_currency_valuation


async def test_the_filler_row_and_another_code_for_the_same_shares_count_for_nothing(
    open_client: OpenClient,
) -> None:
    desk = open_client()
    row = {
        "ovrs_pdno": "AAPL", "ovrs_item_name": "애플", "ovrs_cblc_qty": "20", "tr_crcy_cd": "USD",
        "frcr_pchs_amt1": "4218.50000", "ovrs_stck_evlu_amt": "5438.00000000",
        "frcr_evlu_pfls_amt": "1219.500000", "now_pric2": "271.900000", "ovrs_excg_cd": "NASD",
    }  # fmt: skip
    other = row | {"ovrs_excg_cd": "NYSE", "now_pric2": "271.910000"}
    filler = {key: "0.000000" if key.startswith(("frcr", "now")) else "" for key in row}
    desk.simulator.script(PRESENT, answer(TOTALS_ALONE))
    rows = {"rt_cd": "0", "msg_cd": "KIOK0510", "output1": [row, other, filler], "output2": {}}
    none = {"rt_cd": "0", "msg_cd": "KIOK0560", "output1": [filler]}
    desk.simulator.script(BALANCE, answer(rows), *[answer(none)] * 6)
    (apple,) = (await desk.fetch_overseas()).holdings
    assert (apple.quantity, apple.valuation) == (Decimal(20), Decimal(5438))
    assert apple.average_price is None


async def test_on_real_every_currency_is_asked_for_once_where_rows_are_missing(
    open_client: OpenClient,
) -> None:
    desk = open_client(scene="us-consent")
    desk.simulator.script(PRESENT, answer(TOTALS_ALONE))
    abroad = await desk.fetch_overseas()
    assert asked(desk) == [
        ("NASD", "USD"), ("SEHK", "HKD"), ("SHAA", "CNY"), ("SZAA", "CNY"), ("TKSE", "JPY"),
        ("HASE", "VND"), ("VNSE", "VND"),
    ]  # fmt: skip
    assert {each.market for each in abroad.holdings} == {Market.US}
    assert abroad.markets_without_consent == (Market.HK, Market.CN, Market.JP, Market.VN)


@pytest.mark.parametrize(
    "first",
    [
        error_response("OPSQ2001"),
        error_response("APAC0489"),
        Response(body=b'{"rt_cd":"0","msg_cd":"70070000","msg1":"","output1":[]}'),
    ],
    ids=["refused", "unserved", "empty"],
)
async def test_where_paper_gives_nothing_for_everything_each_exchange_is_asked(
    open_client: OpenClient, first: Response
) -> None:
    desk = open_client(environment="paper")
    whole = await desk.fetch_overseas()
    desk.simulator.reset()
    desk.token = None
    desk.simulator.script(BALANCE, first)
    apart = await desk.fetch_overseas()
    assert [exchange for exchange, _ in asked(desk)] == [
        "", "NASD", "NYSE", "AMEX", "SEHK", "SHAA", "SZAA", "TKSE", "HASE", "VNSE",
    ]  # fmt: skip
    assert {each.code for each in apart.holdings} == {each.code for each in whole.holdings}


async def test_many_rows_come_over_pages_of_keys_twice_as_wide(open_client: OpenClient) -> None:
    desk = open_client(environment="paper", scene="overseas")
    abroad = await desk.fetch_overseas()
    pages = [each for each in desk.simulator.requests if each.path.endswith(BALANCE)]
    assert [each.tr_cont for each in pages] == ["", "N", "N"]
    assert all(len(each.query["CTX_AREA_NK200"]) == 200 for each in pages[1:])
    assert len(abroad.holdings) > 230


@pytest.mark.parametrize("code", ["EGW00206", "APAC0489"])
async def test_without_consent_there_is_nothing_and_no_error(
    open_client: OpenClient, code: str
) -> None:
    desk = open_client()
    desk.simulator.script(PRESENT, error_response(code))
    abroad = await desk.fetch_overseas()
    assert abroad.is_empty
    assert Market.US in abroad.markets_without_consent
    assert desk.simulator.count_requests(BALANCE) == 0


async def test_an_account_with_nothing_abroad_costs_one_call(open_client: OpenClient) -> None:
    desk = open_client(environment="paper")
    desk.use_account(desk.simulator.accounts[1])
    assert (await desk.fetch_overseas()).is_empty
    assert (desk.simulator.count_requests(PRESENT), desk.simulator.count_requests(BALANCE)) == (
        1,
        0,
    )


async def test_a_failure_is_an_error_and_not_an_empty_account(open_client: OpenClient) -> None:
    desk = open_client()
    desk.simulator.script(PRESENT, *[error_response("EGW00201")] * 5)
    with pytest.raises(RateLimitedError):
        await desk.fetch_overseas()
    wrong = {**TOTALS_ALONE, "output2": [{"crcy_cd": "USD", "frcr_dncl_amt_2": "many"}]}
    desk.simulator.script(PRESENT, answer(wrong))
    with pytest.raises(MalformedResponseError):
        await desk.fetch_overseas()


async def test_names_that_attack_a_terminal_are_cleaned(open_client: OpenClient) -> None:
    abroad = await open_client(scene="hostile").fetch_overseas()
    text = "".join(each.name or "" for each in abroad.holdings)
    assert abroad.holdings
    assert text.isprintable()
    assert "\u202e" not in text


def test_a_rate_is_for_its_unit() -> None:
    assert ExchangeRate(Decimal("941.52"), Decimal(100)).to_won(Decimal(58210)) == 548_059
    assert ExchangeRate(Decimal(1)).to_won(None) is None
