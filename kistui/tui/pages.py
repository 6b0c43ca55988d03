"""The pages of the app, one declaration each.

Tabs, the keys that lead to a page, key groups, key hints, help, palette, `kistui keys` and the
tables of keys in `docs` are derived from `PAGES`. A new page needs a `Page` here, a
`PageScreen` that it names, and its texts: `key_label.<name>`, `key_group.<group>`,
`key_help.page.<name>`, `key_synonyms.page.<name>`, and `tab.<name>` of a tab; for its keys
`key_label.<key>`, and `key_help.<group>.<key>` and `key_synonyms.<group>.<key>` where the shared
ones do not fit.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from msgspec import Struct

from kistui.tui.keymap import (
    APP,
    COLUMNS,
    DETAIL,
    FILTER,
    FORM,
    HOLDINGS,
    SEARCH,
    SETTINGS,
    SUMMARY,
    TABLE,
    WELCOME,
    KeyBinding,
)

if TYPE_CHECKING:
    from kistui.tui.screens.page import PageScreen

PAGE_GROUP = "page"
"""The group of the keys that lead to a page."""


class Page(Struct, frozen=True, kw_only=True):
    """A page: its key, the class of its screen, and the keys of that screen.

    `group` names the keys of the screen; pages that share a screen share the group.
    `widget_groups` are the groups of the widgets on it, a set for each combination that listens
    at the same time. `footer` are ids of keys; in a narrow line, the last is left out first.
    """

    name: str
    shortcut: str
    """The keys that lead to the page, separated by commas; that of a tab is a digit."""
    screen: str
    group: str
    keys: tuple[KeyBinding, ...]
    footer: tuple[str, ...]
    widget_groups: tuple[frozenset[str], ...] = (frozenset(),)
    is_home_tab: bool = False
    """Whether it is a tab of the screen that stays open under all others."""
    is_tab: bool = True
    """Whether it is in the line of tabs."""
    needs_profile: bool = False

    @property
    def navigation_key(self) -> KeyBinding:
        """The key that leads to the page, from every page."""
        action = f"app.show_page('{self.name}')"
        return KeyBinding(PAGE_GROUP, self.name, self.shortcut, action, ime_safe=True)

    def load_screen_class(self) -> "type[PageScreen]":
        """Import the class of the page's screen."""
        module, _, name = self.screen.partition(":")
        screen_class: type[PageScreen] = getattr(import_module(module), name)
        return screen_class


BALANCE_KEYS = (
    KeyBinding("balance", "next", "tab,shift+tab", "switch_tab", priority=True, ime_safe=True),
    KeyBinding("balance", "refresh", "r,f5", "refresh_balance", ime_safe=True),
    KeyBinding("balance", "raw", "f3,f", "toggle_raw_fields"),
    KeyBinding("balance", "auto", "f9,a", "toggle_auto_refresh"),
    KeyBinding("balance", "live", "underscore,l", "toggle_live_prices"),
    KeyBinding("balance", "copy", "equals_sign,y", "copy"),
    KeyBinding("balance", "export", "f8,e", "export"),
    KeyBinding("balance", "pick", "at,p", "app.pick_profile"),
    KeyBinding("balance", "stop", "escape", "cancel_refresh", meaning="back"),
)

SUMMARY_PAGE = Page(
    name="summary",
    shortcut="1",
    screen="kistui.tui.screens.balance:BalanceScreen",
    is_home_tab=True,
    group="balance",
    keys=BALANCE_KEYS,
    widget_groups=(frozenset({"summary"}),),
    footer=(
        "balance.next", "balance.refresh", "summary.allocation", "page.history", "app.hide",
        "balance.auto", "balance.copy", "balance.export", "balance.raw", "balance.pick", "app.quit",
    ),
)  # fmt: skip

HOLDINGS_PAGE = Page(
    name="holdings",
    shortcut="2",
    screen="kistui.tui.screens.balance:BalanceScreen",
    is_home_tab=True,
    group="balance",
    keys=BALANCE_KEYS,
    widget_groups=(
        frozenset({"holdings", "table", "filter"}),
        frozenset({"holdings", "detail"}),
    ),
    footer=(
        "holdings.detail", "holdings.filter", "holdings.sort_picker", "holdings.group",
        "holdings.market",
        "balance.refresh", "app.hide", "balance.copy", "holdings.sold_out", "holdings.columns",
        "holdings.reverse", "balance.auto", "balance.export",
    ),
)  # fmt: skip

TOKEN_PAGE = Page(
    name="token",
    shortcut="3",
    screen="kistui.tui.screens.token:TokenScreen",
    needs_profile=True,
    group="token",
    keys=(
        KeyBinding("token", "issue", "plus,n", "issue", meaning="new"),
        KeyBinding("token", "revoke", "delete", "revoke", meaning="delete"),
        KeyBinding("token", "refresh", "f5,r", "reload_tokens", ime_safe=True),
        KeyBinding("token", "back", "escape,q", "back"),
    ),
    footer=("token.issue", "token.revoke", "token.refresh", "token.back"),
)

ACCOUNTS_PAGE = Page(
    name="accounts",
    shortcut="4",
    screen="kistui.tui.screens.accounts:AccountsScreen",
    group="accounts",
    keys=(
        KeyBinding("accounts", "open", "enter", "open"),
        KeyBinding("accounts", "add", "plus,n", "add", meaning="new"),
        KeyBinding("accounts", "import", "f2,i", "import"),
        KeyBinding("accounts", "refresh", "f5,r", "refresh_all"),
        KeyBinding("accounts", "test", "exclamation_mark", "test"),
        KeyBinding("accounts", "replace_keys", "number_sign", "replace_keys"),
        KeyBinding("accounts", "move", "f4", "move_secrets"),
        KeyBinding("accounts", "edit", "f7", "edit"),
        KeyBinding("accounts", "use", "asterisk,d", "set_default"),
        KeyBinding("accounts", "remove", "delete", "remove", meaning="delete"),
        KeyBinding("accounts", "demo", "f6", "demo"),
        KeyBinding("accounts", "back", "escape,q", "back"),
    ),
    footer=(
        "accounts.open", "accounts.add", "accounts.import", "accounts.refresh", "accounts.test",
        "accounts.replace_keys", "accounts.move", "accounts.edit", "accounts.use",
        "accounts.remove", "accounts.back", "accounts.demo", "page.token", "page.log",
    ),
)  # fmt: skip

LOG_PAGE = Page(
    name="log",
    shortcut="5",
    screen="kistui.tui.screens.log:LogScreen",
    group="log",
    keys=(
        KeyBinding("log", "detail", "enter", "toggle_detail", meaning="open"),
        KeyBinding("log", "back", "escape,q", "back"),
    ),
    widget_groups=(frozenset({"table"}),),
    footer=("log.detail", "log.back"),
)


def _figure_keys(group: str) -> tuple[KeyBinding, ...]:
    """Return the keys of every page that reads figures when it opens."""
    return (
        KeyBinding(group, "refresh", "r,f5", "refresh", ime_safe=True),
        KeyBinding(group, "raw", "f3,f", "toggle_raw_fields"),
        KeyBinding(group, "copy", "equals_sign,y", "copy"),
        KeyBinding(group, "export", "f8,e", "export"),
        KeyBinding(group, "back", "escape,q", "back"),
    )


def _list_keys(
    group: str, *own_keys: KeyBinding, lists_ranges: bool = True
) -> tuple[KeyBinding, ...]:
    """Return the keys of a page that lists days, with its own after the filter's.

    Without `lists_ranges` its days are a calendar year, and it has one market.
    """
    period = KeyBinding(group, "period", "semicolon,w", "period")
    markets = (
        KeyBinding(group, "market", "right_square_bracket,m", "filter_market(1)"),
        KeyBinding(group, "market_back", "left_square_bracket", "filter_market(-1)"),
    )
    return (
        KeyBinding(group, "detail", "enter", "toggle_detail", meaning="open"),
        # With priority, so that keys typed ahead go into the line that opens.
        KeyBinding(group, "filter", "slash", "filter", priority=True),
        *own_keys,
        *((period,) if lists_ranges else ()),
        KeyBinding(group, "earlier", "left", "shift_period(-1)", ime_safe=True, meaning="previous"),
        KeyBinding(group, "later", "right", "shift_period(1)", ime_safe=True, meaning="following"),
        *(markets if lists_ranges else ()),
        *_figure_keys(group),
    )


TRADES_PAGE = Page(
    name="trades",
    shortcut="6",
    screen="kistui.tui.screens.trades:TradesScreen",
    needs_profile=True,
    group="trades",
    keys=_list_keys(
        "trades", KeyBinding("trades", "open_only", "o,circumflex_accent", "open_only")
    ),
    widget_groups=(frozenset({"table", "filter"}),),
    footer=(
        "trades.detail", "trades.filter", "trades.open_only", "trades.period", "trades.earlier",
        "trades.market", "trades.refresh", "app.hide", "trades.export", "trades.copy",
        "trades.back",
    ),
)  # fmt: skip

PROFIT_PAGE = Page(
    name="profit",
    shortcut="7",
    screen="kistui.tui.screens.profit:ProfitScreen",
    needs_profile=True,
    group="profit",
    keys=_list_keys(
        "profit",
        KeyBinding("profit", "grouping", "percent_sign,v", "switch_grouping", meaning="measure"),
        KeyBinding("profit", "tax", "dollar_sign,u", "toggle_tax"),
    ),
    widget_groups=(frozenset({"table", "filter"}),),
    footer=(
        "profit.detail", "profit.grouping", "profit.tax", "profit.period", "profit.earlier",
        "profit.market", "profit.filter", "profit.refresh", "app.hide", "profit.export",
        "profit.back",
    ),
)  # fmt: skip

DIVIDENDS_PAGE = Page(
    name="dividends",
    shortcut="8",
    screen="kistui.tui.screens.dividends:DividendsScreen",
    needs_profile=True,
    group="dividends",
    keys=_list_keys(
        "dividends",
        KeyBinding("dividends", "grouping", "percent_sign,v", "switch_grouping", meaning="measure"),
        KeyBinding("dividends", "others", "0,z", "toggle_others", meaning="sold_out"),
        lists_ranges=False,
    ),
    widget_groups=(frozenset({"table", "filter"}),),
    footer=(
        "dividends.detail", "dividends.grouping", "dividends.others", "dividends.earlier",
        "dividends.filter", "dividends.refresh", "app.hide", "dividends.export",
        "dividends.copy", "dividends.raw", "dividends.back",
    ),
)  # fmt: skip

CASH_PAGE = Page(
    name="cash",
    shortcut="9",
    screen="kistui.tui.screens.cash:CashScreen",
    needs_profile=True,
    group="cash",
    keys=(
        KeyBinding("cash", "allocation", "percent_sign,v", "switch_allocation", meaning="measure"),
        *_figure_keys("cash"),
    ),
    footer=(
        "cash.allocation", "cash.refresh", "app.hide", "cash.raw", "cash.copy", "cash.export",
        "cash.back",
    ),
)  # fmt: skip

HISTORY_PAGE = Page(
    name="history",
    shortcut="tilde,h",
    screen="kistui.tui.screens.history:HistoryScreen",
    is_tab=False,
    needs_profile=True,
    group="history",
    keys=(
        KeyBinding("history", "shorter", "left", "change_period(-1)", meaning="previous"),
        KeyBinding("history", "longer", "right", "change_period(1)", meaning="following"),
        KeyBinding("history", "measure", "percent_sign,v", "switch_measure"),
        KeyBinding("history", "benchmark", "ampersand,b", "switch_benchmark"),
        KeyBinding("history", "note", "plus,n", "note", meaning="new"),
        KeyBinding("history", "unnote", "delete", "remove_note", meaning="delete"),
        KeyBinding("history", "copy", "equals_sign,y", "copy"),
        KeyBinding("history", "export", "f8,e", "export"),
        KeyBinding("history", "back", "escape,q", "back"),
    ),
    widget_groups=(frozenset({"table"}),),
    footer=(
        "history.shorter", "history.longer", "history.measure", "history.benchmark", "history.note",
        "history.back", "history.export", "history.unnote", "app.hide",
    ),
)  # fmt: skip

PAGES = (
    SUMMARY_PAGE,
    HOLDINGS_PAGE,
    TOKEN_PAGE,
    ACCOUNTS_PAGE,
    LOG_PAGE,
    TRADES_PAGE,
    PROFIT_PAGE,
    DIVIDENDS_PAGE,
    CASH_PAGE,
    HISTORY_PAGE,
)
PAGES_BY_NAME: Mapping[str, Page] = {page.name: page for page in PAGES}
NAVIGATION_KEYS = tuple(page.navigation_key for page in PAGES)

_WIDGET_KEYS = (SUMMARY, HOLDINGS, TABLE, DETAIL, FILTER, COLUMNS)
_DIALOG_KEYS = (COLUMNS, SETTINGS, (*FORM, *WELCOME), SEARCH)


def _all_keys() -> tuple[KeyBinding, ...]:
    home = [page.keys for page in PAGES if page.is_home_tab]
    others = [page.keys for page in PAGES if not page.is_home_tab]
    groups = (APP, *home, *_WIDGET_KEYS, *others, NAVIGATION_KEYS, *_DIALOG_KEYS)
    return tuple(dict.fromkeys(key for keys in groups for key in keys))


ALL_KEYS = _all_keys()
"""Every key, in the order of help and `kistui keys`."""
KEYS_BY_ID: Mapping[str, KeyBinding] = {key.id: key for key in ALL_KEYS}

CONCURRENT_GROUPS = (
    *(
        {"app", PAGE_GROUP, page.group, *widgets}
        for page in PAGES
        for widgets in page.widget_groups
    ),
    *({key.group for key in keys} for keys in _DIALOG_KEYS),
)
"""Groups that listen at the same time: a key must not have two meanings in one of these sets."""

PAGE_GROUPS = {"app"}.union(*(groups for groups in CONCURRENT_GROUPS if "app" in groups))
"""The groups of the app and of its pages, without those of dialogs."""

LEGACY_KEY_IDS: Mapping[str, str] = {
    f"{group}.{old}": f"{PAGE_GROUP}.{new}"
    for group in ("balance", "token", "accounts", "log")
    for old, new in (
        *((page.name, page.name) for page in PAGES[:5]),
        ("credentials", "accounts"),
    )
} | {"token.look": "token.refresh"}
"""Ids that `config.toml` may still hold: each page had navigation keys, actions other names."""


def keys_by_id(*ids: str) -> tuple[KeyBinding, ...]:
    """Return the keys with these ids."""
    return tuple(KEYS_BY_ID[key_id] for key_id in ids)


DETAIL_FOOTER = keys_by_id(
    "detail.previous", "detail.following", "detail.candles", "balance.raw", "holdings.leave",
    "app.hide", "balance.refresh", "balance.copy",
)  # fmt: skip
STOP_FOOTER = keys_by_id("balance.stop")
HELP_KEY = KEYS_BY_ID["app.help"]
