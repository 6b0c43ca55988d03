"""Trades, dividends and holdings as files for Portfolio Performance, Ghostfolio and Beancount.

The formats are documented by those projects: Portfolio Performance's manual ("Importing a CSV
file", with English column names), Ghostfolio's `ImportDataDto`, and Beancount's language syntax.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Struct

from kistui.formatting.serialization import to_csv
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.activities import Activity, ActivityKind
from kistui.models.markets import Market

PRICE_DECIMALS = 10


class Tracker(Enum):
    """A program that keeps portfolios; the value is what users type."""

    PORTFOLIO_PERFORMANCE = "portfolio-performance"
    GHOSTFOLIO = "ghostfolio"
    BEANCOUNT = "beancount"


class ExportList(Enum):
    """What a file lists; the value is what users type."""

    TRADES = "trades"
    DIVIDENDS = "dividends"
    HOLDINGS = "holdings"


LISTS_OF_TRACKER: Mapping[Tracker, tuple[ExportList, ...]] = {
    # Its import takes trades and dividends as different types of data, in a file each.
    Tracker.PORTFOLIO_PERFORMANCE: (ExportList.TRADES,),
    Tracker.GHOSTFOLIO: (ExportList.TRADES, ExportList.DIVIDENDS),
    Tracker.BEANCOUNT: (ExportList.TRADES, ExportList.DIVIDENDS),
}
"""What a file lists if the user does not say."""


def tracker_file(
    tracker: Tracker,
    first_list: ExportList,
    activities: Sequence[Activity],
    profile: Profile,
    t: Translations,
) -> str:
    """Return the file of one profile's activities, the first of which are of `first_list`."""
    match tracker:
        case Tracker.PORTFOLIO_PERFORMANCE:
            return portfolio_performance_csv(first_list, activities, t)
        case Tracker.GHOSTFOLIO:
            return ghostfolio_json(activities, profile, t)
        case Tracker.BEANCOUNT:
            return beancount_text(activities, profile, t)


def cost_note(activity: Activity, t: Translations) -> str:
    """Return that KIS sends no fees or tax for a trade or dividend; blank if it does."""
    if activity.kind is ActivityKind.HOLDING or activity.costs is not None:
        return ""
    return t("tracker.no_tax" if activity.kind is ActivityKind.DIVIDEND else "tracker.no_costs")


def _plain(value: Decimal | None) -> Decimal | None:
    """Return a number without zeros at its end, and without an exponent."""
    return None if value is None else Decimal(f"{value.normalize():f}")


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{_plain(value):f}"


def _unit_price(activity: Activity, amount: Decimal) -> Decimal:
    """Return an amount for one share, or the amount itself if the shares are unknown."""
    return round(amount / activity.quantity, PRICE_DECIMALS) if activity.quantity else amount


# --- Portfolio Performance. ---

_TRADE_COLUMNS = (
    "Date", "Type", "Value", "Transaction Currency", "Fees", "Taxes", "Shares", "ISIN",
    "Ticker Symbol", "Security Name", "Note",
)  # fmt: skip
_DIVIDEND_COLUMNS = (
    "Date", "Type", "Value", "Transaction Currency", "Taxes", "Shares", "ISIN", "Ticker Symbol",
    "Security Name", "Note",
)  # fmt: skip
_HOLDING_COLUMNS = (
    "Date of Value", "Value", "Currency", "Shares", "ISIN", "Ticker Symbol", "Security Name",
    "Date of Quote", "Quote",
)  # fmt: skip
_COLUMNS: Mapping[ExportList, tuple[str, ...]] = {
    ExportList.TRADES: _TRADE_COLUMNS,
    ExportList.DIVIDENDS: _DIVIDEND_COLUMNS,
    ExportList.HOLDINGS: _HOLDING_COLUMNS,
}
"""Types of data: "Portfolio Transactions", "Account Transactions" and "Securities Account"."""
_TYPES = {
    ActivityKind.BUY: "Buy",
    ActivityKind.SELL: "Sell",
    ActivityKind.DIVIDEND: "Dividend",
}


def portfolio_performance_csv(
    export_list: ExportList, activities: Sequence[Activity], t: Translations
) -> str:
    """Return one list; its value is after fees and taxes, as the program takes it."""
    columns = _COLUMNS[export_list]
    rows = [_portfolio_performance_row(activity, t) for activity in activities]
    return to_csv(columns, ([row[name] for name in columns] for row in rows))


def _portfolio_performance_row(activity: Activity, t: Translations) -> Mapping[str, object]:
    is_holding = activity.kind is ActivityKind.HOLDING
    return {
        "Date": activity.day,
        "Date of Value": activity.day,
        "Date of Quote": activity.day if activity.price is not None else None,
        "Quote": _plain(activity.price),
        "Type": _TYPES.get(activity.kind),
        "Value": _plain(activity.amount if is_holding else activity.net),
        "Transaction Currency": activity.currency,
        "Currency": activity.currency,
        "Fees": _plain(activity.fees),
        "Taxes": _plain(activity.taxes),
        "Shares": _plain(activity.quantity),
        "ISIN": activity.isin,
        "Ticker Symbol": activity.code,
        "Security Name": activity.name,
        "Note": cost_note(activity, t),
    }


# --- Ghostfolio. ---

_GHOSTFOLIO_TYPES = {
    ActivityKind.BUY: "BUY",
    ActivityKind.SELL: "SELL",
    ActivityKind.DIVIDEND: "DIVIDEND",
    ActivityKind.HOLDING: "BUY",
}
_YAHOO_SUFFIXES = {"SEHK": ".HK", "TKSE": ".T", "SHAA": ".SS", "SZAA": ".SZ"}
"""Yahoo's suffix by KIS's exchange code."""


class _GhostfolioAsset(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    currency: str
    data_source: str
    name: str
    symbol: str
    isin: str | None = None


class _GhostfolioActivity(Struct, frozen=True, kw_only=True, rename="camel"):
    account_id: str
    comment: str | None
    currency: str
    data_source: str
    date: str
    fee: Decimal | None
    quantity: Decimal | None
    symbol: str
    type: str
    unit_price: Decimal | None


def ghostfolio_json(activities: Iterable[Activity], profile: Profile, t: Translations) -> str:
    """Return activities for Ghostfolio's import; its fee has fees and taxes, 0 if KIS sends none.

    Items whose symbol at Yahoo is not known are assets of their own, with the prefix `GF_`.
    """
    activities = tuple(activities)
    account_id = str(uuid5(NAMESPACE_URL, f"kistui:{profile.environment_label}:{profile.name}"))
    own_assets = {
        symbol: _GhostfolioAsset(
            currency=activity.currency,
            data_source=source,
            name=activity.name or activity.code,
            symbol=symbol,
            isin=activity.isin,
        )
        for activity in activities
        for source, symbol in (yahoo_symbol(activity),)
        if source == "MANUAL"
    }
    document = {
        "accounts": [
            {
                "currency": "KRW",
                "id": account_id,
                "name": profile.name,
                "platformId": None,
            }
        ],
        "assetProfiles": list(own_assets.values()),
        "activities": [_ghostfolio_activity(activity, account_id, t) for activity in activities],
    }
    encoded = msgspec.json.Encoder(decimal_format="number").encode(document)
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _ghostfolio_activity(
    activity: Activity, account_id: str, t: Translations
) -> _GhostfolioActivity:
    source, symbol = yahoo_symbol(activity)
    note = t("tracker.opening") if activity.kind is ActivityKind.HOLDING else ""
    return _GhostfolioActivity(
        account_id=account_id,
        comment=note or cost_note(activity, t) or None,
        currency=activity.currency,
        data_source=source,
        date=f"{activity.day.isoformat()}T00:00:00.000Z",
        fee=_plain(activity.costs or Decimal(0)),
        quantity=_plain(activity.quantity or Decimal(1)),
        symbol=symbol,
        type=_GHOSTFOLIO_TYPES[activity.kind],
        unit_price=_plain(_unit_price(activity, activity.amount)),
    )


def yahoo_symbol(activity: Activity) -> tuple[str, str]:
    """Return Ghostfolio's data source and symbol.

    Yahoo's symbol of a Korean item ends in .KS or .KQ, and no list of KIS says which.
    """
    suffix = _YAHOO_SUFFIXES.get(activity.exchange or "")
    if activity.market is Market.US:
        return "YAHOO", activity.code.replace("/", "-")
    if suffix:
        code = activity.code
        is_hong_kong = suffix == ".HK" and code.isdigit()
        return "YAHOO", (f"{int(code):04}" if is_hong_kong else code) + suffix
    return "MANUAL", f"GF_{activity.code}"


# --- Beancount. ---


def beancount_text(activities: Sequence[Activity], profile: Profile, t: Translations) -> str:
    """Return a ledger of its own: commodities, accounts, then a transaction each.

    A sale takes the cost that KIS counts for it, so that the account of the shares has no booking
    method; without that cost it has only its price. The flag `!` marks what KIS has no fees or
    taxes for.
    """
    prefix = f"KIS:{_account_part(profile.name)}"
    entries = [_beancount_entry(activity, prefix, t) for activity in activities]
    first = min((activity.day for activity in activities), default=None)
    accounts = sorted(set(re.findall(r"^  ([A-Z]\w+:\S+)", "\n".join(entries), re.MULTILINE)))
    opens = [
        f"{first} open {account}" + (' "NONE"' if account.endswith(":Shares") else "")
        for account in accounts
    ]
    commodities = {
        _commodity(activity): _beancount_commodity(activity) for activity in reversed(activities)
    }
    head = f"; {t('tracker.beancount_head', profile=profile.name)}\n; {t('tracker.beancount_flag')}"
    blocks = [head, "\n".join(opens), *(commodities[name] for name in sorted(commodities))]
    return "\n\n".join(filter(None, (*blocks, *entries))) + "\n"


def _beancount_commodity(activity: Activity) -> str:
    lines = [
        f"{activity.day} commodity {_commodity(activity)}",
        f"  name: {_quoted(activity.name or activity.code)}",
        *([f"  isin: {_quoted(activity.isin)}"] if activity.isin else []),
    ]
    return "\n".join(lines)


def _beancount_entry(activity: Activity, prefix: str, t: Translations) -> str:
    amount, currency, kind = activity.amount, activity.currency, activity.kind
    flag = "!" if cost_note(activity, t) else "*"
    title = f"{_quoted(activity.name or activity.code)} {_quoted(t(f'tracker.{kind.value}'))}"
    costs = [
        (f"Expenses:{prefix}:{name}", f"{_number(value)} {currency}")
        for name, value in (("Fees", activity.fees), ("Taxes", activity.taxes))
        if value
    ]
    shares, cash = f"Assets:{prefix}:Shares", f"Assets:{prefix}:Cash"
    quantity = f"{_number(activity.quantity)} {_commodity(activity)}"
    # The tolerance of won without decimals is 0, which a cost that was divided may exceed.
    net = f"{activity.net:.2f}" if _is_divided(activity) else _number(activity.net)
    match kind:
        case ActivityKind.BUY:
            postings = [(shares, f"{quantity} {_cost(activity, amount)}"), *costs]
            postings.append((cash, f"-{net} {currency}"))
        case ActivityKind.HOLDING:
            postings = [
                (shares, f"{quantity} {_cost(activity, amount)}"),
                (f"Equity:{prefix}:Opening", f"-{net} {currency}"),
            ]
        case ActivityKind.SELL:
            cost = "" if activity.cost is None else f"{_cost(activity, activity.cost)} "
            postings = [
                (shares, f"-{quantity} {cost}@@ {_number(amount)} {currency}"),
                *costs,
                (cash, f"{net} {currency}"),
            ]
            if activity.cost is not None:
                gain = f"{_number(activity.cost - amount)} {currency}"
                postings.append((f"Income:{prefix}:Gains", gain))
        case ActivityKind.DIVIDEND:
            income = f"Income:{prefix}:Dividends"
            postings = [(income, f"-{_number(amount)} {currency}"), *costs]
            postings.append((cash, f"{net} {currency}"))
    lines = [f"  {account}  {posting}" for account, posting in postings]
    text = "\n".join([f"{activity.day} {flag} {title}", *lines])
    if kind is ActivityKind.HOLDING and activity.price is not None:
        price = f"{_number(activity.price)} {currency}"
        text += f"\n{activity.day} price {_commodity(activity)} {price}"
    return text


def _is_divided(activity: Activity) -> bool:
    """Return whether the price or cost of one share is not exact."""
    amounts = filter(None, (activity.amount, activity.cost))
    quantity = activity.quantity or Decimal(1)
    return any(_unit_price(activity, amount) * quantity != amount for amount in amounts)


def _cost(activity: Activity, amount: Decimal) -> str:
    """Return the cost of a posting: that of one share if it is exact, otherwise of all."""
    if _is_divided(activity):
        return f"{{{{{_number(amount)} {activity.currency}}}}}"
    return f"{{{_number(_unit_price(activity, amount))} {activity.currency}}}"


def _commodity(activity: Activity) -> str:
    """Return `KR.005930`, `US.BRK.B`: a name that begins with a letter and is of one market."""
    code = re.sub(r"[^A-Z0-9'._-]", ".", activity.code.upper()).strip(".")
    return f"{activity.market.value.upper()}.{code}"


def _account_part(name: str) -> str:
    """Return a profile's name as a part of an account's: letters, digits and hyphens."""
    text = re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-")
    return text[:1].upper() + text[1:] or "Account"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{" ".join(escaped.split())}"'
