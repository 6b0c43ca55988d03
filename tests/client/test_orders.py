"""Orders as KIS sends them: two TR ids, repeated numbers and rows, private data."""

import json
from datetime import date, time
from decimal import Decimal

import pytest

from kistui.client.orders import fetch_domestic_orders, fetch_overseas_orders
from kistui.errors import MalformedResponseError, PaginationError
from kistui.models.account import AccountNumber
from kistui.models.markets import Market
from kistui.models.order_list import OrderPart
from kistui.models.orders import OrderState, Side
from kistui.models.periods import DateRange
from kistui.simulator import Response
from tests.client.conftest import ClientHarness, OpenClient, rows_response

DOMESTIC = "trading/inquire-daily-ccld"
PENSION = "pension/inquire-daily-ccld"
OVERSEAS = "trading/inquire-ccnl"
TODAY = date(2026, 11, 23)

PRIVATE = {
    "ctac_tlno": "01098765432", "inqr_ip_addr": "203.0.113.77", "ordr_empno": "EMP-7701",
    "acno10": "5000123401",
}  # fmt: skip
"""Data of persons and machines in KIS's rows."""


def order_row(number: str, **values: str) -> dict[str, str]:
    """Return a domestic row: 10 shares bought in full; `values` override."""
    return {
        "ord_dt": "20261123", "ord_gno_brno": "06010", "odno": number, "orgn_odno": "",
        "ord_dvsn_name": "지정가", "sll_buy_dvsn_cd": "02", "sll_buy_dvsn_cd_name": "현금매수",
        "pdno": "005930", "prdt_name": "삼성전자", "ord_qty": "10", "ord_unpr": "70000",
        "ord_tmd": "100000", "tot_ccld_qty": "10", "avg_prvs": "70000", "cncl_yn": "N",
        "tot_ccld_amt": "700000", "loan_dt": "", "ord_dvsn_cd": "00", "cncl_cfrm_qty": "0",
        "rmn_qty": "0", "rjct_qty": "0", "ccld_cndt_name": "없음", "infm_tmd": "100001",
        "excg_id_dvsn_Cd": "KRX", **PRIVATE,
    } | values  # fmt: skip


def overseas_row(number: str, **values: str) -> dict[str, str]:
    """Return an overseas row: 2 shares bought in full; `values` override."""
    return {
        "ord_dt": "20261122", "ord_gno_brno": "01790", "odno": number, "orgn_odno": "",
        "sll_buy_dvsn_cd": "02", "rvse_cncl_dvsn": "00", "pdno": "NVDA", "prdt_name": "엔비디아",
        "ft_ord_qty": "2", "ft_ord_unpr3": "181.50", "ft_ccld_qty": "2", "ft_ccld_unpr3": "181.50",
        "ft_ccld_amt3": "363.00", "nccs_qty": "0", "prcs_stat_name": "완료", "rjct_rson": "",
        "rjct_rson_name": "", "ord_tmd": "104100", "tr_mket_name": "나스닥",
        "ovrs_excg_cd": "NASD", "tr_crcy_cd": "USD", "dmst_ord_dt": "20261123",
        "thco_ord_tmd": "004100", "loan_type_cd": "00", "loan_dt": "", **PRIVATE,
    } | values  # fmt: skip


async def fetch(harness: ClientHarness, first: date = TODAY, last: date = TODAY) -> OrderPart:
    return await fetch_domestic_orders(
        await harness.account_request(), DateRange(first, last), TODAY
    )


async def fetch_overseas(
    harness: ClientHarness, first: date = TODAY, last: date = TODAY
) -> OrderPart:
    return await fetch_overseas_orders(
        await harness.account_request(), DateRange(first, last), TODAY
    )


def sent(harness: ClientHarness) -> list[tuple[str, str, str]]:
    """Return the TR id and range of each order call."""
    return [
        (
            request.tr_id,
            request.query.get("INQR_STRT_DT", request.query.get("ORD_STRT_DT", "")),
            request.query.get("INQR_END_DT", request.query.get("ORD_END_DT", "")),
        )
        for request in harness.simulator.requests
        if "/uapi/" in request.path
    ]


async def test_an_order_has_kis_s_figures(open_client: OpenClient) -> None:
    harness = open_client()
    totals = {
        "tot_ord_qty": "10",
        "tot_ccld_qty": "10",
        "tot_ccld_amt": "700000",
        "prsm_tlex_smtl": "98",
    }
    harness.simulator.script(DOMESTIC, rows_response([order_row("1")], output2=totals))
    part = await fetch(harness)
    (order,) = part.orders
    assert (order.ordered_on, order.ordered_at) == (TODAY, time(10))
    assert (order.side, order.state, order.exchange) == (Side.BUY, OrderState.FILLED, "KRX")
    assert (order.filled_quantity, order.average_price) == (Decimal(10), Decimal(70_000))
    assert part.totals is not None
    assert part.totals.estimated_costs == 98


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, OrderState.FILLED),
        ({"tot_ccld_qty": "0", "rmn_qty": "10"}, OrderState.OPEN),
        ({"tot_ccld_qty": "4", "rmn_qty": "6"}, OrderState.PARTLY_FILLED),
        ({"tot_ccld_qty": "0", "cncl_yn": "Y", "cncl_cfrm_qty": "10"}, OrderState.CANCELLED),
        ({"tot_ccld_qty": "4", "cncl_cfrm_qty": "6"}, OrderState.CANCELLED),
        ({"tot_ccld_qty": "0", "rjct_qty": "10", "rmn_qty": "10"}, OrderState.REJECTED),
        ({"tot_ccld_qty": "", "rmn_qty": ""}, OrderState.UNKNOWN),
        ({"tot_ccld_qty": "0", "rmn_qty": "10", "ord_dt": "20261120"}, OrderState.EXPIRED),
        # Some accounts have English names, so no name decides.
        ({"sll_buy_dvsn_cd_name": "BUY REJECT", "ord_dvsn_name": "Limit"}, OrderState.FILLED),
    ],
)
async def test_the_state_follows_from_the_quantities(
    open_client: OpenClient, values: dict[str, str], state: OrderState
) -> None:
    harness = open_client()
    harness.simulator.script(DOMESTIC, rows_response([order_row("1", **values)]))
    (order,) = (await fetch(harness)).orders
    assert order.state is state


async def test_both_spellings_of_the_cancelled_quantity_are_read(open_client: OpenClient) -> None:
    harness = open_client()
    documented = order_row("1", tot_ccld_qty="0", cnc_cfrm_qty="10")
    del documented["cncl_cfrm_qty"]
    harness.simulator.script(DOMESTIC, rows_response([documented]))
    (order,) = (await fetch(harness)).orders
    assert getattr(order.row, "cancelled_quantity", None) == 10


async def test_a_chain_of_amendments_is_one_order(open_client: OpenClient) -> None:
    harness = open_client()
    rows = [
        order_row("3", orgn_odno="2", tot_ccld_qty="0", tot_ccld_amt="0", ord_qty="3"),
        order_row("2", orgn_odno="1", ord_unpr="71000", ord_qty="7", tot_ccld_qty="4",
                  tot_ccld_amt="284000", avg_prvs="71000", cncl_cfrm_qty="3", ord_tmd="101000"),
        order_row("1", tot_ccld_qty="3", tot_ccld_amt="210000", cncl_cfrm_qty="7"),
    ]  # fmt: skip
    harness.simulator.script(DOMESTIC, rows_response(rows))
    (order,) = (await fetch(harness)).orders
    assert [change.number for change in order.changes] == ["3", "2"]
    assert (order.number, order.quantity, order.filled_quantity) == ("1", Decimal(10), Decimal(7))
    assert order.filled_amount == 494_000
    assert order.average_price == Decimal(494_000) / 7
    assert order.state is OrderState.CANCELLED


async def test_a_rejected_amendment_changes_nothing(open_client: OpenClient) -> None:
    harness = open_client()
    rows = [
        order_row("2", orgn_odno="1", tot_ccld_qty="0", rjct_qty="10", rmn_qty="10"),
        order_row("1", tot_ccld_qty="4", rmn_qty="6"),
    ]
    harness.simulator.script(DOMESTIC, rows_response(rows))
    (order,) = (await fetch(harness)).orders
    assert (order.state, order.remaining_quantity) == (OrderState.PARTLY_FILLED, Decimal(6))
    assert len(order.changes) == 1


async def test_numbers_repeat_on_other_days(open_client: OpenClient) -> None:
    harness = open_client()
    rows = [order_row("1"), order_row("2", orgn_odno="1", ord_dt="20261120", tot_ccld_qty="0")]
    harness.simulator.script(DOMESTIC, rows_response(rows))
    orders = (await fetch(harness, date(2026, 11, 20))).orders
    assert [(order.ordered_on, order.number) for order in orders] == [
        (TODAY, "1"),
        (date(2026, 11, 20), "2"),
    ]


async def test_a_range_across_three_months_is_one_list_of_two_calls(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    totals = {"tot_ccld_amt": "700000", "prsm_tlex_smtl": "98"}
    harness.simulator.script(
        DOMESTIC,
        rows_response([order_row("1")], output2=totals),
        rows_response([order_row("1", ord_dt="20260601")], output2=totals),
    )
    part = await fetch(harness, date(2026, 6, 1))
    assert sent(harness) == [
        ("TTTC0081R", "20260825", "20261123"),
        ("CTSC9215R", "20260601", "20260824"),
    ]
    assert len(part.orders) == 2
    assert part.totals is not None
    assert (part.totals.filled_amount, part.totals.estimated_costs) == (1_400_000, 196)
    harness.simulator.reset()
    harness.token = None
    harness.simulator.script(DOMESTIC, rows_response([]))
    await fetch(harness, date(2026, 6, 1), date(2026, 6, 30))
    assert sent(harness) == [("CTSC9215R", "20260601", "20260630")]


async def test_private_data_is_never_read(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script(DOMESTIC, rows_response([order_row("1"), order_row("2", ord_qty="x")]))
    harness.simulator.script(OVERSEAS, rows_response([], output=[overseas_row("3")]))
    domestic, overseas = await fetch(harness), await fetch_overseas(harness)
    assert len(domestic.orders) == 2
    assert len(overseas.orders) == 1
    for text in PRIVATE.values():
        assert text not in f"{domestic}{overseas}{harness.progress_events}"


async def test_a_page_with_a_next_page_must_have_rows(open_client: OpenClient) -> None:
    harness = open_client()
    keys = {"ctx_area_fk100": "a", "ctx_area_nk100": "b"}
    harness.simulator.script(DOMESTIC, rows_response([], "M", **keys))
    with pytest.raises(PaginationError):
        await fetch(harness)


async def test_the_header_decides_although_the_key_is_not_blank(open_client: OpenClient) -> None:
    harness = open_client()
    keys = {"ctx_area_fk100": "a", "ctx_area_nk100": " !^ !^"}
    harness.simulator.script(DOMESTIC, rows_response([order_row("1")], "D", **keys))
    part = await fetch(harness)
    assert (len(part.orders), part.may_be_partial) == (1, False)


async def test_rows_that_are_missing_are_no_empty_list(open_client: OpenClient) -> None:
    harness = open_client()
    body = {"rt_cd": "0", "msg_cd": "KIOK0510", "msg1": "", "output2": {}}
    harness.simulator.script(DOMESTIC, Response(body=json.dumps(body).encode()))
    with pytest.raises(MalformedResponseError):
        await fetch(harness)


async def test_paper_asks_only_for_krx_and_lists_nothing(open_client: OpenClient) -> None:
    harness = open_client(environment="paper")
    totals = {"tot_ccld_qty": "3", "tot_ccld_amt": "210000"}
    harness.simulator.script(DOMESTIC, rows_response([], output2=totals, msg_cd="70070000"))
    part = await fetch(harness)
    assert part.orders == ()
    assert part.totals is not None
    assert part.totals.filled_quantity == 3
    assert harness.simulator.requests[-1].query["EXCG_ID_DVSN_CD"] == "KRX"


async def test_pension_orders_of_today_come_from_their_own_call(open_client: OpenClient) -> None:
    harness = open_client()
    harness.use_account(harness.simulator.accounts[2])
    row = {
        "odno": "7", "sll_buy_dvsn_cd": "02", "pdno": "360750", "prdt_name": "TIGER 미국S&P500",
        "ord_qty": "15", "tot_ccld_qty": "10", "nccs_qty": "5", "ord_unpr": "24280",
        "ord_tmd": "100000", "pchs_avg_pric": "24280.0000", "excg_id_dvsn_cd": "KRX",
    }  # fmt: skip
    harness.simulator.script(PENSION, rows_response([], output=[row]))
    part = await fetch(harness, date(2026, 11, 20))
    (order,) = part.orders
    assert (order.ordered_on, order.state) == (TODAY, OrderState.PARTLY_FILLED)
    assert part.missing_days == DateRange(date(2026, 11, 20), date(2026, 11, 22))
    assert part.totals is None
    assert [tr_id for tr_id, *_ in sent(harness)] == ["TTTC2210R"]
    harness.simulator.script(PENSION, rows_response([], output=[row]))
    part = await fetch(harness, date(2026, 6, 1))
    assert part.totals is None  # KIS's totals of the older orders are not those of all
    part = await fetch(harness, date(2026, 6, 1), date(2026, 6, 30))
    assert part.totals is not None


async def test_an_empty_pension_list_ends_although_its_keys_are_not_blank(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    harness.account = AccountNumber(harness.account.number, "29")
    keys = {"ctx_area_fk100": "", "ctx_area_nk100": "^^", "msg_cd": "KIOK0490"}
    harness.simulator.script(PENSION, rows_response([], "M", output=[], **keys))
    part = await fetch(harness)
    assert (part.orders, part.may_be_partial) == ((), False)


async def test_the_two_rows_of_an_overseas_order_across_midnight_are_joined(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    rows = [
        overseas_row("9", ft_ccld_qty="1", nccs_qty="1", ft_ccld_amt3="181.50"),
        overseas_row("9", dmst_ord_dt="20261124", thco_ord_tmd="000000"),
        overseas_row("9", ord_dt="20261121", dmst_ord_dt="20261122"),
    ]
    harness.simulator.script(OVERSEAS, rows_response([], output=rows))
    (order,) = (await fetch_overseas(harness)).orders
    assert (order.filled_quantity, order.market, order.currency) == (Decimal(2), Market.US, "USD")
    assert (order.ordered_on, order.local_date) == (TODAY, date(2026, 11, 22))
    assert order.ordered_at == time(0, 41)
    assert sent(harness) == [("TTTS3035R", "20261122", "20261124")]


@pytest.mark.parametrize("values", [{"odno": ""}, {"odno": 7}, {"ord_dt": "20261399"}], ids=str)
async def test_orders_that_cannot_be_identified_stay_apart(
    open_client: OpenClient, values: dict[str, object]
) -> None:
    harness = open_client()
    rows = [order_row("7") | values, order_row("7", ord_qty="3") | values]
    harness.simulator.script(DOMESTIC, rows_response(rows))
    orders = (await fetch(harness)).orders
    assert sorted(order.quantity or 0 for order in orders) == [3, 10]
    assert len({order.key for order in orders}) == 2
    assert not any(order.changes for order in orders)
    order_rows = [overseas_row("9") | values, overseas_row("9") | values]
    harness.simulator.script(OVERSEAS, rows_response([], output=order_rows))
    orders = (await fetch_overseas(harness)).orders
    assert len({order.key for order in orders}) == len(orders) == 2


@pytest.mark.parametrize("blank", ["", " ", None])
async def test_an_object_of_blanks_is_no_order(open_client: OpenClient, blank: str | None) -> None:
    harness = open_client()
    blanks = dict.fromkeys(overseas_row("1"), blank)
    harness.simulator.script(OVERSEAS, rows_response([], output=blanks, msg_cd="KIOK0560"))
    part = await fetch_overseas(harness)
    assert (part.orders, part.may_be_partial) == ((), False)


async def test_a_rejected_overseas_order_has_its_reason(open_client: OpenClient) -> None:
    harness = open_client()
    row = overseas_row("1", ft_ccld_qty="0", rjct_rson="1001", rjct_rson_name="주문가능금액 부족")
    harness.simulator.script(OVERSEAS, rows_response([], output=[row]))
    (order,) = (await fetch_overseas(harness)).orders
    assert (order.state, order.rejection_reason) == (OrderState.REJECTED, "주문가능금액 부족")


async def test_paper_asks_for_all_overseas_orders_with_blanks(open_client: OpenClient) -> None:
    harness = open_client(environment="paper")
    harness.simulator.script(OVERSEAS, rows_response([], output=[]))
    await fetch_overseas(harness)
    query = harness.simulator.requests[-1].query
    assert (query["PDNO"], query["OVRS_EXCG_CD"], query["SLL_BUY_DVSN"]) == ("", "", "00")
