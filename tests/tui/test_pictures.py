"""Pictures of the screens. `make snap` accepts a change; read it first.

A picture is for layout and colour. What a screen says is asserted as text in the other modules, and
`test_layout.py` checks that every page fits in both languages. The line of tabs is left out, so
that a new page changes no picture.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.geometry import Size
from textual.pilot import Pilot

from kistui.i18n import LANGUAGES
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.services.profiles import ProfileService
from kistui.simulator import Simulator, SimulatorOptions
from kistui.tui.app import KistuiApp
from kistui.tui.screens.dialogs import SelectDialog
from kistui.tui.screens.profile_form import ProfileForm
from kistui.tui.screens.terminal_too_small import is_too_small
from tests.screenshots import PAGES, render_screenshots
from tests.support import FakeClock
from tests.tui.conftest import MakeApp
from tests.tui.pilot import settle, wait_until

Act = Callable[[Pilot[Any]], Awaitable[None]]
MatchesPicture = Callable[[KistuiApp, tuple[int, int], Act], bool]

SMALL, LARGE = (80, 24), (120, 36)


@pytest.fixture
def matches_picture(snap_compare: Callable[..., bool]) -> MatchesPicture:
    """Compare the app's screen with its picture, without the line of tabs."""

    def matches(app: KistuiApp, size: tuple[int, int], act: Act) -> bool:
        async def act_and_settle(pilot: Pilot[Any]) -> None:
            await act(pilot)
            await settle(pilot)

        app.stylesheet.add_source("#tabs { visibility: hidden !important; }", ("pictures", ""))
        return snap_compare(app, terminal_size=size, run_before=act_and_settle)

    return matches


def press(*keys: str) -> Act:
    """Return an action that presses keys once the balance is shown."""

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.press(*keys)

    return act


def press_and_settle_each(*keys: str) -> Act:
    """Return an action that opens a page with the first key, and settles after every key."""

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        pilot.app.clear_notifications()

    return act


@pytest.mark.parametrize(
    ("scene", "lang", "size", "keys"),
    [
        pytest.param("ordinary", "ko", SMALL, (), id="summary"),
        pytest.param("many", "en", (200, 60), ("2", "enter"), id="holdings-large"),
        pytest.param("ordinary", "ko", (60, 20), ("2",), id="holdings-narrow"),
        pytest.param("ordinary", "ko", SMALL, ("2", "enter"), id="detail"),
        pytest.param("ordinary", "ko", SMALL, ("2", "slash", "ㅅ"), id="filter"),
        pytest.param("ordinary", "en", LARGE, ("f3",), id="raw-fields"),
        pytest.param("wrong-account", "ko", SMALL, (), id="failed"),
        pytest.param("hostile", "ko", LARGE, ("2",), id="hostile"),
    ],
)
def test_balance(
    matches_picture: MatchesPicture,
    make_app: MakeApp,
    scene: str,
    lang: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    assert matches_picture(make_app(scene, lang=lang), size, press(*keys))


@pytest.mark.parametrize(
    ("lang", "size", "keys"),
    [
        pytest.param("ko", SMALL, ("end",), id="summary"),
        pytest.param("ko", SMALL, ("2", "home"), id="holdings"),
        pytest.param(
            "en",
            SMALL,
            ("2", "right_square_bracket", "right_square_bracket", "down", "enter"),
            id="detail",
        ),
    ],
)
def test_overseas(
    matches_picture: MatchesPicture,
    make_app: MakeApp,
    lang: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    assert matches_picture(make_app(lang=lang, overseas=True), size, press(*keys))


@pytest.mark.parametrize(
    ("lang", "size", "keys"),
    [
        pytest.param("en", LARGE, ("b", "right", "right"), id="compared"),
        pytest.param("ko", (60, 20), ("v", "v", "full_stop"), id="narrow"),
    ],
)
def test_history(
    matches_picture: MatchesPicture,
    make_app: MakeApp,
    lang: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    app = make_app(lang=lang, overseas=True, has_history=True)
    assert matches_picture(app, size, press_and_settle_each("tilde", *keys))


def test_stale(matches_picture: MatchesPicture, make_app: MakeApp, clock: FakeClock) -> None:
    """A refresh has failed: the figures stay, dimmed, with their age."""
    app = make_app()

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        app.simulator.set_scene("down")
        clock.advance(minutes=5)
        app.tick()
        await pilot.press("r")
        await settle(pilot)

    assert matches_picture(app, SMALL, act)


@pytest.mark.parametrize(
    ("lang", "keys"),
    [
        pytest.param("en", ("2", "vertical_line", "down", "space"), id="columns"),
        pytest.param("ko", ("question_mark",), id="help"),
        pytest.param("ko", ("colon",), id="palette"),
        pytest.param("en", ("comma",), id="settings"),
    ],
)
def test_dialog(
    matches_picture: MatchesPicture, make_app: MakeApp, lang: str, keys: tuple[str, ...]
) -> None:
    assert matches_picture(make_app(lang=lang), SMALL, press(*keys))


@pytest.mark.parametrize(
    ("lang", "keys"),
    [
        pytest.param("ko", ("at",), id="choose"),
        pytest.param("en", ("4", "plus"), id="form"),
        pytest.param("ko", ("4", "f2"), id="import"),
    ],
)
def test_profiles(
    matches_picture: MatchesPicture, make_app: MakeApp, lang: str, keys: tuple[str, ...]
) -> None:
    app = make_app(lang=lang)
    profile_service = app.profile_service
    assert isinstance(profile_service, ProfileService)
    for name, environment in (("main", Environment.REAL), ("모의-2", Environment.PAPER)):
        account = AccountNumber.parse("50071234-01")
        profile = Profile(name, environment, account, secret_backend=SecretBackend.PLAIN)
        profile_service.add(profile, Credentials.parse("k" * 36, "s" * 180))
    assert matches_picture(app, SMALL, press(*keys))


def test_first_run(matches_picture: MatchesPicture, make_app: MakeApp) -> None:
    async def act(pilot: Pilot[Any]) -> None:
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, ProfileForm))

    assert matches_picture(make_app(demo=False), SMALL, act)


def test_accounts(
    matches_picture: MatchesPicture,
    make_app: MakeApp,
    clock: FakeClock,
) -> None:
    """Three accounts have been refreshed; KIS refused one."""
    app = make_app()
    simulators = [
        Simulator(SimulatorOptions(scene=scene, seed=seed), clock=clock).start()
        for seed, scene in enumerate(("ordinary", "credit", "refused-secret"), 3)
    ]
    profile_service = app.profile_service
    for name, simulator in zip(("main", "credit", "isa"), simulators, strict=True):
        account = AccountNumber.parse(simulator.account_number)
        profile = Profile(
            name, Environment.REAL, account, simulator.url, secret_backend=SecretBackend.PLAIN
        )
        profile_service.add(profile, Credentials.parse(simulator.app_key, simulator.app_secret))

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(app.screen, SelectDialog))
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: not isinstance(app.screen, SelectDialog))
        await settle(pilot)

    try:
        assert matches_picture(app, LARGE, act)
    finally:
        for simulator in simulators:
            simulator.stop()


def test_dividends(matches_picture: MatchesPicture, make_app: MakeApp) -> None:
    assert matches_picture(make_app(), SMALL, press_and_settle_each("8"))


@pytest.mark.parametrize(
    ("lang", "size", "keys"),
    [
        pytest.param("ko", SMALL, ("6", "enter"), id="trades"),
        pytest.param("en", LARGE, ("7",), id="profit"),
        pytest.param("ko", SMALL, ("7", "dollar_sign"), id="tax"),
        pytest.param("ko", SMALL, ("9",), id="cash"),
        pytest.param("en", LARGE, ("9", "v", "full_stop"), id="cash-currency-hidden"),
    ],
)
def test_loader_page(
    matches_picture: MatchesPicture,
    make_app: MakeApp,
    lang: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    app = make_app(lang=lang, overseas=True)
    assert matches_picture(app, size, press_and_settle_each(*keys))


TOKEN_AGES: dict[str, dict[str, float]] = {
    "expiring": {"hours": 23, "minutes": 48},
    "expired": {"hours": 30},
    "waiting": {"seconds": 17},
    "rejected": {"minutes": 20},
}


@pytest.mark.parametrize(
    ("state", "lang", "size"),
    [
        ("expiring", "ko", LARGE),
        ("expired", "ko", SMALL),
        ("waiting", "en", SMALL),
        ("rejected", "en", LARGE),
    ],
    ids=TOKEN_AGES,
)
def test_token(
    matches_picture: MatchesPicture,
    make_app: MakeApp,
    clock: FakeClock,
    state: str,
    lang: str,
    size: tuple[int, int],
) -> None:
    app = make_app(lang=lang)

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        if state == "waiting":
            await pilot.press("delete", "down", "enter")
            await settle(pilot)
        clock.advance(**TOKEN_AGES[state])
        if state == "rejected":
            app.simulator.invalidate_tokens(reissue="same")
            await pilot.press("1", "r")
            await settle(pilot)
            await pilot.press("3")
        await pilot.press("f5")
        await settle(pilot)
        app.tick()
        app.screen.refresh_view()  # type: ignore[attr-defined]

    assert matches_picture(app, size, act)


def test_token_question(matches_picture: MatchesPicture, make_app: MakeApp) -> None:
    assert matches_picture(make_app(), SMALL, press("3", "delete", "down"))


@pytest.mark.parametrize("theme", ["colour-blind-light", "terminal"])
def test_theme(matches_picture: MatchesPicture, make_app: MakeApp, theme: str) -> None:
    app = make_app(theme=theme, overseas=True)
    assert matches_picture(app, LARGE, press("2", "down", "down"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_readme_screenshots_are_current(language: str) -> None:
    """`make pictures` draws them again; a screen that is too small would show only that it is."""
    assert not any(is_too_small(Size(*size)) for _, size in PAGES.values())
    async for path, svg in render_screenshots(language):
        assert svg == path.read_text(encoding="utf-8"), path
