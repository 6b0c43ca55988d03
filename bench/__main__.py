"""Run every benchmark, and write their figures to docs/bench.md.

python -m bench [--quick]
"""

import argparse
import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version

from bench import fetch, keys, start
from bench.report import Bench, Figure, markdown_table, print_figure
from bench.server import ROOT

BENCHES: dict[str, Bench] = {
    "Start and rest": start.bench,
    "Reading and parsing": fetch.bench,
    "Keys": keys.bench,
}


def main() -> None:
    """Run all benchmarks."""
    parser = argparse.ArgumentParser(description="Run every bench; writes docs/bench.md.")
    parser.add_argument("--quick", action="store_true", help="few runs, about four minutes")
    quick = parser.parse_args().quick
    tables = []
    for title, bench in BENCHES.items():
        print(title, flush=True)
        tables.append(f"## {title}\n\n{markdown_table(_printed(bench(quick)))}")
    page = "\n\n".join([_introduction(quick=quick), *tables])
    (ROOT / "docs/bench.md").write_text(page + "\n", encoding="utf-8")


def _printed(figures: Iterator[Figure]) -> Iterator[Figure]:
    """Print the figures as they come; a benchmark that fails keeps the figures it had."""
    try:
        for figure in figures:
            print_figure(figure)
            yield figure
    except RuntimeError as error:
        print(f"  broke off: {error}", flush=True)


def _introduction(*, quick: bool) -> str:
    runs = "few runs (`--quick`)" if quick else "all runs"
    return (
        "# What kistui costs\n\n"
        "`make bench` writes this page. A figure is a ratio to the simplest program that does the"
        " same, measured alternately in the same run, because times depend more on the machine"
        " than on kistui. Targets are beside the figures; nothing fails when one is missed.\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, {runs}: {os.cpu_count()} processors"
        f" ({platform.machine()}, {platform.system()}; load {os.getloadavg()[0]:.1f} at the end),"
        f" Python {platform.python_version()}, Textual {version('textual')},"
        f" httpx {version('httpx')}."
    )


if __name__ == "__main__":
    main()
