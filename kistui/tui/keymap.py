"""Every key, declared once: bindings, hints, help, palette and `kistui keys` are made from this."""

from collections.abc import Iterable

from textual.binding import Binding

from kistui.models.record import record


@record
class KeyBinding:
    """An action's keys, the first of them shown; one of them needs no letter.

    Its label is `keys.<name>`, what it does `does.<id>`. Only what is `harmless` is done when a
    Korean input method hands over several letters at once.
    """

    group: str
    name: str
    keys: str
    action: str
    priority: bool = False
    ime_safe: bool = False

    @property
    def id(self) -> str:
        """By which a user names it in `config.toml`."""
        return f"{self.group}.{self.name}"

    def to_binding(self) -> Binding:
        """As Textual wants it."""
        return Binding(
            self.keys, self.action, self.name, show=False, id=self.id, priority=self.priority
        )


APP = (
    KeyBinding("app", "hide", "full_stop,x", "toggle_amounts_hidden", ime_safe=True),
    KeyBinding("app", "help", "question_mark,f1", "help", ime_safe=True),
    KeyBinding("app", "palette", "colon,ctrl+p", "palette"),
    KeyBinding("app", "theme", "f10,t", "theme"),
    KeyBinding("app", "settings", "comma", "settings"),
    KeyBinding("app", "redraw", "ctrl+l,f12", "redraw"),
    KeyBinding("app", "quit", "q,ctrl+q", "quit"),
    KeyBinding("app", "suspend", "ctrl+z", "suspend_process"),
)

BALANCE = (
    KeyBinding("balance", "summary", "1", "show_tab('summary')", ime_safe=True),
    KeyBinding("balance", "holdings", "2", "show_tab('holdings')", ime_safe=True),
    KeyBinding("balance", "next", "tab,shift+tab", "switch_tab", priority=True, ime_safe=True),
    KeyBinding("balance", "refresh", "r,f5", "refresh_balance", ime_safe=True),
    KeyBinding("balance", "raw", "f3,f", "toggle_raw_fields"),
    KeyBinding("balance", "auto", "f9,a", "toggle_auto_refresh"),
    KeyBinding("balance", "copy", "equals_sign,y", "copy"),
    KeyBinding("balance", "export", "f8,e", "export"),
    KeyBinding("balance", "token", "3", "app.token", ime_safe=True),
    KeyBinding("balance", "accounts", "4", "app.accounts", ime_safe=True),
    KeyBinding("balance", "log", "5", "app.log", ime_safe=True),
    KeyBinding("balance", "pick", "at,p", "app.pick_profile"),
    KeyBinding("balance", "stop", "escape", "cancel_refresh"),
)

# Only where the holdings are shown.
HOLDINGS = (
    KeyBinding("holdings", "detail", "enter", "toggle_detail"),
    # With priority: what is typed ahead belongs into the line that opens.
    KeyBinding("holdings", "filter", "slash", "filter", priority=True),
    KeyBinding("holdings", "sort", "s,greater_than_sign", "sort(1)"),
    KeyBinding("holdings", "sort_back", "less_than_sign", "sort(-1)"),
    KeyBinding("holdings", "reverse", "minus", "reverse"),
    KeyBinding("holdings", "sold_out", "0,z", "toggle_sold_out"),
    KeyBinding("holdings", "market", "right_square_bracket,m", "filter_market(1)"),
    KeyBinding("holdings", "market_back", "left_square_bracket", "filter_market(-1)"),
    KeyBinding("holdings", "columns", "vertical_line,c", "columns"),
    KeyBinding("holdings", "leave", "escape", "close"),
)

DETAIL = (
    KeyBinding("detail", "previous", "left,h", "show_adjacent(-1)", ime_safe=True),
    KeyBinding("detail", "following", "right,l", "show_adjacent(1)", ime_safe=True),
    KeyBinding("detail", "line_up", "up,k", "scroll_up", ime_safe=True),
    KeyBinding("detail", "line_down", "down,j", "scroll_down", ime_safe=True),
)

# In the line that filters.
FILTER = (KeyBinding("filter", "leave", "escape", "close"),)

TABLE = (
    KeyBinding("table", "up", "up,k", "move(-1)", ime_safe=True),
    KeyBinding("table", "down", "down,j", "move(1)", ime_safe=True),
    KeyBinding("table", "page_up", "pageup", "move_page(-1)", ime_safe=True),
    KeyBinding("table", "page_down", "pagedown", "move_page(1)", ime_safe=True),
    KeyBinding("table", "first", "home,g", "move_to_first", ime_safe=True),
    KeyBinding("table", "last", "end", "move_to_last", ime_safe=True),
)

TOKEN = (
    KeyBinding("token", "issue", "plus,n", "issue"),
    KeyBinding("token", "revoke", "delete", "revoke"),
    KeyBinding("token", "look", "f5,r", "reload_tokens", ime_safe=True),
    KeyBinding("token", "summary", "1", "app.show_balance('summary')", ime_safe=True),
    KeyBinding("token", "holdings", "2", "app.show_balance('holdings')", ime_safe=True),
    KeyBinding("token", "accounts", "4", "app.accounts", ime_safe=True),
    KeyBinding("token", "log", "5", "app.log", ime_safe=True),
    KeyBinding("token", "back", "escape,q", "back"),
)

ACCOUNTS = (
    KeyBinding("accounts", "open", "enter", "open"),
    KeyBinding("accounts", "add", "plus,n", "add"),
    KeyBinding("accounts", "import", "f2,i", "import"),
    KeyBinding("accounts", "refresh", "f5,r", "refresh_all"),
    KeyBinding("accounts", "test", "f9,t", "test"),
    KeyBinding("accounts", "replace_keys", "f3,k", "replace_keys"),
    KeyBinding("accounts", "move", "f4,m", "move_secrets"),
    KeyBinding("accounts", "edit", "f7,e", "edit"),
    KeyBinding("accounts", "use", "equals_sign,d", "set_default"),
    KeyBinding("accounts", "remove", "delete", "remove"),
    KeyBinding("accounts", "demo", "f6", "demo"),
    KeyBinding("accounts", "token", "3", "app.token", ime_safe=True),
    KeyBinding("accounts", "log", "5", "app.log", ime_safe=True),
    KeyBinding("accounts", "back", "escape,1,2,q", "back"),
)

LOG = (
    KeyBinding("log", "detail", "enter", "toggle_detail"),
    KeyBinding("log", "summary", "1", "app.show_balance('summary')", ime_safe=True),
    KeyBinding("log", "holdings", "2", "app.show_balance('holdings')", ime_safe=True),
    KeyBinding("log", "token", "3", "app.token", ime_safe=True),
    KeyBinding("log", "accounts", "4", "app.accounts", ime_safe=True),
    KeyBinding("log", "back", "escape,q", "back"),
)

DIALOG = (KeyBinding("dialog", "cancel", "escape", "cancel", priority=True),)

COLUMNS = (
    *DIALOG,
    KeyBinding("columns", "all_columns", "delete", "mark_all"),
    KeyBinding("columns", "done", "enter", "done", priority=True),
)

SETTINGS = (
    *DIALOG,
    KeyBinding("settings", "more", "right,enter", "change_value(1)", priority=True),
    KeyBinding("settings", "less", "left", "change_value(-1)", priority=True),
)

# With priority, so that what is typed ahead over a slow line lands in the field it was meant for.
FORM = (
    *DIALOG,
    KeyBinding("form", "next_field", "tab", "app.focus_next", priority=True),
    KeyBinding("form", "previous_field", "shift+tab", "app.focus_previous", priority=True),
)

# Over the text that is typed to find something.
SEARCH = (
    *DIALOG,
    KeyBinding("find", "up", "up", "move(-1)", priority=True),
    KeyBinding("find", "down", "down", "move(1)", priority=True),
    KeyBinding("find", "page_up", "pageup", "move(-10)", priority=True),
    KeyBinding("find", "page_down", "pagedown", "move(10)", priority=True),
    KeyBinding("find", "take", "enter", "select", priority=True),
)

ALL_KEYS: tuple[KeyBinding, ...] = tuple(
    dict.fromkeys(
        (
            *APP, *BALANCE, *HOLDINGS, *TABLE, *DETAIL, *FILTER, *COLUMNS, *TOKEN, *ACCOUNTS,
            *LOG, *SETTINGS, *FORM, *SEARCH,
        )
    )
)  # fmt: skip
"""All of them, in the order in which people are told of them."""
KEYS_BY_ID = {key.id: key for key in ALL_KEYS}

CONCURRENT_GROUPS = (
    {"app", "balance", "holdings", "table", "filter"},
    {"app", "balance", "holdings", "detail"},
    {"app", "token"},
    {"app", "accounts"},
    {"app", "log", "table"},
    {"dialog", "columns"},
    {"dialog", "settings"},
    {"dialog", "form"},
    {"dialog", "find"},
)
"""Groups that are heard at the same time: one key must not mean two things among them."""


def keys_by_name(group: str, *names: str) -> tuple[KeyBinding, ...]:
    """Keys of a group by name, for hints; a name may bring its own group."""
    return tuple(KEYS_BY_ID[name if "." in name else f"{group}.{name}"] for name in names)


# What stands last is the first to go when narrow.
SUMMARY_HINTS = keys_by_name(
    "balance", "next", "refresh", "raw", "auto", "app.hide", "copy", "export", "pick", "app.quit",
)  # fmt: skip
HOLDINGS_HINTS = keys_by_name(
    "holdings", "detail", "filter", "sort", "market", "sold_out", "balance.refresh", "app.hide",
    "balance.copy", "columns", "reverse", "balance.auto", "balance.export",
)  # fmt: skip
DETAIL_HINTS = keys_by_name(
    "detail", "previous", "following", "balance.raw", "balance.copy", "app.hide",
    "balance.refresh", "holdings.leave",
)  # fmt: skip
TOKEN_HINTS = keys_by_name("token", "issue", "revoke", "look", "back")
LOG_HINTS = keys_by_name("log", "detail", "back")
STOP_HINT = keys_by_name("balance", "stop")


def to_bindings(keys: Iterable[KeyBinding]) -> list[Binding]:
    """A table's keys as bindings."""
    return [key.to_binding() for key in keys]
