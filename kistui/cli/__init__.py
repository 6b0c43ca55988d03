"""The command line. Each command imports what it needs when it runs: start-up time is a feature."""

import errno
import gc
import os
import sys
from io import TextIOWrapper

from kistui import __version__

TYPE_CHECKING = False  # `typing` would take longer to import than --version takes
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kistui.errors import KistuiError
    from kistui.i18n.translations import Translations

EXIT_USAGE, EXIT_INTERRUPTED = 2, 130
"""Exit codes; 0 is done, 1 a failed call, 3 credentials missing or refused."""


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run `kistui` with these arguments; returns the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    # Before argparse is imported: this is the cheapest answer there is.
    if arguments == ["--version"]:
        print(f"kistui {__version__}")
        return 0
    usual = gc.get_threshold()
    # To import makes hardly any garbage: looking for it takes a twelfth of the start.
    gc.set_threshold(10_000, *usual[1:])
    try:
        return _run_command(arguments)
    finally:
        gc.set_threshold(*usual)


def _load_translations(arguments: "Sequence[str]") -> "Translations":
    from kistui.cli.language import resolve_language
    from kistui.i18n import load_translations

    return load_translations(resolve_language(arguments, os.environ))


def _run_command(arguments: "Sequence[str]") -> int:
    from kistui.cli.switches import app_options

    _force_utf8()
    t = _load_translations(arguments)
    options: Any = app_options(arguments)
    if options is None:
        from kistui.cli.parser import build_parser

        options = build_parser(t).parse_args(arguments)
    try:
        code: int = options.run(options, t)
        if sys.stdout is not None:
            sys.stdout.flush()
        elif options.command:  # closed by the caller: what was asked for went nowhere
            print(f"kistui: {t('cli.no_output')}", file=sys.stderr)
            code = code or 1
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001  # the last stop
        return _exit_code_for(error, t)
    return code


def _exit_code_for(error: BaseException, t: "Translations") -> int:
    """A sentence, not a traceback, and the exit code for it."""
    from kistui.errors import InternalError, KistuiError

    match error:
        case KistuiError():
            return _print_error(error, t)
        case KeyboardInterrupt():
            return EXIT_INTERRUPTED
        case BrokenPipeError():  # the reader of a pipe has left; nothing more can be said to it
            _discard_stdout()
            return 0
        case OSError(errno=errno.ENOSPC | errno.EIO | errno.EFBIG):
            _discard_stdout()
            print(f"kistui: {t('cli.cannot_write', reason=error.strerror)}", file=sys.stderr)
            return 1
        case _:
            _log_crash(error)
            return _print_error(InternalError.from_exception(error), t)


def _log_crash(error: BaseException) -> None:
    """Into the log, if that can still be done."""
    from contextlib import suppress

    with suppress(Exception):
        from kistui.services.call_log import CallLog
        from kistui.storage.paths import default_paths

        CallLog(default_paths().log_file).record_crash(error)


def _force_utf8() -> None:
    """Hangul and frames need it; a locale without it is a setting forgotten on a server."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        if isinstance(stream, TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _discard_stdout() -> None:
    """Let the interpreter's last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_error(error: "KistuiError", t: "Translations") -> int:
    from kistui.formatting.status import describe_error

    told = describe_error(error, t)
    for line in (f"kistui: {told.title}. {told.message}", told.server_message, told.hint):
        if line:
            print(line, file=sys.stderr)
    return error.exit_code
