"""Feeds random keys, pastes, mouse reports and sizes to one kistui, and watches its memory.

    python -m tests.terminal.soak SECONDS SEED [SCENE]

First it goes through every scene, page, dialog, search, setting and language, and starts live
prices: what a first visit loads is no leak. Prints memory every thirty seconds; ends at once with
the screen if the app ends. The clocks are moved to a Monday's session: an opening of the market,
which loads more, is no leak either.
"""

import os
import random
import signal
import string
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kistui.i18n import LANGUAGES
from kistui.models.settings import SETTINGS
from kistui.simulator import SCENES, Simulator, SimulatorOptions
from kistui.tui.keymap import KeyBinding, key_name
from kistui.tui.pages import ALL_KEYS, PAGES, Page
from tests.terminal.pty_terminal import PtyTerminal, isolated_environment

ACTIONS_PER_SECOND = 25
REPORT_SECONDS = 30.0
KEYS = [
    *string.punctuation, *string.digits,
    *(letter for letter in string.ascii_lowercase if letter != "q"),
    "\x1b", "\r", "\t", " ", "\x7f", "\x0c", "\x10", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D",
    "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1bOP", "\x1bOQ", "\x1bOR", "\x1b[15~",
    "\x1b[17~", "\x1b[19~", "\x1b[20~", "ㅁ", "ㅓ", "말", "？", "：",
]  # fmt: skip
"""Keys without those that end the app: `q`, Ctrl+Q, and `ㅂ` on the key of `q`."""

ESCAPE, UP, DOWN, RIGHT, LEFT = "\x1b", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
TYPED_KEYS = {
    **{key_name(sign): sign for sign in string.punctuation + string.digits},
    "escape": ESCAPE, "enter": "\r", "tab": "\t", "space": " ", "delete": "\x1b[3~",
    "up": UP, "down": DOWN, "right": RIGHT, "left": LEFT, "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~", "home": "\x1b[H", "end": "\x1b[F", "ctrl+l": "\x0c",
    "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~",
    "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~", "f10": "\x1b[21~",
}  # fmt: skip
"""What a terminal sends for the keys that kistui declares, by Textual's names."""
ESCAPE_SECONDS = 0.2
"""After Escape: a key that follows at once would be read as Alt with that key."""
ENDING_ACTIONS = frozenset({"quit", "suspend_process"})
LIVE_PRICES_ACTION = "toggle_live_prices"
"""Asks before the first time, with the cursor on no."""
SEARCH_ACTIONS = frozenset({"filter", "help", "palette"})
"""Open a search, which prepares the texts that it looks through."""
TOUR_SIZE = (200, 60)
"""The largest terminal: its pages have the most cells."""
TOUR_SCENES = [name for name in SCENES if name != "many"]
"""All but thousands of holdings: the memory that they leave free would hide a leak."""
PAGE_SECONDS, SCENE_SECONDS = 5.0, 3.0
"""Time in which a page or a scene usually comes, at KIS's pace."""
SESSION_START = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)
"""Five past nine on a Monday in Korea."""
LAUNCHER = """
import sys
from datetime import UTC, datetime, timedelta
import kistui.clock
ahead = timedelta(seconds=float(sys.argv.pop(1)))
kistui.clock.system_clock = lambda: datetime.now(UTC) + ahead
from kistui.cli import run_process
run_process()
"""


def time_to_session() -> timedelta:
    """Return how far a clock is ahead that shows the start of the session now."""
    return SESSION_START - datetime.now(UTC)


def command_ahead(ahead: timedelta) -> tuple[str, ...]:
    """Return the command of a kistui whose clock is ahead."""
    return sys.executable, "-c", LAUNCHER, str(ahead.total_seconds())


def typed_key(key: KeyBinding) -> str:
    """Return what is typed for an action."""
    return next(TYPED_KEYS[name] for name in key.keys.split(",") if name in TYPED_KEYS)


def page_keys(page: Page) -> list[KeyBinding]:
    """Return the keys that act on a page."""
    groups = {page.group}.union(*page.widget_groups)
    return [key for key in ALL_KEYS if key.group in groups]


def tour() -> Iterator[tuple[str, float]]:
    """Yield keys that open every page, dialog and setting in every language, and a time for each.

    The second language meets the demo, which the first has opened.
    """
    act, effect = 1 / ACTIONS_PER_SECOND, 5 / ACTIONS_PER_SECOND
    app_keys = [key for key in ALL_KEYS if key.group == "app" and key.action not in ENDING_ACTIONS]
    stops = [(PAGES[0], key) for key in app_keys]
    stops += [(page, key) for page in PAGES for key in page_keys(page)]
    stops.sort(key=lambda stop: stop[1].action == "demo")  # it opens an account: the last
    for _ in LANGUAGES:
        yield from ((",", effect), (LEFT, effect), (ESCAPE, ESCAPE_SECONDS))  # the first setting
        last_page: Page | None = None
        for page, key in stops:
            yield typed_key(page.navigation_key), act if page is last_page else PAGE_SECONDS
            last_page = page
            if key.group == "detail":
                yield "\r", effect
            yield typed_key(key), effect
            if key.action == LIVE_PRICES_ACTION:
                yield from ((DOWN, act), ("\r", PAGE_SECONDS))
            if key.action in SEARCH_ACTIONS:
                yield "ㅅ", effect
            yield from ((DOWN, act), (DOWN, act), *[(ESCAPE, ESCAPE_SECONDS)] * 2)
    for row in range(len(SETTINGS)):
        yield ",", effect
        yield from ((key, act) for key in (*[DOWN] * row, *[RIGHT] * 10, *[LEFT] * 10))
        yield ESCAPE, ESCAPE_SECONDS


def random_input(rng: random.Random) -> str:
    """Return the bytes of a random input: keys, a paste or the mouse."""
    kind = rng.random()
    if kind < 0.80:
        return str(rng.choice(KEYS))
    if kind < 0.88:
        return "".join(rng.choice(KEYS) for _ in range(rng.randint(2, 6)))
    if kind < 0.91:
        return "\x1b[200~" + "".join(rng.choices("삼성 q:1\n", k=20)) + "\x1b[201~"
    button, column, line = (
        rng.choice((0, 32, 35, 64, 65)),
        rng.randint(1, 90),
        rng.randint(1, 30),
    )
    return f"\x1b[<{button};{column};{line}{rng.choice('Mm')}"


def memory_mib(pid: int) -> float:
    """Return the resident memory of a process."""
    return _memory(pid)[0]


def own_memory_mib(pid: int) -> float:
    """Return the resident memory without pages of files, which the kernel drops as it likes."""
    resident, shared = _memory(pid)
    return resident - shared


def _memory(pid: int) -> tuple[float, float]:
    pages = Path(f"/proc/{pid}/statm").read_text().split()
    page_mib = os.sysconf("SC_PAGE_SIZE") / 2**20
    return int(pages[1]) * page_mib, int(pages[2]) * page_mib


def soak(seconds: float, seed: int, scene: str) -> int:
    """Return 0 if the app ran to the end and ended when its terminal was closed."""
    rng = random.Random(seed)
    home = Path(tempfile.mkdtemp(prefix="kistui-soak-"))
    os.chdir(home)  # exports go to random paths
    ahead = time_to_session()
    # Its own process: the simulator's memory is not the app's.
    simulator = Simulator(
        SimulatorOptions(scene=scene), clock=lambda: datetime.now(UTC) + ahead
    ).start()
    environ = isolated_environment(
        home,
        KIS_APP_KEY=simulator.app_key,
        KIS_APP_SECRET=simulator.app_secret,
        KIS_ACCOUNT=simulator.account_number,
        KISTUI_BASE_URL=simulator.url,
    )
    terminal = PtyTerminal(command_ahead(ahead), environ=environ)
    terminal.wait_until(lambda: "도움말" in terminal.text, "the first page")
    start, report_at = time.monotonic(), 0.0
    for keys, wait in acts(rng, terminal, simulator, scene):
        terminal.press(keys)
        until = time.monotonic() + wait
        while time.monotonic() < until:
            terminal.read(0.01)
            terminal.output = b""
        if not terminal.is_running:
            print(f"ended by itself with {terminal.wait()}, seed {seed}\n{terminal.text}")
            return 1
        elapsed = time.monotonic() - start
        if elapsed >= report_at:
            report_at += REPORT_SECONDS
            print(
                f"{elapsed / 60:5.1f} min, {memory_mib(terminal.pid):6.1f} MiB,"
                f" without files {own_memory_mib(terminal.pid):6.1f} MiB",
                flush=True,
            )
        if elapsed >= seconds:
            break
    terminal.disconnect()
    code = terminal.wait()
    simulator.stop()
    return 0 if code == 128 + signal.SIGHUP else 1


def acts(
    rng: random.Random, terminal: PtyTerminal, simulator: Simulator, scene: str
) -> Iterator[tuple[str, float]]:
    """Yield what is typed, and the time until the next act: first the tour, then without end."""
    terminal.resize(*TOUR_SIZE)
    for name in TOUR_SCENES:
        simulator.set_scene(name)
        for page in PAGES[:2]:
            yield typed_key(page.navigation_key), 1 / ACTIONS_PER_SECOND
            yield "\x1b[15~", SCENE_SECONDS
        yield ESCAPE, ESCAPE_SECONDS
    simulator.set_scene(scene)
    yield from tour()
    print("the tour is over", flush=True)
    while True:
        if rng.random() < 0.01:
            terminal.resize(rng.randint(40, 200), rng.randint(10, 60))
        yield random_input(rng), 1 / ACTIONS_PER_SECOND


if __name__ == "__main__":
    raise SystemExit(soak(float(sys.argv[1]), int(sys.argv[2]), (sys.argv[3:] or ["ordinary"])[0]))
