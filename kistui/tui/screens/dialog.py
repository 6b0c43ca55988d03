"""Base of dialogs; its style sheet is loaded with the first one."""

from pathlib import PurePath
from typing import ClassVar, Generic, TypeVar

from textual.screen import ModalScreen

T = TypeVar("T")


class Dialog(ModalScreen[T], Generic[T]):
    """Modal dialog with a result of type `T`."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "dialogs.tcss"

    def __init__(self, classes: str = "") -> None:
        super().__init__(classes=f"dialog {classes}")
