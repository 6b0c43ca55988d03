"""One question with one line for its answer, in a box over the screen."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from kistui.ui import keys
from kistui.ui.screens.dialog import Dialog
from kistui.ui.widgets.secret_input import SecretInput


class AskScreen(Dialog[str | None]):
    """Answers what was typed, or `None`.

    With `expected`, only that answer is taken: for acts that cannot be undone.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.DIALOG))

    def __init__(
        self,
        title: str,
        text: str,
        *,
        hint: str,
        is_secret: bool = False,
        expected: str | None = None,
        value: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._hint = hint
        self._is_secret = is_secret
        self._expected = expected
        self._value = value

    def compose(self) -> ComposeResult:
        """The question, the field and a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._title)
            yield Static(Content(self._text), classes="dialog-text")
            if self._is_secret:
                yield SecretInput(id="answer")
            else:
                field = Input(self._value, id="answer", compact=True)
                field.cursor_blink = False
                yield field
            yield Static(Content(self._hint), classes="dialog-hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Done, if it is an answer."""
        answer = event.value if self._is_secret else event.value.strip()
        if not answer or (self._expected is not None and answer != self._expected):
            event.input.add_class("-invalid")
            self.app.bell()
            return
        self.dismiss(answer)

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
