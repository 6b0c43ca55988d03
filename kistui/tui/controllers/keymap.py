"""The keys as the user has them: applied, read from a Korean input method, looked up."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.dom import DOMNode
from textual.events import Key as KeyPressed

from kistui.i18n.translations import Translations
from kistui.tui.hangul import hangul_to_keys
from kistui.tui.keymap import APP, KeyBinding
from kistui.tui.pages import ALL_KEYS, KEYS_BY_ID
from kistui.tui.textual_patches import key_name
from kistui.tui.user_keymap import UserKeymap, keymap_problem_lines

if TYPE_CHECKING:
    from kistui.formatting.key_help import KeyHelp

CURSOR_GROUPS = frozenset({"table", "detail", "filter", "find", "dialog"})
"""Groups of keys that move a cursor or close something: no commands for the palette."""


class KeymapController:
    """The user's keymap, and what the keys do on the screen that is open."""

    def __init__(
        self,
        app: App[Any],
        t: Translations,
        other_translations: Callable[[], Sequence[Translations]],
        press_next: Callable[[Sequence[KeyPressed]], None],
    ) -> None:
        self._app = app
        self._press_next = press_next
        self._t = t
        self._other_translations = other_translations
        self._hangul_notice_shown = False
        self.user_keymap = UserKeymap()

    def apply(self, overrides: Mapping[str, Sequence[str]]) -> None:
        """Take the user's keys; one message names the overrides that do not apply."""
        self.user_keymap = UserKeymap(overrides)
        self._app.set_keymap(self.user_keymap.changed_keys)
        if self.user_keymap.problems:
            problems = keymap_problem_lines(self.user_keymap, self._t)
            text = "\n".join((self._t("key_fault.title"), *problems))
            self._app.notify(text, severity="warning", timeout=20, markup=False)

    def translate_hangul(self, event: KeyPressed) -> None:
        """Press the keys that a Korean input method turned into letters nobody takes."""
        typed = hangul_to_keys(event.character or "")
        if not typed or event.key in self._app.screen.active_bindings:
            return
        event.stop()
        keys = [KeyPressed(key_name(character), character) for character in typed]
        if len(keys) > 1:
            keys = [key for key in keys if self._is_ime_safe(key.key)]
        self._press_next(keys)
        if keys and not self._hangul_notice_shown:
            self._hangul_notice_shown = True
            text = self._t("input_method.once", typed=event.character or "", read=typed)
            self._app.notify(text, markup=False)

    def _is_ime_safe(self, key: str) -> bool:
        active = self._app.screen.active_bindings.get(key)
        declared = KEYS_BY_ID.get(active.binding.id or "") if active else None
        return declared is not None and declared.ime_safe

    def available_actions(self) -> dict[str, tuple[DOMNode, str]]:
        """Return the node and the action of every key that works now, by id."""
        actions = {
            active.binding.id: (active.node, active.binding.action)
            for active in self._app.screen.active_bindings.values()
            if active.enabled and active.binding.id in KEYS_BY_ID
        }
        return {key.id: actions[key.id] for key in ALL_KEYS if key.id in actions}

    def screen_help(self) -> "list[KeyHelp]":
        """Return help for the keys of the open screen, then for those of the app."""
        keys = [KEYS_BY_ID[key_id] for key_id in self.available_actions()]
        return self._describe([*(key for key in keys if key.group != "app"), *APP])

    def palette_entries(self) -> "list[KeyHelp]":
        """Return the actions that the palette offers now."""
        keys = [KEYS_BY_ID[key_id] for key_id in self.available_actions()]
        return self._describe(
            [key for key in keys if key.group not in CURSOR_GROUPS and key.name != "palette"]
        )

    def _describe(self, keys: Sequence[KeyBinding]) -> "list[KeyHelp]":
        from kistui.tui.key_help import describe_keys

        return describe_keys(keys, self.user_keymap, self._t, self._other_translations())
