"""Files for other trackers: the format that each of them documents, without guessed values."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec
import pytest

from kistui.formatting.trackers import ExportList, Tracker, tracker_file, yahoo_symbol
from kistui.i18n import load_translations
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.activities import Activity, ActivityKind
from kistui.models.markets import Market
from tests.support import load_ledger

EN = load_translations("en")
PROFILE = Profile("내 계좌 main", Environment.REAL, AccountNumber.parse("12345678-01"))
DAY = date(2026, 11, 2)


def activity(kind: ActivityKind = ActivityKind.BUY, **changes: Any) -> Activity:
    values: dict[str, Any] = {
        "day": DAY,
        "code": "005930",
        "name": '삼성 "전자"',
        "quantity": Decimal(41),
        "amount": Decimal(2677300),
        "fees": Decimal(374),
        "taxes": Decimal(0),
    }
    return Activity(kind=kind, **(values | changes))


SALE = activity(
    ActivityKind.SELL, amount=Decimal(2529700), taxes=Decimal(3794), cost=Decimal(2677300)
)
UNKNOWN_SALE = activity(ActivityKind.SELL, fees=None, taxes=None)
US = activity(
    code="BRK/B",
    isin="US0846707026",
    market=Market.US,
    exchange="NYSE",
    currency="USD",
    quantity=Decimal("0.05281700"),
    amount=Decimal("26.573"),
    fees=Decimal("0.0700"),
)
DIVIDEND = activity(
    ActivityKind.DIVIDEND, amount=Decimal(78120), fees=Decimal(0), taxes=Decimal(12020)
)
UNTAXED = activity(
    ActivityKind.DIVIDEND, quantity=None, amount=Decimal(78120), fees=Decimal(0), taxes=None
)
HOLDING = activity(ActivityKind.HOLDING, fees=None, taxes=None, price=Decimal("89800.0"))
TRADES = (activity(), SALE, UNKNOWN_SALE, US)
DIVIDENDS = (DIVIDEND, UNTAXED)


def render(
    tracker: Tracker, *activities: Activity, export_list: ExportList = ExportList.TRADES
) -> str:
    return tracker_file(tracker, export_list, activities, PROFILE, EN)


# --- Portfolio Performance: the fields of each type of data in its manual, the required first. ---

FIELDS = {
    ExportList.TRADES: (
        ("Date", "Value", "Shares"),
        ("Type", "Transaction Currency", "Security Name", "Securities Account", "Exchange Rate",
         "Gross Amount", "Currency Gross Amount", "Ticker Symbol", "Taxes", "Note", "Fees", "ISIN",
         "WKN", "Time"),
    ),
    ExportList.DIVIDENDS: (
        ("Date", "Value"),
        ("Type", "Transaction Currency", "Security Name", "Shares", "Ticker Symbol", "Taxes",
         "Note", "ISIN", "WKN", "Time"),
    ),
    ExportList.HOLDINGS: (
        ("Shares", "Value"),
        ("Ticker Symbol", "ISIN", "WKN", "Time", "Currency", "Note", "Date of Quote", "Quote",
         "Date of Value", "Security Name"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("export_list", "activities"),
    [
        (ExportList.TRADES, TRADES),
        (ExportList.DIVIDENDS, DIVIDENDS),
        (ExportList.HOLDINGS, (HOLDING,)),
        (ExportList.TRADES, ()),
    ],
)
def test_portfolio_performance_has_the_fields_of_its_manual(
    export_list: ExportList, activities: tuple[Activity, ...]
) -> None:
    rows = csv.DictReader(
        io.StringIO(render(Tracker.PORTFOLIO_PERFORMANCE, *activities, export_list=export_list))
    )
    required, optional = FIELDS[export_list]
    assert rows.fieldnames is not None
    assert set(required) <= set(rows.fieldnames) <= {*required, *optional}
    for row in rows:
        assert all(row[name] for name in required if name != "Shares" or row["Shares"])


def test_portfolio_performance_has_values_after_costs() -> None:
    [buy, sale, unknown, us] = csv.DictReader(
        io.StringIO(render(Tracker.PORTFOLIO_PERFORMANCE, *TRADES))
    )
    assert (buy["Type"], buy["Value"], buy["Fees"], buy["Taxes"]) == ("Buy", "2677674", "374", "0")
    assert (sale["Type"], sale["Value"]) == ("Sell", "2525532")
    assert (unknown["Value"], unknown["Fees"], unknown["Taxes"]) == ("2677300", "", "")
    assert "no fees" in unknown["Note"]
    assert not buy["Note"]
    assert (us["Shares"], us["Value"], us["Transaction Currency"]) == ("0.052817", "26.643", "USD")


# --- Ghostfolio: its `ImportDataDto`, whose validators refuse other keys and types. ---


class GhostfolioAccount(msgspec.Struct, forbid_unknown_fields=True):
    currency: str
    name: str
    platformId: str | None  # noqa: N815
    id: str | None = None
    balance: float | None = None
    comment: str | None = None


class GhostfolioAsset(msgspec.Struct, forbid_unknown_fields=True):
    currency: str
    dataSource: Literal["MANUAL"]  # noqa: N815
    symbol: str
    name: str | None = None
    isin: str | None = None
    comment: str | None = None


class GhostfolioActivity(msgspec.Struct, forbid_unknown_fields=True):
    currency: str
    date: str
    fee: float
    quantity: float
    symbol: str
    type: Literal["BUY", "DIVIDEND", "FEE", "INTEREST", "LIABILITY", "SELL"]
    unitPrice: float  # noqa: N815
    accountId: str | None = None  # noqa: N815
    comment: str | None = None
    dataSource: Literal["COINGECKO", "GHOSTFOLIO", "MANUAL", "YAHOO"] | None = None  # noqa: N815


class GhostfolioImport(msgspec.Struct, forbid_unknown_fields=True):
    activities: list[GhostfolioActivity]
    accounts: list[GhostfolioAccount] = []
    assetProfiles: list[GhostfolioAsset] = []  # noqa: N815


def ghostfolio(*activities: Activity) -> GhostfolioImport:
    return msgspec.json.decode(render(Tracker.GHOSTFOLIO, *activities), type=GhostfolioImport)


def test_ghostfolio_has_what_its_import_takes() -> None:
    document = ghostfolio(*TRADES, *DIVIDENDS, HOLDING)
    [account] = document.accounts
    assert {item.accountId for item in document.activities} == {account.id}
    assert [item.type for item in document.activities] == [
        "BUY", "SELL", "SELL", "BUY", "DIVIDEND", "DIVIDEND", "BUY",
    ]  # fmt: skip
    for item in document.activities:
        assert min(item.fee, item.quantity, item.unitPrice) >= 0
        assert item.date == "2026-11-02T00:00:00.000Z"
    own = {item.symbol for item in document.activities if item.dataSource == "MANUAL"}
    assert own == {asset.symbol for asset in document.assetProfiles} == {"GF_005930"}


def test_ghostfolio_says_what_is_unknown() -> None:
    buy, sale, unknown, us, dividend, untaxed = ghostfolio(*TRADES, *DIVIDENDS).activities
    assert (buy.fee, buy.unitPrice, buy.comment) == (374, 65300, None)
    assert (sale.fee, sale.unitPrice) == (4168, 61700)
    assert unknown.fee == 0
    assert "no fees" in (unknown.comment or "")
    assert (us.symbol, us.dataSource) == ("BRK-B", "YAHOO")
    assert us.quantity * us.unitPrice == pytest.approx(26.573)
    assert (dividend.fee, dividend.quantity) == (12020, 41)
    assert (untaxed.quantity, untaxed.unitPrice) == (1, 78120)
    assert "before tax" in (untaxed.comment or "")


@pytest.mark.parametrize(
    ("code", "market", "exchange", "symbol"),
    [
        ("005930", Market.KR, "KRX", "GF_005930"),
        ("AAPL", Market.US, None, "AAPL"),
        ("00700", Market.HK, "SEHK", "0700.HK"),
        ("7203", Market.JP, "TKSE", "7203.T"),
        ("600519", Market.CN, "SHAA", "600519.SS"),
        ("000001", Market.CN, "SZAA", "000001.SZ"),
        ("600519", Market.CN, None, "GF_600519"),
        ("VNM", Market.VN, "HASE", "GF_VNM"),
    ],
)
def test_symbols_are_yahoos_where_the_exchange_names_them(
    code: str, market: Market, exchange: str | None, symbol: str
) -> None:
    assert yahoo_symbol(activity(code=code, market=market, exchange=exchange))[1] == symbol


# --- Beancount: its own checker. ---


def ledger(*activities: Activity) -> dict[str, list[Any]]:
    entries, errors = load_ledger(render(Tracker.BEANCOUNT, *activities))
    assert errors == []
    return entries


def test_beancount_accepts_the_file() -> None:
    entries = ledger(*TRADES, *DIVIDENDS, HOLDING)
    assert len(entries["Transaction"]) == 7
    assert {entry.flag for entry in entries["Transaction"]} == {"*", "!"}
    assert all(entry.account.split(":")[1:3] == ["KIS", "Main"] for entry in entries["Open"])
    assert not ledger()


def test_a_sale_in_beancount_has_the_profit_that_kis_counts() -> None:
    [sale] = ledger(SALE)["Transaction"]
    amounts = {posting.account.split(":")[-1]: str(posting.units) for posting in sale.postings}
    assert amounts["Gains"] == f"{2677300 - 2529700} KRW"
    assert amounts["Cash"] == f"{2529700 - 374 - 3794} KRW"
    [unknown] = ledger(UNKNOWN_SALE)["Transaction"]
    assert unknown.flag == "!"
    assert [posting.account.split(":")[-1] for posting in unknown.postings] == ["Shares", "Cash"]


def test_a_cost_that_cannot_be_divided_stays_whole() -> None:
    odd = activity(quantity=Decimal(7), amount=Decimal(1000000))
    assert "{{1000000 KRW}}" in render(Tracker.BEANCOUNT, odd)
    ledger(odd, activity(ActivityKind.SELL, quantity=Decimal(7), cost=Decimal(1000000)))


@pytest.mark.parametrize("tracker", Tracker)
def test_no_file_has_the_account_number(tracker: Tracker) -> None:
    text = render(tracker, *TRADES)
    assert "12345678" not in text
    assert "1234" not in text.replace("2026", "")
