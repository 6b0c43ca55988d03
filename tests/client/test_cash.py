"""Buying power, foreign cash and asset classes as KIS sends them."""

import json
from decimal import Decimal
from typing import Any

import pytest

from kistui.client.cash import (
    fetch_asset_classes,
    fetch_buying_power,
    fetch_margins,
    parse_asset_classes,
)
from kistui.errors import MalformedResponseError, NotOnPaperError, ProductRejectedError
from kistui.models.asset_classes import CATEGORIES_BY_ROW_COUNT, AssetCategory
from kistui.models.cash import margins_by_currency
from kistui.simulator import Response
from tests.client.conftest import OpenClient

PRIVATE_NUMBER = "98765432"


def ok_response(**body: Any) -> Response:
    content = {"rt_cd": "0", "msg_cd": "KIOK0510", "msg1": "", **body}
    return Response(body=json.dumps(content).encode())


def class_rows(count: int) -> list[dict[str, str]]:
    """Return rows worth 1, 2, 3 … won, and their total."""
    values = [*range(1, count), count * (count - 1) // 2]
    return [{"evlu_amt": str(value), "whol_weit_rt": "5.00000000"} for value in values]


async def test_the_buying_power_has_amounts_with_and_without_credit(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    parsed = await fetch_buying_power(await harness.account_request())
    power = parsed.value
    assert power.orderable is not None
    assert power.orderable_with_credit is not None
    assert 0 < power.orderable < power.orderable_with_credit
    query = harness.simulator.requests[-1].query
    sent = ("PDNO", "ORD_UNPR", "ORD_DVSN", "CMA_EVLU_AMT_ICLD_YN", "OVRS_ICLD_YN")
    assert [query[name] for name in sent] == ["", "", "00", "N", "N"]


async def test_the_absurd_foreign_amount_reaches_no_record(open_client: OpenClient) -> None:
    harness = open_client()
    output = {
        "nrcvb_buy_amt": "17640100",
        "max_buy_amt": "",
        "ord_psbl_frcr_amt_wcrc": "157998704172856",
        "acct_no": PRIVATE_NUMBER,
    }
    harness.simulator.script(
        "inquire-psbl-order", ok_response(output=output), ok_response(output=[])
    )
    account = await harness.account_request()
    parsed = await fetch_buying_power(account)
    assert parsed.value.orderable == 17_640_100
    assert parsed.value.orderable_with_credit is None
    assert "157998704172856" not in repr(parsed)
    assert PRIVATE_NUMBER not in repr(parsed)
    with pytest.raises(MalformedResponseError):
        await fetch_buying_power(account)


async def test_rows_of_one_currency_are_not_added(open_client: OpenClient) -> None:
    harness = open_client()
    parsed = await fetch_margins(await harness.account_request())
    dollars = [margin for margin in parsed.value if margin.currency == "USD"]
    assert [margin.country for margin in dollars] == ["미국", "독일"]
    by_currency = margins_by_currency(parsed.value)
    assert by_currency["USD"].deposit == dollars[0].deposit == Decimal("3120.470000")
    assert list(by_currency) == ["USD", "HKD", "CNY", "JPY", "VND"]


async def test_margins_may_be_one_object_or_fillers(open_client: OpenClient) -> None:
    harness = open_client()
    row = {"natn_name": "미국", "crcy_cd": "USD", "frcr_gnrl_ord_psbl_amt": "x"}
    blank = {"natn_name": "", "crcy_cd": "", "frcr_dncl_amt1": "0.000000"}
    harness.simulator.script("foreign-margin", ok_response(output=row), ok_response(output=[blank]))
    account = await harness.account_request()
    parsed = await fetch_margins(account)
    (margin,) = parsed.value
    assert (margin.orderable, parsed.unreadable_fields) == (None, ("frcr_gnrl_ord_psbl_amt",))
    assert (await fetch_margins(account)).value == ()


async def test_the_classes_are_those_of_the_account(open_client: OpenClient) -> None:
    harness = open_client()
    classes = await fetch_asset_classes(await harness.account_request())
    assert {line.category for line in classes.lines if line.row.valuation != 0} == {
        AssetCategory.STOCKS, AssetCategory.OVERSEAS_STOCKS, AssetCategory.FOREIGN_CURRENCY,
        AssetCategory.DEPOSIT,
    }  # fmt: skip
    assert len(classes.lines) == 19
    values = [line.row.valuation or 0 for line in classes.lines]
    assert sum(values) == classes.total_assets
    assert classes.totals.net_assets != classes.total_assets


@pytest.mark.parametrize(
    ("count", "first", "last"),
    [
        (20, AssetCategory.STOCKS, AssetCategory.SUBSCRIPTION_DEPOSIT),
        (19, AssetCategory.STOCKS, AssetCategory.SUBSCRIPTION_DEPOSIT),
        (17, AssetCategory.FUNDS, AssetCategory.SUBSCRIPTION_DEPOSIT),
        (21, 1, 20),
        (2, 1, 1),
    ],
)
def test_rows_are_named_by_their_position(count: int, first: object, last: object) -> None:
    classes = parse_asset_classes({"Output1": class_rows(count), "Output2": {"dncl_amt": "7"}})
    assert len(classes.lines) == count - 1
    assert (classes.lines[0].category, classes.lines[-1].category) == (first, last)
    assert [line.row.valuation for line in classes.lines] == list(range(1, count))
    assert classes.total_assets == count * (count - 1) // 2
    assert classes.totals.deposit == 7


def test_a_position_means_another_class_in_another_number_of_rows() -> None:
    deposits = {
        count: categories.index(
            AssetCategory.DEPOSIT_AND_CMA if count == 17 else AssetCategory.DEPOSIT
        )
        for count, categories in CATEGORIES_BY_ROW_COUNT.items()
    }
    assert deposits == {20: 17, 19: 16, 17: 14}
    assert AssetCategory.IMA not in CATEGORIES_BY_ROW_COUNT[19]
    assert all(len(names) == count - 1 for count, names in CATEGORIES_BY_ROW_COUNT.items())


def test_without_rows_there_are_no_classes_and_an_unknown_value_is_not_zero() -> None:
    assert parse_asset_classes({"msg_cd": "KIOK0560"}).lines == ()
    with pytest.raises(MalformedResponseError):
        parse_asset_classes({})
    rows = [{"evlu_amt": ""}, *class_rows(20)[1:]]
    classes = parse_asset_classes({"output1": rows})
    assert classes.lines[0].row.valuation is None
    assert classes.total_assets == classes.total.valuation


@pytest.mark.parametrize(
    "body", [{"output1": [{"evlu_amt": "7"}]}, {"output1": [], "output2": {"tot_asst_amt": "7"}}]
)
def test_a_total_without_a_class_is_no_allocation(body: dict[str, Any]) -> None:
    with pytest.raises(MalformedResponseError):
        parse_asset_classes(body)


async def test_paper_is_not_asked_for_what_it_lacks(open_client: OpenClient) -> None:
    harness = open_client(environment="paper")
    account = await harness.account_request()
    for read in (fetch_margins, fetch_asset_classes):
        with pytest.raises(NotOnPaperError):
            await read(account)
    assert harness.simulator.requests[1:] == []
    assert (await fetch_buying_power(account)).value.orderable


async def test_a_pension_says_that_kis_does_not_serve_it(open_client: OpenClient) -> None:
    harness = open_client()
    pension = next(
        account for account in harness.simulator.accounts if account.account_type == "pension"
    )
    harness.use_account(pension)
    with pytest.raises(ProductRejectedError):
        await fetch_asset_classes(await harness.account_request())
