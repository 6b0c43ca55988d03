"""A screen that does things that may fail: off the event loop, told in its notice."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from textual.widgets import Static

from kistui.errors import KistuiError
from kistui.models.account import SecretBackend, Profile
from kistui.ui.book import Book
from kistui.ui.screens.ask import AskScreen
from kistui.ui.screens.quiet import QuietScreen
from kistui.ui.theme import content
from kistui.formatting import status
from kistui.formatting.cells import Cell, Line, Role
from kistui.i18n.translations import Translations

T = TypeVar("T")


class ActingScreen(QuietScreen[None]):
    """Has a `#notice`, the words, and the profiles to act on."""

    def __init__(self, book: Book, words: Translations) -> None:
        super().__init__()
        self._book = book
        self._words = words

    async def _did(self, act: Callable[..., object], *args: object) -> bool:
        """Do something that may fail; say so if it did."""
        try:
            await asyncio.to_thread(act, *args)
        except KistuiError as error:
            self._tell_error(error)
            return False
        return True

    async def _try(self, ask: Callable[..., T], *args: object) -> T | None:
        try:
            return await asyncio.to_thread(ask, *args)
        except KistuiError as error:
            self._tell_error(error)
            return None

    def _tell_error(self, error: KistuiError) -> None:
        lines = status.error_lines(error, self._words)
        self.query_one("#notice", Static).update(content(lines))

    def _tell(self, *texts: str) -> None:
        lines: list[Line] = [(Cell(f" {text}", Role.LABEL),) for text in texts]
        self.query_one("#notice", Static).update(content(lines))

    async def _unlock(self, profile: Profile) -> bool:
        return not self._book.needs_passphrase(profile) or await self._ask_passphrase()

    async def _unlock_for(self, place: SecretBackend) -> bool:
        locked = place is SecretBackend.ENCRYPTED and self._book.is_locked
        return not locked or await self._ask_passphrase()

    async def _ask_passphrase(self) -> bool:
        words = self._words
        text = "passphrase.text" if self._book.has_encrypted_file else "passphrase.new"
        answer = await self.app.push_screen_wait(
            AskScreen(
                words("passphrase.title"), words(text), hint=words("prompt_dialog.hint"), is_secret=True
            )
        )
        return answer is not None and await self._did(self._book.unlock, answer)

    async def _faults(self) -> dict[SecretBackend, str]:
        fault = await asyncio.to_thread(self._book.keyring_fault)
        return {SecretBackend.KEYRING: self._not_here(fault)} if fault else {}

    def _not_here(self, fault: str) -> str:
        return self._words("form.not_here", reason=status.describe_reason(fault, self._words))
