"""Apps on a simulator, with a fake clock."""

import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
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
from textual.worker import Worker, get_current_worker

import kistui.tui
from kistui import i18n
from kistui.cli.demo import demo_from_simulator
from kistui.errors import SetupError
from kistui.formatting.cells import plain_text
from kistui.models.settings import Settings
from kistui.services.profiles import ProfileService
from kistui.simulator import Simulator, SimulatorOptions
from kistui.storage import themes
from kistui.storage.paths import AppPaths
from kistui.storage.themes import DEFAULT_THEME, ThemeFile, ThemeRepository
from kistui.storage.token_store import TokenStore
from kistui.tui.app import KistuiApp
from kistui.tui.widgets.summary_pane import SummaryPane
from tests.support import FakeClock
from tests.tui.pilot import paint, patch_pilot, settle


class AppUnderTest(KistuiApp):
    """The app, with its simulator, its services and its demo's tokens at hand."""

    # Textual looks for a style sheet beside the module of the class.
    CSS_PATH = Path(kistui.tui.__path__[0]) / "screens" / "balance.tcss"
    TITLE = "KistuiApp"

    simulator: Simulator
    profile_service: ProfileService
    demo_tokens: TokenStore

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.workers_in_dialogs: set[Worker[Any]] = set()
        """Workers that wait for the answer to a dialog."""

    async def push_screen_wait(self, screen: Any, *, mode: str | None = None) -> Any:
        """Wait for the answer to a dialog; meanwhile the worker counts as idle."""
        worker = get_current_worker()
        self.workers_in_dialogs.add(worker)
        try:
            return await super().push_screen_wait(screen, mode=mode)
        finally:
            self.workers_in_dialogs.discard(worker)


MAX_TEST_SECONDS = 300.0
"""Seconds after which a test that waits for what never comes fails, rather than the whole run."""
MAX_CLOSING_SECONDS = 30.0
"""Seconds until the end of such a test fails, too."""

MakeApp = Callable[..., AppUnderTest]
OpenApp = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture(autouse=True)
def _deadline() -> Iterator[None]:
    """Fail a test that hangs, also where its app does not end; pytest itself prints its stacks."""
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return

    def fail(_number: int, _frame: object) -> None:
        raise TimeoutError(f"the test did not end within {MAX_TEST_SECONDS} seconds")

    previous = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, MAX_TEST_SECONDS, MAX_CLOSING_SECONDS)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, previous)


@pytest.fixture(autouse=True)
def _waiting_until_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a pilot wait until the app is idle, and paint only what a test reads."""
    patch_pilot(monkeypatch)
    monkeypatch.setattr("kistui.tui.key_queue.PAINT_SECONDS", 0.0)
    monkeypatch.setattr("kistui.tui.controllers.price_loader.MOVING_PAUSE", 0.0)


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


@pytest.fixture(scope="session", autouse=True)
def _fast_hash_of_rules() -> Iterator[None]:
    """Find rules by Python's own hash; Textual's function calls `id` a hundred times a widget."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(RuleSet, "__hash__", object.__hash__)
        yield


@pytest.fixture(scope="session", autouse=True)
def _bundled_themes_read_once() -> Iterator[None]:
    """Read each theme of the package once per process; every app reads all of them."""
    load_theme = themes.load_theme
    read_once = cache(load_theme)

    def load(path: Path) -> tuple[ThemeFile | None, list[str]]:
        is_bundled = path.parent == themes.bundled_themes_dir()
        return read_once(path) if is_bundled else load_theme(path)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(themes, "load_theme", load)
        yield


@pytest.fixture
def make_app(clock: FakeClock, tmp_path: Path) -> Iterator[MakeApp]:
    """Return a function that creates apps on simulators: `make_app("empty", lang="en")`."""
    running: list[Simulator] = []

    def make(
        scene: str = "ordinary",
        lang: str = "ko",
        theme: str = DEFAULT_THEME,
        *,
        demo: bool = True,
        overseas: bool = False,
        holdings: int | None = None,
        slow_connection: bool = False,
        has_history: bool = False,
        environ: dict[str, str] | None = None,
        settings: Settings | None = None,
    ) -> AppUnderTest:
        options = SimulatorOptions(scene=scene, overseas=overseas, holdings=holdings)
        simulator = Simulator(options, clock=clock).start()
        running.append(simulator)
        paths = AppPaths(tmp_path / "config", tmp_path / "state")
        demo_folder = tmp_path / f"demo-{len(running)}"
        profile_service = ProfileService(
            paths,
            environ or {},
            lambda: demo_from_simulator(simulator, clock, demo_folder, has_history=has_history),
            clock,
        )
        theme_repository = ThemeRepository(paths.themes_dir)
        profile = profile_service.demo_profile() if demo else None
        with suppress(SetupError):  # the app says what is wrong
            profile = profile or profile_service.resolve()
        app = AppUnderTest(
            profile_service=profile_service,
            profile=profile,
            cached_balance=profile_service.cached_balance(profile) if profile else None,
            t=i18n.load_translations(lang),
            themes=tuple(theme_repository.load().by_name.values()),
            theme=theme,
            clock=clock,
            to_local=lambda at: at.astimezone(UTC),
            settings=settings,
            slow_connection=slow_connection,
            theme_repository=theme_repository,
        )
        app.simulator, app.profile_service = simulator, profile_service
        app.demo_tokens = TokenStore(AppPaths(demo_folder, demo_folder).tokens_dir)
        return app

    yield make
    for simulator in running:
        simulator.stop()


@pytest.fixture
def environ(simulator: Simulator) -> dict[str, str]:
    """Return an environment that directs every profile to the simulator."""
    return {"KISTUI_BASE_URL": simulator.url}


def app_of(pilot: Pilot[None]) -> AppUnderTest:
    """Return the app of a pilot."""
    assert isinstance(pilot.app, AppUnderTest)
    return pilot.app


def summary_pane(pilot: Pilot[None]) -> SummaryPane:
    """Return the summary of the balance, shown or not."""
    return pilot.app.screen_stack[0].query_one(SummaryPane)


def summary_lines(pilot: Pilot[None]) -> list[str]:
    """Return all lines of the summary, also those out of sight."""
    return [plain_text(line) for line in summary_pane(pilot).lines]


@pytest.fixture
def open_app(make_app: MakeApp) -> OpenApp:
    """Return a function that opens an app: `async with open_app("empty") as pilot`."""

    @asynccontextmanager
    async def open_(
        *args: str, size: tuple[int, int] = (80, 24), **options: Any
    ) -> AsyncIterator[Pilot[None]]:
        async with make_app(*args, **options).run_test(size=size) as pilot:
            await settle(pilot)
            yield pilot
            paint(pilot)  # the last screen of a test that has read no text

    return open_
