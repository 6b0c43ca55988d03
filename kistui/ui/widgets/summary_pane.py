"""The summary: six boxes, as many side by side as there is room, and the holdings at a glance."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import zip_longest

from textual.app import ComposeResult
from textual.containers import Grid, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.reactive import reactive, var
from textual.widget import Widget

from kistui.model.balance import Balance
from kistui.ui.theme import content
from kistui.ui.widgets.holdings_pane import HoldingsPane
from kistui.ui.widgets.summary_box import SummaryBox
from kistui.view.cells import Line
from kistui.view.fields import summary_fields
from kistui.view.summary import boxes
from kistui.view.words import Words

COUNT = 8
HOME = 6
"""Boxes in all, and those of an account with nothing abroad."""
NARROW, ROOMY, TALL, TALLER = 76, 112, 28, 38
"""Widths below which boxes stand alone and from which three stand in a row, and its height."""


class FieldLines(Widget):
    """The fields as KIS sent them, laid out in its own width."""

    def __init__(self, lay_out: Callable[[int], tuple[Line, ...]], *, id: str) -> None:
        super().__init__(id=id)
        self._lay_out = lay_out

    def render(self) -> Content:
        """A line a field."""
        return content(self._lay_out(self.content_size.width))


class SummaryPane(VerticalScroll):
    """Shows the account's summary."""

    # Not to repaint the pane: what is in it does so itself, where it differs.
    balance: var[Balance | None] = var(None)
    dimmed = reactive(False)
    """Whether the figures are old."""
    hidden = var(False)
    """Whether amounts are left out."""
    raw = reactive(False, toggle_class="-raw")
    """Whether KIS's own fields stand in place of the boxes."""
    roomy = reactive(False, toggle_class="-roomy")
    narrow = reactive(False, toggle_class="-narrow")

    def __init__(self, words: Words, today: Callable[[], date], *, id: str) -> None:
        super().__init__(id=id)
        self._words = words
        self._today = today

    def compose(self) -> ComposeResult:
        """The boxes, empty."""
        with Grid():
            for number in range(COUNT):
                of_abroad = "-abroad" if number >= HOME else ""
                yield SummaryBox(classes=of_abroad).data_bind(SummaryPane.dimmed)
        yield FieldLines(self._fields, id="fields")
        glance = HoldingsPane(self._words, self._today, id="glance", at_a_glance=True)
        yield glance.data_bind(SummaryPane.balance, SummaryPane.dimmed, SummaryPane.hidden)

    def on_resize(self, event: Resize) -> None:
        """More room, more words."""
        self.narrow = event.size.width < NARROW
        self.roomy = event.size.width >= ROOMY and event.size.height >= TALL
        self.set_class(event.size.height >= TALLER, "-taller")
        self._fill_fields()

    def watch_balance(self) -> None:
        """Other figures."""
        self._fill()

    def reword(self) -> None:
        """Other words, the same figures."""
        self._fill()

    def watch_roomy(self) -> None:
        """Other groups."""
        self._fill()

    def watch_hidden(self) -> None:
        """Other cells."""
        self._fill()

    def watch_raw(self) -> None:
        """Fields or boxes."""
        self.scroll_home(animate=False)
        self._fill_fields()

    @property
    def copied(self) -> str:
        """All 24 fields, a line each."""
        lines = self._fields(0)
        return "\n".join("\t".join(cell.text.strip() for cell in line) for line in lines)

    def _fill(self) -> None:
        if self.balance is None or not self.is_mounted:
            return
        made = boxes(self.balance, self._words, roomy=self.roomy, hidden=self.hidden)
        for widget, box in zip_longest(self._boxes(), made):
            if widget.display != (box is not None):  # setting it lays everything out again
                widget.display = box is not None
            if box is not None:
                widget.box = box
        self.set_class(len(made) > HOME, "-abroad")
        self._fill_fields()

    def _fill_fields(self) -> None:
        if self.raw:
            self.query_one(FieldLines).refresh()

    def _fields(self, width: int) -> tuple[Line, ...]:
        if self.balance is None:
            return ()
        return summary_fields(self.balance, self._words, width, hidden=self.hidden)

    def _boxes(self) -> Iterator[SummaryBox]:
        return iter(self.query(SummaryBox))
