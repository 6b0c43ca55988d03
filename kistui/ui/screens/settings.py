"""Settings: a row each, changed with the arrows, in force and on disk at once."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kistui.models.record import record, replace
from kistui.ui import keys
from kistui.ui.screens.dialog import Dialog
from kistui.ui.theme import content
from kistui.formatting.cells import Cell, Line, Role, pad, display_width
from kistui.i18n.translations import Translations

Value = str | int | bool | None


@record
class Setting:
    """A row: its key in `config.toml`, the values there are, which of them holds."""

    key: str
    values: tuple[Value, ...]
    at: int

    @property
    def value(self) -> Value:
        """The one that holds."""
        return self.values[self.at]

    def moved(self, step: int) -> "Setting":
        """With the value `step` places on."""
        return replace(self, at=(self.at + step) % len(self.values))


class SettingsScreen(Dialog[None]):
    """Tells `change` of every choice."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.SETTINGS))

    def __init__(
        self, settings: Sequence[Setting], words: Translations, change: Callable[[Setting], None]
    ) -> None:
        super().__init__()
        self._settings = list(settings)
        self._words = words
        self._change = change

    def compose(self) -> ComposeResult:
        """The rows and a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._words("settings.title"))
            yield OptionList(*(Option("") for _ in self._settings))
            yield Static(classes="dialog-hint")

    def on_mount(self) -> None:
        """Fill the rows."""
        self.reword()
        self.query_one(OptionList).highlighted = 0

    def reword(self) -> None:
        """All words anew."""
        self.query_one(".dialog-box").border_title = Content(self._words("settings.title"))
        self.query_one(Static).update(Content(self._words("settings.hint")))
        for at in range(len(self._settings)):
            self._paint(at)

    def action_change(self, step: int) -> None:
        """Another value for the row under the cursor."""
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self._settings[at] = self._settings[at].moved(step)
            self._change(self._settings[at])
            self._paint(at)

    def _paint(self, at: int) -> None:
        self.query_one(OptionList).replace_option_prompt_at_index(at, content([self._line(at)]))

    def _line(self, at: int) -> Line:
        words, row = self._words, self._settings[at]
        room = max(display_width(words(f"settings.{each.key}")) for each in self._settings) + 2
        label = Cell(f" {pad(words(f'settings.{row.key}'), room)}", Role.LABEL)
        return (label, Cell("‹ ", Role.DIM), Cell(shown(row.value, words)), Cell(" ›", Role.DIM))

    def action_cancel(self) -> None:
        """Back; what was chosen holds already."""
        self.dismiss()


def shown(value: Value, words: Translations) -> str:
    """A value in words."""
    if value is None:
        return words("settings.auto")
    if isinstance(value, bool):
        return words("settings.yes" if value else "settings.no")
    key = f"settings.{value}"
    return words(key) if key in words else str(value)
