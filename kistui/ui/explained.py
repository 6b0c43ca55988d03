"""The declared keys with their words: what help, palette and `kistui keys` tell of them."""

from collections.abc import Iterable, Sequence

from kistui.ui.keyboard import Keyboard
from kistui.ui.keys import Key
from kistui.formatting.key_help import KeyHelp
from kistui.i18n.translations import Translations


def explained(
    keys: Iterable[Key], keyboard: Keyboard, words: Translations, others: Sequence[Translations] = ()
) -> list[KeyHelp]:
    """Each key in `words`; to be found by those of `others` too."""
    return [
        KeyHelp(
            key.id,
            key.group,
            keyboard.all_shown(key),
            words(f"key_help.{key.id}"),
            tuple(
                text
                for each in (words, *others)
                for text in (each(f"key_help.{key.id}"), each(f"key_label.{key.name}"))
            ),
        )
        for key in keys
    ]
