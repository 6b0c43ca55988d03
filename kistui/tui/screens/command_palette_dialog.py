"""Command palette: all available actions, searchable in either language."""

from collections.abc import Sequence

from textual import on
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from kistui.formatting.cells import Cell, Role, display_width, pad
from kistui.formatting.key_help import KeyHelp, filter_key_help
from kistui.i18n.translations import Translations
from kistui.tui.screens.search_dialog import SearchDialog
from kistui.tui.theme import to_content


class CommandPaletteDialog(SearchDialog):
    """Returns the id of the selected action."""

    def __init__(self, key_helps: Sequence[KeyHelp], t: Translations) -> None:
        super().__init__(t("palette.title"), t("palette.find"), t("palette.hint"))
        self._key_helps = key_helps
        self._t = t

    def create_results_widget(self) -> Widget:
        """Compose the list of actions; the input keeps the focus."""
        options = OptionList(compact=True)
        options.can_focus = False
        return options

    def search(self, query: str) -> None:
        """Show the actions that contain the query, with the cursor on the first."""
        helps = filter_key_help(self._key_helps, query)
        room = max((display_width(_first_key(key_help)) for key_help in helps), default=0) + 2
        options = self.query_one(OptionList)
        options.clear_options()
        for key_help in helps:
            line = (
                Cell(f" {pad(_first_key(key_help), room)}", Role.LABEL),
                Cell(key_help.description),
            )
            options.add_option(Option(to_content([line]), id=key_help.id))
        if helps:
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
        """Return the action under the cursor."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self.dismiss(options.get_option_at_index(options.highlighted).id)

    @on(OptionList.OptionSelected)
    def _option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)


def _first_key(key_help: KeyHelp) -> str:
    return key_help.keys[0] if key_help.keys else ""
