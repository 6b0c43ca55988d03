"""What can be typed after `kistui`."""

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from kistui import __version__
from kistui.cli import runners
from kistui.i18n import LANGUAGES
from kistui.i18n.translations import Translations

MARKETS = ("kr", "us", "hk", "cn", "jp", "vn", "all")
FORMATS = ("table", "json", "csv")


def build_parser(t: Translations) -> argparse.ArgumentParser:
    """The parser, its help in the user's language; every result has `run`."""
    parser: argparse.ArgumentParser = _create_parser(
        _Parser,
        t,
        prog="kistui",
        description=t("cli.description"),
        epilog=t("cli.environment"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"kistui {__version__}",
        help=t("cli.version"),
    )
    _add_common_options(parser, t)
    parser.add_argument("--theme", metavar="NAME", help=t("cli.theme"))
    parser.add_argument("--slow", action="store_true", help=t("cli.slow"))
    parser.add_argument("--no-mouse", action="store_true", help=t("cli.no_mouse"))
    parser.set_defaults(run=runners.open_app)
    commands: Any = parser.add_subparsers(
        title=t("cli.commands"), dest="command", metavar="COMMAND", parser_class=_LazyParser
    )
    for name, add in COMMANDS.items():
        about = t(f"cli.{name}")
        commands.add_parser(name, help=about, description=about, add=add, t=t)
    return parser


class _Parser(argparse.ArgumentParser):
    """A parser whose help may end in a list that takes an import to make."""

    epilog_factory: Callable[[], str] | None = None

    def format_help(self) -> str:
        """The help, and the ending if there is one."""
        ending = f"\n{self.epilog_factory()}\n" if self.epilog_factory else ""
        return super().format_help() + ending


class _LazyParser:
    """A command's parser, made when it is the one that was typed."""

    def __init__(
        self, *, add: Callable[[Any, Translations], None], t: Translations, **options: Any
    ) -> None:
        self._add_arguments = add
        self._t = t
        self._options = options

    def parse_known_args(self, *arguments: Any) -> Any:
        """As a parser does."""
        parser = _create_parser(_Parser, self._t, **self._options)
        self._add_arguments(parser, self._t)
        return parser.parse_known_args(*arguments)


def _create_parser(
    parser_factory: Callable[..., Any], t: Translations, *args: str, **options: Any
) -> Any:
    parser = parser_factory(*args, add_help=False, allow_abbrev=False, **options)
    parser.add_argument("-h", "--help", action="help", help=t("cli.help"))
    return parser


def _add_common_options(parser: argparse.ArgumentParser, t: Translations) -> None:
    # Valid before and after the command's name; SUPPRESS keeps the later from undoing the former.
    quiet = argparse.SUPPRESS if parser.prog != "kistui" else None
    parser.add_argument("--demo", action="store_true", default=quiet or False, help=t("cli.demo"))
    parser.add_argument("--scene", metavar="NAME", default=quiet or "ordinary", help=t("cli.scene"))
    parser.add_argument("--lang", choices=LANGUAGES, default=quiet, help=t("cli.lang"))
    parser.add_argument("--debug", action="store_true", default=quiet or False, help=t("cli.debug"))
    parser.add_argument("--profile", metavar="NAME", default=quiet, help=t("cli.profile_name"))
    parser.add_argument("--ascii", action="store_true", default=quiet or False, help=t("cli.ascii"))


def _add_format_option(parser: Any, t: Translations, formats: Sequence[str] = FORMATS[:2]) -> None:
    parser.add_argument("--format", choices=formats, default=formats[0], help=t("cli.format"))


def _add_balance(parser: Any, t: Translations) -> None:
    _add_common_options(parser, t)
    _add_format_option(parser, t, FORMATS)
    parser.add_argument("--market", choices=("kr", "all"), help=t("cli.market_balance"))
    parser.add_argument("--all", action="store_true", help=t("cli.all"))
    parser.set_defaults(run=runners.balance)


def _add_holdings(parser: Any, t: Translations) -> None:
    _add_common_options(parser, t)
    _add_format_option(parser, t, FORMATS)
    parser.add_argument("--market", choices=MARKETS, help=t("cli.market_holdings"))
    parser.add_argument("--lots", action="store_true", help=t("cli.lots"))
    parser.set_defaults(run=runners.holdings)


def _add_status(parser: Any, t: Translations) -> None:
    _add_common_options(parser, t)
    parser.add_argument("--line", action="store_true", help=t("cli.line"))
    parser.set_defaults(run=runners.status)


def _add_keys(parser: Any, t: Translations) -> None:
    _add_common_options(parser, t)
    _add_format_option(parser, t, ("table", "json", "markdown"))
    parser.set_defaults(run=runners.keys)


def _add_themes(parser: Any, t: Translations) -> None:
    _add_common_options(parser, t)
    _add_format_option(parser, t)
    parser.set_defaults(run=runners.themes)


def _add_token(parser: Any, t: Translations) -> None:
    _add_common_options(parser, t)
    parser.add_argument(
        "action",
        nargs="?",
        choices=("status", "issue", "revoke"),
        default="status",
        metavar="status|issue|revoke",
        help=t("cli.token_action"),
    )
    _add_format_option(parser, t)
    parser.add_argument("--again", action="store_true", help=t("cli.again"))
    parser.add_argument("--yes", action="store_true", help=t("cli.yes_revoke"))
    parser.set_defaults(run=runners.token)


def _add_profile(parser: Any, t: Translations) -> None:
    parser.set_defaults(run=runners.profile)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    made = {}
    for name in ("list", "add", "use", "remove", "import"):
        about = t(f"cli.profile_{name}")
        action = _create_parser(actions.add_parser, t, name, help=about, description=about)
        action.add_argument("--lang", choices=LANGUAGES, help=t("cli.lang"))
        made[name] = action
    for name in ("add", "use", "remove"):
        made[name].add_argument("name", metavar="NAME")
    made["remove"].add_argument("--yes", action="store_true", help=t("cli.yes"))
    made["import"].add_argument("path", metavar="PATH")
    made["import"].add_argument("--name", metavar="NAME", help=t("cli.import_name"))
    made["import"].add_argument("--pick", type=int, metavar="N", help=t("cli.pick"))
    for name in ("add", "import"):
        action = made[name]
        action.add_argument(
            "--account", metavar="12345678-01", required=name == "add", help=t("cli.account")
        )
        action.add_argument("--paper", action="store_true", help=t("cli.paper_profile"))
        if name == "import":
            action.add_argument("--real", action="store_true", help=t("cli.real_profile"))
        places = ["keyring", "encrypted", "plain"] + ["command"] * (name == "add")
        action.add_argument("--secrets", choices=places, required=True, help=t("cli.secrets"))
    made["add"].add_argument(
        "--secret-command", nargs="+", metavar="WORD", help=t("cli.secret_command")
    )


def _add_simulator(parser: Any, t: Translations) -> None:
    def scenes() -> str:
        from kistui.cli.simulator_options import format_scene_list

        return f"{t('cli.scenes')}\n{format_scene_list()}"

    parser.epilog_factory = scenes
    parser.add_argument(
        "--port", type=_int_up_to(65_535), default=0, metavar="N", help=t("cli.port")
    )
    parser.add_argument("--paper", action="store_true", help=t("cli.paper"))
    parser.add_argument("--scene", metavar="NAME", default="ordinary", help=t("cli.scene"))
    parser.add_argument(
        "--holdings", type=_int_up_to(5_000), metavar="N", help=t("cli.holdings_count")
    )
    parser.add_argument("--rate-limits", action="store_true", help=t("cli.rate_limits"))
    parser.add_argument("--no-abroad", action="store_true", help=t("cli.no_abroad"))
    parser.add_argument(
        "--format", choices=("env", "json"), default="env", help=t("simulator.format")
    )
    parser.add_argument("--lang", choices=LANGUAGES, help=t("cli.lang"))
    parser.set_defaults(run=runners.simulator)


def _add_log(parser: Any, t: Translations) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, help=t("cli.lang"))
    parser.add_argument("--path", action="store_true", help=t("cli.log_path"))
    parser.add_argument(
        "-n", type=_int_up_to(100_000), default=50, metavar="N", help=t("cli.log_count")
    )
    parser.set_defaults(run=runners.log)


def _add_doctor(parser: Any, t: Translations) -> None:
    _add_common_options(parser, t)
    _add_format_option(parser, t)
    parser.add_argument("--offline", action="store_true", help=t("cli.offline"))
    parser.add_argument("--api", action="store_true", help=t("cli.api"))
    parser.set_defaults(run=runners.doctor)


def _int_up_to(maximum: int) -> Callable[[str], int]:
    """For argparse: 0 to `most`."""

    def read(raw: str) -> int:
        if not (raw.isascii() and raw.isdigit() and int(raw) <= maximum):
            raise argparse.ArgumentTypeError(f"0 … {maximum}")
        return int(raw)

    return read


COMMANDS: dict[str, Callable[[Any, Translations], None]] = {
    "balance": _add_balance,
    "holdings": _add_holdings,
    "token": _add_token,
    "status": _add_status,
    "keys": _add_keys,
    "themes": _add_themes,
    "profile": _add_profile,
    "simulator": _add_simulator,
    "log": _add_log,
    "doctor": _add_doctor,
}
"""In the order of the help; what each can be told is added when it is the one."""
