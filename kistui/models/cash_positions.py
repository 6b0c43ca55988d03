"""The cash of an account by currency: deposit, orderable amount and withdrawable amount."""

from decimal import Decimal

from msgspec import Struct

from kistui.models.arithmetic import decimal_or_none
from kistui.models.balance import Balance
from kistui.models.cash import CashReport, CurrencyMargin, margins_by_currency
from kistui.models.overseas import KRW, OverseasBalance, OverseasCash
from kistui.models.totals import latest_overseas


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
        """Whether the deposit is zero; an unknown one is not."""
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
