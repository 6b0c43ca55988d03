"""Dialogs for a single input: a text, a choice, a theme, the columns of the holdings."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from unicodedata import normalize

from msgspec import Struct
from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.types import CSSPathType
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from kistui.errors import WrongPassphraseError
from kistui.formatting.cells import Cell, Line, Role, display_width, pad
from kistui.formatting.holding_columns import HOLDING_COLUMNS
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.values import DOWN_ARROW, UP_ARROW
from kistui.i18n.translations import Translations
from kistui.models.calls import NOTICEABLE_WAIT
from kistui.tui import keymap
from kistui.tui.theme import to_content
from kistui.tui.widgets.inputs import SecretInput, TextInput

if TYPE_CHECKING:
    from kistui.services.profile_secrets import ProfileSecrets

T = TypeVar("T")


class Dialog(ModalScreen[T], Generic[T]):
    """Modal dialog with a result of type `T`, or `None` if it was cancelled."""

    CSS_PATH: ClassVar[CSSPathType | None] = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.DIALOG))

    def __init__(self, classes: str = "") -> None:
        super().__init__(classes=f"dialog {classes}")
        self._says_how_to_leave = False
        self._late_results: list[T] = []

    def on_unmount(self) -> None:
        """Remove the advice about the dialog's keys, which do something else on the page."""
        if self._says_how_to_leave:
            self.app.clear_notifications()

    def action_cancel(self) -> None:
        """Close without a result."""
        self.dismiss(None)

    def close(self, result: T) -> None:
        """Close with the result of a worker, at once or when no other screen covers the dialog."""
        self._late_results.append(result)
        self._close_if_done()

    def on_screen_resume(self) -> None:
        """Close if a worker has ended meanwhile."""
        self._close_if_done()

    def _close_if_done(self) -> None:
        if self._late_results and self.is_active:
            self.dismiss(self._late_results.pop())

    async def action_interrupt(self) -> None:
        """Copy what is selected, and show how to close the dialog and how to quit."""
        field = self.focused
        if isinstance(field, Input) and field.selected_text:
            field.action_copy()
        self._says_how_to_leave = True
        await self.run_action("app.help_quit")


class PromptDialog(Dialog[str | None]):
    """Returns the typed text, or `None`.

    With `required_answer`, for actions that cannot be undone, only that text is accepted, and
    `mismatch` is shown for any other. `error` is why the previous answer was rejected.
    """

    def __init__(
        self,
        title: str,
        text: str,
        *,
        hint: str,
        password: bool = False,
        required_answer: str | None = None,
        mismatch: str = "",
        value: str = "",
        error: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._hint = hint
        self._password = password
        self._required_answer = required_answer
        self._mismatch = mismatch
        self._value = value
        self._error = error

    def compose(self) -> ComposeResult:
        """Compose the question, the field and a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._title)
            yield Static(Content(self._text), classes="dialog-text")
            if self._password:
                yield SecretInput(id="answer", keeps_blanks=True)
            else:
                yield TextInput(self._value, id="answer")
            yield Static(id="answer-error")
            yield Static(Content(self._hint), classes="dialog-hint")

    def on_mount(self) -> None:
        """Show why the previous answer was rejected."""
        self._show_error(self._error)

    def _show_error(self, text: str) -> None:
        line = self.query_one("#answer-error", Static)
        line.update(Content(text))
        line.display = bool(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the input if it is valid."""
        answer = event.value if self._password else event.value.strip()
        if not answer or (self._required_answer is not None and answer != self._required_answer):
            event.input.add_class("-invalid")
            self._show_error(self._mismatch)
            self.app.bell()
            return
        self.dismiss(answer)


class WaitDialog(Dialog[None]):
    """Keeps the keys from what is below until something that cannot be cancelled has ended.

    It is seen after a wait that is long enough to be noticed, or when a key asks to close it.
    """

    def __init__(self, text: str, t: Translations) -> None:
        super().__init__(classes="wait-dialog")
        self._text = text
        self._t = t
        self._answer = Content("")

    def compose(self) -> ComposeResult:
        """Compose what is waited for, and an answer to a key."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._t("wait_dialog.title"))
            yield Static(Content(self._text), classes="dialog-text")
            yield Static(self._answer, id="wait-answer")
            yield Static(Content(self._t("wait_dialog.hint")), classes="dialog-hint")

    def on_mount(self) -> None:
        """Show the dialog once the wait can be noticed."""
        self.set_timer(NOTICEABLE_WAIT, self._show)

    def _show(self) -> None:
        self.add_class("-shown")

    def action_cancel(self) -> None:
        """Say that the dialog closes on its own."""
        self._show()
        self._answer = Content(self._t("wait_dialog.not_cancellable"))
        for line in self.query("#wait-answer").results(Static):  # none yet right after opening
            line.update(self._answer)

    async def action_interrupt(self) -> None:
        """Say the same."""
        self.action_cancel()


async def run_to_end(
    app: App[Any], t: Translations, text: str, work: Callable[[], Awaitable[T]]
) -> T:
    """Return the result of `work`; meanwhile no key leaves the page, and a dialog shows `text`."""
    dialog = WaitDialog(text, t)
    try:
        await app.push_screen(dialog)
        return await work()
    finally:
        dialog.close(None)


DIALOG_WIDTH = 76
"""The width of a dialog where there is room, as in `dialogs.tcss`."""
SORT_KEYS = "0123456789abcdefghi"
"""The keys of the columns in the dialog of sort orders, in the order of the columns."""


def list_width(screen_width: int) -> int:
    """Return the columns of a line in a list of choices: a dialog's, without its frame."""
    return min(screen_width, DIALOG_WIDTH) - 4


class Choice(Struct, frozen=True):
    """An entry: its value, its label, and whether it is disabled."""

    value: str
    label: Line
    disabled: bool = False


class RejectedAnswerError(Exception):
    """An answer that cannot be accepted; its text is the reason that the dialog shows."""


async def prompt_until_valid(
    app: App[Any],
    check: Callable[[str], Awaitable[T]],
    title: str,
    text: str,
    *,
    value: str = "",
    **options: Any,
) -> T | None:
    """Ask until `check` accepts the answer and return its result; `None` if the dialog is left.

    `check` raises RejectedAnswerError: then the answer stays, with the reason below.
    """
    reason = ""
    while True:
        answer = await app.push_screen_wait(
            PromptDialog(title, text, value=value, error=reason, **options)
        )
        if answer is None:
            return None
        try:
            return await check(answer)
        except RejectedAnswerError as error:
            value, reason = answer, str(error)


async def ask_passphrase(app: App[Any], t: Translations, secrets: "ProfileSecrets") -> bool:
    """Ask for the passphrase of the encrypted file until it is right, or twice for a new one.

    Return whether it was given. Raises StorageError for a file that no passphrase opens.
    """
    title, hint = t("passphrase.title"), t("prompt_dialog.hint")
    is_new = not secrets.has_encrypted_file

    async def unlock(passphrase: str) -> bool:
        if is_new:
            confirmation = await app.push_screen_wait(
                PromptDialog(title, t("passphrase.confirm"), hint=hint, password=True)
            )
            if confirmation is None:
                return False
            if normalize("NFC", confirmation) != normalize("NFC", passphrase):
                raise RejectedAnswerError(t("passphrase.not_same"))
        try:
            await asyncio.to_thread(secrets.unlock, passphrase)
        except WrongPassphraseError as error:
            raise RejectedAnswerError(t("passphrase.again")) from error
        return True

    text = t("passphrase.new" if is_new else "passphrase.text")
    return bool(await prompt_until_valid(app, unlock, title, text, hint=hint, password=True))


async def confirm(app: App[Any], t: Translations, action: str, title: str, hint: str) -> bool:
    """Ask as `ask` does before an action; return whether the answer is yes."""
    return await ask(app, t, action, title, hint) is True


async def ask(app: App[Any], t: Translations, action: str, title: str, hint: str) -> bool | None:
    """Let the user choose between the texts `<action>_no` and `<action>_yes`.

    Return whether the answer is yes; `None` if the dialog is left.
    """
    choices = [Choice(answer, (Cell(f" {t(f'{action}_{answer}')}"),)) for answer in ("no", "yes")]
    answer = await app.push_screen_wait(SelectDialog(title, choices, hint=hint))
    return None if answer is None else answer == "yes"


class SelectDialog(Dialog[str | None]):
    """Returns the chosen value, or `None`."""

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


class SortDialog(SelectDialog):
    """Returns the name of the column to sort by, "" for KIS's order; digits and letters choose."""

    def __init__(
        self, t: Translations, names: Sequence[str], view_state: HoldingsViewState
    ) -> None:
        arrow = DOWN_ARROW if view_state.descending else UP_ARROW
        selected = view_state.sort_column or ""
        self._names_by_key = dict(zip(SORT_KEYS, names, strict=False))
        choices = []
        for key, name in self._names_by_key.items():
            title = t(f"column.{name}") if name else t("sort_dialog.kis_order")
            mark = f" {arrow}" if name and name == selected else ""
            choices.append(Choice(name, (Cell(f" {key}  ", Role.DIM), Cell(f"{title}{mark}"))))
        super().__init__(
            t("sort_dialog.title"), choices, hint=t("sort_dialog.hint"), selected=selected
        )

    def on_key(self, event: Key) -> None:
        """Choose the column of a digit or letter."""
        name = self._names_by_key.get(event.character or "")
        if name is not None:
            event.stop()
            self.dismiss(name)


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


class ColumnSelection(Struct, frozen=True):
    """The chosen columns; `None` means all that fit."""

    columns: tuple[str, ...] | None


class ColumnsDialog(Dialog[ColumnSelection | None]):
    """Returns the chosen columns; the name is always shown and not listed.

    `dropped_columns` returns which of the chosen columns do not fit into the table.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.COLUMNS))

    def __init__(
        self,
        t: Translations,
        selected: tuple[str, ...] | None,
        dropped_columns: Callable[[tuple[str, ...] | None], Container[str]],
    ) -> None:
        super().__init__()
        self._t = t
        self._dropped_columns = dropped_columns
        self._names = [column.name for column in HOLDING_COLUMNS if column.name != "name"]
        self.chosen = set(self._names if selected is None else selected)

    def compose(self) -> ComposeResult:
        """Compose the list and a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._t("holdings.columns_title"))
            yield OptionList(*(Option("", id=name) for name in self._names))
            yield Static(Content(self._t("holdings.columns_hint")), classes="dialog-hint")

    def on_mount(self) -> None:
        """Show what is chosen."""
        self.query_one(OptionList).highlighted = 0
        self._refresh_rows()

    @property
    def _columns(self) -> tuple[str, ...] | None:
        """The chosen columns in order; all are the same as no choice."""
        columns = tuple(name for name in self._names if name in self.chosen)
        return None if len(columns) == len(self._names) else columns

    def _refresh_rows(self) -> None:
        t, options = self._t, self.query_one(OptionList)
        dropped = self._dropped_columns(self._columns)
        label_width = max(display_width(t(f"column.{name}")) for name in self._names) + 2
        for index, name in enumerate(self._names):
            is_chosen = name in self.chosen
            note = t("holdings.column_dropped") if is_chosen and name in dropped else ""
            line = (
                Cell(" [x] " if is_chosen else " [ ] "),
                Cell(pad(t(f"column.{name}"), label_width)),
                Cell(note, Role.DIM),
            )
            options.replace_option_prompt_at_index(index, to_content([line]))

    def action_mark(self) -> None:
        """Select or deselect the column under the cursor."""
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.chosen ^= {self._names[index]}
            self._refresh_rows()

    @on(OptionList.OptionSelected)
    def _option_clicked(self) -> None:
        self.action_mark()

    def action_mark_all(self) -> None:
        """Choose all columns."""
        self.chosen = set(self._names)
        self._refresh_rows()

    def action_done(self) -> None:
        """Return the chosen columns."""
        self.dismiss(ColumnSelection(self._columns))
