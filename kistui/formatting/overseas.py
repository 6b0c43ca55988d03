"""What is held abroad, in the summary: its worth, cash by currency, and in what state that is."""

from datetime import datetime

from kistui.clock import KST
from kistui.formatting import values as show
from kistui.formatting.boxes import Box, BoxRow, build_box
from kistui.formatting.cells import Cell, Role
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.holdings import total_value
from kistui.models.load_state import Failed, Loaded, Loading, last_loaded
from kistui.models.overseas import Market, OverseasBalance


def overseas_boxes(balance: Balance, t: Translations, *, amounts_hidden: bool) -> tuple[Box, ...]:
    """Two boxes of as many lines each, or none where nothing is held abroad."""
    good = last_loaded(balance.overseas)
    if good is None or good.value.is_empty:
        return ()
    made = {
        "overseas": _valuation_entries(balance, good.value, t),
        "foreign_cash": _cash_entries(good.value, good.loaded_at, t),
    }
    most = max(map(len, made.values()))
    return tuple(
        build_box(name, t, _pad_entries(entries, most), amounts_hidden=amounts_hidden)
        for name, entries in made.items()
    )


def _pad_entries(entries: list[BoxRow], line_count: int) -> list[BoxRow]:
    """The last line, a note, stays the last."""
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
    """Each currency there is any of; its rate stands beside its name."""
    entries = []
    for each in overseas.cash:
        if not each.deposit:
            continue
        currency = each.currency or ""
        label = (
            f"{currency} {show.format_exchange_rate(overseas.exchange_rates.get(currency)).text}"
        )
        amount = show.round_to_currency(each.deposit, currency) or each.deposit
        entries.append(BoxRow(label, show.format_amount(amount)))
    if not entries:
        entries = [BoxRow(t("summary_label.no_foreign_cash"))]
    when = fetched_at.astimezone(KST).strftime("%m-%d %H:%M")
    return [*entries, BoxRow(t("summary_label.first_rate", time=when))]


def overseas_status(balance: Balance, t: Translations, *, amounts_hidden: bool) -> Cell | None:
    """What there is to say of it in a few words; `None` where nothing can be held abroad."""
    match balance.overseas:
        case Loading(previous=None):
            return Cell(t("overseas.loading"), Role.DIM)
        case Failed(error, previous=last):
            title = t(f"error.{error.slug}.title")
            kept = t("overseas.kept", time=show.format_time(last.loaded_at)) if last else ""
            return Cell(t("overseas.failed", title=title) + kept, Role.WARN)
        case Loaded(value, at) | Loading(previous=Loaded(value, at)):
            return Cell(_loaded_text(value, at, t, amounts_hidden=amounts_hidden), Role.DIM)
        case _:
            return None


def _loaded_text(
    overseas: OverseasBalance, fetched_at: datetime, t: Translations, *, amounts_hidden: bool
) -> str:
    if overseas.is_empty:
        return t("overseas.no_consent" if overseas.markets_without_consent else "overseas.none")
    worth = show.mask_amount(
        show.format_number(overseas.total_value_won), amounts_hidden=amounts_hidden
    )
    text = t("overseas.read", won=worth.text, time=show.format_time(fetched_at))
    names = [
        t(f"market.{each.value}") for each in Market if each in overseas.markets_without_consent
    ]
    return text + (t("overseas.refused", markets="·".join(names)) if names else "")
