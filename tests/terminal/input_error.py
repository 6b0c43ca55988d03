"""Run the demo with a parser of the terminal's input that fails at an `x`.

python -m tests.terminal.input_error
"""

import sys
from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.message import Message

from kistui.cli import run_process

feed = XTermParser.feed


def failing_feed(self: XTermParser, data: str) -> Iterable[Message]:
    if "x" in data:
        raise LookupError(data)
    return feed(self, data)


if __name__ == "__main__":
    setattr(XTermParser, "feed", failing_feed)  # noqa: B010  # a method cannot be assigned
    sys.argv[1:] = ["--demo"]
    run_process()
