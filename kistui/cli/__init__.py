"""The command line: `main` runs a command, `run_process` is the program.

Each command imports what it needs when it runs, to start fast.
"""

import errno
import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

from kistui.cli.garbage import STARTUP_THRESHOLD
from kistui.cli.signals import received_signal, signals_raised

if TYPE_CHECKING:
    from kistui.errors import KistuiError
    from kistui.i18n.translations import Translations

EXIT_INTERRUPTED = 130
"""Other exit codes: 0 success, 1 failed call, 2 usage, 3 credentials missing or refused."""


def run_process() -> NoReturn:
    """Run `kistui` and end the process without Python's shutdown.

    The shutdown frees each object, for seconds on a busy machine, and stops the thread that ends
    a process whose terminal is gone.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Before and after `main`, Ctrl+C ends the process without a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        code = main()
    except SystemExit as error:  # raised by argparse or a signal handler
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `kistui` with `arguments`, by default those of the process; return the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    _replace_closed_streams()
    threshold = gc.get_threshold()
    # Imports leave hardly any garbage; collecting it would take a tenth of the startup.
    gc.set_threshold(STARTUP_THRESHOLD, *threshold[1:])
    try:
        with signals_raised():
            return _run_command(arguments)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    finally:
        gc.set_threshold(*threshold)


def _load_translations(arguments: Sequence[str]) -> "Translations":
    from kistui.i18n import load_translations

    return load_translations(_resolve_language(arguments))


def _resolve_language(arguments: Sequence[str]) -> str:
    """Return the language: `--lang`, else the setting, else the locale's.

    The other arguments are parsed later, with errors in this language; an invalid `--lang` is
    ignored here.
    """
    from kistui.i18n import LANGUAGES, detect_language
    from kistui.storage.config import configured_language
    from kistui.storage.paths import default_paths

    chosen = None
    for argument, following in pairwise([*arguments, ""]):
        name, equals_sign, value = argument.partition("=")
        language = value if equals_sign else following
        if name == "--lang" and language in LANGUAGES:
            chosen = language
    if chosen:
        return chosen
    return configured_language(default_paths().config_file) or detect_language(os.environ)


def _parse_arguments(arguments: Sequence[str], t: "Translations") -> Any:
    if arguments:
        from kistui.cli.parser import parse_arguments

        return parse_arguments(arguments, t)
    from types import SimpleNamespace

    from kistui.cli.commands import APP_OPTIONS

    # The app usually starts like this, and argparse with a parser takes half a MiB.
    return SimpleNamespace(**APP_OPTIONS)


def _run_command(arguments: Sequence[str]) -> int:
    _force_utf8()
    t = _load_translations(arguments)
    try:
        code = _parse_and_run(arguments, t)
        sys.stdout.flush()
        if isinstance(sys.stdout, ClosedStream) and sys.stdout.has_lost_text:
            _print_notice(t("cli.no_output"))
            code = code or 1
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001  # bugs end in a sentence too
        number = received_signal()
        return 128 + number if number else _exit_code_for(error, t)
    return code


def _parse_and_run(arguments: Sequence[str], t: "Translations") -> int:
    """Run the command; return its exit code."""
    from importlib import import_module

    from kistui.cli.commands import APP, COMMANDS

    try:
        options = _parse_arguments(arguments, t)
    except SystemExit as error:
        if error.code:  # a usage error, which is printed already
            raise
        return 0  # the help or the version
    module = COMMANDS[options.command] if options.command else APP
    return int(import_module(module).run(options, t))


def _exit_code_for(error: BaseException, t: "Translations") -> int:
    """Print the error as sentences instead of a traceback; return its exit code."""
    from kistui.cli.output import UsageError, print_usage_error
    from kistui.errors import InternalError, KistuiError

    match error:
        case UsageError():
            return print_usage_error(str(error), error.hint)
        case KistuiError():
            return _print_error(error, t)
        case KeyboardInterrupt():
            return EXIT_INTERRUPTED
        case BrokenPipeError():  # the reader of the pipe has exited
            _discard_stdout()
            return 0
        case OSError(errno=errno.ENOSPC | errno.EIO | errno.EFBIG):
            _discard_stdout()
            _print_notice(t("cli.cannot_write", reason=_describe_os_error(error, t)))
            return 1
        case _:
            _log_crash(error)
            return _print_error(InternalError.from_exception(error), t)


def _log_crash(error: BaseException) -> None:
    """Record the crash in the log if it can be written."""
    with suppress(Exception):
        from kistui.services.call_log import CallLog
        from kistui.storage.paths import default_paths

        CallLog(default_paths().log_file).record_crash(error)


class ClosedStream(TextIOWrapper):
    """The null device in place of a stream that the caller closed."""

    has_lost_text = False

    def write(self, text: str) -> int:
        """Lose the text."""
        self.has_lost_text = self.has_lost_text or bool(text)
        return super().write(text)


def _replace_closed_streams() -> None:
    """Open the null device for streams that the caller closed.

    Python sets them to None, and `print(file=None)` would write errors to stdout. A file that is
    opened later could get the number of a closed stream.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            null = open(os.devnull, f"{mode}b")  # noqa: PTH123, SIM115
            setattr(sys, name, ClosedStream(null, encoding="utf-8"))


def _force_utf8() -> None:
    """Write UTF-8 whatever the locale is: Hangul and table frames need it."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        if isinstance(stream, TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _discard_stdout() -> None:
    """Send the interpreter's last flush to /dev/null, where it cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_error(error: "KistuiError", t: "Translations") -> int:
    from kistui.formatting.error_text import describe_error

    description = describe_error(error, t)
    _print_notice(description.summary, description.server_message, description.hint)
    return error.exit_code


def _describe_os_error(error: OSError, t: "Translations") -> str:
    from kistui.formatting.error_text import describe_reason
    from kistui.storage.files import errno_name

    return describe_reason(errno_name(error), t)


def _print_notice(sentence: str, *lines: str) -> None:
    from kistui.cli.output import print_notice

    print_notice(f"kistui: {sentence}", *lines)
