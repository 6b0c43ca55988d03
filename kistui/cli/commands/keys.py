"""`kistui keys`: print every key with its action, the user's own bindings included."""

import json
from argparse import ArgumentParser, Namespace

from kistui.cli.context import open_command_profiles
from kistui.cli.output import PIPED_WIDTH, print_notice
from kistui.cli.parser import add_common_options, add_format_option
from kistui.formatting.cells import Cell, display_width, pad, plain_text
from kistui.formatting.key_help import KeyHelp, key_help_lines, key_help_markdown
from kistui.i18n.translations import Translations
from kistui.tui.pages import ALL_KEYS, PAGE_GROUPS
from kistui.tui.user_keymap import UserKeymap, describe_keys, keymap_problem_lines


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui keys`."""
    add_common_options(parser, t)
    add_format_option(parser, t, ("table", "json", "markdown"))


def run(options: Namespace, t: Translations) -> int:
    """Print the keys; return 1 if one of the user's own bindings is not possible."""
    with open_command_profiles(options) as profiles:
        user_keymap = UserKeymap(profiles.settings.load().key_bindings)
    entries = describe_keys(ALL_KEYS, user_keymap, t)
    match options.format:
        case "json":
            print(_format_json(entries))
        case "markdown":
            print(key_help_markdown(filter(is_documented, entries), t))
        case _:
            print(_format_table(entries, t))
    for line in keymap_problem_lines(user_keymap, t):
        print_notice(line)
    return int(bool(user_keymap.problems))


def is_documented(key_help: KeyHelp) -> bool:
    """Return whether `docs/keys.md` lists an action: those of the app and of its pages."""
    return key_help.group in PAGE_GROUPS


def _format_json(entries: list[KeyHelp]) -> str:
    rows = [
        {"id": entry.id, "keys": list(entry.keys), "does": entry.description} for entry in entries
    ]
    return json.dumps({"keys": rows}, ensure_ascii=False, indent=2)


def _format_table(entries: list[KeyHelp], t: Translations) -> str:
    """Return the table with the action ids, which `[keys]` in config.toml uses."""
    id_width = max(display_width(entry.id) for entry in entries) + 2
    lines = []
    ids = iter(entries)
    for line in key_help_lines(entries, t, PIPED_WIDTH):
        is_key = len(line) > 1
        name = Cell(pad(next(ids).id if is_key else "", id_width)) if line else Cell("")
        lines.append(plain_text((name, *line) if is_key else line).rstrip())
    return "\n".join(lines)
