"""The pages over the balance: opening and closing them, and what the app hands to all of them."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.app import ScreenStackError

from kistui.tui.pages import Page
from kistui.tui.screens.page import PageContext, PageScreen

if TYPE_CHECKING:
    from kistui.tui.app import KistuiApp


class PageController:
    """Keeps the balance at the bottom, and over it at most one page with what that opens."""

    def __init__(self, app: "KistuiApp", create_context: Callable[[], PageContext]) -> None:
        self._app = app
        self._create_context = create_context

    def open(self, page: Page, *, is_first_run: bool = False) -> None:
        """Replace the open page; a page without a tab closes if it is open already."""
        shown = self._app.screen
        if isinstance(shown, PageScreen) and shown.shown_page is page:
            if not page.is_tab:
                self._app.pop_screen()
            return
        self.close_all()
        screen = page.load_screen_class()(
            replace(self._create_context(), is_first_run=is_first_run)
        )
        self.update(screen)
        self._app.push_screen(screen)

    def close_all(self) -> None:
        """Close every page and dialog over the balance."""
        while len(self._app.screen_stack) > 1:
            self._app.pop_screen()

    def open_pages(self) -> Iterator[PageScreen]:
        """Yield every open page, the balance first."""
        with suppress(ScreenStackError):  # no screen is there yet
            for screen in self._app.screen_stack:
                if isinstance(screen, PageScreen):
                    yield screen

    def covering_pages(self) -> Iterator[PageScreen]:
        """Return the open pages over the balance."""
        return islice(self.open_pages(), 1, None)

    def update_all(self) -> None:
        """Hand what all pages share to the open pages."""
        for page in self.open_pages():
            self.update(page)

    def update(self, page: PageScreen) -> None:
        """Hand clock, token, language and whether amounts are hidden to a page."""
        page.update_app_state(
            now=self._app.now,
            token=self._app.token,
            language=self._app.language,
            amounts_hidden=self._app.amounts_hidden,
        )
