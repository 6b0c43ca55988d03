"""Token page: shows expiry and origin; can issue or revoke after confirmation."""

import asyncio
import os
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import var
from textual.types import CSSPathType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from kistui.errors import KistuiError
from kistui.formatting import status
from kistui.formatting.cells import Cell, Line, display_width
from kistui.formatting.token import (
    FACT_COUNT,
    HEADLINE_HEIGHT,
    TokenHeadline,
    ToLocal,
    fit_fact,
    format_kst_minute,
    token_facts,
    token_headline,
    token_profile_line,
)
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.calls import ApiUsage, ProgressEvent
from kistui.models.token import TokenRecord, TokenStatus
from kistui.tui.keymap import to_bindings
from kistui.tui.messages import ActionFailed, NoticePosted, ProfilesLoaded, TokensLoaded
from kistui.tui.pages import TOKEN_PAGE
from kistui.tui.screens.dialogs import confirm
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.theme import to_content
from kistui.tui.widgets.lines import StatusLine
from kistui.tui.workers import ActionRunner

if TYPE_CHECKING:
    from textual.timer import Timer


class TokenPane(Vertical):
    """Shows one token, updated every second; unchanged lines are not repainted."""

    def __init__(self, t: Translations, to_local: ToLocal, *, id: str) -> None:
        super().__init__(id=id)
        self._t = t
        self._to_local = to_local
        self._headline: TokenHeadline | None = None
        self._fact_lines: tuple[Line, ...] = ()
        self._titles = "", ""

    def compose(self) -> ComposeResult:
        """Compose time, state and meaning, with the facts below."""
        # A line each: only those that count seconds are written every second.
        with Vertical(id="token-head"):
            for index in range(HEADLINE_HEIGHT):
                yield StatusLine(partial(self._head_line, index), id=f"token-head-{index}")
        with Vertical(id="token-facts"):
            for index in range(FACT_COUNT):
                yield StatusLine(partial(self._fact_line, index), id=f"token-fact-{index}")

    def show_token(
        self, profile: Profile, status: TokenStatus, calls: ApiUsage | None, now: datetime
    ) -> None:
        """Show the token of a profile at `now`."""
        t = self._t
        head = token_headline(status.record, now, t)
        lines = token_facts(status, calls, now, t, to_local=self._to_local, pid=os.getpid())
        title, subtitle = t("token.title", name=profile.name), t("token.never_shown")
        if (title, subtitle) != self._titles:
            self._titles = title, subtitle
            self.border_title, self.border_subtitle = Content(title), Content(subtitle)
        self._headline, self._fact_lines = head, lines
        for line in self.query(StatusLine):
            line.update_line()

    def _fact_line(self, index: int, width: int) -> Line:
        return fit_fact(self._fact_lines[index], width) if self._fact_lines else ()

    def _head_line(self, index: int, width: int) -> Line:
        return self._headline.lines(width)[index] if self._headline else ()


COUNTDOWN_SECONDS = 1.0
"""Seconds between updates of the remaining time."""
TOKEN_POLL_SECONDS = 5.0
"""Seconds between reads of token files, which other processes change."""


class TokenScreen(PageScreen):
    """Shows all tokens in a list, and the highlighted token in full."""

    CSS_PATH: ClassVar[CSSPathType | None] = [
        "dialogs.tcss",
        "token.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(TOKEN_PAGE.keys))
    page = TOKEN_PAGE
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012  # Textual's own form

    token_statuses: var[Mapping[str, TokenStatus | None]] = var[Mapping[str, TokenStatus | None]](
        {}
    )
    """By profile; `None` if it could not be read. Set by the message handler only."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._to_local = context.to_local
        self._profile_service = context.profile_service
        self._session_pool = context.session_pool
        self._actions = ActionRunner(self)
        self._profiles: tuple[Profile, ...] = ()
        self._clock_timer: Timer | None = None
        self._row_lines: dict[str, Line] = {}

    def compose_content(self) -> ComposeResult:
        """Compose the shown token and all tokens."""
        yield TokenPane(self._t, self._to_local, id="token")
        with Vertical(id="tokens"):
            yield OptionList(id="token-list", compact=True)

    def on_mount(self) -> None:
        """Read the tokens and start the timer: the only page that updates every second."""
        self._clock_timer = self.set_interval(COUNTDOWN_SECONDS, self.refresh_view)
        self.set_interval(TOKEN_POLL_SECONDS, self._poll_tokens)
        self._actions.load(self._load_profiles)

    def watch_now(self) -> None:
        """Do nothing: the page has its own timer."""

    def on_screen_suspend(self) -> None:
        """Pause the timer while the page is hidden."""
        if self._clock_timer:
            self._clock_timer.pause()

    def on_screen_resume(self) -> None:
        """Resume the timer."""
        if self._clock_timer:
            self._clock_timer.resume()
            self.refresh_view()

    async def _load_profiles(self) -> None:
        profiles = await asyncio.to_thread(self._profile_service.list_profiles)
        self.post_message(ProfilesLoaded(profiles, None))

    @on(ProfilesLoaded)
    def _profiles_loaded(self, message: ProfilesLoaded) -> None:
        self._profiles = message.profiles
        options = self.query_one(OptionList)
        options.add_options(Option("") for _ in self._profiles)
        names = [profile.name for profile in self._profiles]
        if self._profile and self._profile.name in names:
            options.highlighted = names.index(self._profile.name)
        options.focus()
        self.action_reload_tokens()

    def action_reload_tokens(self) -> None:
        """Read the tokens of all profiles from the disk."""
        self._actions.load(self._load_tokens)

    def _poll_tokens(self) -> None:
        """Read the tokens again; a notice, such as that a token is waited for, stays."""
        self._actions.load(self._load_tokens, reports_errors=False)

    async def _load_tokens(self, *, reports_errors: bool = True) -> None:
        statuses: dict[str, TokenStatus | None] = {}
        for profile in self._profiles:
            try:
                token_status = await asyncio.to_thread(self._profile_service.token_status, profile)
            except KistuiError as error:
                statuses[profile.name] = None
                if reports_errors:
                    self.post_message(ActionFailed(error))
            else:
                statuses[profile.name] = token_status
        self.post_message(TokensLoaded(statuses))

    @on(TokensLoaded)
    def _tokens_loaded(self, message: TokensLoaded) -> None:
        self.token_statuses = message.statuses

    def watch_token_statuses(self) -> None:
        """Show what was read."""
        if self.is_mounted:
            self.refresh_view()

    @on(OptionList.OptionHighlighted)
    def _profile_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self._profile = self._profiles[event.option_index]
        self.refresh_view()

    def action_back(self) -> None:
        """Cancel the waiting action; without one, return to the balance."""
        if self._actions.is_running:
            self._actions.cancel()
            self.show_notice(self._t("token.stopped"))
        else:
            self.dismiss()

    def action_issue(self) -> None:
        """Issue a token after the user has confirmed."""
        if self._profile is not None:
            self._actions.open_dialog(self._issue, self._profile, self.shown_token)

    def action_revoke(self) -> None:
        """Revoke the token after the user has confirmed."""
        if self._profile is None:
            return
        if self.shown_token is None or self.shown_token.token is None:
            self.show_notice(self._t("token.nothing_to_revoke"))
        else:
            self._actions.open_dialog(self._revoke, self._profile)

    async def _issue(self, profile: Profile, record: TokenRecord | None) -> None:
        now, t = self._clock(), self._t
        hints = [t(f"connection_test.notice_{profile.environment_label}")]
        if record is not None and record.token is not None and record.usable_token(now):
            is_same = now < record.token.reissue_window_end
            hints.append(t("token.ask_same" if is_same else "token.ask_other"))
        if await self._confirm("issue", profile, "\n".join(hints)):
            session = await self._session_pool.get(profile, self._report_progress)
            await session.token_manager.issue(self._report_progress)
            await self._report_done("token.issued_now", profile)

    async def _revoke(self, profile: Profile) -> None:
        if await self._confirm("revoke", profile, self._t("token.ask_revoke")):
            session = await self._session_pool.get(profile, self._report_progress)
            await session.token_manager.revoke()
            await self._report_done("token.revoked_now", profile)

    async def _confirm(self, action: str, profile: Profile, hint: str) -> bool:
        title = self._t(f"token.{action}_title", name=profile.name)
        return await confirm(self.app, self._t, f"token.{action}", title, hint)

    def _report_progress(self, progress: ProgressEvent | None) -> None:
        if progress is not None:
            stop_key = self._t.key_names["token.back"]
            text = status.describe_progress(progress, self._t, stop_key=stop_key)
            self.post_message(NoticePosted(text, stays=True))

    async def _report_done(self, key: str, profile: Profile) -> None:
        await self._load_tokens()
        self.post_message(NoticePosted(self._t(key, name=profile.name)))

    @property
    def _token_status(self) -> TokenStatus | None:
        return self.token_statuses.get(self._profile.name) if self._profile else None

    @property
    def shown_token(self) -> TokenRecord | None:
        """The token of the highlighted profile."""
        token_status = self._token_status
        return token_status.record if token_status else None

    def refresh_view(self) -> None:
        """Show the tokens at the present second."""
        self.query_one("#tokens").border_title = Content(self._t("token.all"))
        now, token_status = self._clock(), self._token_status
        if token_status is not None and self._profile is not None:
            session = self._session_pool.get_open(self._profile)
            calls = session.api_usage() if session else None
            self.query_one(TokenPane).show_token(self._profile, token_status, calls, now)
        self.update_status_lines("#bar")
        options = self.query_one(OptionList)
        name_width = max((display_width(profile.name) for profile in self._profiles), default=0)
        for index, profile in enumerate(self._profiles[: options.option_count]):
            token_status = self.token_statuses.get(profile.name)
            line = token_profile_line(
                profile,
                token_status.record if token_status else None,
                now,
                self._t,
                name_width=name_width,
            )
            if self._row_lines.get(profile.name) != line:
                self._row_lines[profile.name] = line
                options.replace_option_prompt_at_index(index, to_content([line]))

    def status_cell(self, now: datetime) -> Cell:
        """Return the time in Korea."""
        return Cell(format_kst_minute(now))
