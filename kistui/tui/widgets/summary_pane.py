"""The summary: its boxes and the holdings at a glance, or KIS's own fields."""

from collections.abc import Sequence
from typing import ClassVar

from textual.geometry import Size
from textual.reactive import reactive, var

from kistui.formatting.cells import Cell, Line
from kistui.formatting.raw_summary import raw_summary_lines
from kistui.formatting.summary_page import SummaryLayout
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.tui.widgets.scrollable_lines import ScrollableLines


class SummaryPane(ScrollableLines):
    """Shows the account's summary."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"summary--frame"}
    FRAME_CLASS = "summary--frame"

    balance: var[Balance | None] = var(None)
    amounts_hidden = var(False)
    """Whether amounts are left out."""
    raw_fields_shown = reactive(False)
    """Whether KIS's own fields stand in place of the boxes."""

    def __init__(self, t: Translations, *, id: str, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self._t = t
        self._is_dirty = False
        self._page: SummaryLayout | None = None

    def build_lines(self, width: int, height: int) -> Sequence[Line]:
        """The boxes, or a line a field."""
        if self.raw_fields_shown:
            return [(Cell(" "), *line) for line in self._field_lines(width - 2)]
        if self.balance is None:
            return ()
        page = self._page = self._page or SummaryLayout(
            self.balance, self._t, amounts_hidden=self.amounts_hidden
        )
        return page.render(width, height, scrollbar_width=self.size.width - width)

    def watch_balance(self) -> None:
        """Other figures."""
        self._rebuild()

    def watch_amounts_hidden(self) -> None:
        """Other cells."""
        self._rebuild()

    def on_language_changed(self) -> None:
        """Other words, the same figures."""
        self._rebuild()

    def watch_raw_fields_shown(self) -> None:
        """Fields or boxes."""
        self.scroll_home(animate=False)
        self._rebuild()

    @property
    def copy_text(self) -> str:
        """All 24 fields, a line each."""
        lines = self._field_lines(0)
        return "\n".join("\t".join(cell.text.strip() for cell in line) for line in lines)

    def render_pending(self, initial_size: Size) -> None:
        """Do, now that somebody looks, what was left undone meanwhile."""
        if self._is_dirty and self.display:
            self._rebuild(initial_size)

    def _rebuild(self, initial_size: Size | None = None) -> None:
        self._page = None
        self._is_dirty = not self.display
        if self.display:
            self.update_lines(initial_size)

    def _field_lines(self, width: int) -> tuple[Line, ...]:
        if self.balance is None:
            return ()
        return raw_summary_lines(self.balance, self._t, width, amounts_hidden=self.amounts_hidden)
