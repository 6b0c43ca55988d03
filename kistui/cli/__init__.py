"""The command line. Each command imports what it needs when it runs: start-up time is a feature."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kistui import __version__

if TYPE_CHECKING:
    from kistui.errors import KistuiError
    from kistui.view.words import Words

USAGE, INTERRUPTED = 2, 130
"""Exit codes; 0 is done, 1 a failed call, 3 credentials missing or refused."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `kistui` with these arguments; returns the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if arguments == ["--version"]:  # before argparse is imported: people put this in prompts
        print(f"kistui {__version__}")
        return 0
    from kistui.cli.parser import build_parser, language_of
    from kistui.errors import InternalError, KistuiError
    from kistui.locale import load

    words = load(language_of(arguments, os.environ))
    options = build_parser(words).parse_args(arguments)
    try:
        code: int = options.run(options, words)
    except KistuiError as error:
        return _fail(error, words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has left; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  # the last stop: a sentence, not a traceback
        return _fail(InternalError.from_exception(error), words)
    return code


def _fail(error: "KistuiError", words: "Words") -> int:
    from kistui.view.status import error_text

    told = error_text(error, words)
    for line in (f"kistui: {told.title}. {told.message}", told.said, told.hint):
        if line:
            print(line, file=sys.stderr)
    return error.exit_code
