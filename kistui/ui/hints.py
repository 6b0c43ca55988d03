"""The line of keys at the foot of a screen, with the keys this user has."""

from collections.abc import Iterable
from typing import Any

from textual.app import App

from kistui.ui.keyboard import Keyboard
from kistui.ui.keys import Key, named
from kistui.formatting.cells import Line
from kistui.formatting.status import key_hints
from kistui.i18n.translations import Translations

PLAIN = Keyboard()
(HELP,) = named("app", "help")


def keyboard_of(app: App[Any]) -> Keyboard:
    """The keys as the user of this app has them."""
    keyboard = getattr(app, "keyboard", PLAIN)
    return keyboard if isinstance(keyboard, Keyboard) else PLAIN


def hint_line(
    app: App[Any], keys: Iterable[Key], words: Translations, width: int, *, helps: bool = True
) -> Line:
    """Keys and what they do; whole items drop when narrow, the one for help stays at the right."""
    keyboard = keyboard_of(app)
    shown = [(keyboard.shown(key), words(f"key_label.{key.name}")) for key in keys]
    last = (keyboard.shown(HELP), words("key_label.help")) if helps else None
    return key_hints(shown, width, last)
