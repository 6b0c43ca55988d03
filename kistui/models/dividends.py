"""Dividends of an account, received and announced, in groups; and its other rights.

`AccountRight` and `ScheduledDividend` are KIS's rows. Amounts are won before tax unless they say
otherwise. KIS sends a tax of 0 for some dividends of which tax was withheld: the tax of those is
unknown, and never estimated.

KIS documents: 기간별계좌권리현황조회 [국내주식-211], 예탁원정보(배당일정) [국내주식-145].
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from kistui.errors import KistuiError
from kistui.models import kis_fields as kis
from kistui.models.arithmetic import (
    decimal_sum_or_none,
    percent_of,
    round_half_up,
    round_to_won,
    sum_or_none,
)
from kistui.models.balance import Holding
from kistui.models.partial_list import PartialList
from kistui.models.periods import DateRange

DIVIDEND_TYPES = frozenset(
    {"03", "31", "32", "33", "34", "35", "36", "37", "42", "43", "44", "45", "74", "75", "81", "82",
     "83"}
)  # fmt: skip
"""Types of rights that pay out: dividends, and distributions of funds and notes."""


class AccountRight(Struct, frozen=True, kw_only=True):
    """A right of an item in the account. KIS's rows also have the account number, unread."""

    type_code: kis.Code = kis.key("rght_type_cd")
    record_date: kis.Date = kis.key("bass_dt")
    balance_effect: kis.Code = kis.key("rght_cblc_type_cd")
    code: kis.Code = kis.key("shtn_pdno")
    product_type: kis.Code = kis.key("prdt_type_cd")
    name: kis.Text = kis.key("prdt_name")
    quantity: kis.Quantity = kis.key("cblc_qty")
    allotted_quantity: kis.Quantity = kis.key("last_alct_qty")
    excess_quantity: kis.Quantity = kis.key("excs_alct_qty")
    total_allotted_quantity: kis.Quantity = kis.key("tot_alct_qty")
    odd_lot_quantity: kis.FractionalQuantity = kis.key("last_ftsk_qty")
    allotted_amount: kis.Won = kis.key("last_alct_amt")
    odd_lot_amount: kis.Won = kis.key("last_ftsk_chgs")
    repaid_principal: kis.Won = kis.key("rdpt_prca")
    delay_interest: kis.Won = kis.key("dlay_int_amt")
    listing_date: kis.Date = kis.key("lstg_dt")
    subscription_end: kis.Date = kis.key("sbsc_end_dt")
    pay_date: kis.Date = kis.key("cash_dfrm_dt")
    requested_quantity: kis.Quantity = kis.key("rqst_qty")
    requested_amount: kis.Won = kis.key("rqst_amt")
    requested_on: kis.Date = kis.key("rqst_dt")
    refund_date: kis.Date = kis.key("rfnd_dt")
    refund: kis.Won = kis.key("rfnd_amt")
    tax: kis.Won = kis.key("tax_amt")
    subscription_price: kis.Price = kis.key("sbsc_unpr")

    @property
    def right_type(self) -> str:
        """The type in two digits, as KIS sends it; its documents list one digit for some."""
        return (self.type_code or "").zfill(2)

    @property
    def is_dividend(self) -> bool:
        """Whether it is a dividend or a distribution."""
        return self.right_type in DIVIDEND_TYPES


class ScheduledDividend(Struct, frozen=True, kw_only=True):
    """A dividend that an item announces; amounts are 0 and dates blank until they are decided."""

    record_date: kis.Date = kis.key("record_date")
    code: kis.Code = kis.key("sht_cd")
    name: kis.Text = kis.key("isin_name")
    kind: kis.Text = kis.key("divi_kind")
    face_value: kis.Price = kis.key("face_val")
    cash_per_share: kis.Price = kis.key("per_sto_divi_amt")
    cash_rate: kis.Percent = kis.key("divi_rate")
    stock_rate: kis.Percent = kis.key("stk_divi_rate")
    pay_date: kis.Date = kis.key("divi_pay_dt")
    stock_pay_date: kis.Date = kis.key("stk_div_pay_dt")
    odd_lot_pay_date: kis.Date = kis.key("odd_pay_dt")
    stock_kind: kis.Text = kis.key("stk_kind")
    is_high_dividend: kis.Code = kis.key("high_divi_gb")


class DividendGrouping(Enum):
    """What received dividends are grouped by; the value is what users type."""

    PAYMENT = "payment"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ITEM = "item"


class Dividend(Struct, frozen=True, kw_only=True):
    """A dividend or distribution of an item: received, or announced."""

    code: str | None = None
    name: str | None = None
    right_type: str = "03"
    """KIS's type of the right, two digits."""
    kind: str | None = None
    """The kind as the schedule names it: year-end, interim, quarterly."""
    record_date: dt.date | None = None
    pay_date: dt.date | None = None
    """When the money is paid, or the shares of a stock dividend are listed."""
    quantity: int | None = None
    """Shares held: on the record date, or now if `is_computed`."""
    per_share: Decimal | None = None
    gross: int | None = None
    tax: int | None = None
    shares: int | None = None
    """Shares of a stock dividend."""
    is_computed: bool = False
    """Whether `gross` is the announced amount times the shares held."""
    row: AccountRight | ScheduledDividend | None = None
    """KIS's own fields."""

    @property
    def net(self) -> int | None:
        """The amount after tax; `None` if that is unknown."""
        return None if self.gross is None or self.tax is None else self.gross - self.tax

    @property
    def is_tax_unknown(self) -> bool:
        """Whether something is paid whose tax KIS does not say."""
        return bool(self.gross) and self.tax is None

    def is_received(self, today: dt.date) -> bool:
        """Return whether its pay day has come."""
        return self.pay_date is not None and self.pay_date <= today


class DividendGroup(Struct, frozen=True, kw_only=True):
    """Dividends with one key: a payment, a day, a month, a year or an item."""

    key: str
    dividends: tuple[Dividend, ...]
    gross: int | None = None
    tax: int | None = None
    """`None` if the tax of one of them is unknown."""
    net: int | None = None
    known_tax: int = 0
    """The tax of those whose tax is known."""
    yield_on_cost: Decimal | None = None
    yield_on_value: Decimal | None = None

    @property
    def unknown_tax_count(self) -> int:
        """The number of dividends whose tax is unknown."""
        return sum(dividend.is_tax_unknown for dividend in self.dividends)

    @property
    def highest_net(self) -> int | None:
        """The amount after the known tax; the real amount is lower if a tax is unknown."""
        return None if self.gross is None else self.gross - self.known_tax


class DividendReport(PartialList, frozen=True, kw_only=True):
    """The dividends of a range of days and what is announced, as far as they have been read."""

    days: DateRange
    today: dt.date
    grouping: DividendGrouping = DividendGrouping.PAYMENT
    received: tuple[Dividend, ...] = ()
    """Paid in `days`, newest first."""
    announced: tuple[Dividend, ...] = ()
    """Not paid yet, the next one first."""
    other_rights: tuple[AccountRight, ...] = ()
    """Meetings, new shares and so on, newest first."""
    holdings: tuple[Holding, ...] | None = None
    """What is held now; `None` while it is unknown."""
    has_rights: bool = True
    """Whether KIS serves the rights of this kind of account."""
    announced_error: KistuiError | None = None
    """Why announcements, or the holdings they are for, are missing."""

    @property
    def is_complete(self) -> bool:
        """Whether every part was read, announcements too."""
        return self.has_all_parts and self.announced_error is None

    @property
    def is_one_year(self) -> bool:
        """Whether the range is within one calendar year, so that there are yields and months."""
        return self.days.first.year == self.days.last.year

    def groups(self) -> tuple[DividendGroup, ...]:
        """Return the received dividends in groups: the newest first, or the greatest item."""
        groups: dict[str, list[Dividend]] = {}
        for index, dividend in enumerate(self.received):
            groups.setdefault(_GROUP_KEYS[self.grouping](dividend, index), []).append(dividend)
        built = [self._build(key, group) for key, group in groups.items()]
        if self.grouping is DividendGrouping.ITEM:
            return tuple(sorted(built, key=lambda group: group.gross or 0, reverse=True))
        return tuple(built)

    def total(self) -> DividendGroup:
        """Return all received dividends as one group; its yields are those of all that is held."""
        total = build_group("", self.received)
        if self.holdings is None:
            return total
        per_year = decimal_sum_or_none(
            _yearly_amount(holding, self.received) for holding in self.holdings
        )
        cost = sum_or_none(holding.purchase_amount for holding in self.holdings)
        value = sum_or_none(holding.valuation for holding in self.holdings)
        return _with_yields(total, per_year, cost, value)

    def _build(self, key: str, dividends: Sequence[Dividend]) -> DividendGroup:
        group = build_group(key, dividends)
        if self.grouping is not DividendGrouping.ITEM or self.holdings is None:
            return group
        code = dividends[0].code
        holding = next((item for item in self.holdings if item.code == code), None)
        if holding is None:
            return group
        amount = _yearly_amount(holding, dividends)
        return _with_yields(group, amount, holding.purchase_amount, holding.valuation)


def build_group(key: str, dividends: Sequence[Dividend]) -> DividendGroup:
    """Return dividends as a group; a sum with an unknown part is `None`."""
    return DividendGroup(
        key=key,
        dividends=tuple(dividends),
        gross=sum_or_none(dividend.gross for dividend in dividends),
        tax=sum_or_none(dividend.tax for dividend in dividends),
        net=sum_or_none(dividend.net for dividend in dividends),
        known_tax=sum(dividend.tax or 0 for dividend in dividends),
    )


def _yearly_amount(holding: Holding, dividends: Iterable[Dividend]) -> Decimal | None:
    """Return what today's shares would have received; `None` if that is unknown.

    A dividend counts by its amount for one share, so that later purchases and sales do not
    matter.
    """
    if holding.quantity is None:
        return None
    total = Decimal(0)
    for dividend in dividends:
        if dividend.code != holding.code or dividend.gross == 0:
            continue
        if dividend.gross is None or not dividend.quantity:
            return None
        total += Decimal(dividend.gross * holding.quantity) / dividend.quantity
    return total


def _with_yields(
    group: DividendGroup, amount: Decimal | None, cost: int | None, value: int | None
) -> DividendGroup:
    won = round_to_won(amount)
    return replace(
        group, yield_on_cost=percent_of(won, cost), yield_on_value=percent_of(won, value)
    )


def _day(dividend: Dividend) -> dt.date:
    return dividend.pay_date or dt.date.min


_GROUP_KEYS: Mapping[DividendGrouping, Callable[[Dividend, int], str]] = {
    DividendGrouping.PAYMENT: lambda dividend, index: f"{_day(dividend)}/{dividend.code}/{index}",
    DividendGrouping.DAY: lambda dividend, _index: _day(dividend).isoformat(),
    DividendGrouping.MONTH: lambda dividend, _index: f"{_day(dividend):%Y-%m}",
    DividendGrouping.YEAR: lambda dividend, _index: f"{_day(dividend):%Y}",
    DividendGrouping.ITEM: lambda dividend, _index: dividend.code or dividend.name or "",
}


def dividend_of_right(right: AccountRight, today: dt.date) -> Dividend:
    """Return a dividend in the account's rights; money for odd lots is part of it.

    An amount of 0 is not decided yet if nothing was paid. A tax of 0 on a payment is unknown, and
    so is the amount if odd lots have none that can be read.
    """
    odd_lot_amount = right.odd_lot_amount
    if odd_lot_amount is None and not right.odd_lot_quantity:
        odd_lot_amount = 0
    gross = sum_or_none((right.allotted_amount, odd_lot_amount))
    shares = right.allotted_quantity or None
    pay_date = right.pay_date or (right.listing_date if shares else None)
    is_paid = pay_date is not None and pay_date <= today
    if not gross and not shares and not is_paid:
        gross = None
    tax = right.tax if right.tax or gross == 0 else None
    return Dividend(
        code=right.code,
        name=right.name,
        right_type=right.right_type,
        record_date=right.record_date,
        pay_date=pay_date,
        quantity=right.quantity,
        per_share=_per_share(right.allotted_amount, right.quantity),
        gross=gross,
        tax=tax,
        shares=shares,
        row=right,
    )


def _per_share(amount: int | None, quantity: int | None) -> Decimal | None:
    if not amount or not quantity:
        return None
    return round_half_up(Decimal(amount) / quantity, "0.01")


def scheduled_dividend(row: ScheduledDividend, holding: Holding) -> Dividend:
    """Return an announced dividend, computed for the shares held now."""
    per_share = row.cash_per_share or None
    amount = None
    if per_share is not None and holding.quantity is not None:
        amount = int(per_share * holding.quantity)
    elif row.stock_rate:
        amount = 0
    return Dividend(
        code=holding.code,
        name=holding.name or row.name,
        kind=row.kind,
        record_date=row.record_date,
        pay_date=row.pay_date or row.stock_pay_date,
        quantity=holding.quantity,
        per_share=per_share,
        gross=amount,
        shares=_stock_dividend(row, holding),
        is_computed=True,
        row=row,
    )


def _stock_dividend(row: ScheduledDividend, holding: Holding) -> int | None:
    if not row.stock_rate or holding.quantity is None:
        return None
    return int(row.stock_rate * holding.quantity / 100) or None


def join_announced(
    pending: Iterable[Dividend],
    paid: Iterable[Dividend],
    scheduled: Iterable[Dividend],
    today: dt.date,
) -> tuple[Dividend, ...]:
    """Return the dividends not paid yet, of the account's rights and of the schedule, by pay date.

    A dividend in both comes from the account's rights; the schedule fills in its unknown fields.
    """
    announced = list(pending)
    unmatched: list[Dividend] = []
    paid_keys = {_identity(dividend) for dividend in paid}
    for dividend in scheduled:
        key = _identity(dividend)
        matching = [index for index, other in enumerate(announced) if _identity(other) == key]
        if matching:
            # One row of several, such as cash and shares, may have an amount that is not decided.
            index = next(
                (index for index in matching if announced[index].gross is None), matching[0]
            )
            announced[index] = _completed(announced[index], dividend)
        elif key not in paid_keys and not dividend.is_received(today) and dividend not in unmatched:
            unmatched.append(dividend)
    return tuple(sorted((*announced, *unmatched), key=_announced_order))


def _identity(dividend: Dividend) -> tuple[str | None, dt.date | None]:
    return (dividend.code, dividend.record_date)


def _completed(pending: Dividend, scheduled: Dividend) -> Dividend:
    """Return a pending dividend with the fields that only the schedule has."""
    pending = replace(pending, kind=scheduled.kind, pay_date=pending.pay_date or scheduled.pay_date)
    if pending.gross is not None or scheduled.per_share is None or pending.quantity is None:
        return pending
    return replace(
        pending,
        per_share=scheduled.per_share,
        gross=int(scheduled.per_share * pending.quantity),
        is_computed=True,
    )


def _announced_order(dividend: Dividend) -> tuple[dt.date, dt.date, str]:
    return (
        dividend.pay_date or dt.date.max,
        dividend.record_date or dt.date.max,
        dividend.code or "",
    )
