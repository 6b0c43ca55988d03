"""`kistui keys`: every key and what it does, as this user has them."""

import json
import sys
from argparse import Namespace

from kistui.cli.context import demo_simulator_options, open_profiles
from kistui.formatting.cells import Cell, display_width, pad, plain_text
from kistui.formatting.key_help import KeyHelp, key_help_lines, key_help_markdown
from kistui.i18n.translations import Translations
from kistui.tui.key_help import describe_keys
from kistui.tui.pages import ALL_KEYS, PAGE_GROUPS
from kistui.tui.user_keymap import UserKeymap, keymap_problem_lines

PIPED_WIDTH = 200


def run(options: Namespace, t: Translations) -> int:
    """Print them; 1 when some of the user's own cannot be had."""
    with open_profiles(lambda: demo_simulator_options(options)) as profiles:
        keyboard = UserKeymap(profiles.load_settings().key_bindings)
    helps = describe_keys(ALL_KEYS, keyboard, t)
    match options.format:
        case "json":
            print(_format_json(helps))
        case "markdown":
            print(key_help_markdown(filter(is_documented, helps), t))
        case _:
            print(_format_table(helps, t))
    for line in keymap_problem_lines(keyboard, t):
        print(line, file=sys.stderr)
    return int(bool(keyboard.problems))


def is_documented(key_help: KeyHelp) -> bool:
    """Return whether the README lists an action: those of the app and of its pages."""
    return key_help.group in PAGE_GROUPS


def _format_json(helps: list[KeyHelp]) -> str:
    rows = [{"id": each.id, "keys": list(each.keys), "does": each.description} for each in helps]
    return json.dumps({"keys": rows}, ensure_ascii=False, indent=2)


def _format_table(helps: list[KeyHelp], t: Translations) -> str:
    """With the ids, by which keys are changed."""
    room = max(display_width(each.id) for each in helps) + 2
    lines = []
    ids = iter(helps)
    for line in key_help_lines(helps, t, PIPED_WIDTH):
        is_key = len(line) > 1
        name = Cell(pad(next(ids).id if is_key else "", room)) if line else Cell("")
        lines.append(plain_text((name, *line) if is_key else line).rstrip())
    return "\n".join(lines)
