"""The keys on the open screen: the user's changes, Korean input, and the command palette."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual.actions import parse
from textual.app import App
from textual.dom import DOMNode
from textual.events import Key as KeyPressed

from kistui.errors import KistuiError
from kistui.formatting.error_text import faults_text
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.load_state import Loaded
from kistui.tui.hangul import hangul_to_keys
from kistui.tui.keymap import APP, KeyBinding, key_name
from kistui.tui.messages import ActionSelected, HoldingSelected, ProfileSelected
from kistui.tui.pages import ALL_KEYS, KEYS_BY_ID, PAGE_GROUP, PAGE_GROUPS
from kistui.tui.user_keymap import UserKeymap, describe_keys, keymap_problem_lines

if TYPE_CHECKING:
    from kistui.formatting.key_help import KeyHelp
    from kistui.models.account import Profile
    from kistui.services.profiles import ProfileService


CURSOR_GROUPS = frozenset({"table", "detail", "filter", "find", "dialog"})
"""Groups of keys that move a cursor or close something: no commands for the palette."""


def is_in_palette(key: KeyBinding) -> bool:
    """Return whether the palette offers an action of a page."""
    return key.group in PAGE_GROUPS - CURSOR_GROUPS and key.name != "palette"


@runtime_checkable
class ExplainsUnavailable(Protocol):
    """A node that disables actions and says why."""

    def why_unavailable(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why an action cannot run now; empty if it can."""
        ...


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
        self._take(UserKeymap())

    def _take(self, user_keymap: UserKeymap) -> None:
        self.user_keymap = user_keymap
        self._t.key_names = user_keymap.display_names
        self._page_keys = frozenset(
            name
            for key in ALL_KEYS
            if key.group not in CURSOR_GROUPS
            for name in user_keymap.keys_for(key)
        )

    def apply(self, overrides: Mapping[str, Sequence[str]]) -> None:
        """Apply the user's keys; one message names the overrides that do not apply."""
        self._take(UserKeymap(overrides))
        self._app.set_keymap(self.user_keymap.changed_keys)
        if self.user_keymap.problems:
            t, problems = self._t, keymap_problem_lines(self.user_keymap, self._t)
            text = faults_text(t("key_fault.title"), problems, t, more_key="key_fault.more")
            self._app.notify(text, severity="warning", timeout=20, markup=False)

    def translate_hangul(self, event: KeyPressed) -> None:
        """Press the keys behind letters of a Korean input method that no widget takes."""
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
            # Shown once, so that no other toast may take its place.
            self._app.notify(text, severity="warning", markup=False)

    def _is_ime_safe(self, key: str) -> bool:
        active = self._app.screen.active_bindings.get(key)
        declared = KEYS_BY_ID.get(active.binding.id or "") if active else None
        return declared is not None and declared.ime_safe

    def why_unavailable(self, key: str) -> str:
        """Return why the action of a key cannot run now; empty if it can, or if there is none."""
        # Textual checks every binding for this; it would take a tenth of a moved cursor's time.
        if key not in self._page_keys:
            return ""
        active = self._app.screen.active_bindings.get(key)
        if active is None or active.enabled:
            return ""
        namespace, action, parameters = parse(active.binding.action)
        node = self._app if namespace == "app" else active.node
        return (
            node.why_unavailable(action, parameters)
            if isinstance(node, ExplainsUnavailable)
            else ""
        )

    def available_actions(self) -> dict[str, tuple[DOMNode, str]]:
        """Return the node and the action of every key that works now, by id."""
        actions = {
            active.binding.id: (active.node, active.binding.action)
            for active in self._app.screen.active_bindings.values()
            if active.enabled and active.binding.id in KEYS_BY_ID
        }
        return {key.id: actions[key.id] for key in ALL_KEYS if key.id in actions}

    def screen_help(self) -> "list[KeyHelp]":
        """Return help for the keys of the open page, its widgets, other pages, and the app."""
        actions, page = self.available_actions(), self._app.screen
        keys = [KEYS_BY_ID[key_id] for key_id in actions if KEYS_BY_ID[key_id].group != "app"]
        own = [key for key in keys if actions[key.id][0] is page and key.group != PAGE_GROUP]
        return self._describe([*own, *(key for key in keys if key not in own), *APP])

    def palette_help(self, key_ids: Iterable[str]) -> "list[KeyHelp]":
        """Return help for those of the keys that the palette offers."""
        keys = [KEYS_BY_ID[key_id] for key_id in key_ids]
        return self._describe([key for key in keys if is_in_palette(key)])

    def _describe(self, keys: Sequence[KeyBinding]) -> "list[KeyHelp]":
        return describe_keys(keys, self.user_keymap, self._t, self._other_translations())


class PaletteController:
    """Offers the actions of the open page, the holdings of the shown account, and all accounts."""

    def __init__(
        self,
        app: App[Any],
        t: Translations,
        keymap_controller: KeymapController,
        profile_service: "ProfileService",
    ) -> None:
        self._app = app
        self._t = t
        self._keymap_controller = keymap_controller
        self._profile_service = profile_service

    async def choose(self, loaded: Loaded[Balance] | None) -> None:
        """Let the user choose an action, a holding of the balance or a profile, and post it."""
        from kistui.formatting import palette
        from kistui.tui.screens.search_dialogs import CommandPaletteDialog

        t, app = self._t, self._app
        actions = self._keymap_controller.available_actions()
        key_helps = self._keymap_controller.palette_help(actions)
        profiles: Sequence[Profile] = ()
        with suppress(KistuiError):  # the page of the accounts shows an unreadable config
            profiles = await asyncio.to_thread(self._profile_service.list_profiles)
        entries = [
            *palette.action_entries(key_helps),
            *(palette.holding_entries(loaded.value, t) if loaded else ()),
            *palette.profile_entries(profiles, t),
        ]
        entry_id = await app.push_screen_wait(CommandPaletteDialog(entries, t))
        if entry_id is None:
            return
        if entry_id.startswith(palette.PROFILE_ID_PREFIX):
            number = int(entry_id.removeprefix(palette.PROFILE_ID_PREFIX))
            app.post_message(ProfileSelected(profiles[number]))
        elif entry_id.startswith(palette.HOLDING_ID_PREFIX):
            app.post_message(HoldingSelected(entry_id.removeprefix(palette.HOLDING_ID_PREFIX)))
        else:
            app.post_message(ActionSelected(*actions[entry_id]))
