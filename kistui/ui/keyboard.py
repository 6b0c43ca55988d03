"""The keys as this user has them: `[keys]` of `config.toml` over the declared ones."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from kistui.models.record import record
from kistui.ui.keys import BY_ID, EVERY, TOGETHER, Key

_NAMED = frozenset(each.value for each in Keys) | {"space", "comma"}
_SAID = {"esc": "escape", "del": "delete", "pgup": "pageup", "pgdn": "pagedown", "return": "enter"}
_SHOWN = {
    "escape": "Esc", "enter": "Enter", "tab": "Tab", "shift+tab": "Shift+Tab", "delete": "Del",
    "up": "↑", "down": "↓", "left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn",
    "home": "Home", "end": "End", "space": "Space", "backspace": "Backspace", "insert": "Ins",
    "full_stop": ".", "question_mark": "?", "colon": ":", "equals_sign": "=", "at": "@",
    "slash": "/", "greater_than_sign": ">", "less_than_sign": "<", "minus": "-", "plus": "+",
    "vertical_line": "|", "right_square_bracket": "]", "left_square_bracket": "[", "comma": ",",
}  # fmt: skip


@record
class KeyFault:
    """Something wrong in `[keys]`: which word of `fault.*` it is, at which id, and about what."""

    kind: str
    id: str
    key: str = ""
    other: str = ""


class Keyboard:
    """Which keys do what; what of the user's wishes cannot be had is in `faults`."""

    def __init__(self, wishes: Mapping[str, Iterable[str]] | None = None) -> None:
        self.faults: list[KeyFault] = []
        self._keys = {key.id: tuple(key.keys.split(",")) for key in EVERY}
        self.changed: dict[str, str] = {}
        """What Textual is to be told: the keys of every id that has others than declared."""
        for name, keys in (wishes or {}).items():
            self._wish(name, list(keys))

    def keys_of(self, key: Key) -> tuple[str, ...]:
        """Every key of it, by Textual's names."""
        return self._keys[key.id]

    def shown(self, key: Key) -> str:
        """The first of its keys, for people."""
        return show(self.keys_of(key)[0])

    def all_shown(self, key: Key) -> tuple[str, ...]:
        """All of its keys, for people."""
        return tuple(map(show, self.keys_of(key)))

    def _wish(self, name: str, raw: list[str]) -> None:
        if name not in BY_ID:
            self.faults.append(KeyFault("unknown_id", name))
            return
        wanted = [normal(each) for each in raw]
        for said, key in zip(raw, wanted, strict=True):
            if key is None:
                self.faults.append(KeyFault("unknown_key", name, said))
                return
            other = self._holder(name, key)
            if other is not None:
                self.faults.append(KeyFault("taken", name, said, other))
                return
        keys = tuple(dict.fromkeys(key for key in wanted if key))
        if not keys:
            self.faults.append(KeyFault("no_key", name))
            return
        self._keys[name] = keys
        self.changed[name] = ",".join(keys)

    def _holder(self, name: str, key: str) -> str | None:
        """Who else listens to `key` at the same time, unless they share it as declared."""
        if key in BY_ID[name].keys.split(","):
            return None
        group = BY_ID[name].group
        near = set().union(*(groups for groups in TOGETHER if group in groups))
        for other, keys in self._keys.items():
            if other != name and BY_ID[other].group in near and key in keys:
                return other
        return None


def normal(said: str) -> str | None:
    """A key as Textual names it: `/` is `slash`, `Esc` is `escape`; `None` for no key."""
    if len(said) == 1:
        return _character(said) if said.isprintable() and said != " " else None
    *modifiers, last = said.strip().lower().split("+")
    key = _SAID.get(last, last)
    if len(key) == 1 and modifiers:
        key = _character(key)
    if not set(modifiers) <= {"ctrl", "shift", "alt"}:
        return None
    whole = "+".join((*modifiers, key))
    is_key = whole in _NAMED or key in _NAMED or key in _SHOWN or re.fullmatch(r"f[0-9]{1,2}", key)
    is_letter = len(key) == 1 and bool(modifiers)
    return whole if is_key or is_letter else None


def _character(char: str) -> str:
    if char.isalnum():
        return char
    name = unicodedata.name(char, char).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def show(key: str) -> str:
    """A key for people: `=`, `F5`, `Esc`, `ctrl+q`."""
    if key in _SHOWN:
        return _SHOWN[key]
    if re.fullmatch(r"f[0-9]{1,2}", key):
        return key.upper()
    return key.replace("ctrl+", "Ctrl+") if "+" in key else key
