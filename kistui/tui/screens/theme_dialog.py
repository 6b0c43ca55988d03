"""Dialog to choose a theme, with a preview of the one under the cursor."""

from collections.abc import Callable, Sequence

from textual import on
from textual.widgets import OptionList

from kistui.tui.screens.select_dialog import Choice, SelectDialog


class ThemeDialog(SelectDialog):
    """Returns the chosen theme or `None`; calls `preview` with each highlighted one."""

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        preview: Callable[[str], None],
        *,
        hint: str,
        selected: str,
    ) -> None:
        super().__init__(title, choices, hint=hint, selected=selected)
        self._preview = preview

    @on(OptionList.OptionHighlighted)
    def _preview_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id is not None:
            self._preview(event.option_id)
