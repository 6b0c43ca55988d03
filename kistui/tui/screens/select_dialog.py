"""Dialog with a short list to choose from."""

from collections.abc import Sequence
from typing import Any, ClassVar

from msgspec import Struct
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kistui.formatting.cells import Cell, Line
from kistui.i18n.translations import Translations
from kistui.tui import keymap
from kistui.tui.screens.dialog import Dialog
from kistui.tui.theme import to_content


class Choice(Struct, frozen=True):
    """One entry: its value, its label, and whether it is disabled."""

    value: str
    label: Line
    disabled: bool = False


async def confirm(app: App[Any], t: Translations, action: str, title: str, hint: str) -> bool:
    """Ask before `act`, whose words are `<act>_no` and `<act>_yes`; no stands first."""
    choices = [Choice(answer, (Cell(f" {t(f'{action}_{answer}')}"),)) for answer in ("no", "yes")]
    return await app.push_screen_wait(SelectDialog(title, choices, hint=hint)) == "yes"


class SelectDialog(Dialog[str | None]):
    """Returns the chosen value, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.DIALOG))

    def __init__(
        self, title: str, choices: Sequence[Choice], *, hint: str, selected: str | None = None
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._hint = hint
        self._selected = selected

    def compose(self) -> ComposeResult:
        """Compose the list and a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._title)
            yield OptionList(
                *(
                    Option(to_content([choice.label]), id=choice.value, disabled=choice.disabled)
                    for choice in self._choices
                )
            )
            yield Static(Content(self._hint), classes="dialog-hint")

    def on_mount(self) -> None:
        """Put the cursor on the present value."""
        values = [choice.value for choice in self._choices]
        if self._selected in values:
            self.query_one(OptionList).highlighted = values.index(self._selected)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the chosen value."""
        self.dismiss(event.option_id)

    def action_cancel(self) -> None:
        """Close without a result."""
        self.dismiss(None)
