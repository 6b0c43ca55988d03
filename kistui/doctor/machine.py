"""The machine and the terminal: versions, what the terminal says it can do, the locale."""

import locale
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from kistui import __version__
from kistui.model.checks import Finding, Health
from kistui.model.masking import masked
from kistui.model.text import clean_text

PACKAGES = ("textual", "rich", "httpx", "keyring", "cryptography")


def look_at_machine(environ: Mapping[str, str]) -> tuple[Finding, ...]:
    """Versions, terminal, locale; nothing is asked of the terminal."""
    return (*_versions(), *_terminal(environ), *_locale(environ))


def _versions() -> Iterator[Finding]:
    def found(name: str, value: str, health: Health = Health.GOOD) -> Finding:
        return Finding(group="versions", name=name, value=value, health=health)

    yield found("kistui", __version__)
    yield found("python", f"{platform.python_implementation()} {platform.python_version()}")
    for name in PACKAGES:
        try:
            yield found(name, version(name))
        except PackageNotFoundError:
            yield found(name, "-", Health.BAD)
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    yield found("platform", system)


def _terminal(environ: Mapping[str, str]) -> Iterator[Finding]:
    def found(name: str, value: str, fault: str = "") -> Finding:
        health = Health.NOTE if fault else Health.GOOD
        return Finding(group="terminal", name=name, value=value, health=health, fault=fault)

    streams = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    ttys = [name for name, stream in streams.items() if stream is not None and stream.isatty()]
    yield found("tty", ", ".join(ttys) or "-")
    term = _word(environ.get("TERM", ""))
    yield found("term", term or "-", "no_term" if term in ("", "dumb") else "")
    yield found("colorterm", _word(environ.get("COLORTERM", "")) or "-")
    if environ.get("NO_COLOR"):
        yield found("no_color", "NO_COLOR")
    yield _size(ttys)
    around = {"tmux": "TMUX", "screen": "STY", "ssh": "SSH_CONNECTION"}
    yield found(
        "around", ", ".join(name for name, key in around.items() if environ.get(key)) or "-"
    )
    # To measure it, the terminal would have to be written to.
    yield Finding(
        group="terminal", name="ambiguous", value="?", health=Health.SKIPPED, fault="not_asked"
    )


def _size(ttys: list[str]) -> Finding:
    for name in ttys:
        with suppress(OSError, ValueError):
            size = os.get_terminal_size({"stdin": 0, "stdout": 1, "stderr": 2}[name])
            small = size.columns < 60 or size.lines < 20
            return Finding(
                group="terminal",
                name="size",
                value=f"{size.columns}x{size.lines}",
                health=Health.NOTE if small else Health.GOOD,
                fault="small" if small else "",
            )
    return Finding(group="terminal", name="size", value="-", health=Health.SKIPPED)


def _locale(environ: Mapping[str, str]) -> Iterator[Finding]:
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    said = [f"{name}={_word(environ[name])}" for name in names if environ.get(name)]
    yield Finding(group="locale", name="variables", value=" ".join(said) or "-")
    encoding = locale.getencoding()
    is_utf8 = encoding.lower().replace("-", "") == "utf8" or bool(sys.flags.utf8_mode)
    yield Finding(
        group="locale",
        name="encoding",
        value=encoding,
        health=Health.GOOD if is_utf8 else Health.NOTE,
        fault="" if is_utf8 else "not_utf8",
    )


def _word(raw: str) -> str:
    return masked(clean_text(raw))[:40]
