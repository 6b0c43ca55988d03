"""Choosing a theme: the one under the cursor is shown at once."""

from collections.abc import Callable, Sequence

from textual import on
from textual.widgets import OptionList

from kistui.ui.screens.choice import Choice, ChoiceScreen


class ThemeScreen(ChoiceScreen):
    """Answers the theme taken, or `None`; `preview` is told of each one looked at."""

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        preview: Callable[[str], None],
        *,
        hint: str,
        chosen: str,
    ) -> None:
        super().__init__(title, choices, hint=hint, chosen=chosen)
        self._preview = preview

    @on(OptionList.OptionHighlighted)
    def _looked_at(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id is not None:
            self._preview(event.option_id)
