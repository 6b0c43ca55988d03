"""`kistui simulator`: a KIS server on loopback, for anyone's client."""

import json
import signal
import sys
from argparse import Namespace
from types import FrameType

from kistui.cli.simulator_options import simulator_options
from kistui.i18n.translations import Translations
from kistui.simulator import Account, Simulator

ACCOUNT_TYPE_KEYS = {
    "general": "simulator.general",
    "isa": "simulator.isa",
    "pension": "simulator.pension",
    "savings": "simulator.savings",
}
"""What each kind of account is called."""


def run(options: Namespace, t: Translations) -> int:
    """Serve until interrupted; prints what points a client here, ready to paste."""
    signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        with Simulator(simulator_options(options)) as simulator:
            print(t("cli.running", url=simulator.url), file=sys.stderr)
            is_json = options.format == "json"
            print(
                _format_json(simulator) if is_json else _format_exports(simulator, t),
                flush=True,
            )
            while True:
                signal.pause()
    except KeyboardInterrupt:
        print(t("cli.stopped"), file=sys.stderr)
        return 0
    except OSError as error:
        reason = error.strerror or type(error).__name__
        print(t("cli.port_taken", port=options.port, reason=reason), file=sys.stderr)
        return 1


def _format_exports(simulator: Simulator, t: Translations) -> str:
    """The first account's variables, those of the others as comments: all of it can be pasted.

    The simulator's credentials are made up and open nothing else.
    """
    first, *others = simulator.accounts
    lines = [
        _export_line("KISTUI_BASE_URL", simulator.url),
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


def _format_json(simulator: Simulator) -> str:
    """On one line, so that a program that started it can read it and go on."""
    accounts = [
        {
            "kind": account.account_type,
            "account": account.number,
            "app_key": account.app_key,
            "app_secret": account.app_secret,
        }
        for account in simulator.accounts
    ]
    told = {
        "base_url": simulator.url,
        "environment": simulator.options.environment,
        "accounts": accounts,
    }
    return json.dumps(told)


def _on_sigterm(_signal: int, _frame: FrameType | None) -> None:
    """SIGTERM ends it as Ctrl+C does."""
    raise KeyboardInterrupt
