"""Answers and secrets that a command reads from the terminal or from stdin."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from getpass import getpass

from kistui.cli.signals import received_signal
from kistui.errors import PassphraseRequiredError

MAX_INPUT_LENGTH = 8192
"""Bytes of a line of stdin; no app secret is longer."""


def read_line() -> str:
    """Read a line of stdin, such as an answer, without its end; a long line is cut off."""
    return sys.stdin.readline(MAX_INPUT_LENGTH).rstrip("\r\n")


def read_secret_lines() -> tuple[str, str]:
    """Read two lines of stdin; code page 949, UTF-16 and a byte order mark are decoded.

    Raises CredentialImportError.
    """
    from kistui.storage.importers import decode_text

    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:  # a stdin that was replaced by text
        return read_line(), read_line()
    content = stream.readline(MAX_INPUT_LENGTH)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        content += stream.read(MAX_INPUT_LENGTH)  # UTF-16 has no lines of bytes
    else:
        content += stream.readline(MAX_INPUT_LENGTH)
    first, second, *_ = [*decode_text(content, "stdin").splitlines(), "", ""]
    return first, second


def prompt_secret(prompt: str) -> str:
    """Read a secret without echo; raises PassphraseRequiredError without a terminal."""
    if not sys.stdin.isatty():
        raise PassphraseRequiredError(reason="no_terminal")
    try:
        with _hidden_when_continued(f"{prompt}: "):
            return getpass(f"{prompt}: ")
    except KeyboardInterrupt:
        print(file=sys.stderr)  # the shell's prompt begins a line
        raise


@contextmanager
def _hidden_when_continued(prompt: str) -> Iterator[None]:
    """Hide what is typed, and repeat the prompt, when `fg` continues the process after Ctrl+Z.

    The shell has shown what is typed in between, and `getpass` notices nothing of it.
    """
    if sys.platform == "win32":
        yield
        return
    import signal
    import termios

    def hide(*_: object) -> None:
        if received_signal() is not None:
            return  # `kill %1` continues it too, and `getpass` has restored the terminal
        with suppress(termios.error):  # `fg` after `bg` interrupts it, and calls it again
            attributes = termios.tcgetattr(sys.stdin)
            attributes[3] &= ~termios.ECHO
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, attributes)
            print(prompt, end="", file=sys.stderr, flush=True)

    previous_handler = signal.signal(signal.SIGCONT, hide)
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, previous_handler)
