"""Theme files, parsed into plain mappings; all errors of a file are reported at once."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from kistui.models.text import clean_text
from kistui.storage.files import files_in

DEFAULT_THEME = "kistui-dark"

COLOR_NAMES = frozenset(
    {"primary", "secondary", "accent", "foreground", "background", "surface", "panel"}
    | {"warning", "error", "success"}
)
VARIABLE_NAMES = frozenset(
    {"gain", "loss", "label", "dim", "good", "bad", "cursor"}
    | {"kind-real", "kind-paper", "kind-demo", "kind-text"}
)
DEFAULT_VARIABLES: Mapping[str, str] = {"bar": "label", "bar-alt": "dim"}
"""Variables that a theme may leave out, and those that take their place."""
_HEX_COLOR_PATTERN = re.compile(r"#[0-9a-fA-F]{6}")
_ANSI_COLOR_PATTERN = re.compile(
    r"ansi_(default|(bright_)?(black|red|green|yellow|blue|magenta|cyan|white))"
)


class ThemeFile(Struct, frozen=True):
    """A parsed theme; a colour is `#rrggbb`, or like `ansi_red` if `ansi` is set."""

    name: str
    dark: bool
    colors: Mapping[str, str]
    variables: Mapping[str, str]
    ansi: bool = False
    """Whether it uses the terminal's own colours."""
    path: Path | None = None


class ThemeCollection(Struct, frozen=True):
    """The valid themes by name, and the errors in the others."""

    by_name: Mapping[str, ThemeFile]
    errors: tuple[str, ...] = ()


def bundled_themes_dir() -> Path:
    """Return the folder inside the package, or at the top of a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def load_themes(directories: Iterable[Path] = ()) -> ThemeCollection:
    """Load the bundled themes and those of `directories`; later themes replace earlier ones."""
    themes: dict[str, ThemeFile] = {}
    errors: list[str] = []
    for folder in (bundled_themes_dir(), *directories):
        for path in files_in(folder, "*.toml"):
            theme, theme_errors = load_theme(path)
            errors += [f"{path.name}: {error}" for error in theme_errors]
            if theme is not None:
                themes[theme.name] = theme
    return ThemeCollection(themes, tuple(errors))


def load_theme(path: Path) -> tuple[ThemeFile | None, list[str]]:
    """Return the theme in a file, or `None` and all errors of the file."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return None, [str(error)]
    except (ValueError, RecursionError):
        return None, ["a number or a nesting is too large"]
    name, dark = raw.get("name"), raw.get("dark")
    errors = []
    if not (isinstance(name, str) and name and name.isprintable()):
        errors.append("name: a text is missing, or it has control characters")
    if not isinstance(dark, bool):
        errors.append("dark: true or false is missing")
    ansi = raw.get("ansi", False)
    if not isinstance(ansi, bool):
        errors.append("ansi: true or false is missing")
    known = {"name", "dark", "ansi", "colors", "variables"}
    errors += [f"{key}: not known" for key in sorted(raw.keys() - known)]
    pattern = _ANSI_COLOR_PATTERN if ansi is True else _HEX_COLOR_PATTERN
    colors = _parse_color_table(raw, "colors", COLOR_NAMES, errors, pattern)
    variables = _parse_color_table(raw, "variables", VARIABLE_NAMES, errors, pattern)
    if errors:
        return None, list(map(clean_text, errors))  # they name keys of the file
    variables = {name: variables[other] for name, other in DEFAULT_VARIABLES.items()} | variables
    return ThemeFile(str(name), bool(dark), colors, variables, bool(ansi), path), []


def _parse_color_table(
    raw: Mapping[str, object],
    section: str,
    names: frozenset[str],
    errors: list[str],
    pattern: re.Pattern[str],
) -> dict[str, str]:
    """Return the colours of a table by name; append what is wrong with it to `errors`."""
    table = raw.get(section)
    if not isinstance(table, dict):
        errors.append(f"[{section}] is missing")
        return {}
    errors += [f"{section}.{name}: missing" for name in sorted(names - table.keys())]
    errors += [
        f"{section}.{name}: not known"
        for name in sorted(table.keys() - names - DEFAULT_VARIABLES.keys())
    ]
    example = "ansi_red" if pattern is _ANSI_COLOR_PATTERN else "#1a2b3c"
    errors += [
        f"{section}.{name}: not a colour like {example}"
        for name, value in table.items()
        if not (isinstance(value, str) and pattern.fullmatch(value))
    ]
    return {name: str(value) for name, value in table.items()}


class ThemeRepository:
    """The bundled themes and the user's, with a check for changed files."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directories = () if directory is None else (directory,)
        self._loaded_mtimes: frozenset[tuple[str, int]] = frozenset()

    def load(self) -> ThemeCollection:
        """Load all themes."""
        self._loaded_mtimes = self._file_mtimes()
        return load_themes(self._directories)

    def is_stale(self) -> bool:
        """Return whether a user's file was added, removed or saved since `load`; reads the disk."""
        return self._file_mtimes() != self._loaded_mtimes

    def _file_mtimes(self) -> frozenset[tuple[str, int]]:
        mtimes = set()
        for folder in self._directories:
            for path in files_in(folder, "*.toml"):
                with suppress(OSError):  # removed meanwhile
                    mtimes.add((path.name, path.stat().st_mtime_ns))
        return frozenset(mtimes)
