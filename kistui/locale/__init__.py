"""The words of each language, from the modules beside this one: Python keeps those compiled."""

from functools import partial
from importlib import import_module

from kistui.view.words import Words

TYPE_CHECKING = False  # `typing` would take longer to import than all the words
if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("ko", "en")
PARTS = (
    *("frame", "token", "figures", "accounts", "dialogs"),
    *("settings", "log", "commands", "errors", "reasons"),
)
"""In the order they are most often wanted."""


def load(language: str) -> Words:
    """The words of `ko` or `en`; a part is read when the first word of it is spoken."""
    return Words(language, [partial(_read, f"kistui.locale.{language}.{part}") for part in PARTS])


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
