"""Every key, declared once: bindings and the hint line are made from this table."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Key:
    """An action's keys; the first is the one shown. Its words are `keys.<name>`.

    Every action has a key that needs no letter, for Korean input methods; letters come with the
    jamo that stands on the same key.
    """

    name: str
    keys: str
    action: str
    shown: str
    priority: bool = False

    def binding(self) -> Binding:
        """As Textual wants it."""
        return Binding(
            self.keys, self.action, self.name, show=False, id=self.name, priority=self.priority
        )


BALANCE = (
    Key("summary", "1", "show('summary')", "1"),
    Key("holdings", "2", "show('holdings')", "2"),
    Key("next", "tab,shift+tab", "switch", "Tab", priority=True),
    Key("refresh", "r,ㄱ,f5", "refresh_balance", "r"),
    Key("raw", "f3,f,ㄹ", "toggle_raw", "F3"),
    Key("auto", "f9,a,ㅁ", "toggle_auto", "F9"),
    Key("copy", "equals_sign,y,ㅛ", "copy", "="),
    Key("export", "f8,e,ㄷ", "export", "F8"),
    Key("token", "3", "app.token", "3"),
    Key("credentials", "4", "app.credentials", "4"),
    Key("pick", "at,p,ㅔ", "app.pick_profile", "@"),
    Key("stop", "escape", "stop", "Esc"),
)

DIALOG = (Key("cancel", "escape", "cancel", "Esc", priority=True),)

# Only where the holdings are shown.
HOLDINGS = (
    Key("detail", "enter", "toggle_detail", "Enter"),
    # With priority: what is typed ahead belongs into the line that opens.
    Key("filter", "slash", "filter", "/", priority=True),
    Key("sort", "s,ㄴ,greater_than_sign", "sort(1)", "s"),
    Key("sort_back", "less_than_sign", "sort(-1)", "<"),
    Key("reverse", "minus", "reverse", "-"),
    Key("sold_out", "0,z,ㅋ", "toggle_sold_out", "0"),
    Key("market", "right_square_bracket,m,ㅡ", "market(1)", "]"),
    Key("market_back", "left_square_bracket", "market(-1)", "["),
    Key("columns", "vertical_line,c,ㅊ", "columns", "|"),
    Key("leave", "escape", "leave", "Esc"),
)

# In the detail of a holding.
DETAIL = (
    Key("previous", "left,h,ㅗ", "walk(-1)", "←"),
    Key("following", "right,l,ㅣ", "walk(1)", "→"),
    Key("line_up", "up,k,ㅏ", "scroll_up", "↑"),
    Key("line_down", "down,j,ㅓ", "scroll_down", "↓"),
)

# In the line that filters.
FILTER = (Key("leave", "escape", "leave", "Esc"),)

COLUMNS = (
    *DIALOG,
    Key("all_columns", "delete", "all", "Del"),
    Key("done", "enter", "done", "Enter", priority=True),
)

CREDENTIALS = (
    Key("open", "enter", "open", "Enter"),
    Key("add", "plus,n,ㅜ", "add", "+"),
    Key("import", "f2,i,ㅑ", "import", "F2"),
    Key("refresh", "f5,r,ㄱ", "refresh_all", "F5"),
    Key("test", "f9,t,ㅅ", "test", "F9"),
    Key("replace_keys", "f3,k,ㅏ", "replace_keys", "F3"),
    Key("move", "f4,m,ㅡ", "move", "F4"),
    Key("edit", "f7,e,ㄷ", "edit", "F7"),
    Key("use", "equals_sign,d,ㅇ", "use", "="),
    Key("remove", "delete", "remove", "Del"),
    Key("demo", "f6", "demo", "F6"),
    Key("token", "3", "app.token", "3"),
    Key("back", "escape,1,2,q,ㅂ", "back", "Esc"),
)

TOKEN = (
    Key("issue", "plus,n,ㅜ", "issue", "+"),
    Key("revoke", "delete", "revoke", "Del"),
    Key("look", "f5,r,ㄱ", "look", "F5"),
    Key("summary", "1", "app.show_balance('summary')", "1"),
    Key("holdings", "2", "app.show_balance('holdings')", "2"),
    Key("credentials", "4", "app.credentials", "4"),
    Key("back", "escape,q,ㅂ", "back", "Esc"),
)
TOKEN_HINTS = (*TOKEN[:3], TOKEN[-1])

# With priority, so that what is typed ahead over a slow line lands in the field it was meant for.
FORM = (
    *DIALOG,
    Key("next_field", "tab", "app.focus_next", "Tab", priority=True),
    Key("previous_field", "shift+tab", "app.focus_previous", "Shift+Tab", priority=True),
)

APP = (
    Key("hide", "full_stop,x,ㅌ", "toggle_hidden", "."),
    Key("quit", "q,ㅂ,ctrl+q", "quit", "q"),
    Key("suspend", "ctrl+z", "suspend_process", "Ctrl+Z"),
)

_BY_NAME = {key.name: key for key in (*BALANCE, *HOLDINGS, *DETAIL, *APP)}


def named(*names: str) -> tuple[Key, ...]:
    """Keys of the balance screen by name, for its hints."""
    return tuple(_BY_NAME[name] for name in names)


# What stands last is the first to go when narrow.
SUMMARY_HINTS = named("next", "refresh", "raw", "auto", "hide", "copy", "export", "pick", "quit")
HOLDINGS_HINTS = named(
    "detail", "filter", "sort", "market", "sold_out", "refresh", "hide", "copy", "columns",
    "reverse", "auto", "export", "quit",
)  # fmt: skip
DETAIL_HINTS = named("previous", "following", "raw", "copy", "hide", "refresh", "leave")

TABLE = (
    Key("up", "up,k,ㅏ", "move(-1)", "↑"),
    Key("down", "down,j,ㅓ", "move(1)", "↓"),
    Key("page_up", "pageup", "move_page(-1)", "PgUp"),
    Key("page_down", "pagedown", "move_page(1)", "PgDn"),
    Key("first", "home,g,ㅎ", "move_to_first", "Home"),
    Key("last", "end", "move_to_last", "End"),
)


def bindings(keys: Iterable[Key]) -> list[Binding]:
    """A table's keys as bindings."""
    return [key.binding() for key in keys]
