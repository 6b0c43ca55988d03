"""The words of each language, from the modules beside this one: Python keeps those compiled."""

from functools import partial
from importlib import import_module

from kistui.i18n.translations import Translations

TYPE_CHECKING = False  # `typing` would take longer to import than all the words
if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("ko", "en")
SECTIONS_BY_MODULE = {
    "frame": "environment bar age tab key_label",
    "token": "token_state token_meaning token_fact token",
    "figures": "summary lot summary_group summary_label column holdings market overseas_total overseas overseas_lot unit detail",
    "accounts": "state reconciliation secret_backend product profiles",
    "dialogs": "accounts connection_test form welcome import passphrase copy export amounts_hidden auto_refresh terminal_too_small prompt_dialog select_dialog",
    "settings": "help palette input_method key_fault key_group key_help settings theme",
    "log": "log call doctor check_name check_fault api",
    "commands": "cli simulator",
    "errors": "error",
    "reasons": "reason field_name",
}
"""The sections of each module, by the beginnings of their names."""


def load_translations(language: str) -> Translations:
    """The words of `ko` or `en`; what of them is not spoken is not read."""
    parts = {}
    for part, sections in SECTIONS_BY_MODULE.items():
        read = partial(_read_module, f"kistui.i18n.{language}.{part}")
        parts.update(dict.fromkeys(sections.split(), read))
    return Translations(language, parts)


def _read_module(module: str) -> dict[str, str]:
    return {
        f"{section}.{name}": text
        for section, texts in import_module(module).TRANSLATIONS.items()
        for name, text in texts.items()
    }


def detect_language(environ: "Mapping[str, str]") -> str:
    """The language the locale asks for; Korean where it asks for none, as KIS's customers would."""
    wanted = next(
        (environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), ""
    )
    language = wanted.partition(".")[0].partition("_")[0].lower()
    return "ko" if language in ("", "c", "posix", "ko") else "en"
