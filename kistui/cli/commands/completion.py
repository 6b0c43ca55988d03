"""`kistui completion`: completion scripts for shells, and a man page, from the declared options."""

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Iterator

from kistui.cli.commands import COMMANDS
from kistui.cli.parser import CommandParser, add_language_option, build_parser
from kistui.i18n.translations import Translations

SHELLS = ("bash", "zsh", "fish")
VALUE_OPTIONS = {"profile": "profiles", "scene": "scenes", "theme": "themes"}
"""Options whose values are asked for when the user presses Tab, and what they are."""
PROFILE_ARGUMENTS = ("use", "remove")
"""Actions whose argument is the name of a profile."""
BASH_PREAMBLE = """\
_kistui_values() {{ compgen -W "$(kistui completion --values "$1" 2>/dev/null)" -- "$2"; }}
{functions}"""
ZSH_PREAMBLE = """\
_kistui_values() {{ compadd -- ${{(f)"$(kistui completion --values $1 2>/dev/null)"}} }}
{functions}"""


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the arguments of `kistui completion`."""
    add_language_option(parser, t)
    parser.add_argument(
        "shell",
        nargs="?",
        choices=(*SHELLS, "man"),
        metavar="|".join((*SHELLS, "man")),
        help=t("cli.completion_shell"),
    )
    parser.add_argument(
        "--values", choices=sorted(VALUE_OPTIONS.values()), help=t("cli.completion_values")
    )


def run(options: Namespace, t: Translations) -> int:
    """Print a script, the man page, or the names that complete an argument, one per line."""
    if options.values:
        print("\n".join(_names_of(options.values)))
        return 0
    if options.shell is None:
        from kistui.cli.output import UsageError

        raise UsageError(t("cli.completion_which"), t("cli.completion_how"))
    parser = build_parser(t, tuple(COMMANDS))
    print(man_page(parser) if options.shell == "man" else script(parser, options.shell))
    return 0


def script(parser: CommandParser, shell: str) -> str:
    """Return the completion script of a parser for a shell."""
    import shtab

    for name, action in _arguments(parser, parser.prog):
        if kind := VALUE_OPTIONS.get(action.dest):
            _complete_values(action, kind)
        elif action.dest == "name" and name.endswith(PROFILE_ARGUMENTS):
            _complete_values(action, "profiles")
        elif action.dest == "path" and action.nargs != 0:
            vars(action)["complete"] = shtab.FILE
    preambles = {
        "bash": BASH_PREAMBLE.format(functions=_functions('"$1"')),
        "zsh": ZSH_PREAMBLE.format(functions=_functions("")),
        "fish": "",
    }
    return str(shtab.complete(parser, shell, preamble=preambles[shell]))


def man_page(parser: CommandParser) -> str:
    """Return the man page of a parser, in roff."""
    from argparse_manpage.manpage import Manpage

    return str(Manpage(parser))


def _functions(argument: str) -> str:
    return "\n".join(
        f"_kistui_{kind}() {{ _kistui_values {kind} {argument}; }}"
        for kind in VALUE_OPTIONS.values()
    )


def _complete_values(action: Action, kind: str) -> None:
    """Let shells ask for the values of an argument; shtab reads the attribute `complete`."""
    function = f"_kistui_{kind}"
    vars(action)["complete"] = {
        "bash": function,
        "zsh": function,
        "fish": f"(kistui completion --values {kind} 2>/dev/null)",
    }


def _arguments(parser: ArgumentParser, name: str) -> Iterator[tuple[str, Action]]:
    """Yield the arguments of a parser and of its commands, each with the command's words."""
    for action in parser._actions:  # noqa: SLF001  # argparse lists them nowhere else
        if isinstance(action.choices, dict):
            for word, command in action.choices.items():
                yield from _arguments(command, f"{name} {word}")
        else:
            yield name, action


def _names_of(kind: str) -> list[str]:
    """Return the present names of profiles, scenes or themes; none where they cannot be read."""
    match kind:
        case "profiles":
            from kistui.errors import KistuiError
            from kistui.storage.config import load_config
            from kistui.storage.paths import default_paths

            try:
                config = load_config(default_paths().config_file)
            except KistuiError:
                return []
            return [profile.name for profile in config.profiles]
        case "scenes":
            from kistui.simulator import SCENES

            return list(SCENES)
        case _:
            from kistui.storage.paths import default_paths
            from kistui.storage.themes import ThemeRepository

            return sorted(ThemeRepository(default_paths().themes_dir).load().by_name)
