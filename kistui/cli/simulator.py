"""`kistui simulator`: a KIS server on loopback, for anyone's client."""

import json
import signal
import sys
from argparse import Namespace
from types import FrameType

from kistui.cli.scenes import server_options
from kistui.simulator import Account, Simulator
from kistui.i18n.translations import Translations

KINDS = {
    "general": "simulator.general",
    "isa": "simulator.isa",
    "pension": "simulator.pension",
    "savings": "simulator.savings",
}
"""What each kind of account is called."""


def run(options: Namespace, words: Translations) -> int:
    """Serve until interrupted; prints what points a client here, ready to paste."""
    signal.signal(signal.SIGTERM, _end)
    try:
        with Simulator(server_options(options)) as simulator:
            print(words("cli.running", url=simulator.url), file=sys.stderr)
            is_json = options.format == "json"
            print(_as_json(simulator) if is_json else _exports(simulator, words), flush=True)
            while True:
                signal.pause()
    except KeyboardInterrupt:
        print(words("cli.stopped"), file=sys.stderr)
        return 0
    except OSError as error:
        reason = error.strerror or type(error).__name__
        print(words("cli.port_taken", port=options.port, reason=reason), file=sys.stderr)
        return 1


def _exports(simulator: Simulator, words: Translations) -> str:
    """The first account's variables, those of the others as comments: all of it can be pasted.

    The simulator's credentials are made up and open nothing else.
    """
    first, *others = simulator.accounts
    lines = [
        _export("KISTUI_BASE_URL", simulator.url),
        *_variables(first),
        _export("KIS_PAPER", "1" if simulator.options.is_paper else "0"),
    ]
    for account in others:
        lines += [f"# {words(KINDS[account.kind])}", *(f"# {line}" for line in _variables(account))]
    return "\n".join(lines)


def _variables(account: Account) -> list[str]:
    return [
        _export("KIS_APP_KEY", account.app_key),
        _export("KIS_APP_SECRET", account.app_secret),
        _export("KIS_ACCOUNT", account.account),
    ]


def _export(name: str, value: str) -> str:
    return f"export {name}='{value}'"


def _as_json(simulator: Simulator) -> str:
    """On one line, so that a program that started it can read it and go on."""
    accounts = [
        {
            "kind": account.kind,
            "account": account.account,
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


def _end(_signal: int, _frame: FrameType | None) -> None:
    """SIGTERM ends it as Ctrl+C does."""
    raise KeyboardInterrupt
