"""Every key, declared once: bindings, hints, help, palette and `kistui keys` are made from this."""

from collections.abc import Iterable

from textual.binding import Binding

from kistui.models.record import record


@record
class Key:
    """An action's keys, the first of them shown; one of them needs no letter.

    Its label is `keys.<name>`, what it does `does.<id>`. Only what is `harmless` is done when a
    Korean input method hands over several letters at once.
    """

    group: str
    name: str
    keys: str
    action: str
    priority: bool = False
    harmless: bool = False

    @property
    def id(self) -> str:
        """By which a user names it in `config.toml`."""
        return f"{self.group}.{self.name}"

    def binding(self) -> Binding:
        """As Textual wants it."""
        return Binding(
            self.keys, self.action, self.name, show=False, id=self.id, priority=self.priority
        )


APP = (
    Key("app", "hide", "full_stop,x", "toggle_hidden", harmless=True),
    Key("app", "help", "question_mark,f1", "help", harmless=True),
    Key("app", "palette", "colon,ctrl+p", "palette"),
    Key("app", "theme", "f10,t", "theme"),
    Key("app", "settings", "comma", "settings"),
    Key("app", "redraw", "ctrl+l,f12", "redraw"),
    Key("app", "quit", "q,ctrl+q", "quit"),
    Key("app", "suspend", "ctrl+z", "suspend_process"),
)

BALANCE = (
    Key("balance", "summary", "1", "show('summary')", harmless=True),
    Key("balance", "holdings", "2", "show('holdings')", harmless=True),
    Key("balance", "next", "tab,shift+tab", "switch", priority=True, harmless=True),
    Key("balance", "refresh", "r,f5", "refresh_balance", harmless=True),
    Key("balance", "raw", "f3,f", "toggle_raw"),
    Key("balance", "auto", "f9,a", "toggle_auto"),
    Key("balance", "copy", "equals_sign,y", "copy"),
    Key("balance", "export", "f8,e", "export"),
    Key("balance", "token", "3", "app.token", harmless=True),
    Key("balance", "credentials", "4", "app.credentials", harmless=True),
    Key("balance", "log", "5", "app.log", harmless=True),
    Key("balance", "pick", "at,p", "app.pick_profile"),
    Key("balance", "stop", "escape", "stop"),
)

# Only where the holdings are shown.
HOLDINGS = (
    Key("holdings", "detail", "enter", "toggle_detail"),
    # With priority: what is typed ahead belongs into the line that opens.
    Key("holdings", "filter", "slash", "filter", priority=True),
    Key("holdings", "sort", "s,greater_than_sign", "sort(1)"),
    Key("holdings", "sort_back", "less_than_sign", "sort(-1)"),
    Key("holdings", "reverse", "minus", "reverse"),
    Key("holdings", "sold_out", "0,z", "toggle_sold_out"),
    Key("holdings", "market", "right_square_bracket,m", "market(1)"),
    Key("holdings", "market_back", "left_square_bracket", "market(-1)"),
    Key("holdings", "columns", "vertical_line,c", "columns"),
    Key("holdings", "leave", "escape", "leave"),
)

DETAIL = (
    Key("detail", "previous", "left,h", "walk(-1)", harmless=True),
    Key("detail", "following", "right,l", "walk(1)", harmless=True),
    Key("detail", "line_up", "up,k", "scroll_up", harmless=True),
    Key("detail", "line_down", "down,j", "scroll_down", harmless=True),
)

# In the line that filters.
FILTER = (Key("filter", "leave", "escape", "leave"),)

TABLE = (
    Key("table", "up", "up,k", "move(-1)", harmless=True),
    Key("table", "down", "down,j", "move(1)", harmless=True),
    Key("table", "page_up", "pageup", "move_page(-1)", harmless=True),
    Key("table", "page_down", "pagedown", "move_page(1)", harmless=True),
    Key("table", "first", "home,g", "move_to_first", harmless=True),
    Key("table", "last", "end", "move_to_last", harmless=True),
)

TOKEN = (
    Key("token", "issue", "plus,n", "issue"),
    Key("token", "revoke", "delete", "revoke"),
    Key("token", "look", "f5,r", "look", harmless=True),
    Key("token", "summary", "1", "app.show_balance('summary')", harmless=True),
    Key("token", "holdings", "2", "app.show_balance('holdings')", harmless=True),
    Key("token", "credentials", "4", "app.credentials", harmless=True),
    Key("token", "log", "5", "app.log", harmless=True),
    Key("token", "back", "escape,q", "back"),
)

CREDENTIALS = (
    Key("accounts", "open", "enter", "open"),
    Key("accounts", "add", "plus,n", "add"),
    Key("accounts", "import", "f2,i", "import"),
    Key("accounts", "refresh", "f5,r", "refresh_all"),
    Key("accounts", "test", "f9,t", "test"),
    Key("accounts", "replace_keys", "f3,k", "replace_keys"),
    Key("accounts", "move", "f4,m", "move"),
    Key("accounts", "edit", "f7,e", "edit"),
    Key("accounts", "use", "equals_sign,d", "use"),
    Key("accounts", "remove", "delete", "remove"),
    Key("accounts", "demo", "f6", "demo"),
    Key("accounts", "token", "3", "app.token", harmless=True),
    Key("accounts", "log", "5", "app.log", harmless=True),
    Key("accounts", "back", "escape,1,2,q", "back"),
)

LOG = (
    Key("log", "detail", "enter", "toggle_detail"),
    Key("log", "summary", "1", "app.show_balance('summary')", harmless=True),
    Key("log", "holdings", "2", "app.show_balance('holdings')", harmless=True),
    Key("log", "token", "3", "app.token", harmless=True),
    Key("log", "credentials", "4", "app.credentials", harmless=True),
    Key("log", "back", "escape,q", "back"),
)

DIALOG = (Key("dialog", "cancel", "escape", "cancel", priority=True),)

COLUMNS = (
    *DIALOG,
    Key("columns", "all_columns", "delete", "all"),
    Key("columns", "done", "enter", "done", priority=True),
)

SETTINGS = (
    *DIALOG,
    Key("settings", "more", "right,enter", "change(1)", priority=True),
    Key("settings", "less", "left", "change(-1)", priority=True),
)

# With priority, so that what is typed ahead over a slow line lands in the field it was meant for.
FORM = (
    *DIALOG,
    Key("form", "next_field", "tab", "app.focus_next", priority=True),
    Key("form", "previous_field", "shift+tab", "app.focus_previous", priority=True),
)

# Over the text that is typed to find something.
FIND = (
    *DIALOG,
    Key("find", "up", "up", "move(-1)", priority=True),
    Key("find", "down", "down", "move(1)", priority=True),
    Key("find", "page_up", "pageup", "move(-10)", priority=True),
    Key("find", "page_down", "pagedown", "move(10)", priority=True),
    Key("find", "take", "enter", "take", priority=True),
)

EVERY: tuple[Key, ...] = tuple(
    dict.fromkeys(
        (
            *APP, *BALANCE, *HOLDINGS, *TABLE, *DETAIL, *FILTER, *COLUMNS, *TOKEN, *CREDENTIALS,
            *LOG, *SETTINGS, *FORM, *FIND,
        )
    )
)  # fmt: skip
"""All of them, in the order in which people are told of them."""
BY_ID = {key.id: key for key in EVERY}

TOGETHER = (
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


def named(group: str, *names: str) -> tuple[Key, ...]:
    """Keys of a group by name, for hints; a name may bring its own group."""
    return tuple(BY_ID[name if "." in name else f"{group}.{name}"] for name in names)


# What stands last is the first to go when narrow.
SUMMARY_HINTS = named(
    "balance", "next", "refresh", "raw", "auto", "app.hide", "copy", "export", "pick", "app.quit",
)  # fmt: skip
HOLDINGS_HINTS = named(
    "holdings", "detail", "filter", "sort", "market", "sold_out", "balance.refresh", "app.hide",
    "balance.copy", "columns", "reverse", "balance.auto", "balance.export",
)  # fmt: skip
DETAIL_HINTS = named(
    "detail", "previous", "following", "balance.raw", "balance.copy", "app.hide",
    "balance.refresh", "holdings.leave",
)  # fmt: skip
TOKEN_HINTS = named("token", "issue", "revoke", "look", "back")
LOG_HINTS = named("log", "detail", "back")
STOP_HINT = named("balance", "stop")


def bindings(keys: Iterable[Key]) -> list[Binding]:
    """A table's keys as bindings."""
    return [key.binding() for key in keys]
