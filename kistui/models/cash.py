"""Cash: the amounts for orders and for withdrawals as KIS sends them, and the cash by currency.

The deposits themselves are in the domestic and the overseas balance.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from kistui.errors import (
    KistuiError,
    NotOnPaperError,
    PermissionDeniedError,
    ProductRejectedError,
    UnsupportedProductError,
)
from kistui.models import kis_fields as kis
from kistui.models.arithmetic import decimal_or_none
from kistui.models.asset_classes import AssetClasses
from kistui.models.balance import Balance
from kistui.models.markets import KRW
from kistui.models.overseas import OverseasBalance, OverseasCash
from kistui.models.totals import latest_overseas

NOT_SERVED_ERRORS = (
    NotOnPaperError,
    PermissionDeniedError,
    ProductRejectedError,
    UnsupportedProductError,
)
"""Errors that say that KIS does not have a figure for this account, not that a call failed."""


class BuyingPower(Struct, frozen=True, kw_only=True):
    """The buying power for domestic shares (매수가능조회), without an item.

    The foreign currency in won that KIS sends too is left out: its values are implausible.
    """

    cash: kis.Won = kis.key("ord_psbl_cash")
    substitute: kis.Won = kis.key("ord_psbl_sbst")
    reusable: kis.Won = kis.key("ruse_psbl_amt")
    """Proceeds of sales that are not settled yet."""
    fund_redemption: kis.Won = kis.key("fund_rpch_chgs")
    orderable: kis.Won = kis.key("nrcvb_buy_amt")
    """Without buying on credit that is due at settlement."""
    orderable_with_credit: kis.Won = kis.key("max_buy_amt")
    """With that credit: more than the account owns."""
    cma_value: kis.Won = kis.key("cma_evlu_amt")
    overseas_reusable: kis.Won = kis.key("ovrs_re_use_amt_wcrc")


class CurrencyMargin(Struct, frozen=True, kw_only=True):
    """The buying power for overseas shares in a country (해외증거금 통화별조회)."""

    country: kis.Text = kis.key("natn_name")
    currency: kis.Code = kis.key("crcy_cd")
    deposit: kis.Amount = kis.key("frcr_dncl_amt1")
    unsettled_purchases: kis.Amount = kis.key("ustl_buy_amt")
    unsettled_sales: kis.Amount = kis.key("ustl_sll_amt")
    receivable: kis.Amount = kis.key("frcr_rcvb_amt")
    margin: kis.Amount = kis.key("frcr_mgn_amt")
    orderable: kis.Amount = kis.key("frcr_gnrl_ord_psbl_amt")
    orderable_won_converted: kis.Amount = kis.key("frcr_ord_psbl_amt1")
    orderable_integrated: kis.Amount = kis.key("itgr_ord_psbl_amt")
    base_rate: kis.ExchangeRate = kis.key("bass_exrt")


def margins_by_currency(margins: Iterable[CurrencyMargin]) -> Mapping[str, CurrencyMargin]:
    """Return the first row of each currency.

    KIS repeats one deposit in a row for every country that uses the currency (US dollars in the
    US and in Germany), so that a sum over the rows would count it twice.
    """
    by_currency: dict[str, CurrencyMargin] = {}
    for margin in margins:
        if margin.currency:
            by_currency.setdefault(margin.currency, margin)
    return by_currency


class CashCall(Enum):
    """A call whose figures the cash page shows; the value is what exports show."""

    BUYING_POWER = "buying_power"
    CURRENCY_MARGINS = "currency_margins"
    ASSET_CLASSES = "asset_classes"


class CashReport(Struct, frozen=True, kw_only=True):
    """The figures that have been read so far; each call may fail without the others."""

    calls: tuple[CashCall, ...] = ()
    """What is read, in this order."""
    ended: tuple[CashCall, ...] = ()
    """The calls that have ended, successfully or not; other figures are from an earlier read."""
    buying_power: BuyingPower | None = None
    margins: tuple[CurrencyMargin, ...] | None = None
    asset_classes: AssetClasses | None = None
    errors: Mapping[CashCall, KistuiError] = field(default_factory=dict)
    unreadable_fields: tuple[str, ...] = ()
    """KIS's keys of values that could not be read, sorted; those values are `None`."""

    @property
    def read_calls(self) -> tuple[CashCall, ...]:
        """The calls whose figures came in this read."""
        return tuple(call for call in self.ended if call not in self.errors)

    @property
    def failures(self) -> Mapping[CashCall, KistuiError]:
        """The errors of calls that failed, without those that KIS does not serve here."""
        return {
            call: error
            for call, error in self.errors.items()
            if not isinstance(error, NOT_SERVED_ERRORS)
        }

    @property
    def is_complete(self) -> bool:
        """Whether every figure that KIS has for the account was read."""
        return len(self.ended) == len(self.calls) and not self.failures

    def with_error(self, call: CashCall, error: KistuiError) -> "CashReport":
        """Return the report with the error of a call, whose earlier figures stay."""
        return replace(self, ended=(*self.ended, call), errors={**self.errors, call: error})

    def with_figures(
        self, call: CashCall, unreadable_fields: Iterable[str], **figures: Any
    ) -> "CashReport":
        """Return the report with the figures of a call, and the keys it could not read."""
        keys = tuple(sorted({*self.unreadable_fields, *unreadable_fields}))
        return replace(self, ended=(*self.ended, call), unreadable_fields=keys, **figures)

    def restarted(self, calls: tuple[CashCall, ...]) -> "CashReport":
        """Return the report before the same or other calls are made again."""
        return replace(self, calls=calls, ended=(), errors={}, unreadable_fields=())


class CashPosition(Struct, frozen=True, kw_only=True):
    """The cash in a currency, in that currency; only won has D+1, D+2 and credit."""

    currency: str
    deposit: Decimal | None = None
    deposit_d1: Decimal | None = None
    deposit_d2: Decimal | None = None
    orderable: Decimal | None = None
    orderable_with_credit: Decimal | None = None
    withdrawable: Decimal | None = None
    withdrawable_d1: Decimal | None = None
    deposit_won: int | None = None
    """The deposit in won at KIS's rate of the day."""

    @property
    def is_zero(self) -> bool:
        """Whether nothing is deposited, orderable or withdrawable; an unknown deposit is not 0."""
        return self.deposit == 0 and not self.orderable and not self.withdrawable


def cash_positions(balance: Balance, report: CashReport) -> tuple[CashPosition, ...]:
    """Return won first, then the foreign currencies in KIS's order.

    The deposits are those of the balance, so that every page has the same; where its overseas
    part is unknown, those of the margins.
    """
    overseas = latest_overseas(balance)
    margins = margins_by_currency(report.margins or ())
    cash = {row.currency: row for row in overseas.cash if row.currency} if overseas else {}
    won = _won_position(balance, report, overseas)
    foreign = (
        _foreign_position(currency, cash.get(currency), margins.get(currency), overseas)
        for currency in dict.fromkeys((*cash, *margins))
    )
    return (won, *foreign)


def _won_position(
    balance: Balance, report: CashReport, overseas: OverseasBalance | None
) -> CashPosition:
    summary, power = balance.summary, report.buying_power
    return CashPosition(
        currency=KRW,
        deposit=decimal_or_none(summary.deposit),
        deposit_d1=decimal_or_none(summary.deposit_d1),
        deposit_d2=decimal_or_none(summary.deposit_d2),
        orderable=decimal_or_none(power.orderable if power else None),
        orderable_with_credit=decimal_or_none(power.orderable_with_credit if power else None),
        withdrawable=decimal_or_none(overseas.totals.withdrawable if overseas else None),
        deposit_won=summary.deposit,
    )


def _foreign_position(
    currency: str,
    cash: OverseasCash | None,
    margin: CurrencyMargin | None,
    overseas: OverseasBalance | None,
) -> CashPosition:
    deposit = cash.deposit if cash else margin.deposit if margin else None
    return CashPosition(
        currency=currency,
        deposit=deposit,
        orderable=margin.orderable if margin else None,
        withdrawable=cash.withdrawable if cash else None,
        withdrawable_d1=cash.withdrawable_d1 if cash else None,
        deposit_won=overseas.cash_to_won(cash) if overseas and cash else None,
    )
