"""A figure of a bench: so many times a floor or a peer that was measured in the same run."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import median

Measure = Callable[[bool], Iterator["Ratio"]]
"""A bench: `True` asks for few runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """What was compared with what, `value` times it; without bounds it is only told."""

    what: str
    against: str
    value: float
    detail: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def verdict(self) -> str:
        """`ok`, `over`, or nothing where there is no target."""
        if self.at_most is None and self.at_least is None:
            return ""
        over = self.at_most is not None and self.value > self.at_most
        under = self.at_least is not None and self.value < self.at_least
        return "over" if over or under else "ok"

    @property
    def target(self) -> str:
        """The bound, as it is written."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""


@dataclass(frozen=True, slots=True)
class Left:
    """What could not be measured here, and why."""

    what: str
    why: str


def compare(
    what: str,
    against: str,
    ours: float,
    theirs: float,
    unit: str = "ms",
    *,
    at_most: float | None = None,
    at_least: float | None = None,
) -> Ratio:
    """`ours` over `theirs`; 1 when both are nothing."""
    value = ours / theirs if theirs else (float("inf") if ours else 1.0)
    detail = f"{_plain(ours)} against {_plain(theirs)} {unit}"
    return Ratio(
        what=what, against=against, value=value, detail=detail, at_most=at_most, at_least=at_least
    )


def interleaved(runs: int, acts: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Each act so many times, turn by turn: a loaded minute falls on all of them."""
    results: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(runs):
        for name, act in acts.items():
            results[name].append(act())
    return results


def medians(results: Mapping[str, list[float]]) -> dict[str, float]:
    """The median of each act."""
    return {name: median(values) for name, values in results.items()}


def p95(values: Iterable[float]) -> float:
    """What 95 of 100 do not exceed; of fewer than 20 values, the greatest."""
    ordered = sorted(values)
    return ordered[ceil(len(ordered) * 0.95) - 1]


def show(line: "Ratio | Left") -> None:
    """One line on the terminal."""
    if isinstance(line, Left):
        print(f"  {line.what}: not measured, {line.why}", flush=True)
        return
    tail = f"  [{line.target} {line.verdict}]" if line.target else ""
    print(f"  {line.what} / {line.against}: {line.value:.2f}x  ({line.detail}){tail}", flush=True)


def main(measure: Callable[[bool], Iterator["Ratio | Left"]]) -> None:
    """Run one bench from the command line."""
    parser = argparse.ArgumentParser(description=measure.__doc__)
    parser.add_argument("--quick", action="store_true", help="few runs")
    for line in measure(parser.parse_args().quick):
        show(line)


def _plain(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
