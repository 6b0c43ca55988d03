"""The words of each language, from the modules beside this one: Python keeps those compiled."""

from importlib import import_module

from kistui.view.words import Words

TYPE_CHECKING = False  # `typing` would take longer to import than all the words
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LANGUAGES = ("ko", "en")
PARTS = (
    *("frame", "figures", "accounts", "token", "dialogs"),
    *("reasons", "errors", "log", "commands", "settings"),
)


def load(language: str, parts: "Sequence[str]" = PARTS) -> Words:
    """The words of `ko` or `en`, or some parts of them; they are read when first spoken."""

    def read() -> dict[str, str]:
        return {
            f"{section}.{name}": text
            for part in parts
            for section, texts in import_module(f"kistui.locale.{language}.{part}").WORDS.items()
            for name, text in texts.items()
        }

    return Words(language, read)


def detect(environ: "Mapping[str, str]") -> str:
    """The language the locale asks for; Korean where it asks for none, as KIS's customers would."""
    wanted = next(
        (environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), ""
    )
    language = wanted.partition(".")[0].partition("_")[0].lower()
    return "ko" if language in ("", "c", "posix", "ko") else "en"
