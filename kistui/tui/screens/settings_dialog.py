"""Settings dialog: one row per setting, applied and saved at once."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kistui.formatting.cells import Cell, Line, Role, display_width, pad
from kistui.i18n.translations import Translations
from kistui.models.settings import TomlValue
from kistui.tui import keymap
from kistui.tui.screens.dialogs import Dialog
from kistui.tui.theme import to_content


class SettingRow(Struct, frozen=True):
    """One setting: its field and key, the values offered, and the index of the present value."""

    name: str
    key: str
    values: tuple[TomlValue, ...]
    index: int

    @property
    def value(self) -> TomlValue:
        """The present value."""
        return self.values[self.index]

    def shifted(self, step: int) -> "SettingRow":
        """Return the row with the value `step` places on."""
        return replace(self, index=(self.index + step) % len(self.values))


class SettingsDialog(Dialog[None]):
    """Calls `on_change` with the row of each setting that the user changes."""

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.SETTINGS))

    def __init__(
        self,
        rows: Sequence[SettingRow],
        t: Translations,
        on_change: Callable[[SettingRow], None],
    ) -> None:
        super().__init__()
        self._rows = list(rows)
        self._t = t
        self._on_change = on_change

    def compose(self) -> ComposeResult:
        """Compose the rows and a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._t("settings.title"))
            yield OptionList(*(Option("") for _ in self._rows))
            yield Static(classes="dialog-hint")

    def on_mount(self) -> None:
        """Fill the rows."""
        self._refresh_view()
        self.query_one(OptionList).highlighted = 0

    def _refresh_view(self) -> None:
        self.query_one(".dialog-box").border_title = Content(self._t("settings.title"))
        self.query_one(Static).update(Content(self._t("settings.hint")))
        for index in range(len(self._rows)):
            self._refresh_row(index)

    def action_change_value(self, step: int) -> None:
        """Change the value of the row under the cursor."""
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self._rows[index] = self._rows[index].shifted(step)
            self._on_change(self._rows[index])
            self._refresh_view()  # the setting may be the language

    def _refresh_row(self, index: int) -> None:
        self.query_one(OptionList).replace_option_prompt_at_index(
            index, to_content([self._row_line(index)])
        )

    def _row_line(self, index: int) -> Line:
        t, row = self._t, self._rows[index]
        label_width = max(display_width(t(f"settings.{setting.key}")) for setting in self._rows) + 1
        label = Cell(f" {pad(t(f'settings.{row.key}'), label_width)}", Role.LABEL)
        return (
            label,
            Cell("‹ ", Role.DIM),
            Cell(format_value(row.value, t)),
            Cell(" ›", Role.DIM),
        )

    def action_cancel(self) -> None:
        """Close; changes are already applied."""
        self.dismiss()


def format_value(value: TomlValue, t: Translations) -> str:
    """Return a value as text."""
    if value is None:
        return t("settings.auto")
    if isinstance(value, bool):
        return t("settings.yes" if value else "settings.no")
    key = f"settings.{value}"
    return t(key) if key in t else str(value)
