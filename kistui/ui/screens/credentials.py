"""The accounts: all with their figures, and what one can do with each."""

import asyncio
from contextlib import suppress
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Resize
from textual.reactive import var
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kistui.clock import Clock
from kistui.errors import KistuiError
from kistui.models.account import Profile
from kistui.models.account_totals import AccountOverview
from kistui.models.balance import Balance
from kistui.models.progress import ProgressEvent, TokenRequestDelayed, RetryScheduled
from kistui.models.load_state import Failed, Loading, Loaded, LoadState, NotLoaded, last_loaded
from kistui.ui import keys
from kistui.ui.book import Book
from kistui.ui.hints import hint_line
from kistui.ui.messages import AccountRead, ProfileOpened, TokensSeen
from kistui.ui.remotes import Remotes
from kistui.ui.screens.changing import ChangingScreen
from kistui.ui.screens.choice import Choice, ChoiceScreen, agrees
from kistui.ui.sessions import Sessions
from kistui.ui.theme import content
from kistui.ui.widgets.lines import FittedLine
from kistui.formatting import status
from kistui.formatting.accounts_table import AccountsTable, build_accounts_table
from kistui.formatting.cells import Cell, Line, Role
from kistui.i18n.translations import Translations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kistui.models.token import TokenStatus


class CredentialsScreen(ChangingScreen):
    """Every account in its own state, and all about profiles; `is_first` opens the form at once."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [
        "dialogs.tcss",
        "credentials.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.CREDENTIALS))

    now: var[datetime | None] = var(None)
    """The present instant, from the app."""
    hidden = var(False)
    """Whether amounts are left out, from the app."""

    def __init__(
        self,
        book: Book,
        words: Translations,
        remotes: Remotes,
        sessions: Sessions,
        clock: Clock,
        *,
        is_first: bool = False,
        hidden: bool = False,
    ) -> None:
        super().__init__(book, words)
        self.set_reactive(CredentialsScreen.hidden, hidden)
        self._remotes = remotes
        self._sessions = sessions
        self._clock = clock
        self._is_first = is_first
        self._default: str | None = None
        self._tokens: Mapping[str, TokenStatus | None] = {}
        self._table = AccountsTable((), (), ())
        self._lines: tuple[Line, ...] = ()

    def compose(self) -> ComposeResult:
        """Title, the accounts under their header, their total, what was said last, keys."""
        yield FittedLine(self._title, id="bar")
        yield FittedLine(lambda _width: status.tab_bar("credentials", self._words), id="tabs")
        yield FittedLine(lambda _width: self._table.header, id="header")
        yield OptionList(id="profiles", compact=True)
        yield FittedLine(lambda _width: self._table.total_row, id="total")
        yield Static(id="notice")
        with Vertical(id="hints"):
            yield FittedLine(lambda width: self._hints(keys.CREDENTIALS[:7], width), id="hints-1")
            yield FittedLine(lambda width: self._hints(keys.CREDENTIALS[7:], width), id="hints-2")

    def on_mount(self) -> None:
        """Read the profiles; with none, go straight to the form."""
        self._open()

    @work
    async def _open(self) -> None:
        await self._reload()
        if self._is_first and not self._profiles:
            self._tell(self._words("welcome.welcome"), self._words("welcome.ways"))
            self.action_add()

    def action_back(self) -> None:
        """To the figures, unless there is nobody to show any of."""
        if self._profiles:
            self.dismiss()

    @on(OptionList.OptionSelected)
    def _profile_selected(self, event: OptionList.OptionSelected) -> None:
        self.post_message(ProfileOpened(self._profiles[event.option_index]))

    @work(exclusive=True, group="act")
    async def action_demo(self) -> None:
        """Look around without an account."""
        profile = await self._try(self._book.demo)
        if profile:
            self.post_message(ProfileOpened(profile))

    @work(exclusive=True, group="act")
    async def action_test(self) -> None:
        """Read the profile's balance once, and say what came of it."""
        at = self.query_one(OptionList).highlighted
        if at is None:
            return
        profile, words = self._profiles[at], self._words
        try:
            session = await self._sessions.of(profile)
            if not await session.token_manager.has_usable_token() and not await self._agrees_to_a_token(profile):
                return
            self._tell(words("profiles.testing", name=profile.name))
            balance = await session.fetch_balance(self._tell_progress)
        except KistuiError as error:
            self._tell_error(error)
        else:
            self._tell(words("profiles.works", name=profile.name, n=len(balance.open_holdings)))

    def _tell_progress(self, progress: ProgressEvent) -> None:
        """A token may have to be waited for."""
        if isinstance(progress, (TokenRequestDelayed, RetryScheduled)):
            self._tell(status.describe_progress(progress, self._words))

    async def _agrees_to_a_token(self, profile: Profile) -> bool:
        words = self._words
        title = words("token.issue_title", name=profile.name)
        hint = words(f"connection_test.notice_{profile.environment_label}")
        return await agrees(self.app, words, "token.issue", title, hint)

    async def _reload(self) -> None:
        self._profiles = await self._try(self._book.all) or ()
        self._default = await self._try(self._book.default)
        options = self.query_one(OptionList)
        at = options.highlighted or 0
        options.clear_options()
        options.add_options(Option("") for _ in self._profiles)
        self._lines = ()
        if self._profiles:
            options.highlighted = min(at, len(self._profiles) - 1)
        self._paint()
        self.action_look()

    @work(exclusive=True, group="look")
    async def action_look(self) -> None:
        """Read the tokens of all profiles from the disk."""
        statuses: dict[str, TokenStatus | None] = {}
        for profile in self._profiles:
            with suppress(KistuiError):  # told where the token is used, and on its own screen
                statuses[profile.name] = await asyncio.to_thread(self._book.token_status, profile)
        self.post_message(TokensSeen(statuses))

    @on(TokensSeen)
    def _tokens_seen(self, message: TokensSeen) -> None:
        self._tokens = message.statuses
        self._paint()

    @work(exclusive=True, group="refresh")
    async def action_refresh_all(self) -> None:
        """Read every account, side by side; those without a token only if the owner agrees."""
        now, words = self._clock(), self._words
        held: list[Profile] = []
        bare: list[Profile] = []
        for profile in self._profiles:
            told = self._tokens.get(profile.name)
            (held if told and told.record.usable_token(now) else bare).append(profile)
        if bare:
            title = words("accounts.ask_title", n=len(bare))
            choices = [
                Choice(answer, (Cell(f" {words(f'accounts.ask_{answer}')}"),))
                for answer in ("held", "every")
            ]
            picked = await self.app.push_screen_wait(
                ChoiceScreen(title, choices, hint=words("accounts.ask_hint"))
            )
            if picked is None:
                return
            held += bare if picked == "every" else []
        if not held:
            self._tell(words("accounts.nothing_held"))
            return
        self._tell(words("accounts.refreshed", n=len(held)))
        for profile in held:
            if not isinstance(self._remotes.of(profile), Loading):
                self._begin(profile)

    def _begin(self, profile: Profile) -> None:
        last = last_loaded(self._remotes.of(profile))
        self.post_message(AccountRead(profile, Loading(last)))
        # By the app: leaving the screen does not give up what the balance will show anyway.
        self.app.run_worker(self._read(profile, last), group=f"account {profile.name}")

    async def _read(self, profile: Profile, last: Loaded[Balance] | None) -> None:
        try:
            session = await self._sessions.of(profile)
            before = last.value if last else None
            balance = await session.fetch_full_balance(self._clock, previous=before)
            remote: LoadState[Balance] = Loaded(balance, self._clock())
        except KistuiError as error:
            remote = Failed(error, self._clock(), last)
        except asyncio.CancelledError:  # as it was
            self.app.post_message(AccountRead(profile, last or NotLoaded()))
            raise
        self.app.post_message(AccountRead(profile, remote))

    def _figures(self, profile: Profile) -> AccountOverview:
        told = self._tokens.get(profile.name)
        record = told.record if told else None
        return AccountOverview(profile, self._remotes.of(profile), record)

    def show_account(self) -> None:
        """An account is in another state."""
        self._paint()
        self.action_look()

    def watch_now(self) -> None:
        """Figures get older."""
        self._paint()

    def watch_hidden(self) -> None:
        """Other cells."""
        self._paint()

    def on_resize(self, _event: Resize) -> None:
        """Columns follow the width."""
        self._paint()

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        options = self.query_one(OptionList)
        if options.option_count != len(self._profiles):
            return
        self._table = build_accounts_table(
            [self._figures(profile) for profile in self._profiles],
            self._default,
            self._clock(),
            self._words,
            self.size.width - 2,
            amounts_hidden=self.hidden,
        )
        for at, line in enumerate(self._table.rows):
            if at >= len(self._lines) or self._lines[at] != line:
                options.replace_option_prompt_at_index(at, content([line]))
        self._lines = self._table.rows
        for name in ("#header", "#total"):
            self.query_one(name, FittedLine).fit()

    def _title(self, _width: int) -> Line:
        return (Cell(f" {self._words('profiles.title')}", Role.STRONG),)

    def _hints(self, some: tuple[keys.Key, ...], width: int) -> Line:
        helps = some[-1] is keys.CREDENTIALS[-1]
        return hint_line(self.app, some, self._words, width, helps=helps)
