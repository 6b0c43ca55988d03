"""Mixin that runs fallible actions off the event loop and shows failures in a notice."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.widgets import Static

from kistui.errors import KistuiError
from kistui.formatting import status
from kistui.formatting.cells import Cell, Line, Role
from kistui.i18n.translations import Translations
from kistui.models.account import Profile, SecretBackend
from kistui.tui.screens.page import PageScreen
from kistui.tui.screens.prompt_dialog import PromptDialog
from kistui.tui.theme import to_content

if TYPE_CHECKING:
    from kistui.services.profiles import ProfileService

T = TypeVar("T")


class ActionRunner(PageScreen):
    """Screen with a `#notice`, a translation and a profile service."""

    def __init__(self, profile_service: "ProfileService", t: Translations) -> None:
        super().__init__()
        self._profile_service = profile_service
        self._t = t

    async def _perform(self, function: Callable[..., object], *args: object) -> bool:
        """Run an action and show its error in the notice."""
        try:
            await asyncio.to_thread(function, *args)
        except KistuiError as error:
            self._show_error(error)
            return False
        return True

    async def _call_or_show_error(self, function: Callable[..., T], *args: object) -> T | None:
        try:
            return await asyncio.to_thread(function, *args)
        except KistuiError as error:
            self._show_error(error)
            return None

    def _show_error(self, error: KistuiError) -> None:
        lines = status.error_lines(error, self._t)
        self.query_one("#notice", Static).update(to_content(lines))

    def _show_notice(self, *texts: str) -> None:
        lines: list[Line] = [(Cell(f" {text}", Role.LABEL),) for text in texts]
        self.query_one("#notice", Static).update(to_content(lines))

    async def _unlock(self, profile: Profile) -> bool:
        return not self._profile_service.needs_passphrase(profile) or await self._ask_passphrase()

    async def _unlock_backend(self, backend: SecretBackend) -> bool:
        locked = backend is SecretBackend.ENCRYPTED and self._profile_service.is_locked
        return not locked or await self._ask_passphrase()

    async def _ask_passphrase(self) -> bool:
        t = self._t
        text = "passphrase.text" if self._profile_service.has_encrypted_file else "passphrase.new"
        answer = await self.app.push_screen_wait(
            PromptDialog(
                t("passphrase.title"),
                t(text),
                hint=t("prompt_dialog.hint"),
                password=True,
            )
        )
        return answer is not None and await self._perform(self._profile_service.unlock, answer)

    async def _unavailable_backends(self) -> dict[SecretBackend, str]:
        fault = await asyncio.to_thread(self._profile_service.keyring_unavailable_reason)
        return {SecretBackend.KEYRING: self._unavailable_text(fault)} if fault else {}

    def _unavailable_text(self, fault: str) -> str:
        return self._t("form.not_here", reason=status.describe_reason(fault, self._t))
