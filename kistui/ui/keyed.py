"""An app that knows its keys: as this user has them, told in help, found in a palette."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.dom import DOMNode
from textual.events import Key as KeyPressed

from kistui.ui.hangul import keys_of
from kistui.ui.keyboard import Keyboard
from kistui.ui.keys import APP, BY_ID, EVERY, Key
from kistui.ui.watching import WatchingApp
from kistui.i18n.translations import Translations

if TYPE_CHECKING:
    from kistui.formatting.key_help import KeyHelp

QUIET_GROUPS = frozenset({"table", "detail", "filter", "find", "dialog"})
"""What is done by moving about is no command to look for."""


class KeyedApp(WatchingApp):
    """Rebinds keys, reads a Korean input method's letters, tells what keys do."""

    keyboard = Keyboard()
    other_words: Sequence[Translations] = ()
    """In which actions can be found as well."""
    _has_told_of_hangul = False

    def use_keys(self, wishes: Mapping[str, Sequence[str]]) -> None:
        """Take the user's keys; what of them cannot be had is told in one message."""
        self.keyboard = Keyboard(wishes)
        self.set_keymap(self.keyboard.changed)
        if self.keyboard.faults:
            faults = fault_lines(self.keyboard, self._words)
            text = "\n".join((self._words("key_fault.title"), *faults))
            self.notify(text, severity="warning", timeout=20, markup=False)

    def on_key(self, event: KeyPressed) -> None:
        """What nobody took, and a Korean input method wrote, is the keys that were pressed."""
        typed = keys_of(event.character or "")
        if not typed or event.key in self.screen.active_bindings:
            return
        event.stop()
        done = typed if len(typed) == 1 else [key for key in typed if self._is_harmless(key)]
        for key in done:
            self.simulate_key(key)
        if done and not self._has_told_of_hangul:
            self._has_told_of_hangul = True
            told = self._words("input_method.once", typed=event.character or "", read=typed)
            self.notify(told, markup=False)

    def _is_harmless(self, key: str) -> bool:
        active = self.screen.active_bindings.get(key)
        declared = BY_ID.get(active.binding.id or "") if active else None
        return declared is not None and declared.harmless

    def _here(self) -> dict[str, tuple[DOMNode, str]]:
        """The declared actions of the present moment by id: on what node, which."""
        there = {
            active.binding.id: (active.node, active.binding.action)
            for active in self.screen.active_bindings.values()
            if active.enabled and active.binding.id in BY_ID
        }
        return {key.id: there[key.id] for key in EVERY if key.id in there}

    def _explain(self, keys: Sequence[Key]) -> "list[KeyHelp]":
        from kistui.ui.explained import explained

        return explained(keys, self.keyboard, self._words, self.other_words)

    def action_help(self) -> None:
        """What keys do: those of this screen, then those of everywhere."""
        from kistui.ui.screens.help import HelpScreen

        here = [BY_ID[name] for name in self._here() if BY_ID[name].group != "app"]
        self.push_screen(HelpScreen(self._explain([*here, *APP]), self._words))

    @work(exclusive=True, group="palette")
    async def action_palette(self) -> None:
        """Find an action by its words and do it."""
        from kistui.ui.screens.palette import PaletteScreen

        here = self._here()
        keys = [BY_ID[name] for name in here if BY_ID[name].group not in QUIET_GROUPS]
        keys = [key for key in keys if key.name != "palette"]
        picked = await self.push_screen_wait(PaletteScreen(self._explain(keys), self._words))
        if picked in here:
            node, action = here[picked]
            await self.run_action(action, node)


def fault_lines(keyboard: Keyboard, words: Translations) -> list[str]:
    """What is wrong with the user's keys, a line each."""
    return [
        words(f"key_fault.{each.kind}", id=each.id, pressed=each.key, other=each.other)
        for each in keyboard.faults
    ]
