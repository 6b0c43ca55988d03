"""Choosing a theme: the one under the cursor is shown at once."""

from collections.abc import Callable, Sequence

from textual import on
from textual.widgets import OptionList

from kistui.tui.screens.select_dialog import Choice, SelectDialog


class ThemeDialog(SelectDialog):
    """Answers the theme taken, or `None`; `preview` is told of each one looked at."""

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
