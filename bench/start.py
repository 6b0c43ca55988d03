"""Start-up: the first frame with figures, and whole commands, against what they cannot do without.

python -m bench.start [--quick]
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.cells import write_cells
from bench.places import ROOT, environ
from bench.ratio import Left, Ratio, compare, interleaved, main, medians
from bench.server import serving
from bench.terminal import Terminal

KISTUI = (sys.executable, "-m", "kistui")
APP, COMMAND, CALLS = 1.25, 2.0, 1.3
"""How many times its floor each may take."""


def measure(quick: bool) -> Iterator[Ratio | Left]:
    """How long kistui takes to start."""
    with tempfile.TemporaryDirectory() as home, serving() as account:
        env = environ(home, **account)
        _, cells = write_cells(home)
        _run(env, *KISTUI, "balance")()  # the token is cached, and everything compiled
        yield from _frames(env, _forgetful(home, account), cells, 5 if quick else 15)
        yield from _commands(env, 7 if quick else 25)


def _frames(
    env: dict[str, str], forgetful: dict[str, str], cells: str, runs: int
) -> Iterator[Ratio]:
    acts = {
        "bare": _frame(env, sys.executable, "-m", "bench.bare_app", cells),
        "kistui --demo": _frame(env, *KISTUI, "--demo"),
        "kistui, token cached": _frame(forgetful, *KISTUI),
        "kistui, figures of last time": _frame(env, *KISTUI),
    }
    for act in acts.values():
        act()
    _keep_figures(env)
    found = medians(interleaved(runs, acts))
    for name in list(acts)[1:]:
        what = f"{name}: exec to figures"
        yield compare(what, "bare DataTable app", found[name], found["bare"], at_most=APP)


def _commands(env: dict[str, str], runs: int) -> Iterator[Ratio]:
    python = sys.executable
    acts = {
        "pass": _run(env, python, "-c", "pass"),
        "version": _run(env, *KISTUI, "--version"),
        "status": _run(env, *KISTUI, "status", "--line"),
        "anew": _anew(env),
        "calls": _run(env, python, "-m", "bench.bare_calls"),
        "balance": _run(env, *KISTUI, "balance", "--format", "json"),
    }
    for act in acts.values():
        act()
    found = medians(interleaved(runs, acts))
    for name, words in (("version", "kistui --version"), ("status", "kistui status --line")):
        yield compare(words, "python -c pass", found[name], found["pass"], at_most=COMMAND)
    what = "kistui status --line, after a change"
    yield compare(what, "python -c pass", found["anew"], found["pass"])
    yield compare(
        "kistui balance --format json",
        "bare httpx script",
        found["balance"],
        found["calls"],
        at_most=CALLS,
    )


def _frame(env: dict[str, str], *command: str) -> Callable[[], float]:
    def act() -> float:
        with Terminal(command, env, str(ROOT)) as terminal:
            return terminal.first_frame().last

    return act


def _forgetful(home: str, account: dict[str, str]) -> dict[str, str]:
    """Of a user who has no figures kept: what is shown first is fresh. The token is cached."""
    own = Path(home, "forgetful")
    config = own / ".config/kistui/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[settings]\nkeep_figures = false\n", encoding="utf-8")
    env = environ(str(own), **account)
    _run(env, *KISTUI, "balance")()
    return env


def _keep_figures(env: dict[str, str]) -> None:
    """A run that lasts until its figures are on disk."""
    kept = Path(env["HOME"], ".local/state/kistui/balances")
    with Terminal(KISTUI, env, str(ROOT)) as terminal:
        for _ in range(100):
            terminal.settle(0.1)
            if any(kept.glob("*.json")):
                return
    raise RuntimeError("no figures were kept")


def _anew(env: dict[str, str]) -> Callable[[], float]:
    """`status --line` as it is once after every change of what it tells."""
    said = Path(env["HOME"], ".local/state/kistui/prompts")
    run = _run(env, *KISTUI, "status", "--line")

    def act() -> float:
        said.unlink(missing_ok=True)
        return run()

    return act


def _run(env: dict[str, str], *command: str) -> Callable[[], float]:
    def act() -> float:
        began = time.perf_counter()
        subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True)
        return (time.perf_counter() - began) * 1000

    return act


if __name__ == "__main__":
    main(measure)
