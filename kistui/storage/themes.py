"""Theme files as plain mappings: found, read and checked, all faults told at once."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct, field

DEFAULT_THEME = "kistui-dark"

COLOR_NAMES = frozenset(
    {"primary", "secondary", "accent", "foreground", "background", "surface", "panel"}
    | {"warning", "error", "success"}
)
VARIABLE_NAMES = frozenset(
    {"gain", "loss", "label", "dim", "good", "bad", "cursor"}
    | {"kind-real", "kind-paper", "kind-demo", "kind-text"}
)
_HEX_COLOR_PATTERN = re.compile(r"#[0-9a-fA-F]{6}")
_ANSI_COLOR_PATTERN = re.compile(
    r"ansi_(default|(bright_)?(black|red|green|yellow|blue|magenta|cyan|white))"
)


class ThemeFile(Struct, frozen=True):
    """One theme as read: its colours by name, `#rrggbb` or, where it is `ansi`, `ansi_red`."""

    name: str
    dark: bool
    colors: Mapping[str, str]
    variables: Mapping[str, str]
    ansi: bool = False
    """Whether its colours are those of the terminal."""
    path: Path | None = None


class ThemeCollection(Struct, frozen=True):
    """The themes that are whole, by name, and what is wrong with the others."""

    by_name: Mapping[str, ThemeFile]
    errors: tuple[str, ...] = field(default=())


def bundled_themes_dir() -> Path:
    """Inside the package when installed, at the top of a checkout otherwise."""
    package = Path(__file__).parents[1]
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def load_themes(directories: Iterable[Path] = ()) -> ThemeCollection:
    """The bundled themes and those of `folders`; a later one of the same name wins."""
    found: dict[str, ThemeFile] = {}
    faults: list[str] = []
    for folder in (bundled_themes_dir(), *directories):
        for path in sorted(folder.glob("*.toml")):
            theme, wrong = load_theme(path)
            faults += [f"{path.name}: {fault}" for fault in wrong]
            if theme is not None:
                found[theme.name] = theme
    return ThemeCollection(found, tuple(faults))


def load_theme(path: Path) -> tuple[ThemeFile | None, list[str]]:
    """A theme from a file, or `None` and all that is wrong with it."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return None, [str(error)]
    name, dark = raw.get("name"), raw.get("dark")
    faults = []
    if not isinstance(name, str) or not name:
        faults.append("name: a text is missing")
    if not isinstance(dark, bool):
        faults.append("dark: true or false is missing")
    ansi = raw.get("ansi", False)
    if not isinstance(ansi, bool):
        faults.append("ansi: true or false is missing")
    known = {"name", "dark", "ansi", "colors", "variables"}
    faults += [f"{key}: not known" for key in sorted(raw.keys() - known)]
    kind = _ANSI_COLOR_PATTERN if ansi is True else _HEX_COLOR_PATTERN
    colors = _parse_color_table(raw, "colors", COLOR_NAMES, faults, kind)
    variables = _parse_color_table(raw, "variables", VARIABLE_NAMES, faults, kind)
    if faults:
        return None, faults
    return ThemeFile(str(name), bool(dark), colors, variables, bool(ansi), path), []


def _parse_color_table(
    raw: Mapping[str, object],
    section: str,
    names: frozenset[str],
    errors: list[str],
    pattern: re.Pattern[str],
) -> dict[str, str]:
    table = raw.get(section)
    if not isinstance(table, dict):
        errors.append(f"[{section}] is missing")
        return {}
    errors += [f"{section}.{name}: missing" for name in sorted(names - table.keys())]
    errors += [f"{section}.{name}: not known" for name in sorted(table.keys() - names)]
    errors += [
        f"{section}.{name}: not a colour like {'ansi_red' if pattern is _ANSI_COLOR_PATTERN else '#1a2b3c'}"
        for name, value in table.items()
        if not (isinstance(value, str) and pattern.fullmatch(value))
    ]
    return {name: str(value) for name, value in table.items()}


class ThemeRepository:
    """The bundled themes and the user's, read again when a file of the user's has changed."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directories = () if directory is None else (directory,)
        self._loaded_mtimes: frozenset[tuple[str, int]] = frozenset()

    def load(self) -> ThemeCollection:
        """All of them as they are now."""
        self._loaded_mtimes = self._file_mtimes()
        return load_themes(self._directories)

    def is_stale(self) -> bool:
        """Whether a file of the user's came, went, or was saved since; touches the disk."""
        return self._file_mtimes() != self._loaded_mtimes

    def _file_mtimes(self) -> frozenset[tuple[str, int]]:
        found = set()
        for folder in self._directories:
            for path in folder.glob("*.toml"):
                with suppress(OSError):  # gone meanwhile
                    found.add((path.name, path.stat().st_mtime_ns))
        return frozenset(found)
