"""The words of each language, from the modules beside this one: Python keeps those compiled."""

from functools import partial
from importlib import import_module

from kistui.view.words import Words

TYPE_CHECKING = False  # `typing` would take longer to import than all the words
if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("ko", "en")
PARTS = {
    "frame": "kind bar age tab keys",
    "token": "phase meaning fact token",
    "figures": "summary lot group line column holdings market sum abroad foreign unit detail",
    "accounts": "state check place product profiles",
    "dialogs": "accounts test form first import passphrase copy export hide auto small ask choice",
    "settings": "help palette hangul fault keygroup does settings theme",
    "log": "log call doctor check_of finding api",
    "commands": "cli simulated",
    "errors": "error",
    "reasons": "reason what",
}
"""The sections of each module, by the beginnings of their names."""


def load(language: str) -> Words:
    """The words of `ko` or `en`; what of them is not spoken is not read."""
    parts = {}
    for part, sections in PARTS.items():
        read = partial(_read, f"kistui.locale.{language}.{part}")
        parts.update(dict.fromkeys(sections.split(), read))
    return Words(language, parts)


def _read(module: str) -> dict[str, str]:
    return {
        f"{section}.{name}": text
        for section, texts in import_module(module).WORDS.items()
        for name, text in texts.items()
    }


def detect(environ: "Mapping[str, str]") -> str:
    """The language the locale asks for; Korean where it asks for none, as KIS's customers would."""
    wanted = next(
        (environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), ""
    )
    language = wanted.partition(".")[0].partition("_")[0].lower()
    return "ko" if language in ("", "c", "posix", "ko") else "en"
