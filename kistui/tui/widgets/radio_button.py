"""A radio button that says whether it is on without colour."""

from textual.content import Content
from textual.widgets import RadioButton


class PlainRadioButton(RadioButton):
    """Shows `(●)` or `( )`; Textual's own shows the same dot in another colour."""

    @property
    def _button(self) -> Content:
        return Content("(●)" if self.value else "( )")
