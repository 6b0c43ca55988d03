"""One titled group of the summary."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from kistui.ui.theme import content
from kistui.view.boxes import Box


class SummaryBox(Widget):
    """Lays a `Box` out in its own width."""

    box: reactive[Box | None] = reactive(None, layout=True)
    dimmed = reactive(False)
    """Whether the figures are old."""

    def watch_box(self, box: Box | None) -> None:
        """The title stands in the frame."""
        self.border_title = Content(box.title) if box else None

    def render(self) -> Content:
        """The box's lines."""
        if self.box is None:
            return Content("")
        return content(self.box.lines(self.content_size.width), dimmed=self.dimmed)
