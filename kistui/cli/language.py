"""Which language to speak: the option, else the setting, else what the locale asks for."""

from collections.abc import Mapping, Sequence

from kistui.i18n import LANGUAGES, detect_language


def resolve_language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Known before the rest is parsed; a wrong `--lang` is told of in the locale's."""
    if not any(each.startswith("--lang") for each in arguments):
        return _configured_language() or detect_language(environ)
    from argparse import ArgumentParser

    early = ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--lang", choices=LANGUAGES)
    try:
        known, _ = early.parse_known_args(arguments)
    except SystemExit:
        return detect_language(environ)
    return known.lang or _configured_language() or detect_language(environ)


def _configured_language() -> str | None:
    from kistui.storage.config import configured_language
    from kistui.storage.paths import default_paths

    return configured_language(default_paths().config_file)
