"""Runs kistui with a parser of the terminal's input that fails at an `x`."""

from collections.abc import Iterable
from typing import NoReturn

from textual._xterm_parser import XTermParser
from textual.message import Message

from kistui.cli import run_process

feed = XTermParser.feed


def failing_feed(self: XTermParser, data: str) -> Iterable[Message]:
    if "x" in data:
        raise LookupError(data)
    return feed(self, data)


def run() -> NoReturn:
    """Run kistui with the arguments of the process."""
    setattr(XTermParser, "feed", failing_feed)  # noqa: B010  # a method cannot be assigned
    run_process()
