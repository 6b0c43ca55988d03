"""Accounts page: figures of every account, and actions on profiles."""

import asyncio
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, Self

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Resize
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kistui.clock import Clock
from kistui.errors import KistuiError
from kistui.formatting import status
from kistui.formatting.accounts_table import build_accounts_table
from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.table import EMPTY_TABLE_LAYOUT
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.account_totals import AccountOverview
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.progress import ProgressEvent, RetryScheduled, TokenRequestDelayed
from kistui.tui.balance_states import BalanceStates
from kistui.tui.footer import key_hints
from kistui.tui.keymap import KeyBinding, to_bindings
from kistui.tui.messages import AccountStateChanged, ProfileSelected, TokensLoaded
from kistui.tui.pages import ACCOUNTS_PAGE, keys_by_id
from kistui.tui.screens.page import PageContext
from kistui.tui.screens.profile_change_actions import ProfileChangeActions
from kistui.tui.screens.select_dialog import Choice, SelectDialog, confirm
from kistui.tui.session_pool import SessionPool
from kistui.tui.theme import to_content
from kistui.tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kistui.models.token import TokenStatus
    from kistui.services.profiles import ProfileService

FOOTER_KEYS = keys_by_id(*ACCOUNTS_PAGE.footer)


class AccountsScreen(ProfileChangeActions):
    """Shows every account and manages profiles; `is_first_run` opens the form at once."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [
        "dialogs.tcss",
        "accounts.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(ACCOUNTS_PAGE.keys))

    page_name = ACCOUNTS_PAGE.name

    def __init__(
        self,
        profile_service: "ProfileService",
        t: Translations,
        balance_states: BalanceStates,
        session_pool: SessionPool,
        clock: Clock,
        *,
        is_first_run: bool = False,
    ) -> None:
        super().__init__(profile_service, t)
        self._balance_states = balance_states
        self._session_pool = session_pool
        self._clock = clock
        self._is_first_run = is_first_run
        self._default_profile_name: str | None = None
        self._token_statuses: Mapping[str, TokenStatus | None] = {}
        self._table = EMPTY_TABLE_LAYOUT
        self._row_lines: tuple[Line, ...] = ()

    @classmethod
    def create(cls, context: PageContext) -> Self:
        """Create the page."""
        return cls(
            context.profile_service,
            context.t,
            context.balance_states,
            context.session_pool,
            context.clock,
            is_first_run=context.is_first_run,
        )

    @property
    def can_go_back(self) -> bool:
        """Return whether there is a balance to go back to."""
        return bool(self._profiles)

    def compose(self) -> ComposeResult:
        """Compose title, accounts with header and total, notice and key hints."""
        yield StatusLine(self._title_line, id="bar")
        yield StatusLine(self.tab_line(), id="tabs")
        yield StatusLine(lambda _width: self._table.header, id="header")
        yield OptionList(id="profiles", compact=True)
        yield StatusLine(lambda _width: self._table.total_row, id="total")
        yield Static(id="notice")
        with Vertical(id="hints"):
            yield StatusLine(lambda width: self._hints(FOOTER_KEYS[:7], width), id="hints-1")
            yield StatusLine(lambda width: self._hints(FOOTER_KEYS[7:], width), id="hints-2")

    def on_mount(self) -> None:
        """Read the profiles; with none, go straight to the form."""
        self._load_profiles()

    @work
    async def _load_profiles(self) -> None:
        await self._reload_profiles()
        if self._is_first_run and not self._profiles:
            self._show_notice(self._t("welcome.welcome"), self._t("welcome.ways"))
            self.action_add()

    def action_back(self) -> None:
        """Return to the balance, if there is a profile to show."""
        if self._profiles:
            self.dismiss()

    @on(OptionList.OptionSelected)
    def _profile_selected(self, event: OptionList.OptionSelected) -> None:
        self.post_message(ProfileSelected(self._profiles[event.option_index]))

    @work(exclusive=True, group="act")
    async def action_demo(self) -> None:
        """Open the simulated account."""
        profile = await self._call_or_show_error(self._profile_service.demo_profile)
        if profile:
            self.post_message(ProfileSelected(profile))

    @work(exclusive=True, group="act")
    async def action_test(self) -> None:
        """Load the profile's balance once and show the result."""
        index = self.query_one(OptionList).highlighted
        if index is None:
            return
        profile, t = self._profiles[index], self._t
        try:
            session = await self._session_pool.get(profile)
            if (
                not await session.token_manager.has_usable_token()
                and not await self._confirm_token_issue(profile)
            ):
                return
            self._show_notice(t("profiles.testing", name=profile.name))
            balance = await session.fetch_balance(self._show_progress)
        except KistuiError as error:
            self._show_error(error)
        else:
            self._show_notice(t("profiles.works", name=profile.name, n=len(balance.open_holdings)))

    def _show_progress(self, progress: ProgressEvent) -> None:
        """Show that the load waits for a token."""
        if isinstance(progress, (TokenRequestDelayed, RetryScheduled)):
            self._show_notice(status.describe_progress(progress, self._t))

    async def _confirm_token_issue(self, profile: Profile) -> bool:
        t = self._t
        title = t("token.issue_title", name=profile.name)
        hint = t(f"connection_test.notice_{profile.environment_label}")
        return await confirm(self.app, t, "token.issue", title, hint)

    async def _reload_profiles(self) -> None:
        self._profiles = await self._call_or_show_error(self._profile_service.list_profiles) or ()
        self._default_profile_name = await self._call_or_show_error(
            self._profile_service.default_name
        )
        options = self.query_one(OptionList)
        index = options.highlighted or 0
        options.clear_options()
        options.add_options(Option("") for _ in self._profiles)
        self._row_lines = ()
        if self._profiles:
            options.highlighted = min(index, len(self._profiles) - 1)
        self._refresh_view()
        self.action_reload_tokens()

    @work(exclusive=True, group="look")
    async def action_reload_tokens(self) -> None:
        """Read the tokens of all profiles from the disk."""
        statuses: dict[str, TokenStatus | None] = {}
        for profile in self._profiles:
            with suppress(KistuiError):  # shown where the token is used, and on its own screen
                statuses[profile.name] = await asyncio.to_thread(
                    self._profile_service.token_status, profile
                )
        self.post_message(TokensLoaded(statuses))

    @on(TokensLoaded)
    def _tokens_loaded(self, message: TokensLoaded) -> None:
        self._token_statuses = message.statuses
        self._refresh_view()

    @work(exclusive=True, group="refresh")
    async def action_refresh_all(self) -> None:
        """Load all accounts concurrently; ask before issuing missing tokens."""
        now, t = self._clock(), self._t
        held: list[Profile] = []
        bare: list[Profile] = []
        for profile in self._profiles:
            status = self._token_statuses.get(profile.name)
            (held if status and status.record.usable_token(now) else bare).append(profile)
        if bare:
            title = t("accounts.ask_title", n=len(bare))
            choices = [
                Choice(answer, (Cell(f" {t(f'accounts.ask_{answer}')}"),))
                for answer in ("held", "every")
            ]
            picked = await self.app.push_screen_wait(
                SelectDialog(title, choices, hint=t("accounts.ask_hint"))
            )
            if picked is None:
                return
            held += bare if picked == "every" else []
        if not held:
            self._show_notice(t("accounts.nothing_held"))
            return
        self._show_notice(t("accounts.refreshed", n=len(held)))
        for profile in held:
            if not isinstance(self._balance_states.get(profile), Loading):
                self._start_refresh(profile)

    def _start_refresh(self, profile: Profile) -> None:
        last = last_loaded(self._balance_states.get(profile))
        self.post_message(AccountStateChanged(profile, Loading(last)))
        # By the app: leaving the screen does not give up what the balance will show anyway.
        self.app.run_worker(self._fetch_balance(profile, last), group=f"account {profile.name}")

    async def _fetch_balance(self, profile: Profile, last: Loaded[Balance] | None) -> None:
        try:
            session = await self._session_pool.get(profile)
            before = last.value if last else None
            balance = await session.fetch_full_balance(self._clock, previous=before)
            load_state: LoadState[Balance] = Loaded(balance, self._clock())
        except KistuiError as error:
            load_state = Failed(error, self._clock(), last)
        except asyncio.CancelledError:  # as it was
            self.app.post_message(AccountStateChanged(profile, last or NotLoaded()))
            raise
        self.app.post_message(AccountStateChanged(profile, load_state))

    def _account_row(self, profile: Profile) -> AccountOverview:
        status = self._token_statuses.get(profile.name)
        record = status.record if status else None
        return AccountOverview(profile, self._balance_states.get(profile), record)

    def balance_state_changed(self) -> None:
        """Show the new state of an account."""
        self._refresh_view()
        self.action_reload_tokens()

    def refresh_view(self) -> None:
        """Show the accounts in the present language, at the present instant."""
        self._refresh_view()

    def on_resize(self, _event: Resize) -> None:
        """Columns follow the width."""
        self._refresh_view()

    def _refresh_view(self) -> None:
        if not self.is_mounted:
            return
        options = self.query_one(OptionList)
        if options.option_count != len(self._profiles):
            return
        table = build_accounts_table(
            [self._account_row(profile) for profile in self._profiles],
            self._default_profile_name,
            self._clock(),
            self._t,
            amounts_hidden=self.amounts_hidden,
        )
        self._table = table.lay_out(self.size.width - 2) if len(table) else EMPTY_TABLE_LAYOUT
        row_lines = tuple(self._table.rows)
        for index, line in enumerate(row_lines):
            if index >= len(self._row_lines) or self._row_lines[index] != line:
                options.replace_option_prompt_at_index(index, to_content([line]))
        self._row_lines = row_lines
        for name in ("#header", "#total"):
            self.query_one(name, StatusLine).update_line()

    def _title_line(self, _width: int) -> Line:
        return (Cell(f" {self._t('profiles.title')}", Role.STRONG),)

    def _hints(self, some: tuple[KeyBinding, ...], width: int) -> Line:
        helps = some[-1] is FOOTER_KEYS[-1]
        return key_hints(self.app, some, self._t, width, show_help=helps)
