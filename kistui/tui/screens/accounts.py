"""Accounts page: figures of every account, and actions on profiles."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.types import CSSPathType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kistui.formatting.accounts_table import build_accounts_table
from kistui.formatting.allocation import accounts_allocation_lines
from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.error_text import describe_error
from kistui.formatting.status import line_of
from kistui.formatting.table import EMPTY_TABLE_LAYOUT
from kistui.models.account import Profile, SecretBackend
from kistui.models.load_state import Failed
from kistui.models.totals import AccountOverview
from kistui.services.profile_secrets import WRITABLE_BACKENDS
from kistui.tui.controllers.account_loader import AccountLoader
from kistui.tui.controllers.profile_actions import ProfileActions
from kistui.tui.keymap import to_bindings
from kistui.tui.messages import NoticePosted, ProfileSelected, ProfilesLoaded, TokensLoaded
from kistui.tui.pages import ACCOUNTS_PAGE, keys_by_id
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.theme import to_content
from kistui.tui.user_keymap import key_hints
from kistui.tui.widgets.lines import SizedLines, StatusLine
from kistui.tui.workers import ActionRunner

if TYPE_CHECKING:
    from kistui.models.token import TokenStatus

FRAME_WIDTH, FRAME_HEIGHT = 4, 2
"""Columns and lines that a panel takes besides its content."""
FIXED_HEIGHT = 2 + FRAME_HEIGHT + 2 + FRAME_HEIGHT + 4 + 2
"""Lines of title bar and tabs, two frames, header and total, notice, and key hints."""
FOOTER_KEYS = keys_by_id(*ACCOUNTS_PAGE.footer)
ACCOUNT_ACTIONS = frozenset({"open", "test"})
"""Actions that need an account."""
KEY_ACTIONS = frozenset({"replace_keys", "move_secrets"})
"""Actions that need an account whose app key kistui stores."""
SAVED_ACTIONS = KEY_ACTIONS | {"edit", "set_default", "remove"}
"""Actions that need an account that kistui has saved."""


class AccountOption(Option):
    """The row of a profile; its text depends on the width. Two profiles may have one name."""

    def __init__(self, profile: Profile) -> None:
        super().__init__("")
        self.profile = profile


class AccountsScreen(PageScreen):
    """Shows every account and manages profiles; on a first run it opens the form at once."""

    CSS_PATH: ClassVar[CSSPathType | None] = [
        "dialogs.tcss",
        "accounts.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(ACCOUNTS_PAGE.keys))

    page = ACCOUNTS_PAGE

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._is_first_run = context.is_first_run
        self._actions = ActionRunner(self)
        self._profile_actions = ProfileActions(self, context)
        self.account_loader = AccountLoader(self, context)
        self._profiles: tuple[Profile, ...] = ()
        self._default_profile_name: str | None = None
        self._token_statuses: Mapping[str, TokenStatus | None] = {}
        self._table_layout = EMPTY_TABLE_LAYOUT
        self._row_lines: tuple[Line, ...] = ()

    def compose_content(self) -> ComposeResult:
        """Compose the accounts with header and total, and how their assets are divided."""
        with Vertical(id="accounts"):
            yield StatusLine(lambda _width: self._table_layout.header, id="header")
            yield OptionList(id="profiles", compact=True)
            yield StatusLine(lambda _width: self._table_layout.total_row, id="total")
        yield SizedLines(id="allocation")
        yield Static(id="failure")

    def compose_hints(self) -> ComposeResult:
        """Compose two rows of key hints."""
        with Vertical(id="hints"):
            yield StatusLine(lambda width: self._hints(0, width), id="hints-1")
            yield StatusLine(lambda width: self._hints(1, width), id="hints-2")

    def on_mount(self) -> None:
        """Read the profiles; on a first run, open the form if there are none."""
        if self._is_first_run:
            self._actions.open_dialog(self._profile_actions.start)
        else:
            self._actions.load(self._profile_actions.load)

    @on(ProfilesLoaded)
    def _profiles_loaded(self, message: ProfilesLoaded) -> None:
        options, highlighted = self.query_one(OptionList), self._highlighted_profile
        self._profiles, self._default_profile_name = message.profiles, message.default_name
        index = options.highlighted or 0
        if highlighted in self._profiles:
            index = self._profiles.index(highlighted)
        options.clear_options()
        options.add_options(map(AccountOption, self._profiles))
        self._row_lines = ()
        if self._profiles:
            options.highlighted = min(index, len(self._profiles) - 1)
        self.refresh_view()
        self._reload_tokens()

    def watch_now(self) -> None:
        """Update the ages of balances and the time that tokens have left."""
        if self.is_mounted:
            self.refresh_view()

    @on(OptionList.OptionSelected)
    def _profile_selected(self, event: OptionList.OptionSelected) -> None:
        # Not by index: the list may have been read again since the key was pressed.
        if isinstance(event.option, AccountOption) and event.option.profile in self._profiles:
            self.post_message(ProfileSelected(event.option.profile))

    @on(OptionList.OptionHighlighted)
    def _profile_highlighted(self) -> None:
        self.update_status_lines("#hints-1", "#hints-2")
        self._show_failure()

    def action_demo(self) -> None:
        """Open the simulated account."""
        self._actions.start(self._profile_actions.open_demo)

    def action_add(self) -> None:
        """Enter a new profile."""
        self._actions.open_dialog(self._profile_actions.add)

    def action_import(self) -> None:
        """Import credentials from another tool's file."""
        self._actions.open_dialog(self._profile_actions.import_profile)

    def action_replace_keys(self) -> None:
        """Enter another app key and secret for the highlighted profile."""
        self._start_on_highlighted(self._profile_actions.replace_keys)

    def action_move_secrets(self) -> None:
        """Move the highlighted profile's secrets to another store."""
        self._start_on_highlighted(self._profile_actions.move_secrets)

    def action_edit(self) -> None:
        """Enter another account number for the highlighted profile."""
        self._start_on_highlighted(self._profile_actions.edit)

    def action_set_default(self) -> None:
        """Make the highlighted profile the default."""
        self._start_on_highlighted(self._profile_actions.set_default)

    def action_remove(self) -> None:
        """Remove the highlighted profile and its secrets."""
        self._start_on_highlighted(self._profile_actions.remove)

    def action_test(self) -> None:
        """Load the highlighted profile's balance once and show the result."""
        profile = self._highlighted_profile
        if profile is not None:
            self._actions.start(self.account_loader.test, profile)

    def action_refresh_all(self) -> None:
        """List the profiles again and load all accounts; ask before issuing missing tokens."""
        self._actions.start(self._refresh_all)

    async def _refresh_all(self) -> None:
        # Another kistui, or an editor, may have changed the profiles.
        if profiles := await self._profile_actions.load():
            await self.account_loader.refresh_all(profiles)
        else:
            self.post_message(NoticePosted(self._t("profiles.none")))

    @property
    def _highlighted_profile(self) -> Profile | None:
        index = self.query_one(OptionList).highlighted
        return None if index is None or index >= len(self._profiles) else self._profiles[index]

    def _start_on_highlighted(self, action: Callable[[Profile], Awaitable[None]]) -> None:
        """Run an action on the highlighted profile."""
        profile = self._highlighted_profile
        if profile is not None:
            self._actions.open_dialog(action, profile)

    def _reload_tokens(self) -> None:
        self._actions.load(self.account_loader.load_tokens, self._profiles)

    @on(TokensLoaded)
    def _tokens_loaded(self, message: TokensLoaded) -> None:
        self._token_statuses = message.statuses
        self.refresh_view()

    def _account_row(self, profile: Profile) -> AccountOverview:
        status = self._token_statuses.get(profile.name)
        record = status.record if status else None
        return AccountOverview(profile, self._balance_states.get(profile), record)

    def balance_state_changed(self) -> None:
        """Show the new state of an account."""
        self.refresh_view()
        self._reload_tokens()

    def on_resize(self, _event: Resize) -> None:
        """Columns follow the width."""
        self.refresh_view()

    def refresh_view(self) -> None:
        """Show the accounts in the present language, at the present instant."""
        if not self.is_mounted:
            return
        options = self.query_one(OptionList)
        if options.option_count != len(self._profiles):
            return
        accounts = [self._account_row(profile) for profile in self._profiles]
        table = build_accounts_table(
            accounts,
            self._default_profile_name,
            self._clock(),
            self._t,
            amounts_hidden=self.amounts_hidden,
        )
        self._table_layout = (
            table.lay_out(self.size.width - FRAME_WIDTH) if len(table) else EMPTY_TABLE_LAYOUT
        )
        row_lines = tuple(self._table_layout.rows)
        for index, line in enumerate(row_lines):
            if index >= len(self._row_lines) or self._row_lines[index] != line:
                options.replace_option_prompt_at_index(index, to_content([line]))
        self._row_lines = row_lines
        self.update_status_lines("#header", "#total", "#hints-1", "#hints-2")
        panel = self.query_one("#accounts")
        panel.border_title = Content(self._t("accounts.count", n=len(self._profiles)))
        was_hidden = not panel.display
        # A closed dialog would give the focus back to a hidden list, whose Enter hides the page's.
        panel.display = options.can_focus = bool(self._profiles)
        if was_hidden and self._profiles and self.focused is None:
            options.focus()  # hiding the panel took the focus from it
        self._show_allocation(accounts)
        self._show_failure()

    def _show_failure(self) -> None:
        """Say in full why the highlighted account is not up to date: its column is narrow."""
        profile, line = self._highlighted_profile, self.query_one("#failure", Static)
        state = self._balance_states.get(profile) if profile else None
        line.display = isinstance(state, Failed)
        if profile and isinstance(state, Failed):
            title = describe_error(state.error, self._t).title
            line.update(to_content([line_of(f"{profile.name}: {title}", Role.BAD)]))

    def _show_allocation(self, accounts: Sequence[AccountOverview]) -> None:
        """Show how the assets are divided, where there is room below the accounts."""
        chart = self.query_one("#allocation", SizedLines)
        lines = accounts_allocation_lines(accounts, self._t, self.size.width - FRAME_WIDTH)
        available_height = self.size.height - FIXED_HEIGHT - len(accounts)
        chart.display = 0 < len(lines) <= available_height
        chart.styles.height = len(lines) + FRAME_HEIGHT
        chart.border_title = Content(self._t("allocation.title"))
        chart.show(lambda _width, _height: lines)

    def title_bar(self, width: int) -> Line:
        """Return the title of the page: it shows every account."""
        del width
        return (Cell(f" {self._t('profiles.title')}", Role.STRONG),)

    def _hints(self, row: int, width: int) -> Line:
        """Return one of the two rows of key hints; the first row holds six."""
        keys = self.available_keys(FOOTER_KEYS)
        row_keys = keys[:6] if row == 0 else keys[6:]
        return key_hints(self.app, row_keys, self._t, width, show_help=row == 1)

    def why_unavailable(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return that there is no account, or that kistui has not saved it or its keys."""
        if action in ACCOUNT_ACTIONS | SAVED_ACTIONS and not self._profiles:
            return self._t("profiles.none")
        profile = self._highlighted_profile if action in SAVED_ACTIONS else None
        if profile and profile.secret_backend is SecretBackend.ENVIRONMENT:
            return self._t("profiles.not_changeable")
        if profile and action in KEY_ACTIONS and profile.secret_backend not in WRITABLE_BACKENDS:
            return self._t("profiles.key_not_changeable")
        return super().why_unavailable(action, parameters)
