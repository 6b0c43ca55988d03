"""Measure the start to the first figures, whole commands, and memory and bytes at rest.

python -m bench.start [--quick]
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from statistics import median

from bench.report import Figure, measure_in_turns, ratio, run_alone
from bench.sample import write_cells
from bench.server import ROOT, child_environment, simulator_process
from bench.terminal import SCREENFUL, Terminal

PYTHON = sys.executable
KISTUI = (PYTHON, "-m", "kistui")
BALANCE = ("balance", "--market", "kr", "--format", "json")
"""The calls that the bare script makes too."""
BARE_APP, BARE_SCRIPT, BARE_PYTHON = "bare DataTable app", "bare httpx script", "python -c pass"
KNOWN_APPS = {"posting": (), "harlequin": ()}
"""Programs, and their arguments."""
LAST_FIGURES_TARGET, FRESH_FIGURES_TARGET, BALANCE_JSON_TARGET, MEMORY_TARGET = 1.35, 1.8, 2.0, 1.35
"""Ratios to the compared program."""
IDLE_BYTES_TARGET = 0.0


def bench(quick: bool) -> Iterator[Figure]:
    """Measure the start of kistui, and its memory and output at rest."""
    with tempfile.TemporaryDirectory() as home, simulator_process() as account:
        environment = child_environment(home, **account)
        cells = write_cells(home)
        _command(environment, *KISTUI, "balance")()  # caches the token
        without_figures = _environment_without_figures(home, account)
        yield from _first_paints(environment, without_figures, cells, 3 if quick else 15)
        yield from _commands(environment, 5 if quick else 25)
        yield _memory(environment, cells, 1 if quick else 5)
        yield from _known_apps(environment, 3 if quick else 9)
    with tempfile.TemporaryDirectory() as home, simulator_process(still=True) as account:
        yield from _idle_bytes(child_environment(home, **account), 4.0 if quick else 20.0)


def _first_paints(
    environment: dict[str, str], without_figures: dict[str, str], cells: str, runs: int
) -> Iterator[Figure]:
    _store_figures(environment)
    names = {
        "last": ("last time's figures", LAST_FIGURES_TARGET),
        "fresh": ("fresh figures, token cached", FRESH_FIGURES_TARGET),
        "demo": ("--demo", None),
    }
    times = measure_in_turns(
        runs,
        {
            "bare": _first_paint(environment, PYTHON, "-m", "bench.bare_app", cells),
            "last": _first_paint(environment, *KISTUI),
            "fresh": _first_paint(without_figures, *KISTUI),
            "demo": _first_paint(environment, *KISTUI, "--demo"),
        },
    )
    for key, (name, target) in names.items():
        label = f"exec to first paint, {name}"
        yield ratio(label, BARE_APP, times[key], times["bare"], target=target)


def _commands(environment: dict[str, str], runs: int) -> Iterator[Figure]:
    times = measure_in_turns(
        runs,
        {
            "pass": _command(environment, PYTHON, "-c", "pass"),
            "status": _command(environment, *KISTUI, "status", "--line"),
            "script": _command(environment, PYTHON, "-m", "bench.bare_script"),
            "balance": _command(environment, *KISTUI, *BALANCE),
        },
    )
    yield ratio("kistui status --line", BARE_PYTHON, times["status"], times["pass"])
    label = " ".join(("kistui", *BALANCE))
    yield ratio(label, BARE_SCRIPT, times["balance"], times["script"], target=BALANCE_JSON_TARGET)


def _memory(environment: dict[str, str], cells: str, runs: int) -> Figure:
    commands = {"bare": (PYTHON, "-m", "bench.bare_app", cells), "kistui": KISTUI}
    sizes: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            with Terminal(command, environment) as terminal:
                terminal.first_paint()
                terminal.press("2", 0.5, may_be_idle=True)
                sizes[name].append(terminal.resident_mib())
    ours, bare = median(sizes["kistui"]), median(sizes["bare"])
    return ratio("memory, on the holdings", BARE_APP, ours, bare, target=MEMORY_TARGET, unit="MiB")


def _known_apps(environment: dict[str, str], runs: int) -> Iterator[Figure]:
    """Measure two well-known Textual apps if they are installed; they have no target."""
    for name, arguments in KNOWN_APPS.items():
        program = shutil.which(name)
        if program is not None:
            # Some of their releases do not start with the versions of packages that they allow.
            with suppress(OSError, RuntimeError):
                yield from _against(name, (program, *arguments), environment, runs)


def _against(
    name: str, their_command: tuple[str, ...], environment: dict[str, str], runs: int
) -> Iterator[Figure]:
    times: dict[str, list[float]] = {"kistui": [], name: []}
    sizes: dict[str, list[float]] = {"kistui": [], name: []}
    for _ in range(runs):
        for app, command in (("kistui", KISTUI), (name, their_command)):
            _delete_turns(environment)
            with Terminal(command, environment) as terminal:
                times[app].append(terminal.first_paint(SCREENFUL).time)
                terminal.settle(0.5)
                sizes[app].append(terminal.resident_mib())
    yield ratio("first screen", name, median(times["kistui"]), median(times[name]))
    ours, theirs = median(sizes["kistui"]), median(sizes[name])
    yield ratio("memory, on the first screen", name, ours, theirs, unit="MiB")


def _idle_bytes(environment: dict[str, str], seconds: float) -> Iterator[Figure]:
    with Terminal(KISTUI, environment) as terminal:
        terminal.first_paint()
        terminal.count_bytes(3.0)
        for key, page in (("1", "summary"), ("2", "holdings")):
            terminal.press(key, 1.0, may_be_idle=True)
            count = terminal.count_bytes(seconds)
            label = f"bytes in {seconds:g} idle seconds, {page}"
            yield Figure(label, "", count, target=IDLE_BYTES_TARGET, unit="bytes")


def _environment_without_figures(home: str, account: dict[str, str]) -> dict[str, str]:
    """Return the environment of a user with a cached token and no stored balance.

    The first figures on screen are then fresh.
    """
    own_home = Path(home, "without-figures")
    config = own_home / ".config/kistui/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[settings]\nkeep_figures = false\n", encoding="utf-8")
    environment = child_environment(str(own_home), **account)
    _command(environment, *KISTUI, "balance")()
    return environment


def _store_figures(environment: dict[str, str]) -> None:
    """Run the app until it has stored a balance."""
    folder = Path(environment["HOME"], ".local/state/kistui/balances")
    with Terminal(KISTUI, environment) as terminal:
        for _ in range(100):
            if any(folder.glob("*.json")):
                return
            terminal.count_bytes(0.1)
    raise RuntimeError("no balance was stored")


def _delete_turns(environment: dict[str, str]) -> None:
    """Forget the last run's calls, after which only kistui would wait a second."""
    shutil.rmtree(Path(environment["HOME"], ".local/state/kistui/turns"), ignore_errors=True)


def _first_paint(environment: dict[str, str], *command: str) -> Callable[[], float]:
    def measure() -> float:
        _delete_turns(environment)
        with Terminal(command, environment) as terminal:
            return terminal.first_paint().time

    return measure


def _command(environment: dict[str, str], *command: str) -> Callable[[], float]:
    def measure() -> float:
        _delete_turns(environment)
        started = time.perf_counter()
        subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
        return (time.perf_counter() - started) * 1000

    return measure


if __name__ == "__main__":
    run_alone(bench)
