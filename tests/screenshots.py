"""Draws the pictures of both READMEs from the app itself: `make pictures`."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

from textual.pilot import Pilot

from kistui import i18n
from kistui.cli.context import open_profiles
from kistui.clock import KST
from kistui.formatting.cells import display_width
from kistui.simulator import SimulatorOptions
from kistui.storage.themes import DEFAULT_THEME, load_themes
from kistui.tui.app import KistuiApp
from tests.support import FakeClock
from tests.tui.pilot import settle

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {
    "summary.svg": (("1",), (100, 28)),
    "holdings.svg": (("2",), (116, 24)),
    "detail.svg": (("2", "down", "enter"), (100, 30)),
    "trades.svg": (("6",), (116, 20)),
    "cash.svg": (("9",), (116, 24)),
    "history.svg": (("tilde",), (100, 24)),
    "token.svg": (("3",), (100, 24)),
}
"""File names to the keys that lead to a screen, and its size."""

_RUN = re.compile(r'textLength="([0-9.]+)"([^>]*)>([^<]*)</text>')


async def render_screenshots(language: str) -> AsyncIterator[tuple[Path, str]]:
    """Yield the file of each picture of the demo in a language, and its SVG."""
    clock = FakeClock()
    with open_profiles(SimulatorOptions, clock=clock, environ={}) as profiles:
        app = KistuiApp(
            profile_service=profiles,
            profile=profiles.demo_profile(),
            t=i18n.load_translations(language),
            themes=tuple(load_themes().by_name.values()),
            theme=DEFAULT_THEME,
            clock=clock,
            to_local=lambda at: at.astimezone(KST),
        )
        async with app.run_test() as pilot:
            await settle(pilot)
            for name, (keys, size) in PAGES.items():
                await pilot.resize_terminal(*size)
                for key in keys:
                    await pilot.press(key)
                    await settle(pilot)
                yield DOCS / language / name, widen_hangul(await final_picture(pilot))


async def final_picture(pilot: Pilot[None]) -> str:
    """The picture that no worker changes any more: one that ends may start another."""
    previous = ""
    while (picture := pilot.app.export_screenshot(title="kistui --demo")) != previous:
        previous = picture
        for _ in range(3):
            await settle(pilot)
    return picture


def widen_hangul(svg: str) -> str:
    """Give Hangul its two columns: Rich allots every character of a run one."""

    def widen(run: re.Match[str]) -> str:
        text = html.unescape(run[3])
        length = float(run[1]) * display_width(text) / max(len(text), 1)
        return f'textLength="{length:.1f}"{run[2]}>{run[3]}</text>'

    return _RUN.sub(widen, svg)


async def main() -> None:
    """Write all pictures."""
    for language in i18n.LANGUAGES:
        async for path, svg in render_screenshots(language):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
