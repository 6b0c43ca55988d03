"""`kistui` with switches alone, as it is mostly started: argparse takes 10 ms to say as much."""

from collections.abc import Sequence
from types import SimpleNamespace

from kistui.cli.runners import open_app

SWITCHES = ("--demo", "--debug", "--ascii", "--slow", "--no-mouse")
USUAL = {"scene": "ordinary", "lang": None, "profile": None, "theme": None, "command": None}


def app_options(arguments: Sequence[str]) -> SimpleNamespace | None:
    """What the parser would make of them, or `None` where it has to be asked."""
    if not set(arguments) <= set(SWITCHES):
        return None
    given = {each[2:].replace("-", "_"): each in arguments for each in SWITCHES}
    return SimpleNamespace(**USUAL, **given, run=open_app)
