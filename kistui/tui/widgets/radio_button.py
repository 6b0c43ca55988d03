"""Radio button whose state is visible without colour."""

from textual.content import Content
from textual.widgets import RadioButton


class PlainRadioButton(RadioButton):
    """Shows `(●)` or `( )`; Textual's own only changes the colour of the dot."""

    @property
    def _button(self) -> Content:
        return Content("(●)" if self.value else "( )")
