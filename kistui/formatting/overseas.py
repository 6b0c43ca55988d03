"""The overseas part of the summary: valuation, cash by currency, and load state."""

from datetime import datetime

from kistui.clock import KST
from kistui.formatting import values as show
from kistui.formatting.boxes import Box, BoxRow, build_box
from kistui.formatting.cells import Cell, Role
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, Loading, last_loaded
from kistui.models.overseas import Market, OverseasBalance
from kistui.models.totals import total_value


def overseas_boxes(balance: Balance, t: Translations, *, amounts_hidden: bool) -> tuple[Box, ...]:
    """Return two boxes of equal height, or none if the account has nothing overseas."""
    last_good = last_loaded(balance.overseas)
    if last_good is None or last_good.value.is_empty:
        return ()
    groups = {
        "overseas": _valuation_entries(balance, last_good.value, t),
        "foreign_cash": _cash_entries(last_good.value, last_good.loaded_at, t),
    }
    line_count = max(map(len, groups.values()))
    return tuple(
        build_box(name, t, _pad_entries(entries, line_count), amounts_hidden=amounts_hidden)
        for name, entries in groups.items()
    )


def _pad_entries(entries: list[BoxRow], line_count: int) -> list[BoxRow]:
    """Return `line_count` entries, with blank ones before the last, which is a note."""
    return [*entries[:-1], *[BoxRow("")] * (line_count - len(entries)), entries[-1]]


def _valuation_entries(
    balance: Balance, overseas: OverseasBalance, t: Translations
) -> list[BoxRow]:
    rate = show.format_percent(overseas.profit_rate, show.COMPUTED_MARK)
    total = Cell(show.format_number(total_value(balance)).text, Role.STRONG)
    return [
        BoxRow(t("summary_label.overseas_value"), show.format_number(overseas.valuation_won)),
        BoxRow(t("summary_label.profit_loss"), show.format_change(overseas.profit_loss_won)),
        BoxRow(t("summary_label.profit_rate"), rate, never_masked=True),
        BoxRow(t("summary_label.foreign_cash_won"), show.format_number(overseas.cash_won)),
        BoxRow(t("summary_label.all_assets") + show.COMPUTED_MARK, total),
        BoxRow(t("summary_label.in_won")),
    ]


def _cash_entries(overseas: OverseasBalance, fetched_at: datetime, t: Translations) -> list[BoxRow]:
    """Return one entry per currency with a deposit, labelled with its exchange rate."""
    entries = []
    for cash in overseas.cash:
        if not cash.deposit:
            continue
        currency = cash.currency or ""
        label = (
            f"{currency} {show.format_exchange_rate(overseas.exchange_rates.get(currency)).text}"
        )
        amount = show.round_to_currency(cash.deposit, currency) or cash.deposit
        entries.append(BoxRow(label, show.format_amount(amount)))
    if not entries:
        entries = [BoxRow(t("summary_label.no_foreign_cash"))]
    time_text = fetched_at.astimezone(KST).strftime("%m-%d %H:%M")
    return [*entries, BoxRow(t("summary_label.first_rate", time=time_text))]


def overseas_status(balance: Balance, t: Translations, *, amounts_hidden: bool) -> Cell | None:
    """Return the overseas load state as a short text, or None if it was not requested."""
    match balance.overseas:
        case Loading(previous=None):
            return Cell(t("overseas.loading"), Role.DIM)
        case Failed(error, previous=last_good):
            title = t(f"error.{error.slug}.title")
            previous_text = (
                t("overseas.kept", time=show.format_time(last_good.loaded_at)) if last_good else ""
            )
            return Cell(t("overseas.failed", title=title) + previous_text, Role.WARN)
        case Loaded(value, fetched_at) | Loading(previous=Loaded(value, fetched_at)):
            return Cell(_loaded_text(value, fetched_at, t, amounts_hidden=amounts_hidden), Role.DIM)
        case _:
            return None


def _loaded_text(
    overseas: OverseasBalance, fetched_at: datetime, t: Translations, *, amounts_hidden: bool
) -> str:
    if overseas.is_empty:
        return t("overseas.no_consent" if overseas.markets_without_consent else "overseas.none")
    total = show.mask_amount(
        show.format_number(overseas.total_value_won), amounts_hidden=amounts_hidden
    )
    text = t("overseas.read", won=total.text, time=show.format_time(fetched_at))
    refused_markets = [
        t(f"market.{market.value}")
        for market in Market
        if market in overseas.markets_without_consent
    ]
    return text + (
        t("overseas.refused", markets="·".join(refused_markets)) if refused_markets else ""
    )
