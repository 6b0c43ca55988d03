"""A measured figure beside its target, and the table of figures."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement: `value` times `baseline`, or `value` of `unit` without a baseline."""

    label: str
    baseline: str
    value: float
    detail: str = ""
    target: float | None = None
    unit: str = "x"

    @property
    def verdict(self) -> str:
        """`ok`, `over`, or nothing where there is no target."""
        if self.target is None:
            return ""
        return "ok" if self.value <= self.target else "over"

    @property
    def amount(self) -> str:
        """The value as it is printed."""
        return f"{self.value:.2f}" if self.unit == "x" else f"{_short(self.value)} {self.unit}"

    @property
    def limit(self) -> str:
        """The target as it is printed."""
        if self.target is None:
            return ""
        return f"<= {self.target:g}" + ("" if self.unit == "x" else f" {self.unit}")


Bench = Callable[[bool], Iterator[Figure]]
"""Yields its figures; `True` asks for few runs."""


def ratio(
    label: str,
    baseline: str,
    measured: float,
    baseline_value: float,
    *,
    target: float | None = None,
    unit: str = "ms",
) -> Figure:
    """Return `measured` over `baseline_value` as a figure."""
    detail = f"{_short(measured)} against {_short(baseline_value)} {unit}"
    return Figure(label, baseline, measured / baseline_value, detail, target)


def measure_in_turns(
    runs: int, measurements: Mapping[str, Callable[[], float]]
) -> dict[str, float]:
    """Return the median of each measurement, made in turns so that a busy minute affects all.

    The first turn is dropped: it compiles modules and fills the disk cache.
    """
    values: dict[str, list[float]] = {name: [] for name in measurements}
    for turn in range(runs + 1):
        for name, measure in measurements.items():
            value = measure()
            if turn:
                values[name].append(value)
    return {name: median(samples) for name, samples in values.items()}


def percentile_95(values: Iterable[float]) -> float:
    """Return the value that 95 % do not exceed; of fewer than 20 values, the largest."""
    ordered = sorted(values)
    return ordered[ceil(len(ordered) * 0.95) - 1]


def print_figure(figure: Figure) -> None:
    """Print one line."""
    parts = [f"  {figure.label}: {figure.amount}"]
    if figure.baseline:
        parts.append(f"times {figure.baseline}")
    if figure.detail:
        parts.append(f"({figure.detail})")
    if figure.limit:
        parts.append(f"[{figure.limit}: {figure.verdict}]")
    print(" ".join(parts), flush=True)


def markdown_table(figures: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = [
        f"| {figure.label} | {figure.baseline} | {figure.amount} | {figure.limit} "
        f"| {'**over**' if figure.verdict == 'over' else figure.verdict} | {figure.detail} |"
        for figure in figures
    ]
    head = ["| what | against | figure | target | | measured |", "|---|---|--:|--:|---|---|"]
    return "\n".join(head + rows)


def run_alone(bench: Bench) -> None:
    """Run one benchmark from the command line."""
    parser = argparse.ArgumentParser(description=bench.__doc__)
    parser.add_argument("--quick", action="store_true", help="few runs")
    for figure in bench(parser.parse_args().quick):
        print_figure(figure)


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
