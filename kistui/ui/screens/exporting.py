"""A screen whose figures can be taken elsewhere: to the clipboard, to a file."""

import asyncio
from typing import TYPE_CHECKING, Literal

from textual import work

from kistui.errors import FileAlreadyExistsError, KistuiError
from kistui.ui.book import Book
from kistui.ui.screens.quiet import QuietScreen
from kistui.formatting.cells import Cell
from kistui.formatting.status import describe_error
from kistui.i18n.translations import Translations

if TYPE_CHECKING:
    from kistui.formatting.export import BalanceSnapshot

Part = Literal["summary", "holdings"]
FORMS = ("csv", "excel", "json")


class ExportingScreen(QuietScreen[None]):
    """Knows what is shown, and may be told to keep amounts to itself."""

    def __init__(self, book: Book, words: Translations) -> None:
        super().__init__()
        self._book = book
        self._words = words

    def _shown_reading(self) -> "tuple[Part, BalanceSnapshot] | None":
        """Which figures are on the screen, if any."""
        raise NotImplementedError

    def _shown_text(self) -> str:
        """What stands under the cursor."""
        raise NotImplementedError

    @property
    def _hides(self) -> bool:
        """Whether amounts are left out."""
        raise NotImplementedError

    def action_copy(self) -> None:
        """Send what stands under the cursor to the terminal's clipboard (OSC 52)."""
        text = self._shown_text()
        if text:
            self.app.copy_to_clipboard(text)
            self._say("copy.sent")

    @work(exclusive=True, group="export")
    async def action_export(self) -> None:
        """Write the figures to a file the user names."""
        from kistui.ui.screens.ask import AskScreen
        from kistui.ui.screens.choice import Choice, ChoiceScreen

        shown, words = self._shown_reading(), self._words
        if shown is None:
            self._say("export.nothing")
            return
        part, reading = shown
        choices = [Choice(form, (Cell(f" {words(f'export.{form}')}"),)) for form in FORMS]
        form = await self.app.push_screen_wait(
            ChoiceScreen(words("export.title"), choices, hint=words("select_dialog.hint"))
        )
        if form is None:
            return
        suffix = "json" if form == "json" else "csv"
        name = self._book.export_name(reading.profile, part, reading.fetched_at, suffix)
        path = await self.app.push_screen_wait(
            AskScreen(
                words("export.title"), words("export.where"), hint=words("prompt_dialog.hint"), value=name
            )
        )
        if path is not None:
            text = self._text(part, reading, suffix)
            await self._write(path, text, bom=form == "excel")

    def _text(self, part: Part, reading: "BalanceSnapshot", suffix: str) -> str:
        from kistui.formatting import export

        hidden, words = self._hides, self._words
        if suffix == "json" and part == "summary":
            return export.summary_json(reading, amounts_hidden=hidden) + "\n"
        if suffix == "json":
            return export.holdings_json(reading, as_lots=False, amounts_hidden=hidden) + "\n"
        if part == "summary":
            return export.summary_csv(reading, words, amounts_hidden=hidden)
        return export.holdings_csv(reading, as_lots=False, amounts_hidden=hidden)

    async def _write(self, path: str, text: str, *, bom: bool) -> None:
        for overwrite in (False, True):
            try:
                written = await asyncio.to_thread(
                    self._book.export, path, text, bom=bom, overwrite=overwrite
                )
            except FileAlreadyExistsError:
                if not await self._may_overwrite(path):
                    self._say("export.kept")
                    return
            except KistuiError as error:
                told = describe_error(error, self._words)
                self.app.notify(
                    f"{told.title}. {told.message} {told.hint}", severity="error", markup=False
                )
                return
            else:
                self._say("export.written", path=written)
                return

    async def _may_overwrite(self, path: str) -> bool:
        from kistui.ui.screens.choice import agrees

        words = self._words
        title = words("export.overwrite", path=path)
        return await agrees(self.app, words, "export.overwrite", title, words("select_dialog.hint"))

    def _say(self, key: str, **values: str) -> None:
        self.app.notify(self._words(key, **values), markup=False)
