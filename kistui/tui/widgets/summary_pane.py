"""Summary pane: boxes and an overview of the holdings, or the raw KIS fields."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.geometry import Size
from textual.reactive import reactive, var

from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.raw_fields import raw_summary_lines
from kistui.formatting.summary_page import SummaryLayout
from kistui.i18n.translations import Translations
from kistui.models.allocation import AllocationGrouping
from kistui.models.balance import Balance
from kistui.tui import keymap
from kistui.tui.widgets.lines import ScrollableLines

if TYPE_CHECKING:
    from kistui.models.history import AssetHistory


class SummaryPane(ScrollableLines):
    """Shows the summary of an account."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"summary--frame"}
    FRAME_CLASS = "summary--frame"
    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.SUMMARY))

    balance: var[Balance | None] = var(None)
    amounts_hidden = var(False)
    """Whether amounts are hidden."""
    settlement_days: var[tuple[date, ...]] = var(())
    """D+1 and D+2 of the balance."""
    history: var["AssetHistory | None"] = var(None)
    """The recorded days of the account."""
    raw_fields_shown = reactive(False)
    """Whether the raw KIS fields are shown instead of the boxes."""

    allocation_grouping: var[AllocationGrouping] = var(AllocationGrouping.MARKET)
    """The criterion by which the bar divides the assets."""

    def __init__(self, t: Translations, *, id: str, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self._t = t
        self._is_dirty = False
        self._summary_layout: SummaryLayout | None = None

    def build_lines(self, width: int, height: int) -> Sequence[Line]:
        """Return the boxes, or one line per raw field."""
        if self.raw_fields_shown:
            title = (Cell(f" {self._t('raw_fields.summary')}", Role.STRONG),)
            return [title, *((Cell(" "), *line) for line in self._field_lines(width - 2))]
        if self.balance is None:
            return ()
        layout = self._summary_layout = self._summary_layout or SummaryLayout(
            self.balance,
            self._t,
            grouping=self.allocation_grouping,
            amounts_hidden=self.amounts_hidden,
            settlement_days=self.settlement_days,
            history=self.history,
        )
        return layout.render(width, height, scrollbar_width=self.built_size.width - width)

    def watch_balance(self) -> None:
        """Show new figures."""
        self._rebuild()

    def watch_history(self) -> None:
        """Show the trend with the new record; nothing else depends on it."""
        if self._summary_layout is not None:
            self._summary_layout.history = self.history
        self._show_page()

    def watch_settlement_days(self) -> None:
        """Show other dates."""
        self._rebuild()

    def watch_amounts_hidden(self) -> None:
        """Lay out again with amounts hidden or shown."""
        self._rebuild()

    def watch_allocation_grouping(self) -> None:
        """Lay out again with the assets divided in the other way."""
        self._rebuild()

    def action_switch_allocation(self) -> None:
        """Divide the bar by item instead of by market, or back."""
        is_by_market = self.allocation_grouping is AllocationGrouping.MARKET
        self.allocation_grouping = (
            AllocationGrouping.ITEM if is_by_market else AllocationGrouping.MARKET
        )

    def on_language_changed(self) -> None:
        """Show the same figures in another language."""
        self._rebuild()

    def watch_raw_fields_shown(self) -> None:
        """Switch between raw fields and boxes."""
        self.scroll_home(animate=False)
        self._rebuild()

    @property
    def copy_text(self) -> str:
        """One line for each of the 24 raw fields."""
        lines = self._field_lines(0)
        return "\n".join("\t".join(cell.text.strip() for cell in line) for line in lines)

    def render_pending(self, initial_size: Size) -> None:
        """Render the changes that came while the pane was hidden."""
        if self._is_dirty and self.display:
            self._rebuild(initial_size)

    def _rebuild(self, initial_size: Size | None = None) -> None:
        self._summary_layout = None
        self._show_page(initial_size)

    def _show_page(self, initial_size: Size | None = None) -> None:
        self._is_dirty = not self.display
        if self.display:
            self.update_lines(initial_size)

    def _field_lines(self, width: int) -> tuple[Line, ...]:
        if self.balance is None:
            return ()
        return raw_summary_lines(self.balance, self._t, width, amounts_hidden=self.amounts_hidden)
