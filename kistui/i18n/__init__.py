"""The texts on screen, one module per language; only the language in use is imported."""

from collections.abc import Mapping
from importlib import import_module

from kistui.i18n.translations import Translations

LANGUAGES = ("ko", "en")


def load_translations(language: str) -> Translations:
    """Return the texts of one of `LANGUAGES`, by dotted key `section.name`."""
    return Translations(language, import_module(f"kistui.i18n.{language}").TRANSLATIONS)


def detect_language(environ: Mapping[str, str]) -> str:
    """Return the language of the locale; Korean without one, as most customers of KIS expect."""
    locale = next(
        (environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), ""
    )
    language = locale.partition(".")[0].partition("_")[0].lower()
    return "ko" if language in ("", "c", "posix", "ko") else "en"
