"""`kistui simulator`: a KIS server on loopback, for anyone's client."""

import signal
import sys
from argparse import Namespace
from types import FrameType

from kistui.cli.scenes import server_options
from kistui.simulator import Simulator
from kistui.view.words import Words


def run(options: Namespace, words: Words) -> int:
    """Serve until interrupted; prints what points a client here, ready to paste."""
    signal.signal(signal.SIGTERM, _end)
    try:
        with Simulator(server_options(options)) as simulator:
            print(words("cli.running", url=simulator.url), file=sys.stderr)
            print(_exports(simulator, paper=options.paper), flush=True)
            while True:
                signal.pause()
    except KeyboardInterrupt:
        print(words("cli.stopped"), file=sys.stderr)
        return 0
    except OSError as error:
        reason = error.strerror or type(error).__name__
        print(words("cli.port_taken", port=options.port, reason=reason), file=sys.stderr)
        return 1


def _exports(simulator: Simulator, *, paper: bool) -> str:
    """The simulator's credentials are made up and open nothing else."""
    values = {
        "KISTUI_BASE_URL": simulator.url,
        "KIS_APP_KEY": simulator.app_key,
        "KIS_APP_SECRET": simulator.app_secret,
        "KIS_ACCOUNT": simulator.account,
        "KIS_PAPER": "1" if paper else "0",
    }
    return "\n".join(f"export {name}='{value}'" for name, value in values.items())


def _end(_signal: int, _frame: FrameType | None) -> None:
    """SIGTERM ends it as Ctrl+C does."""
    raise KeyboardInterrupt
