"""Dialog with one question and one input line."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from kistui.tui import keymap
from kistui.tui.screens.dialog import Dialog
from kistui.tui.widgets.secret_input import SecretInput


class PromptDialog(Dialog[str | None]):
    """Answers what was typed, or `None`.

    With `expected`, only that answer is taken: for acts that cannot be undone.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.DIALOG))

    def __init__(
        self,
        title: str,
        text: str,
        *,
        hint: str,
        password: bool = False,
        required_answer: str | None = None,
        value: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._hint = hint
        self._password = password
        self._required_answer = required_answer
        self._value = value

    def compose(self) -> ComposeResult:
        """Compose the question, the field and a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._title)
            yield Static(Content(self._text), classes="dialog-text")
            if self._password:
                yield SecretInput(id="answer")
            else:
                field = Input(self._value, id="answer", compact=True)
                field.cursor_blink = False
                yield field
            yield Static(Content(self._hint), classes="dialog-hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the input if it is valid."""
        answer = event.value if self._password else event.value.strip()
        if not answer or (self._required_answer is not None and answer != self._required_answer):
            event.input.add_class("-invalid")
            self.app.bell()
            return
        self.dismiss(answer)

    def action_cancel(self) -> None:
        """Close without a result."""
        self.dismiss(None)
