"""What is held abroad, in the summary: its worth, cash by currency, and in what state that is."""

from datetime import datetime

from kistui.clock import KST
from kistui.models.balance import Balance
from kistui.models.overseas import Market, OverseasBalance
from kistui.models.holdings import total_value
from kistui.models.load_state import Failed, Loading, Loaded, last_loaded
from kistui.view import format as show
from kistui.view.boxes import Box, Entry, box_of
from kistui.view.cells import Cell, Role
from kistui.view.words import Words


def abroad_boxes(balance: Balance, words: Words, *, hidden: bool) -> tuple[Box, ...]:
    """Two boxes of as many lines each, or none where nothing is held abroad."""
    good = last_loaded(balance.overseas)
    if good is None or good.value.is_empty:
        return ()
    made = {
        "overseas": _worth(balance, good.value, words),
        "foreign_cash": _cash(good.value, good.loaded_at, words),
    }
    most = max(map(len, made.values()))
    return tuple(
        box_of(name, words, _filled(entries, most), hidden=hidden) for name, entries in made.items()
    )


def _filled(entries: list[Entry], lines: int) -> list[Entry]:
    """The last line, a note, stays the last."""
    return [*entries[:-1], *[Entry("")] * (lines - len(entries)), entries[-1]]


def _worth(balance: Balance, abroad: OverseasBalance, words: Words) -> list[Entry]:
    rate = show.percent(abroad.profit_rate, show.COMPUTED)
    total = Cell(show.number(total_value(balance)).text, Role.STRONG)
    return [
        Entry(words("line.overseas_value"), show.number(abroad.valuation_won)),
        Entry(words("line.profit_loss"), show.change(abroad.profit_loss_won)),
        Entry(words("line.profit_rate"), rate, is_public=True),
        Entry(words("line.foreign_cash_won"), show.number(abroad.cash_won)),
        Entry(words("line.all_assets") + show.COMPUTED, total),
        Entry(words("line.in_won")),
    ]


def _cash(abroad: OverseasBalance, at: datetime, words: Words) -> list[Entry]:
    """Each currency there is any of; its rate stands beside its name."""
    entries = []
    for each in abroad.cash:
        if not each.deposit:
            continue
        currency = each.currency or ""
        label = f"{currency} {show.rate(abroad.exchange_rates.get(currency)).text}"
        amount = show.money(each.deposit, currency) or each.deposit
        entries.append(Entry(label, show.amount(amount)))
    if not entries:
        entries = [Entry(words("line.no_foreign_cash"))]
    when = at.astimezone(KST).strftime("%m-%d %H:%M")
    return [*entries, Entry(words("line.first_rate", time=when))]


def abroad_note(balance: Balance, words: Words, *, hidden: bool) -> Cell | None:
    """What there is to say of it in a few words; `None` where nothing can be held abroad."""
    match balance.overseas:
        case Loading(previous=None):
            return Cell(words("abroad.loading"), Role.DIM)
        case Failed(error, previous=last):
            title = words(f"error.{error.slug}.title")
            kept = words("abroad.kept", time=show.clock_time(last.loaded_at)) if last else ""
            return Cell(words("abroad.failed", title=title) + kept, Role.WARN)
        case Loaded(value, at) | Loading(previous=Loaded(value, at)):
            return Cell(_read(value, at, words, hidden=hidden), Role.DIM)
        case _:
            return None


def _read(abroad: OverseasBalance, at: datetime, words: Words, *, hidden: bool) -> str:
    if abroad.is_empty:
        return words("abroad.no_consent" if abroad.markets_without_consent else "abroad.none")
    worth = show.private(show.number(abroad.total_value_won), hidden=hidden)
    text = words("abroad.read", won=worth.text, time=show.clock_time(at))
    names = [words(f"market.{each.value}") for each in Market if each in abroad.markets_without_consent]
    return text + (words("abroad.refused", markets="·".join(names)) if names else "")
