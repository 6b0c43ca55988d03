"""Buying power, foreign cash and assets by class: one call each, without pages."""

from kistui.client.endpoints import ASSET_CLASSES, BUYING_POWER, CURRENCY_MARGINS
from kistui.client.pagination import AccountRequest
from kistui.client.response_parsing import (
    JsonObject,
    Parsed,
    RowParser,
    parse_required_rows,
    parse_rows,
)
from kistui.errors import MalformedResponseError
from kistui.models.asset_classes import AssetClasses, AssetRow, AssetTotals, name_rows
from kistui.models.cash import BuyingPower, CurrencyMargin

BUYING_POWER_PARSER = RowParser(BuyingPower)
MARGIN_PARSER = RowParser(CurrencyMargin)
ASSET_ROW_PARSER = RowParser(AssetRow)
ASSET_TOTALS_PARSER = RowParser(AssetTotals)

BUYING_POWER_PARAMS = {
    "PDNO": "",
    "ORD_UNPR": "",
    "ORD_DVSN": "00",  # amounts without an item need a limit order
    "CMA_EVLU_AMT_ICLD_YN": "N",
    "OVRS_ICLD_YN": "N",
}
ASSET_PARAMS = {"INQR_DVSN_1": "", "BSPR_BF_DT_APLY_YN": ""}


async def fetch_buying_power(account_request: AccountRequest) -> Parsed[BuyingPower]:
    """Fetch the buying power for domestic shares; raises errors of the KisError tree."""
    return await account_request.fetch_page(
        BUYING_POWER, BUYING_POWER_PARAMS, lambda response: parse_buying_power(response.body)
    )


async def fetch_margins(account_request: AccountRequest) -> Parsed[tuple[CurrencyMargin, ...]]:
    """Fetch the foreign cash by country; raises errors of the KisError tree."""
    return await account_request.fetch_page(
        CURRENCY_MARGINS, {}, lambda response: parse_margins(response.body)
    )


async def fetch_asset_classes(account_request: AccountRequest) -> AssetClasses:
    """Fetch the assets by class; raises errors of the KisError tree."""
    return await account_request.fetch_page(
        ASSET_CLASSES, ASSET_PARAMS, lambda response: parse_asset_classes(response.body)
    )


def parse_buying_power(body: JsonObject) -> Parsed[BuyingPower]:
    """Parse the response; raises MalformedResponseError if it has no figures."""
    unreadable: set[str] = set()
    rows = parse_rows(body, "output")
    if not rows:
        raise MalformedResponseError(where="output")
    value = BUYING_POWER_PARSER.parse(rows[0], unreadable)
    return Parsed(value, tuple(sorted(unreadable)))


def parse_margins(body: JsonObject) -> Parsed[tuple[CurrencyMargin, ...]]:
    """Parse the rows; those without a currency are fillers. Raises MalformedResponseError."""
    unreadable: set[str] = set()
    rows = parse_required_rows(body, "output")
    margins = MARGIN_PARSER.parse_all(rows, unreadable)
    with_currency = tuple(margin for margin in margins if margin.currency)
    return Parsed(with_currency, tuple(sorted(unreadable)))


def parse_asset_classes(body: JsonObject) -> AssetClasses:
    """Parse the rows by their position; raises MalformedResponseError, also without a class.

    The documented keys begin with a capital letter, those that KIS sends do not.
    """
    body = {key.lower(): value for key, value in body.items()}
    unreadable: set[str] = set()
    rows = parse_required_rows(body, "output1")
    totals = parse_rows(body, "output2")
    lines, total = name_rows(ASSET_ROW_PARSER.parse_all(rows, unreadable))
    classes = AssetClasses(
        lines=lines,
        total=total,
        totals=ASSET_TOTALS_PARSER.parse(totals[0], unreadable) if totals else AssetTotals(),
        unreadable_fields=tuple(sorted(unreadable)),
    )
    if classes.total_assets and not lines:  # a total without a known part
        raise MalformedResponseError(where="output1")
    return classes
