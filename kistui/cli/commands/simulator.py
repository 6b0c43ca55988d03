"""`kistui simulator`: serve a simulated KIS on loopback, for any client."""

import json
import signal
from argparse import SUPPRESS, ArgumentParser, Namespace
from time import sleep
from types import FrameType

from msgspec.structs import replace

from kistui.cli.context import demo_simulator_options
from kistui.cli.garbage import finish_startup
from kistui.cli.output import print_notice
from kistui.cli.parser import add_language_option, int_between
from kistui.formatting.error_text import describe_reason
from kistui.i18n.translations import Translations
from kistui.simulator import SCENES, Account, Simulator, SimulatorOptions
from kistui.storage.files import errno_name

ACCOUNT_TYPE_KEYS = {
    "general": "simulator.general",
    "isa": "simulator.isa",
    "pension": "simulator.pension",
    "savings": "simulator.savings",
}
"""Account type to the message with its name."""


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui simulator`; the help ends with the list of scenes."""
    parser.epilog = f"{t('cli.scenes')}\n{_format_scene_list(t)}\n\n{parser.epilog}"
    parser.add_argument(
        "--port", type=int_between(0, 65_535, t), default=0, metavar="N", help=t("cli.port")
    )
    parser.add_argument("--paper", action="store_true", help=t("cli.paper"))
    parser.add_argument("--scene", metavar="NAME", default=SUPPRESS, help=t("cli.scene"))
    parser.add_argument(
        "--holdings", type=int_between(0, 5_000, t), metavar="N", help=t("cli.holdings_count")
    )
    parser.add_argument("--rate-limits", action="store_true", help=t("cli.rate_limits"))
    parser.add_argument("--live", action="store_true", help=t("cli.simulator_live"))
    parser.add_argument("--no-overseas", action="store_true", help=t("cli.no_overseas"))
    # The earlier name of the option, which scripts may still use.
    parser.add_argument("--no-abroad", dest="no_overseas", action="store_true", help=SUPPRESS)
    parser.add_argument(
        "--format", choices=("env", "json"), default="env", help=t("simulator.format")
    )
    add_language_option(parser, t)


def run(options: Namespace, t: Translations) -> int:
    """Print how a client reaches the simulator, then serve until interrupted."""
    signal.signal(signal.SIGTERM, _on_sigterm)
    simulator = Simulator(simulator_options(options))
    try:
        simulator.start()
    except OSError as error:
        reason = describe_reason(errno_name(error), t)
        print_notice(t("cli.port_taken", port=options.port, reason=reason))
        return 1
    try:
        with simulator:
            live_url = simulator.serve_live_prices().url if options.live else ""
            finish_startup()
            print_notice(t("cli.running", url=simulator.url))
            if options.format == "json":
                print(_format_json(simulator, live_url), flush=True)
            else:
                print(_format_exports(simulator, live_url, t), flush=True)
            while True:
                sleep(3600)  # Windows has no signal.pause
    except KeyboardInterrupt:
        print_notice(t("cli.stopped"))
        return 0


def simulator_options(options: Namespace) -> SimulatorOptions:
    """Return the options of the simulator; raises UnknownSceneError."""
    return replace(
        demo_simulator_options(options),
        environment="paper" if options.paper else "real",
        holdings=options.holdings,
        rate_limits=options.rate_limits,
        port=options.port,
        overseas=not options.no_overseas,
    )


def _format_scene_list(t: Translations) -> str:
    width = max(map(len, SCENES)) + 2
    return "\n".join(f"  {name:{width}}{t(f'scene.{name}')}" for name in SCENES)


def _format_exports(simulator: Simulator, live_url: str, t: Translations) -> str:
    """Return shell exports of the first account, and of the others as comments.

    The credentials are made up and open nothing else.
    """
    first, *others = simulator.accounts
    lines = [
        _export_line("KISTUI_BASE_URL", simulator.url),
        *([_export_line("KISTUI_LIVE_URL", live_url)] if live_url else []),
        *_account_exports(first),
        _export_line("KIS_PAPER", "1" if simulator.options.is_paper else "0"),
    ]
    for account in others:
        lines += [
            f"# {t(ACCOUNT_TYPE_KEYS[account.account_type])}",
            *(f"# {line}" for line in _account_exports(account)),
        ]
    return "\n".join(lines)


def _account_exports(account: Account) -> list[str]:
    return [
        _export_line("KIS_APP_KEY", account.app_key),
        _export_line("KIS_APP_SECRET", account.app_secret),
        _export_line("KIS_ACCOUNT", account.number),
    ]


def _export_line(name: str, value: str) -> str:
    return f"export {name}='{value}'"


def _format_json(simulator: Simulator, live_url: str) -> str:
    """Return one line, so that a program that started the simulator knows where it ends."""
    accounts = [
        {
            "kind": account.account_type,
            "account": account.number,
            "app_key": account.app_key,
            "app_secret": account.app_secret,
        }
        for account in simulator.accounts
    ]
    fields = {
        "base_url": simulator.url,
        "environment": simulator.options.environment,
        "accounts": accounts,
    }
    return json.dumps(fields | ({"live_url": live_url} if live_url else {}))


def _on_sigterm(_signal: int, _frame: FrameType | None) -> None:
    """End on SIGTERM as on Ctrl+C."""
    raise KeyboardInterrupt
