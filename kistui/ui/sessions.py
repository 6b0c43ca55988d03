"""The open sessions, one a profile, made when first needed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from kistui.models.account import Profile
from kistui.ui.book import Book

if TYPE_CHECKING:
    from kistui.services.session import Session


class Sessions:
    """Makes sessions of `book`; `unlock` asks for the passphrase where one is needed."""

    def __init__(self, book: Book, unlock: Callable[[], Awaitable[None]]) -> None:
        self._book = book
        self._unlock = unlock
        self._open: dict[str, Session] = {}
        self._one_at_a_time = asyncio.Lock()

    async def of(self, profile: Profile) -> "Session":
        """A profile's session; the client is imported here, after the first paint.

        Called from workers only. Raises of StoreError and SetupError.
        """
        async with self._one_at_a_time:
            if profile.name not in self._open:
                if self._book.needs_passphrase(profile):
                    await self._unlock()
                self._open[profile.name] = await asyncio.to_thread(self._book.session, profile)
            return self._open[profile.name]

    def opened(self, profile: Profile) -> "Session | None":
        """A profile's session, if there is one yet."""
        return self._open.get(profile.name)

    async def forget(self, profile: Profile) -> None:
        """Close a profile's session: its keys are others now, or it is gone."""
        session = self._open.pop(profile.name, None)
        if session is not None:
            await session.aclose()

    async def aclose(self) -> None:
        """Close them all, at the same time."""
        await asyncio.gather(*(session.aclose() for session in self._open.values()))
