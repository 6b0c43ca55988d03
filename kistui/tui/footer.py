"""The line of keys at the foot of a screen, with the keys this user has."""

from collections.abc import Iterable
from typing import Any

from textual.app import App

from kistui.formatting import status
from kistui.formatting.cells import Line
from kistui.i18n.translations import Translations
from kistui.tui.keymap import KeyBinding
from kistui.tui.pages import HELP_KEY
from kistui.tui.user_keymap import UserKeymap

DEFAULT_KEYMAP = UserKeymap()


def get_user_keymap(app: App[Any]) -> UserKeymap:
    """The keys as the user of this app has them."""
    keyboard = getattr(app, "user_keymap", DEFAULT_KEYMAP)
    return keyboard if isinstance(keyboard, UserKeymap) else DEFAULT_KEYMAP


def key_hints(
    app: App[Any],
    keys: Iterable[KeyBinding],
    t: Translations,
    width: int,
    *,
    show_help: bool = True,
) -> Line:
    """Keys and what they do; whole items drop when narrow, the one for help stays at the right."""
    keyboard = get_user_keymap(app)
    shown = [(keyboard.display_key(key), t(f"key_label.{key.name}")) for key in keys]
    last = (keyboard.display_key(HELP_KEY), t("key_label.help")) if show_help else None
    return status.key_hints(shown, width, last)
