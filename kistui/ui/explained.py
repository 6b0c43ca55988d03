"""The declared keys with their words: what help, palette and `kistui keys` tell of them."""

from collections.abc import Iterable, Sequence

from kistui.ui.keyboard import Keyboard
from kistui.ui.keys import Key
from kistui.view.keys import KeyHelp
from kistui.view.words import Words


def explained(
    keys: Iterable[Key], keyboard: Keyboard, words: Words, others: Sequence[Words] = ()
) -> list[KeyHelp]:
    """Each key in `words`; to be found by those of `others` too."""
    return [
        KeyHelp(
            key.id,
            key.group,
            keyboard.all_shown(key),
            words(f"does.{key.id}"),
            tuple(
                text
                for each in (words, *others)
                for text in (each(f"does.{key.id}"), each(f"keys.{key.name}"))
            ),
        )
        for key in keys
    ]
