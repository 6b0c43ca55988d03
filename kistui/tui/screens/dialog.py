"""A box over the screen: it brings its own style sheet when the first of them opens."""

from pathlib import PurePath
from typing import ClassVar, Generic, TypeVar

from textual.screen import ModalScreen

T = TypeVar("T")


class Dialog(ModalScreen[T], Generic[T]):
    """Answers a `T`."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "dialogs.tcss"

    def __init__(self, classes: str = "") -> None:
        super().__init__(classes=f"dialog {classes}")
