"""A short list to choose from, in a box over the screen."""

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
    """One entry: what it stands for, how it looks, whether it can be had."""

    value: str
    label: Line
    disabled: bool = False


async def confirm(app: App[Any], t: Translations, action: str, title: str, hint: str) -> bool:
    """Ask before `act`, whose words are `<act>_no` and `<act>_yes`; no stands first."""
    choices = [Choice(answer, (Cell(f" {t(f'{action}_{answer}')}"),)) for answer in ("no", "yes")]
    return await app.push_screen_wait(SelectDialog(title, choices, hint=hint)) == "yes"


class SelectDialog(Dialog[str | None]):
    """Answers the value chosen, or `None`."""

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
        """The list and a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._title)
            yield OptionList(
                *(
                    Option(to_content([each.label]), id=each.value, disabled=each.disabled)
                    for each in self._choices
                )
            )
            yield Static(Content(self._hint), classes="dialog-hint")

    def on_mount(self) -> None:
        """Start on what holds now."""
        values = [each.value for each in self._choices]
        if self._selected in values:
            self.query_one(OptionList).highlighted = values.index(self._selected)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Done."""
        self.dismiss(event.option_id)

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
