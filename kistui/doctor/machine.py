"""The machine and the terminal: versions, what the terminal says it can do, the locale."""

import locale
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from kistui import __version__
from kistui.models.diagnostics import CheckResult, CheckStatus
from kistui.models.text import clean_text, mask_secrets

CHECKED_PACKAGES = ("textual", "rich", "httpx", "keyring", "cryptography")


def check_machine(environ: Mapping[str, str]) -> tuple[CheckResult, ...]:
    """Versions, terminal, locale; nothing is asked of the terminal."""
    return (*_check_versions(), *_check_terminal(environ), *_check_locale(environ))


def _check_versions() -> Iterator[CheckResult]:
    def found(name: str, value: str, health: CheckStatus = CheckStatus.OK) -> CheckResult:
        return CheckResult(group="versions", name=name, value=value, status=health)

    yield found("kistui", __version__)
    yield found("python", f"{platform.python_implementation()} {platform.python_version()}")
    for name in CHECKED_PACKAGES:
        try:
            yield found(name, version(name))
        except PackageNotFoundError:
            yield found(name, "-", CheckStatus.FAILED)
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    yield found("platform", system)


def _check_terminal(environ: Mapping[str, str]) -> Iterator[CheckResult]:
    def found(name: str, value: str, fault: str = "") -> CheckResult:
        health = CheckStatus.WARNING if fault else CheckStatus.OK
        return CheckResult(group="terminal", name=name, value=value, status=health, problem=fault)

    streams = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    ttys = [name for name, stream in streams.items() if stream is not None and stream.isatty()]
    yield found("tty", ", ".join(ttys) or "-")
    term = _sanitize(environ.get("TERM", ""))
    yield found("term", term or "-", "no_term" if term in ("", "dumb") else "")
    yield found("colorterm", _sanitize(environ.get("COLORTERM", "")) or "-")
    if environ.get("NO_COLOR"):
        yield found("no_color", "NO_COLOR")
    yield _check_terminal_size(ttys)
    around = {"tmux": "TMUX", "screen": "STY", "ssh": "SSH_CONNECTION"}
    yield found(
        "around", ", ".join(name for name, key in around.items() if environ.get(key)) or "-"
    )
    # To measure it, the terminal would have to be written to.
    yield CheckResult(
        group="terminal",
        name="ambiguous",
        value="?",
        status=CheckStatus.SKIPPED,
        problem="not_asked",
    )


def _check_terminal_size(ttys: list[str]) -> CheckResult:
    for name in ttys:
        with suppress(OSError, ValueError):
            size = os.get_terminal_size({"stdin": 0, "stdout": 1, "stderr": 2}[name])
            small = size.columns < 60 or size.lines < 20
            return CheckResult(
                group="terminal",
                name="size",
                value=f"{size.columns}x{size.lines}",
                status=CheckStatus.WARNING if small else CheckStatus.OK,
                problem="small" if small else "",
            )
    return CheckResult(group="terminal", name="size", value="-", status=CheckStatus.SKIPPED)


def _check_locale(environ: Mapping[str, str]) -> Iterator[CheckResult]:
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    said = [f"{name}={_sanitize(environ[name])}" for name in names if environ.get(name)]
    yield CheckResult(group="locale", name="variables", value=" ".join(said) or "-")
    encoding = locale.getencoding()
    is_utf8 = encoding.lower().replace("-", "") == "utf8" or bool(sys.flags.utf8_mode)
    yield CheckResult(
        group="locale",
        name="encoding",
        value=encoding,
        status=CheckStatus.OK if is_utf8 else CheckStatus.WARNING,
        problem="" if is_utf8 else "not_utf8",
    )


def _sanitize(raw: str) -> str:
    return mask_secrets(clean_text(raw))[:40]
