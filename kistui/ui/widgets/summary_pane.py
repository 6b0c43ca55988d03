"""The summary: six boxes, as many side by side as there is room, and the holdings at a glance."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Grid, VerticalScroll
from textual.events import Resize
from textual.reactive import reactive

from kistui.model.balance import Balance
from kistui.ui.widgets.holdings_pane import HoldingsPane
from kistui.ui.widgets.summary_box import SummaryBox
from kistui.view.summary import boxes
from kistui.view.words import Words

COUNT = 6
NARROW, ROOMY, TALL = 76, 112, 28
"""Widths below which boxes stand alone and from which three stand in a row, and its height."""


class SummaryPane(VerticalScroll):
    """Shows the account's summary."""

    balance: reactive[Balance | None] = reactive(None)
    dimmed = reactive(False)
    """Whether the figures are old."""
    roomy = reactive(False, toggle_class="-roomy")
    narrow = reactive(False, toggle_class="-narrow")

    def __init__(self, words: Words, *, id: str) -> None:
        super().__init__(id=id)
        self._words = words

    def compose(self) -> ComposeResult:
        """The boxes, empty."""
        with Grid():
            for _ in range(COUNT):
                yield SummaryBox().data_bind(SummaryPane.dimmed)
        glance = HoldingsPane(self._words, id="glance", at_a_glance=True)
        yield glance.data_bind(SummaryPane.balance, SummaryPane.dimmed)

    def on_resize(self, event: Resize) -> None:
        """More room, more words."""
        self.narrow = event.size.width < NARROW
        self.roomy = event.size.width >= ROOMY and event.size.height >= TALL

    def watch_balance(self) -> None:
        """Other figures."""
        self._fill()

    def watch_roomy(self) -> None:
        """Other groups."""
        self._fill()

    def _fill(self) -> None:
        if self.balance is not None:
            made = boxes(self.balance, self._words, roomy=self.roomy)
            for widget, box in zip(self._boxes(), made, strict=True):
                widget.box = box

    def _boxes(self) -> Iterator[SummaryBox]:
        return iter(self.query(SummaryBox))
