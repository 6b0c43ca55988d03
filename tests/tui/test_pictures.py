"""How the screens look. `make snap` accepts a change; read it first."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from kistui.client import rate_limits
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.services.profiles import ProfileService
from kistui.simulator import Simulator, SimulatorOptions
from kistui.storage.themes import load_themes
from kistui.tui.screens.select_dialog import SelectDialog
from tests.screenshots import DOCS, SCREENSHOTS, render_screenshot
from tests.support import FakeClock
from tests.tui.conftest import MakeApp, settle
from tests.tui.test_balance_screen import screen_text

SnapCompare = Callable[..., bool]
Act = Callable[[Pilot[Any]], Awaitable[None]]

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
LANGUAGES = pytest.mark.parametrize("lang", ["ko", "en"])


def press(*keys: str) -> Act:
    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.press(*keys)
        await settle(pilot)
        await wait_until_still(pilot)

    return act


async def wait_until_still(pilot: Pilot[Any]) -> None:
    """Wait until two looks a moment apart see the same screen.

    A pane that has just been mounted, or a busy machine, takes more frames than `settle` waits.
    """
    before = ""
    for _ in range(100):
        await pilot.pause(0.05)
        text = screen_text(pilot)
        if text == before:
            return
        before = text
    raise AssertionError("the screen keeps changing")


@SIZES
@LANGUAGES
@pytest.mark.parametrize("keys", [(), ("2", "down")], ids=["summary", "holdings"])
def test_balance(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    keys: tuple[str, ...],
    lang: str,
    size: tuple[int, int],
) -> None:
    assert snap_compare(make_app(lang=lang), terminal_size=size, run_before=press(*keys))


@SIZES
@LANGUAGES
@pytest.mark.parametrize(
    "keys",
    [
        ("end",),
        ("2", "home"),
        ("2", "right_square_bracket", "right_square_bracket", "down", "enter"),
    ],
    ids=["summary", "holdings", "detail"],
)
def test_overseas(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    keys: tuple[str, ...],
    lang: str,
    size: tuple[int, int],
) -> None:
    app = make_app(lang=lang, abroad=True)
    assert snap_compare(app, terminal_size=size, run_before=press(*keys))


@SIZES
@pytest.mark.parametrize(
    ("scene", "keys"),
    [("empty", ("2",)), ("wrong-account", ()), ("credit", ("2",)), ("hostile", ("2",))],
    ids=["empty", "failed", "credit", "hostile"],
)
def test_scene(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    scene: str,
    keys: tuple[str, ...],
    size: tuple[int, int],
) -> None:
    assert snap_compare(make_app(scene), terminal_size=size, run_before=press(*keys))


@LANGUAGES
def test_stale(snap_compare: SnapCompare, make_app: MakeApp, lang: str) -> None:
    """A refresh has failed: the figures stay, dimmed, with their age."""
    app = make_app(lang=lang)
    simulator: Simulator = app.simulator  # type: ignore[attr-defined]

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        simulator.set_scene("down")
        app._clock.advance(minutes=5)  # type: ignore[attr-defined]
        app.tick()
        await pilot.press("r")
        await settle(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=act)


@pytest.mark.parametrize(
    ("lang", "keys"),
    [
        ("ko", ("4",)),
        ("en", ("4",)),
        ("ko", ("at",)),
        ("ko", ("4", "plus")),
        ("en", ("4", "plus")),
        ("en", ("4", "f4")),
        ("ko", ("4", "f9")),
        ("en", ("4", "delete")),
        ("ko", ("4", "f2")),
    ],
)
def test_profiles(
    snap_compare: SnapCompare, make_app: MakeApp, lang: str, keys: tuple[str, ...]
) -> None:
    app = make_app(lang=lang)
    book = app._profile_service
    assert isinstance(book, ProfileService)
    for name, kind in (("main", Environment.REAL), ("모의-2", Environment.PAPER)):
        account = AccountNumber.parse("50071234-01")
        profile = Profile(name, kind, account, secret_backend=SecretBackend.PLAIN)
        book.add(profile, Credentials.parse("k" * 36, "s" * 180))

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
            for _ in range(5):
                await pilot.pause(0.02)

    assert snap_compare(app, terminal_size=(80, 24), run_before=act)


@pytest.mark.parametrize(
    ("name", "scene", "lang", "size", "keys"),
    [
        ("detail", "ordinary", "ko", (80, 24), ("2", "enter")),
        ("detail-wide", "credit", "en", (120, 36), ("2", "enter")),
        ("detail-lots", "credit", "ko", (80, 24), ("2", "enter", "right", "f3", "pagedown")),
        ("filter", "ordinary", "ko", (80, 24), ("2", "slash", "ㅅ")),
        ("filter-none", "ordinary", "en", (80, 24), ("2", "slash", "x", "y")),
        ("sorted", "ordinary", "ko", (120, 36), ("2", "less_than_sign", "less_than_sign")),
        ("hidden", "ordinary", "ko", (80, 24), ("full_stop",)),
        ("hidden-detail", "ordinary", "en", (80, 24), ("2", "enter", "full_stop")),
        ("fields", "ordinary", "ko", (80, 24), ("f3",)),
        ("fields-wide", "ordinary", "en", (120, 36), ("f3",)),
        ("auto", "ordinary", "en", (80, 24), ("2", "a")),
        ("small", "ordinary", "ko", (50, 10), ()),
        ("large", "many", "en", (200, 60), ("2", "enter")),
    ],
)
def test_figures(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    name: str,
    scene: str,
    lang: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    app = make_app(scene, lang=lang)
    assert name
    assert snap_compare(app, terminal_size=size, run_before=press(*keys))


@LANGUAGES
def test_columns(snap_compare: SnapCompare, make_app: MakeApp, lang: str) -> None:
    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.press("2", "vertical_line")
        await pilot.pause(0.1)
        await pilot.press("down", "space")

    assert snap_compare(make_app(lang=lang), terminal_size=(80, 24), run_before=act)


@SIZES
@LANGUAGES
def test_accounts(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr(rate_limits, "ACCOUNT_INTERVAL", 0)
    app = make_app(lang=lang)
    servers = [
        Simulator(SimulatorOptions(scene=scene, seed=seed), clock=app._clock).start()
        for seed, scene in enumerate(("ordinary", "credit", "refused-secret"), 3)
    ]
    book = app._profile_service
    for name, simulator in zip(("main", "credit", "isa"), servers, strict=True):
        account = AccountNumber.parse(simulator.account_number)
        profile = Profile(
            name, Environment.REAL, account, simulator.url, secret_backend=SecretBackend.PLAIN
        )
        book.add(profile, Credentials.parse(simulator.app_key, simulator.app_secret))

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("r")
        while not isinstance(app.screen, SelectDialog):
            await pilot.pause(0.02)
        await pilot.press("down", "enter")
        while isinstance(app.screen, SelectDialog):
            await pilot.pause(0.02)
        await settle(pilot)
        await settle(pilot)

    try:
        assert snap_compare(app, terminal_size=size, run_before=act)
    finally:
        for simulator in servers:
            simulator.stop()


TOKEN_SCENES: dict[str, dict[str, float]] = {
    "valid": {"minutes": 48},
    "expiring": {"hours": 23, "minutes": 48},
    "expired": {"hours": 30},
    "waiting": {"seconds": 17},
    "suspect": {"minutes": 20},
}


@SIZES
@pytest.mark.parametrize("state", [*TOKEN_SCENES, "none"])
def test_token(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    clock: FakeClock,
    state: str,
    size: tuple[int, int],
) -> None:
    app = make_app(lang="en" if state in ("suspect", "waiting") else "ko")

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        if state in ("waiting", "none"):
            await pilot.press("delete", "down", "enter")
            await settle(pilot)
        clock.advance(**TOKEN_SCENES.get(state, {"minutes": 5}))
        if state == "suspect":
            app.simulator.invalidate_tokens(reissue="same")  # type: ignore[attr-defined]
            await pilot.press("1", "r")
            await settle(pilot)
            await pilot.press("3")
        await pilot.press("f5")
        await settle(pilot)
        app.tick()
        app.screen.refresh_view()  # type: ignore[attr-defined]
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=act)


def test_token_question(snap_compare: SnapCompare, make_app: MakeApp) -> None:
    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        await pilot.press("delete", "down")  # the question waits for its answer
        await pilot.pause(0.1)

    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=act)


def test_token_narrow(snap_compare: SnapCompare, make_app: MakeApp) -> None:
    assert snap_compare(make_app(lang="en"), terminal_size=(60, 20), run_before=press("3"))


def test_first_run(snap_compare: SnapCompare, make_app: MakeApp) -> None:
    async def act(pilot: Pilot[Any]) -> None:
        for _ in range(5):
            await pilot.pause(0.02)

    assert snap_compare(make_app(demo=False), terminal_size=(80, 24), run_before=act)


def test_narrow(snap_compare: SnapCompare, make_app: MakeApp) -> None:
    assert snap_compare(make_app(), terminal_size=(60, 20), run_before=press("2"))


@pytest.mark.parametrize("theme", sorted(load_themes().by_name))
def test_theme(snap_compare: SnapCompare, make_app: MakeApp, theme: str) -> None:
    app = make_app(theme=theme, abroad=True)
    assert snap_compare(app, terminal_size=(120, 36), run_before=press("2", "down", "down"))


def open_with(*keys: str) -> Act:
    """Press what opens a dialog, which never settles."""

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.press(*keys)
        await wait_until_still(pilot)

    return act


@SIZES
@LANGUAGES
@pytest.mark.parametrize(
    "keys",
    [("question_mark",), ("colon",), ("comma",), ("t",)],
    ids=["help", "palette", "settings", "themes"],
)
def test_over_the_figures(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    keys: tuple[str, ...],
    lang: str,
    size: tuple[int, int],
) -> None:
    assert snap_compare(make_app(lang=lang), terminal_size=size, run_before=open_with(*keys))


@pytest.mark.parametrize("name", SCREENSHOTS)
async def test_the_pictures_of_the_readme_are_true(name: str) -> None:
    """`make pictures` draws them anew."""
    assert await render_screenshot(name) == (DOCS / name).read_text(encoding="utf-8")
