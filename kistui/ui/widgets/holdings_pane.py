"""The holdings: the table in its frame."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive

from kistui.model.balance import Balance
from kistui.ui.widgets.line_table import LineTable
from kistui.view.arrange import Arrangement
from kistui.view.holdings import HoldingsView
from kistui.view.words import Words


class HoldingsPane(Vertical):
    """Shows the account's holdings; sold-out items on demand, their number always."""

    balance: reactive[Balance | None] = reactive(None)
    with_sold_out = reactive(False)
    dimmed = reactive(False)
    """Whether the figures are old."""

    def __init__(self, words: Words, *, id: str, at_a_glance: bool = False) -> None:
        super().__init__(id=id)
        self._words = words
        self._at_a_glance = at_a_glance

    def compose(self) -> ComposeResult:
        """The table, empty."""
        table = LineTable().data_bind(HoldingsPane.dimmed)
        table.can_focus = not self._at_a_glance
        yield table

    def watch_balance(self) -> None:
        """Other figures."""
        self._fill()

    def watch_with_sold_out(self) -> None:
        """More or fewer rows."""
        self._fill()

    def _fill(self) -> None:
        if self.balance is None:
            return
        words, held = self._words, len(self.balance.held)
        sold_out = len(self.balance.holdings) - held
        state = "sold_out_shown" if self.with_sold_out else "sold_out_hidden"
        self.border_title = Content(words("holdings.title", n=held))
        told = words(f"holdings.{state}", n=sold_out) if sold_out else ""
        self.border_subtitle = Content(words("holdings.all") if self._at_a_glance else told)
        view = HoldingsView(self.balance, words, Arrangement(with_sold_out=self.with_sold_out))
        self.query_one(LineTable).show(view)
