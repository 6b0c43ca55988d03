"""Every bench, and a table of their ratios.

    python -m bench [--quick] [--to FILE]

writes `docs/bench.md`, and with all runs the table of the README.
"""

import argparse
import os
import platform
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import fetch, keys, memory, quiet, start
from bench.places import ROOT
from bench.ratio import Left, Ratio, show

BENCHES: dict[str, Callable[[bool], Iterator[Ratio | Left]]] = {
    "Starting": start.measure,
    "Fetching and parsing": fetch.measure,
    "Keys": keys.measure,
    "At rest": quiet.measure,
    "Memory": memory.measure,
}
BEGIN, END = "<!-- make bench -->", "<!-- end -->"
SIZE = re.compile(r", [\d,]+ holdings")
HEAD = "| what | against | ratio | target | | measured |\n|---|---|--:|--:|---|---|"


def main() -> None:
    """Run them all."""
    parser = argparse.ArgumentParser(description="Run every bench.")
    parser.add_argument("--quick", action="store_true", help="few runs")
    parser.add_argument("--to", type=Path, default=ROOT / "docs/bench.md", help="the table's file")
    options = parser.parse_args()
    sections, bounded = [_machine(quick=options.quick)], list[Ratio]()
    for title, measure in BENCHES.items():
        print(title, flush=True)
        lines = list(_told(measure(options.quick)))
        sections.append("\n".join([f"## {title}", "", HEAD, *map(_row, lines)]))
        bounded += [line for line in lines if isinstance(line, Ratio) and line.target]
    options.to.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    if not options.quick:
        _tell_readme(bounded)


def _told(lines: Iterator[Ratio | Left]) -> Iterator[Ratio | Left]:
    """The lines, shown as they come; a bench that breaks off leaves what it had."""
    try:
        for line in lines:
            show(line)
            yield line
    except RuntimeError as error:
        left = Left("the rest", str(error))
        show(left)
        yield left


def _tell_readme(lines: list[Ratio]) -> None:
    """The table of the README: what has a target; of one thing at several sizes, the worst."""
    worst: dict[tuple[str, str], Ratio] = {}
    for line in lines:
        key = SIZE.sub("", line.what), line.against
        if key not in worst or _badness(line) > _badness(worst[key]):
            worst[key] = line
    rows = [
        f"| {what} | {against} | {line.value:.2f} | {line.target} |"
        for (what, against), line in worst.items()
    ]
    table = "\n".join(["| what | against | ratio | target |", "|---|---|--:|--:|", *rows])
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    assert end, "README.md has no place for the table"
    readme.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def _badness(line: Ratio) -> float:
    """How far it is beyond its target; below 1 it is within."""
    if line.at_most is not None:
        return line.value / line.at_most
    return (line.at_least or 0) / line.value


def _row(line: Ratio | Left) -> str:
    if isinstance(line, Left):
        return f"| {line.what} | | – | | | not measured: {line.why} |"
    target, verdict = line.target, line.verdict
    verdict = f"**{verdict}**" if verdict == "over" else verdict
    ratio = f"{line.value:.2f}"
    return f"| {line.what} | {line.against} | {ratio} | {target} | {verdict} | {line.detail} |"


def _machine(*, quick: bool) -> str:
    runs = "few runs (`--quick`)" if quick else "all runs"
    load = os.getloadavg()[0]
    return "\n\n".join(
        [
            "# What kistui costs",
            "Written by `make bench`. Each figure is a ratio to a floor or a peer measured in the"
            " same run, turn by turn; times alone say more of the machine than of kistui.",
            f"{datetime.now(UTC):%Y-%m-%d}, {runs}: {os.cpu_count()} processors"
            f" ({platform.machine()}, {platform.system()}; load {load:.1f} at the end),"
            f" Python {platform.python_version()}, Textual {version('textual')},"
            f" httpx {version('httpx')}.",
        ]
    )


if __name__ == "__main__":
    main()
