"""Workers: cancelled at any moment, they leave no trace."""

import gc
import warnings
from pathlib import Path

from textual.app import App

import kistui.tui
from kistui.tui.workers import start_worker


async def test_a_worker_cancelled_before_it_starts_makes_no_warning() -> None:
    started: list[str] = []

    async def work(name: str) -> None:
        started.append(name)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        async with App[None]().run_test() as pilot:
            start_worker(pilot.app, work, "cancelled", group="test")
            pilot.app.workers.cancel_all()
            start_worker(pilot.app, work, "first", group="exclusive", is_exclusive=True)
            start_worker(pilot.app, work, "second", group="exclusive", is_exclusive=True)
            await pilot.pause()
        gc.collect()
    assert started == ["second"]
    assert [str(warning.message) for warning in caught if "awaited" in str(warning.message)] == []


def test_every_worker_is_started_by_start_worker() -> None:
    folder = Path(kistui.tui.__path__[0])
    callers = [
        path.name for path in folder.rglob("*.py") if ".run_worker(" in path.read_text("utf-8")
    ]
    assert callers == ["workers.py"]
