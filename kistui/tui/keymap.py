"""Keys that belong to no page: those of the app, of widgets and of dialogs.

The keys of a page are declared with the page, in `pages.py`.
"""

import unicodedata
from collections.abc import Iterable

from msgspec import Struct
from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS


def key_name(character: str) -> str:
    """Return Textual's name of the key that types a character, such as `question_mark`."""
    # Textual has such a function in private; `textual_patches` would load the app for it.
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


class KeyBinding(Struct, frozen=True):
    """The keys of an action, separated by commas; the first is shown.

    At least one key is not a letter. The label is the text `key_label.<name>`, the description
    `key_help.<id>` or, if there is none, `key_help.shared.<name>`. If a Korean input method
    delivers several letters at once, only `ime_safe` actions run. A key has the same `meaning` on
    every page; by default that is the name.
    """

    group: str
    name: str
    keys: str
    action: str
    priority: bool = False
    ime_safe: bool = False
    meaning: str = ""

    @property
    def id(self) -> str:
        """The name under `[keys]` in `config.toml`."""
        return f"{self.group}.{self.name}"

    def to_binding(self) -> Binding:
        """Return the binding that Textual registers."""
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
    KeyBinding("app", "quit", "q,ctrl+q", "quit", meaning="back"),
    KeyBinding("app", "suspend", "ctrl+z", "suspend_process"),
)

# Only where the summary is shown.
SUMMARY = (
    KeyBinding("summary", "allocation", "percent_sign,v", "switch_allocation", meaning="measure"),
)

# Only where the holdings are shown.
HOLDINGS = (
    KeyBinding("holdings", "detail", "enter", "toggle_detail", meaning="open"),
    # With priority, so that keys typed ahead go into the line that opens.
    KeyBinding("holdings", "filter", "slash", "filter", priority=True),
    KeyBinding("holdings", "sort_picker", "s,backslash", "pick_sort"),
    KeyBinding("holdings", "sort", "greater_than_sign", "sort(1)"),
    KeyBinding("holdings", "sort_back", "less_than_sign", "sort(-1)"),
    KeyBinding("holdings", "reverse", "minus", "reverse"),
    KeyBinding("holdings", "group", "apostrophe", "toggle_grouping"),
    KeyBinding("holdings", "sold_out", "0,z", "toggle_sold_out"),
    KeyBinding("holdings", "market", "right_square_bracket,m", "filter_market(1)"),
    KeyBinding("holdings", "market_back", "left_square_bracket", "filter_market(-1)"),
    KeyBinding("holdings", "columns", "vertical_line,c", "columns"),
    KeyBinding("holdings", "leave", "escape", "close", meaning="back"),
)

DETAIL = (
    KeyBinding("detail", "previous", "left", "show_adjacent(-1)", ime_safe=True),
    KeyBinding("detail", "following", "right", "show_adjacent(1)", ime_safe=True),
    KeyBinding("detail", "candles", "space", "toggle_candles", ime_safe=True),
    KeyBinding("detail", "line_up", "up,k", "scroll_up", ime_safe=True, meaning="up"),
    KeyBinding("detail", "line_down", "down,j", "scroll_down", ime_safe=True, meaning="down"),
)

# In the line that filters.
FILTER = (KeyBinding("filter", "leave", "escape", "close", meaning="back"),)

TABLE = (
    KeyBinding("table", "up", "up,k", "move(-1)", ime_safe=True),
    KeyBinding("table", "down", "down,j", "move(1)", ime_safe=True),
    KeyBinding("table", "page_up", "pageup", "move_page(-1)", ime_safe=True),
    KeyBinding("table", "page_down", "pagedown", "move_page(1)", ime_safe=True),
    KeyBinding("table", "first", "home,g", "move_to_first", ime_safe=True),
    KeyBinding("table", "last", "end", "move_to_last", ime_safe=True),
)

DIALOG = (
    KeyBinding("dialog", "cancel", "escape", "cancel", priority=True),
    # Textual leaves these to the app, which a modal screen does not ask.
    KeyBinding("dialog", "interrupt", "ctrl+c", "interrupt", priority=True),
    KeyBinding("dialog", "quit", "ctrl+q", "app.quit", priority=True),
    KeyBinding("dialog", "suspend", "ctrl+z", "app.suspend_process", priority=True),
)

COLUMNS = (
    *DIALOG,
    KeyBinding("columns", "toggle", "space", "mark"),
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

# In the form of a user without profiles.
WELCOME = (
    KeyBinding("welcome", "import", "f2", "choose_instead('import')"),
    KeyBinding("welcome", "demo", "f6", "choose_instead('demo')"),
)

# In dialogs with a search line.
SEARCH = (
    *DIALOG,
    KeyBinding("find", "up", "up", "move(-1)", priority=True),
    KeyBinding("find", "down", "down", "move(1)", priority=True),
    KeyBinding("find", "page_up", "pageup", "move(-10)", priority=True),
    KeyBinding("find", "page_down", "pagedown", "move(10)", priority=True),
    KeyBinding("find", "take", "enter", "select", priority=True),
)


def to_bindings(keys: Iterable[KeyBinding]) -> list[Binding]:
    """Return the bindings of `keys`."""
    return [key.to_binding() for key in keys]
