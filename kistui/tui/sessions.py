"""Shared by all pages: open sessions and last balances of the profiles."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from kistui.errors import PassphraseRequiredError
from kistui.i18n.translations import Translations
from kistui.models.account import Profile, ProfileIdentity
from kistui.models.balance import Balance
from kistui.models.calls import NOTICEABLE_WAIT, OnConnecting
from kistui.models.load_state import LoadState, NotLoaded
from kistui.models.market_hours import AfterHoursPrice
from kistui.tui.textual_patches import TextualApp

if TYPE_CHECKING:
    from kistui.services.profiles import ProfileService
    from kistui.services.session import Session


class SessionPool:
    """Opens sessions of `profile_service`, and asks for the passphrase where one is needed."""

    def __init__(self, app: TextualApp, t: Translations, profile_service: "ProfileService") -> None:
        self._app = app
        self._t = t
        self._profile_service = profile_service
        self.after_hours_price = AfterHoursPrice.CLOSE
        """Which prices the sessions ask for outside KRX's regular session."""
        self._sessions: dict[ProfileIdentity, Session] = {}
        self._lock = asyncio.Lock()

    async def get(
        self, profile: Profile, on_connecting: OnConnecting = lambda _wait: None
    ) -> "Session":
        """Return a profile's session, opened if it is not; raises StorageError and SetupError.

        Opening imports the client, and lends the terminal to a `secret_command` that asks. Call
        this from workers only.
        """
        async with self._lock:
            if profile.identity not in self._sessions:
                stored = await asyncio.to_thread(self._profile_service.as_stored, profile)
                await self._unlock(stored)
                self._sessions[profile.identity] = await self._open(stored, on_connecting)
            session = self._sessions[profile.identity]
            session.after_hours_price = self.after_hours_price
            return session

    async def _open(self, profile: Profile, on_connecting: OnConnecting) -> "Session":
        open_session = self._profile_service.open_session
        wait = self._profile_service.secrets.local_wait(profile)
        if wait is None:
            return await asyncio.to_thread(open_session, profile)
        notice = asyncio.get_running_loop().call_later(NOTICEABLE_WAIT, on_connecting, wait)
        lend = self._lend_terminal if profile.secret_command_asks else nullcontext
        try:
            with lend():
                return await asyncio.to_thread(open_session, profile)
        finally:
            notice.cancel()
            on_connecting(None)

    async def _unlock(self, profile: Profile) -> None:
        """Ask for the passphrase if the app key needs it; raises PassphraseRequiredError."""
        secrets = self._profile_service.secrets
        if not secrets.needs_passphrase(profile):
            return
        from kistui.tui.screens.dialogs import ask_passphrase

        if not await ask_passphrase(self._app, self._t, secrets):
            raise PassphraseRequiredError

    @contextmanager
    def _lend_terminal(self) -> Iterator[None]:
        """Lend the terminal to a command that asks a question, if the driver can."""
        with self._app.suspended() as is_suspended:
            if is_suspended:
                print(self._t("local_wait.terminal_taken"), flush=True)  # noqa: T201  # no page is shown
            yield

    def get_open(self, profile: Profile) -> "Session | None":
        """Return a profile's session if it is open."""
        return self._sessions.get(profile.identity)

    async def close(self, profile: Profile) -> None:
        """Close a profile's session, because its keys changed or it was removed."""
        session = self._sessions.pop(profile.identity, None)
        if session is not None:
            await session.aclose()

    async def aclose(self) -> None:
        """Close all sessions concurrently."""
        await asyncio.gather(*(session.aclose() for session in self._sessions.values()))


class BalanceStates:
    """Load states of the profiles; only message handlers write them."""

    def __init__(self) -> None:
        self._states: dict[ProfileIdentity, LoadState[Balance]] = {}
        self._live: Balance | None = None
        """The shown balance at live prices, if there are any."""

    def get(self, profile: Profile) -> LoadState[Balance]:
        """Return the state of a profile's balance."""
        return self._states.get(profile.identity, NotLoaded())

    def set(self, profile: Profile, load_state: LoadState[Balance]) -> None:
        """Replace the state of a profile's balance."""
        self._states[profile.identity] = load_state

    def set_live(self, balance: Balance | None) -> None:
        """Replace the shown balance at live prices."""
        self._live = balance

    def at_live_prices(self, balance: Balance) -> Balance:
        """Return a balance at live prices, or as it is where there are none of it."""
        live = self._live
        return live if live is not None and live.confirmed is balance else balance

    def remove(self, profile: Profile) -> None:
        """Forget a profile's balance."""
        self._states.pop(profile.identity, None)
