"""Help: what every key does, this screen's first, found by typing."""

from collections.abc import Sequence

from textual.containers import VerticalScroll
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Static

from kistui.ui.screens.finding import FindingScreen
from kistui.ui.theme import content
from kistui.formatting.key_help import KeyHelp, filter_key_help, key_help_lines
from kistui.i18n.translations import Translations


class HelpScreen(FindingScreen):
    """Shows `helps`; answers nothing."""

    def __init__(self, helps: Sequence[KeyHelp], words: Translations) -> None:
        super().__init__(words("help.title"), words("help.find"), words("help.hint"))
        self._helps = helps
        self._words = words
        self._found: Sequence[KeyHelp] = helps

    def make_list(self) -> Widget:
        """Lines that scroll."""
        return VerticalScroll(Static(id="help-lines"), can_focus=False)

    def find(self, query: str) -> None:
        """Only what holds the query."""
        self._found = filter_key_help(self._helps, query)
        self._fill()
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def on_resize(self, _event: Resize) -> None:
        """Lines follow the width."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        width = self.query_one(VerticalScroll).scrollable_content_region.width
        self.query_one("#help-lines", Static).update(
            content(key_help_lines(self._found, self._words, width))
        )

    def action_move(self, rows: int) -> None:
        """Scroll."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_take(self) -> None:
        """Nothing is taken here."""
        self.dismiss(None)
