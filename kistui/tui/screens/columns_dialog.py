"""Dialog to choose the columns of the holdings table."""

from typing import ClassVar

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import SelectionList, Static
from textual.widgets.selection_list import Selection

from kistui.formatting.holding_columns import HOLDING_COLUMNS
from kistui.i18n.translations import Translations
from kistui.tui import keymap
from kistui.tui.screens.dialog import Dialog


class ColumnSelection(Struct, frozen=True):
    """The chosen columns; `None` means all that fit."""

    columns: tuple[str, ...] | None


class ColumnsDialog(Dialog[ColumnSelection | None]):
    """Returns the chosen columns; the name is always shown and not listed."""

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.COLUMNS))

    def __init__(self, t: Translations, selected: tuple[str, ...] | None) -> None:
        super().__init__()
        self._t = t
        self._selected = selected

    def compose(self) -> ComposeResult:
        """Compose the list and a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._t("holdings.columns_title"))
            yield SelectionList(
                *(
                    Selection(
                        Content(self._t(f"column.{column.name}")),
                        column.name,
                        self._selected is None or column.name in self._selected,
                    )
                    for column in HOLDING_COLUMNS
                    if column.name != "name"
                )
            )
            yield Static(Content(self._t("holdings.columns_hint")), classes="dialog-hint")

    def action_done(self) -> None:
        """Return the marked columns; all marked is the same as no choice."""
        options: SelectionList[str] = self.query_one(SelectionList)
        chosen = tuple(c.name for c in HOLDING_COLUMNS if c.name in options.selected)
        self.dismiss(ColumnSelection(None if len(chosen) == options.option_count else chosen))

    def action_mark_all(self) -> None:
        """Mark all columns."""
        self.query_one(SelectionList).select_all()

    def action_cancel(self) -> None:
        """Close without a change."""
        self.dismiss(None)
