"""The keys with the user's changes: which apply, and how help and footer show them."""

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from textual.keys import Keys

from kistui.formatting.cells import Line
from kistui.formatting.key_help import KeyHelp, KeyHint, format_key_hints
from kistui.formatting.status import Tab
from kistui.i18n.translations import Translations, Word
from kistui.tui.keymap import KeyBinding, key_name
from kistui.tui.pages import (
    ALL_KEYS,
    CONCURRENT_GROUPS,
    HELP_KEY,
    KEYS_BY_ID,
    LEGACY_KEY_IDS,
    PAGES,
)

if TYPE_CHECKING:
    from textual.app import App

_KEY_NAMES = frozenset(key.value for key in Keys) | {"space", "comma"}
_DISPLAY_NAMES = {
    "escape": "Esc", "enter": "Enter", "tab": "Tab", "delete": "Del",
    "up": "↑", "down": "↓", "left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn",
    "home": "Home", "end": "End", "space": "Space", "backspace": "Backspace", "insert": "Ins",
    **{key_name(char): char for char in string.punctuation},
}  # fmt: skip
_KEY_ALIASES = {name.lower(): key for key, name in _DISPLAY_NAMES.items()} | {"return": "enter"}


class KeymapProblem(Struct, frozen=True):
    """A fault in `[keys]`: the `code` of its text `key_fault.*`, and what it is about."""

    code: str
    id: str
    key: str = ""
    conflicting_id: str = ""


class UserKeymap:
    """The keys of every action; `problems` are the overrides that do not apply."""

    def __init__(self, overrides: Mapping[str, Iterable[str]] | None = None) -> None:
        self.problems: list[KeymapProblem] = []
        self._keys = {key.id: tuple(key.keys.split(",")) for key in ALL_KEYS}
        self.changed_keys: dict[str, str] = {}
        """The keys of every id that differs from the declaration, as Textual's keymap."""
        for name, keys in _merge_legacy_ids(overrides or {}).items():
            self._apply_override(name, list(keys))

    def keys_for(self, key: KeyBinding) -> tuple[str, ...]:
        """Return every key of an action, by Textual's names."""
        return self._keys[key.id]

    def display_key(self, key: KeyBinding) -> str:
        """Return the first key of an action, for display."""
        return format_key(self.keys_for(key)[0])

    @property
    def display_names(self) -> dict[str, Word]:
        """The first key of every action, for display in texts."""
        return {key_id: Word(format_key(keys[0])) for key_id, keys in self._keys.items()}

    def click_action(self, key: KeyBinding) -> str:
        """Return the action of a click that presses the first key of an action."""
        return f"app.press_key('{self.keys_for(key)[0]}')"

    def display_keys(self, key: KeyBinding) -> tuple[str, ...]:
        """Return every key of an action, for display."""
        return tuple(map(format_key, self.keys_for(key)))

    def _apply_override(self, name: str, raw: list[str]) -> None:
        if name not in KEYS_BY_ID:
            self.problems.append(KeymapProblem("unknown_id", name))
            return
        pressed = [normalize_key(text) for text in raw]
        for text, key in zip(raw, pressed, strict=True):
            if key is None:
                self.problems.append(KeymapProblem("unknown_key", name, text))
                return
            other = self._conflicting_id(name, key)
            if other is not None:
                self.problems.append(KeymapProblem("taken", name, text, other))
                return
        keys = tuple(dict.fromkeys(key for key in pressed if key))
        if not keys:
            self.problems.append(KeymapProblem("no_key", name))
            return
        self._keys[name] = keys
        self.changed_keys[name] = ",".join(keys)

    def _conflicting_id(self, name: str, key: str) -> str | None:
        """Return the other action that `key` belongs to, unless both declare it."""
        if key in KEYS_BY_ID[name].keys.split(","):
            return None
        group = KEYS_BY_ID[name].group
        concurrent = set().union(*(groups for groups in CONCURRENT_GROUPS if group in groups))
        for other, keys in self._keys.items():
            if other != name and KEYS_BY_ID[other].group in concurrent and key in keys:
                return other
        return None


def _merge_legacy_ids(overrides: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return the overrides by present id; keys of several old ids for one action add up."""
    merged: dict[str, list[str]] = {}
    for name, keys in overrides.items():
        merged.setdefault(LEGACY_KEY_IDS.get(name, name), []).extend(keys)
    return merged


def keymap_problem_lines(user_keymap: UserKeymap, t: Translations) -> list[str]:
    """Return a line for each fault in the user's keys."""
    return [
        t(
            f"key_fault.{problem.code}",
            id=problem.id,
            pressed=problem.key,
            other=problem.conflicting_id,
        )
        for problem in user_keymap.problems
    ]


def normalize_key(text: str) -> str | None:
    """Return Textual's name of a key (`slash` for `/`, `escape` for `Esc`), or `None`."""
    if len(text) == 1:
        if not text.isprintable() or text == " ":
            return None
        return _KEY_ALIASES.get(text) or key_name(text)
    *modifiers, last = text.strip().lower().split("+")
    key = _KEY_ALIASES.get(last, last)
    if len(key) == 1 and modifiers:
        key = key_name(key)
    if not set(modifiers) <= {"ctrl", "shift", "alt"}:
        return None
    name = "+".join((*modifiers, key))
    is_key = (
        name in _KEY_NAMES
        or key in _KEY_NAMES
        or key in _DISPLAY_NAMES
        or re.fullmatch(r"f[0-9]{1,2}", key)
    )
    is_letter = len(key) == 1 and bool(modifiers)
    return name if is_key or is_letter else None


def format_key(key: str) -> str:
    """Return a key for display: `=`, `F5`, `Esc`, `Ctrl+Q`, `Shift+F5`."""
    *modifiers, last = key.split("+")
    name = _DISPLAY_NAMES.get(last, last)
    if re.fullmatch(r"f[0-9]{1,2}", name) or (modifiers == ["ctrl"] and len(name) == 1):
        name = name.upper()
    return "+".join((*map(str.capitalize, modifiers), name))


def describe_keys(
    keys: Iterable[KeyBinding],
    user_keymap: UserKeymap,
    t: Translations,
    other_translations: Sequence[Translations] = (),
) -> list[KeyHelp]:
    """Describe keys in the language of `t`; the other languages' words are for searching."""
    languages = (t, *other_translations)
    return [
        KeyHelp(
            key.id,
            key.group,
            user_keymap.display_keys(key),
            _key_text("key_help", key, t),
            labels=tuple(texts(f"key_label.{key.name}") for texts in languages),
            descriptions=tuple(_key_text("key_help", key, texts) for texts in languages),
            synonyms=tuple(
                synonym
                for texts in languages
                for synonym in _key_text("key_synonyms", key, texts).split(", ")
                if synonym
            ),
        )
        for key in keys
    ]


def _key_text(section: str, key: KeyBinding, t: Translations) -> str:
    """Return a key's own text, or that of all keys with its name; empty if there is neither."""
    names = (f"{section}.{key.id}", f"{section}.shared.{key.name}")
    return next((t(name) for name in names if name in t), "")


DEFAULT_KEYMAP = UserKeymap()


def get_user_keymap(app: "App[Any]") -> UserKeymap:
    """Return the user's keymap of an app."""
    user_keymap = getattr(app, "user_keymap", DEFAULT_KEYMAP)
    return user_keymap if isinstance(user_keymap, UserKeymap) else DEFAULT_KEYMAP


def page_tabs(user_keymap: UserKeymap) -> tuple[Tab, ...]:
    """Return the pages in the line of tabs, with the user's keys."""
    return tuple(
        Tab(
            user_keymap.display_key(page.navigation_key),
            page.name,
            user_keymap.click_action(page.navigation_key),
        )
        for page in PAGES
        if page.is_tab
    )


def key_hints(
    app: "App[Any]",
    keys: Iterable[KeyBinding],
    t: Translations,
    width: int,
    *,
    show_help: bool = True,
    labels: Mapping[str, str] = MappingProxyType({}),
) -> Line:
    """Return the key hints; when narrow, whole items drop, and help stays at the right.

    `labels` replaces the labels of some keys, by their id.
    """
    user_keymap = get_user_keymap(app)

    def hint(key: KeyBinding) -> KeyHint:
        label = labels.get(key.id) or t(f"key_label.{key.name}")
        return KeyHint(user_keymap.display_key(key), label, user_keymap.click_action(key))

    return format_key_hints([*map(hint, keys)], width, hint(HELP_KEY) if show_help else None)
