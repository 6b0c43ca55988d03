"""An app that knows its keys: as this user has them, told in help, found in a palette."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.dom import DOMNode
from textual.events import Key as KeyPressed

from kistui.i18n.translations import Translations
from kistui.tui.controllers.token_monitor import TokenMonitor
from kistui.tui.hangul import hangul_to_keys
from kistui.tui.keymap import APP, KeyBinding
from kistui.tui.pages import ALL_KEYS, KEYS_BY_ID
from kistui.tui.user_keymap import UserKeymap

if TYPE_CHECKING:
    from kistui.formatting.key_help import KeyHelp

NAVIGATION_GROUPS = frozenset({"table", "detail", "filter", "find", "dialog"})
"""What is done by moving about is no command to look for."""


class KeymapController(TokenMonitor):
    """Rebinds keys, reads a Korean input method's letters, tells what keys do."""

    user_keymap = UserKeymap()
    other_translations: Sequence[Translations] = ()
    """In which actions can be found as well."""
    _hangul_notice_shown = False

    def apply_user_keymap(self, overrides: Mapping[str, Sequence[str]]) -> None:
        """Take the user's keys; what of them cannot be had is told in one message."""
        self.user_keymap = UserKeymap(overrides)
        self.set_keymap(self.user_keymap.changed_keys)
        if self.user_keymap.problems:
            faults = keymap_problem_lines(self.user_keymap, self._t)
            text = "\n".join((self._t("key_fault.title"), *faults))
            self.notify(text, severity="warning", timeout=20, markup=False)

    def on_key(self, event: KeyPressed) -> None:
        """What nobody took, and a Korean input method wrote, is the keys that were pressed."""
        typed = hangul_to_keys(event.character or "")
        if not typed or event.key in self.screen.active_bindings:
            return
        event.stop()
        done = typed if len(typed) == 1 else [key for key in typed if self._is_ime_safe(key)]
        for key in done:
            self.simulate_key(key)
        if done and not self._hangul_notice_shown:
            self._hangul_notice_shown = True
            told = self._t("input_method.once", typed=event.character or "", read=typed)
            self.notify(told, markup=False)

    def _is_ime_safe(self, key: str) -> bool:
        active = self.screen.active_bindings.get(key)
        declared = KEYS_BY_ID.get(active.binding.id or "") if active else None
        return declared is not None and declared.ime_safe

    def _available_actions(self) -> dict[str, tuple[DOMNode, str]]:
        """The declared actions of the present moment by id: on what node, which."""
        there = {
            active.binding.id: (active.node, active.binding.action)
            for active in self.screen.active_bindings.values()
            if active.enabled and active.binding.id in KEYS_BY_ID
        }
        return {key.id: there[key.id] for key in ALL_KEYS if key.id in there}

    def _describe_keys(self, keys: Sequence[KeyBinding]) -> "list[KeyHelp]":
        from kistui.tui.key_help import describe_keys

        return describe_keys(keys, self.user_keymap, self._t, self.other_translations)

    def action_help(self) -> None:
        """What keys do: those of this screen, then those of everywhere."""
        from kistui.tui.screens.help_dialog import HelpDialog

        here = [
            KEYS_BY_ID[name]
            for name in self._available_actions()
            if KEYS_BY_ID[name].group != "app"
        ]
        self.push_screen(HelpDialog(self._describe_keys([*here, *APP]), self._t))

    @work(exclusive=True, group="palette")
    async def action_palette(self) -> None:
        """Find an action by its words and do it."""
        from kistui.tui.screens.command_palette_dialog import CommandPaletteDialog

        here = self._available_actions()
        keys = [
            KEYS_BY_ID[name] for name in here if KEYS_BY_ID[name].group not in NAVIGATION_GROUPS
        ]
        keys = [key for key in keys if key.name != "palette"]
        picked = await self.push_screen_wait(
            CommandPaletteDialog(self._describe_keys(keys), self._t)
        )
        if picked in here:
            node, action = here[picked]
            await self.run_action(action, node)


def keymap_problem_lines(user_keymap: UserKeymap, t: Translations) -> list[str]:
    """What is wrong with the user's keys, a line each."""
    return [
        t(f"key_fault.{each.code}", id=each.id, pressed=each.key, other=each.conflicting_id)
        for each in user_keymap.problems
    ]
