"""The summary: its boxes and the holdings at a glance, or KIS's own fields."""

from collections.abc import Sequence
from typing import ClassVar

from textual.geometry import Size
from textual.reactive import reactive, var

from kistui.models.balance import Balance
from kistui.ui.widgets.page import Page
from kistui.formatting.cells import Cell, Line
from kistui.formatting.raw_summary import raw_summary_lines
from kistui.formatting.summary_page import SummaryLayout
from kistui.i18n.translations import Translations


class SummaryPane(Page):
    """Shows the account's summary."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"summary--frame"}
    FRAME = "summary--frame"

    balance: var[Balance | None] = var(None)
    hidden = var(False)
    """Whether amounts are left out."""
    raw = reactive(False)
    """Whether KIS's own fields stand in place of the boxes."""

    def __init__(self, words: Translations, *, id: str, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self._words = words
        self._is_behind = False
        self._page: SummaryLayout | None = None

    def lay_out(self, width: int, height: int) -> Sequence[Line]:
        """The boxes, or a line a field."""
        if self.raw:
            return [(Cell(" "), *line) for line in self._fields(width - 2)]
        if self.balance is None:
            return ()
        page = self._page = self._page or SummaryLayout(self.balance, self._words, amounts_hidden=self.hidden)
        return page.render(width, height, scrollbar_width=self.size.width - width)

    def watch_balance(self) -> None:
        """Other figures."""
        self._fill()

    def watch_hidden(self) -> None:
        """Other cells."""
        self._fill()

    def reword(self) -> None:
        """Other words, the same figures."""
        self._fill()

    def watch_raw(self) -> None:
        """Fields or boxes."""
        self.scroll_home(animate=False)
        self._fill()

    @property
    def copied(self) -> str:
        """All 24 fields, a line each."""
        lines = self._fields(0)
        return "\n".join("\t".join(cell.text.strip() for cell in line) for line in lines)

    def catch_up(self, room: Size) -> None:
        """Do, now that somebody looks, what was left undone meanwhile."""
        if self._is_behind and self.display:
            self._fill(room)

    def _fill(self, room: Size | None = None) -> None:
        self._page = None
        self._is_behind = not self.display
        if self.display:
            self.fit(room)

    def _fields(self, width: int) -> tuple[Line, ...]:
        if self.balance is None:
            return ()
        return raw_summary_lines(self.balance, self._words, width, amounts_hidden=self.hidden)
