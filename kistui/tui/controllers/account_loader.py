"""Load the balances and tokens of the accounts that a page lists."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from textual.screen import Screen

from kistui.errors import KistuiError
from kistui.formatting.cells import Cell
from kistui.formatting.status import describe_progress
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.calls import (
    LocalWait,
    ProgressEvent,
    RetryScheduled,
    TokenRequestDelayed,
    TurnDelayed,
)
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.token import TokenStatus
from kistui.tui.messages import (
    AccountStateChanged,
    HistoryRecorded,
    NoticePosted,
    TokensLoaded,
)
from kistui.tui.screens.dialogs import Choice, SelectDialog, confirm
from kistui.tui.screens.page import PageContext
from kistui.tui.workers import start_worker


class AccountLoader:
    """Coroutines for `ActionRunner`, which post `AccountStateChanged` and `TokensLoaded`."""

    def __init__(self, page: Screen[Any], context: PageContext) -> None:
        self._page = page
        self._profile_service = context.profile_service
        self._t = context.t
        self._balance_states = context.balance_states
        self._session_pool = context.session_pool
        self._clock = context.clock
        self._loading: set[str] = set()
        """Names of the profiles whose load is under way."""
        self._failed: set[str] = set()
        """Names of the profiles whose load has failed since all were loaded last."""

    async def load_tokens(self, profiles: Sequence[Profile]) -> Mapping[str, TokenStatus | None]:
        """Read, post and return the tokens of all profiles from the disk."""
        statuses: dict[str, TokenStatus | None] = {}
        for profile in profiles:
            with suppress(KistuiError):  # shown where the token is used, and on its own page
                statuses[profile.name] = await asyncio.to_thread(
                    self._profile_service.token_status, profile
                )
        self._page.post_message(TokensLoaded(statuses))
        return statuses

    async def test(self, profile: Profile) -> None:
        """Load a profile's balance once, and post the result as a notice."""
        t = self._t
        session = await self._session_pool.get(profile, self._report_wait)
        if not await session.token_manager.has_usable_token():
            title = t("token.issue_title", name=profile.name)
            hint = t(f"connection_test.notice_{profile.environment_label}")
            if not await confirm(self._page.app, t, "token.issue", title, hint):
                return
        self._page.post_message(NoticePosted(t("profiles.testing", name=profile.name), stays=True))
        balance = await session.fetch_balance(self._report_wait)
        count = len(balance.open_holdings)
        self._page.post_message(NoticePosted(t("profiles.connected", name=profile.name, n=count)))

    def _report_wait(self, progress: ProgressEvent | None) -> None:
        if isinstance(progress, (TokenRequestDelayed, RetryScheduled, TurnDelayed, LocalWait)):
            text = describe_progress(progress, self._t, stop_key=self._t.key_names["accounts.back"])
            self._page.post_message(NoticePosted(text, stays=True))

    async def refresh_all(self, profiles: Sequence[Profile]) -> None:
        """Load all accounts concurrently; ask before issuing missing tokens."""
        token_statuses, now = await self.load_tokens(profiles), self._clock()
        with_token: list[Profile] = []
        without_token: list[Profile] = []
        for profile in profiles:
            status = token_statuses.get(profile.name)
            has_token = status is not None and status.record.usable_token(now) is not None
            (with_token if has_token else without_token).append(profile)
        chosen = with_token
        if without_token:
            answer = await self._ask_about_tokens(len(without_token))
            if answer is None:
                return
            chosen += without_token if answer == "all" else []
        key = "accounts.refreshed" if chosen else "accounts.no_tokens"
        self._page.post_message(NoticePosted(self._t(key, n=len(chosen))))
        self._failed.clear()
        for profile in chosen:
            self.refresh(profile)

    async def _ask_about_tokens(self, count: int) -> str | None:
        t = self._t
        choices = [
            Choice(answer, (Cell(f" {t(f'accounts.ask_{answer}')}"),))
            for answer in ("with_token", "all")
        ]
        title = t("accounts.ask_title", n=count)
        return await self._page.app.push_screen_wait(
            SelectDialog(title, choices, hint=t("accounts.ask_hint"))
        )

    def refresh(self, profile: Profile) -> None:
        """Load the balance of an account, unless that is under way.

        It runs in the app's own loader, so that leaving the page does not cancel it.
        """
        load_state = self._balance_states.get(profile)
        if isinstance(load_state, Loading):
            return
        last, app = last_loaded(load_state), self._page.app
        self._loading.add(profile.name)
        app.post_message(AccountStateChanged(profile, Loading(last)))
        start_worker(app, self._fetch, profile, last, group=f"account {profile.name}")

    async def _fetch(self, profile: Profile, last: Loaded[Balance] | None) -> None:
        app = self._page.app
        try:
            session = await self._session_pool.get(profile)
            balance = await session.fetch_full_balance(
                self._clock, previous=last.value if last else None
            )
            load_state: LoadState[Balance] = Loaded(balance, self._clock())
        except KistuiError as error:
            load_state = Failed(error, self._clock(), last)
            self._failed.add(profile.name)
        except asyncio.CancelledError:
            app.post_message(AccountStateChanged(profile, last or NotLoaded()))
            raise
        app.post_message(AccountStateChanged(profile, load_state))
        if isinstance(load_state, Loaded):
            record = self._profile_service.history.record_refresh
            balance, loaded_at = load_state.value, load_state.loaded_at
            if await asyncio.to_thread(record, profile, balance, loaded_at):
                app.post_message(HistoryRecorded(profile))
        self._loading.discard(profile.name)
        if not self._loading:
            key = "accounts.some_failed" if self._failed else "accounts.all_loaded"
            self._page.post_message(NoticePosted(self._t(key, n=len(self._failed))))
