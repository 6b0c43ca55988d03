"""The language of the output: `--lang`, else the setting, else the locale."""

from collections.abc import Mapping, Sequence

from kistui.i18n import LANGUAGES, detect_language


def resolve_language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the language before the other arguments are parsed; ignores an invalid `--lang`."""
    chosen = [
        value
        for name, following in zip(arguments, [*arguments[1:], ""], strict=False)
        for value in (following if name == "--lang" else name.removeprefix("--lang="),)
        if name.startswith("--lang") and value in LANGUAGES
    ]
    return chosen[-1] if chosen else _configured_language() or detect_language(environ)


def _configured_language() -> str | None:
    from kistui.storage.config import configured_language
    from kistui.storage.paths import default_paths

    return configured_language(default_paths().config_file)
