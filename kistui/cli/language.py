"""The language of the output: `--lang`, else the setting, else the locale."""

from collections.abc import Mapping, Sequence

from kistui.i18n import LANGUAGES, detect_language


def resolve_language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the language before the other arguments are parsed; ignores an invalid `--lang`."""
    if not any(argument.startswith("--lang") for argument in arguments):
        return _configured_language() or detect_language(environ)
    from argparse import ArgumentParser

    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--lang", choices=LANGUAGES)
    try:
        options, _ = parser.parse_known_args(arguments)
    except SystemExit:
        return detect_language(environ)
    return options.lang or _configured_language() or detect_language(environ)


def _configured_language() -> str | None:
    from kistui.storage.config import configured_language
    from kistui.storage.paths import default_paths

    return configured_language(default_paths().config_file)
