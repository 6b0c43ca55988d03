"""Help dialog: searchable descriptions of keys, this screen's first."""

from collections.abc import Sequence

from textual.containers import VerticalScroll
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Static

from kistui.formatting.key_help import KeyHelp, filter_key_help, key_help_lines
from kistui.i18n.translations import Translations
from kistui.tui.screens.search_dialog import SearchDialog
from kistui.tui.theme import to_content


class HelpDialog(SearchDialog):
    """Shows `helps`; has no result."""

    def __init__(self, key_helps: Sequence[KeyHelp], t: Translations) -> None:
        super().__init__(t("help.title"), t("help.find"), t("help.hint"))
        self._key_helps = key_helps
        self._t = t
        self._matches: Sequence[KeyHelp] = key_helps

    def create_results_widget(self) -> Widget:
        """Compose the scrollable lines."""
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
        """Do nothing: help has no selection."""
        self.dismiss(None)
