"""The line of key hints at the foot of a screen."""

from collections.abc import Iterable
from typing import Any

from textual.app import App

from kistui.formatting.cells import Line
from kistui.formatting.key_help import format_key_hints
from kistui.i18n.translations import Translations
from kistui.tui.keymap import KeyBinding
from kistui.tui.pages import HELP_KEY
from kistui.tui.user_keymap import UserKeymap

DEFAULT_KEYMAP = UserKeymap()


def get_user_keymap(app: App[Any]) -> UserKeymap:
    """Return the user's keymap of an app."""
    user_keymap = getattr(app, "user_keymap", DEFAULT_KEYMAP)
    return user_keymap if isinstance(user_keymap, UserKeymap) else DEFAULT_KEYMAP


def key_hints(
    app: App[Any],
    keys: Iterable[KeyBinding],
    t: Translations,
    width: int,
    *,
    show_help: bool = True,
) -> Line:
    """Return the key hints; when narrow, whole items drop, and help stays at the right."""
    user_keymap = get_user_keymap(app)
    shown = [(user_keymap.display_key(key), t(f"key_label.{key.name}")) for key in keys]
    help_hint = (user_keymap.display_key(HELP_KEY), t("key_label.help")) if show_help else None
    return format_key_hints(shown, width, help_hint)
