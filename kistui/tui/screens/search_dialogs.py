"""Dialogs with a search line: help and command palette."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from kistui.formatting.cells import Cell, Role
from kistui.formatting.key_help import KeyHelp, filter_key_help, key_help_lines
from kistui.formatting.palette import PaletteEntry, palette_lines, search_palette
from kistui.i18n.translations import Translations
from kistui.tui import keymap
from kistui.tui.screens.dialogs import Dialog
from kistui.tui.theme import to_content
from kistui.tui.widgets.inputs import QueryInput


class SearchDialog(Dialog[str | None]):
    """Typing filters the list, arrows move in it; returns the selection or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.SEARCH))

    def __init__(self, title: str, placeholder: str, hint: str) -> None:
        super().__init__("search-dialog")
        self._title = title
        self._placeholder = placeholder
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Compose the input, the list and a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._title)
            yield QueryInput(self._placeholder)
            yield self.create_results_widget()
            yield Static(Content(self._hint), classes="dialog-hint")

    def create_results_widget(self) -> Widget:
        """Return the widget that shows the matches."""
        raise NotImplementedError

    def search(self, query: str) -> None:
        """Show the matches of `query`."""
        raise NotImplementedError

    def action_move(self, rows: int) -> None:
        """Move in the list."""
        raise NotImplementedError

    def action_select(self) -> None:
        """Return the entry under the cursor."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show all entries at first."""
        self.search("")

    @on(Input.Changed)
    def _query_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.search(event.value)


class HelpDialog(SearchDialog):
    """Shows what keys do; has no result."""

    def __init__(self, key_helps: Sequence[KeyHelp], t: Translations) -> None:
        super().__init__(t("help.title"), t("help.find"), t("help.hint"))
        self._key_helps = key_helps
        self._t = t
        self._matches: Sequence[KeyHelp] = key_helps

    def create_results_widget(self) -> Widget:
        """Return the scrollable lines."""
        return VerticalScroll(Static(id="help-lines"), can_focus=False)

    def search(self, query: str) -> None:
        """Show the keys that contain the query."""
        self._matches = filter_key_help(self._key_helps, query)
        self._refresh_lines()
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def on_resize(self, _event: Resize) -> None:
        """Lay out the lines for the new width."""
        self.call_after_refresh(self._refresh_lines)

    def _refresh_lines(self) -> None:
        width = self.query_one(VerticalScroll).scrollable_content_region.width
        self.query_one("#help-lines", Static).update(
            to_content(key_help_lines(self._matches, self._t, width))
        )

    def action_move(self, rows: int) -> None:
        """Scroll the lines."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_select(self) -> None:
        """Close: help has nothing to select."""
        self.dismiss(None)


class CommandPaletteDialog(SearchDialog):
    """Returns the id of the selected entry."""

    def __init__(self, entries: Sequence[PaletteEntry], t: Translations) -> None:
        super().__init__(t("palette.title"), t("palette.find"), t("palette.hint"))
        self._entries = entries
        self._t = t

    def create_results_widget(self) -> Widget:
        """Return the list of entries; the input keeps the focus."""
        options = OptionList(compact=True)
        options.can_focus = False
        return options

    def search(self, query: str) -> None:
        """Show the entries that match the query, with the cursor on the best."""
        entries = search_palette(self._entries, query)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(
            Option(to_content([line]), id=entry.id)
            for entry, line in zip(entries, palette_lines(entries), strict=True)
        )
        if entries:
            options.highlighted = 0
        else:
            nothing = (Cell(f" {self._t('help.none')}", Role.DIM),)
            options.add_option(Option(to_content([nothing]), disabled=True))

    def action_move(self, rows: int) -> None:
        """Move the cursor within the list."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            last = options.option_count - 1
            options.highlighted = min(max(options.highlighted + rows, 0), last)

    def action_select(self) -> None:
        """Return the entry under the cursor."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self.dismiss(options.get_option_at_index(options.highlighted).id)

    @on(OptionList.OptionSelected)
    def _option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)
