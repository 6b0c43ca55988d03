"""Descriptions of keys, for help, palette and `kistui keys`."""

from collections.abc import Iterable, Sequence

from kistui.formatting.key_help import KeyHelp
from kistui.i18n.translations import Translations
from kistui.tui.keymap import KeyBinding
from kistui.tui.user_keymap import UserKeymap


def describe_keys(
    keys: Iterable[KeyBinding],
    user_keymap: UserKeymap,
    t: Translations,
    other_translations: Sequence[Translations] = (),
) -> list[KeyHelp]:
    """Describe keys in the language of `t`; they can be found by words of the others too."""
    return [
        KeyHelp(
            key.id,
            key.group,
            user_keymap.display_keys(key),
            t(f"key_help.{key.id}"),
            tuple(
                text
                for translation in (t, *other_translations)
                for text in (
                    translation(f"key_help.{key.id}"),
                    translation(f"key_label.{key.name}"),
                )
            ),
        )
        for key in keys
    ]
