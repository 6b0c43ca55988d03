"""Apps on a real server, with a clock that stands still."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from textual.css import stylesheet
from textual.css.model import RuleSet
from textual.css.parse import parse
from textual.css.tokenize import tokenize_values
from textual.css.types import CSSLocation
from textual.pilot import Pilot

from kistui import i18n
from kistui.cli.context import demo_from_simulator
from kistui.formatting.cells import plain_text
from kistui.services.profiles import ProfileService
from kistui.simulator import Simulator, SimulatorOptions
from kistui.storage.paths import AppPaths
from kistui.storage.themes import DEFAULT_THEME, ThemeRepository
from kistui.tui.app import KistuiApp
from kistui.tui.widgets.summary_pane import SummaryPane
from tests.support import FakeClock

MakeApp = Callable[..., KistuiApp]
OpenApp = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture(autouse=True)
def _press_waits_for_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `pilot.press` return when the keys have taken effect: the app may hold them back."""
    press = Pilot.press

    async def press_and_wait(pilot: Pilot[None], *keys: str) -> None:
        await press(pilot, *keys)
        if isinstance(pilot.app, KistuiApp):
            await pilot.app.key_queue.wait_until_idle()
            await pilot.pause()

    monkeypatch.setattr(Pilot, "press", press_and_wait)


@pytest.fixture(scope="session", autouse=True)
def _shared_css_cache() -> Iterator[None]:
    """Parse each style sheet once per process; Textual parses them again for every app."""
    variables = cache(lambda values: tokenize_values(dict(values)))
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}

    def parse_once(
        scope: str, css: str, read_from: CSSLocation, *, variable_tokens: Any, **options: Any
    ) -> list[RuleSet]:
        key = (scope, css, read_from, id(variable_tokens), *options.values())
        if key not in parsed:
            parsed[key] = list(
                parse(scope, css, read_from, variable_tokens=variable_tokens, **options)
            )
        return parsed[key]

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(
            stylesheet, "tokenize_values", lambda values: variables(tuple(values.items()))
        )
        monkeypatch.setattr(stylesheet, "parse", parse_once)
        yield


@pytest.fixture
def make_app(clock: FakeClock, tmp_path: Path) -> Iterator[MakeApp]:
    """Makes apps, each on its own simulator: `make_app("empty", lang="en")`."""
    running: list[Simulator] = []

    def make(
        scene: str = "ordinary",
        lang: str = "ko",
        theme: str = DEFAULT_THEME,
        *,
        demo: bool = True,
        overseas: bool = False,
        environ: dict[str, str] | None = None,
    ) -> KistuiApp:
        simulator = Simulator(SimulatorOptions(scene=scene, overseas=overseas), clock=clock).start()
        running.append(simulator)
        where = AppPaths(tmp_path / "config", tmp_path / "state")
        demo_folder = tmp_path / f"demo-{len(running)}"
        book = ProfileService(
            where, environ or {}, lambda: demo_from_simulator(simulator, clock, demo_folder), clock
        )
        shelf = ThemeRepository(where.themes_dir)
        themes = tuple(shelf.load().by_name.values())
        profile = book.demo_profile() if demo else book.resolve()
        app = KistuiApp(
            profile_service=book,
            profile=profile,
            cached_balance=book.cached_balance(profile) if profile else None,
            t=i18n.load_translations(lang),
            themes=themes,
            theme=theme,
            clock=clock,
            to_local=lambda at: at.astimezone(UTC),
            other_translations=tuple(
                i18n.load_translations(each) for each in ("ko", "en") if each != lang
            ),
            theme_repository=shelf,
        )
        app.simulator = simulator  # type: ignore[attr-defined]
        return app

    yield make
    for simulator in running:
        simulator.stop()


def summary_pane(pilot: Pilot[None]) -> SummaryPane:
    """The summary of the balance, shown or not."""
    return pilot.app.screen_stack[0].query_one(SummaryPane)


def summary_lines(pilot: Pilot[None]) -> list[str]:
    """All its lines, those out of sight too."""
    return [plain_text(line) for line in summary_pane(pilot).lines]


async def settle(pilot: Pilot[None]) -> None:
    """Until nothing is under way: the balance has come, or its error."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def wait_until(pilot: Pilot[None], predicate: Callable[[], object]) -> None:
    """Wait for something that takes a thread or a second's nap."""
    for _ in range(1000):
        await pilot.pause(0.02)
        if predicate():
            return
    raise AssertionError("it did not come")


@pytest.fixture
def open_app(make_app: MakeApp) -> OpenApp:
    """Opens an app and lets it settle: `async with open_app("empty") as pilot`."""

    @asynccontextmanager
    async def open_(
        *args: str, size: tuple[int, int] = (80, 24), **options: Any
    ) -> AsyncIterator[Pilot[None]]:
        async with make_app(*args, **options).run_test(size=size) as pilot:
            await settle(pilot)
            yield pilot

    return open_
