"""Copy what a page shows to the clipboard, or write it to a file."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct
from textual.screen import Screen

from kistui.errors import FileAlreadyExistsError, StorageError
from kistui.models.account import Profile
from kistui.tui.screens.page import PageContext

EXPORT_FORMATS = ("csv", "excel", "json")


class Exportable(Struct, frozen=True):
    """Figures of a profile as they were at `loaded_at`; `name` is part of the file's name."""

    profile: Profile
    name: str
    loaded_at: datetime
    render: Callable[[str], str]
    """Returns the text of the file in one of `EXPORT_FORMATS`."""


class Exporter:
    """Asks for format and file; `export` is a coroutine for `ActionRunner`."""

    def __init__(self, page: Screen[Any], context: PageContext) -> None:
        self._page = page
        self._t = context.t

    def copy(self, text: str) -> None:
        """Copy a text to the terminal's clipboard (OSC 52)."""
        if text:
            self._page.app.copy_to_clipboard(text)
            self._notify("copy.sent")

    async def export(self, exportable: Exportable | None) -> None:
        """Write the figures to a file that the user names; a wrong path stays in its dialog."""
        from kistui.formatting import error_text
        from kistui.formatting.cells import Cell
        from kistui.services.exports import suggested_path
        from kistui.tui.screens.dialogs import (
            Choice,
            RejectedAnswerError,
            SelectDialog,
            prompt_until_valid,
        )

        t, app = self._t, self._page.app
        if exportable is None:
            self._notify("export.nothing")
            return
        choices = [Choice(name, (Cell(f" {t(f'export.{name}')}"),)) for name in EXPORT_FORMATS]
        selected = await app.push_screen_wait(
            SelectDialog(t("export.title"), choices, hint=t("select_dialog.hint"))
        )
        if selected is None:
            return
        suffix = "json" if selected == "json" else "csv"
        path = suggested_path(
            exportable.profile.name, exportable.name, exportable.loaded_at, suffix
        )
        text, bom = exportable.render(selected), selected == "excel"

        async def write(path: str) -> None:
            try:
                await self._write(path, text, bom=bom)
            except StorageError as error:
                description = error_text.describe_error(error, t)
                raise RejectedAnswerError(f"{description.message}\n{description.hint}") from error

        await prompt_until_valid(
            app,
            write,
            t("export.title"),
            t("export.where"),
            hint=t("prompt_dialog.hint"),
            value=path,
        )

    async def _write(self, path: str, text: str, *, bom: bool) -> None:
        from kistui.services.exports import save_export

        for overwrite in (False, True):
            try:
                written = await asyncio.to_thread(
                    save_export, path, text, bom=bom, overwrite=overwrite
                )
            except FileAlreadyExistsError:
                if not await self._confirm_overwrite(path):
                    self._notify("export.not_overwritten")
                    return
            else:
                self._notify("export.written", path=written)
                return

    async def _confirm_overwrite(self, path: str) -> bool:
        from kistui.tui.screens.dialogs import confirm

        t = self._t
        title = t("export.overwrite", path=path)
        return await confirm(self._page.app, t, "export.overwrite", title, t("select_dialog.hint"))

    def _notify(self, key: str, **values: str) -> None:
        self._page.app.notify(self._t(key, **values), markup=False)
