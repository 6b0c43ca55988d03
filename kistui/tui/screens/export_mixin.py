"""Mixin to copy figures to the clipboard and export them to a file."""

import asyncio
from typing import TYPE_CHECKING, Literal

from textual import work

from kistui.errors import FileAlreadyExistsError, KistuiError
from kistui.formatting.cells import Cell
from kistui.formatting.status import describe_error
from kistui.i18n.translations import Translations
from kistui.tui.screens.page import PageScreen

if TYPE_CHECKING:
    from kistui.formatting.export import BalanceSnapshot
    from kistui.services.profiles import ProfileService

BalanceTab = Literal["summary", "holdings"]
EXPORT_FORMATS = ("csv", "excel", "json")


class ExportMixin(PageScreen):
    """Screen with exportable figures, whose amounts may be hidden."""

    def __init__(self, profile_service: "ProfileService", t: Translations) -> None:
        super().__init__()
        self._profile_service = profile_service
        self._t = t

    def _current_snapshot(self) -> "tuple[BalanceTab, BalanceSnapshot] | None":
        """Return the shown figures, if any."""
        raise NotImplementedError

    def _selected_text(self) -> str:
        """Return the text under the cursor."""
        raise NotImplementedError

    @property
    def _hide_amounts_in_export(self) -> bool:
        """Return whether amounts are hidden."""
        raise NotImplementedError

    def action_copy(self) -> None:
        """Copy the text under the cursor to the terminal's clipboard (OSC 52)."""
        text = self._selected_text()
        if text:
            self.app.copy_to_clipboard(text)
            self._notify_text("copy.sent")

    @work(exclusive=True, group="export")
    async def action_export(self) -> None:
        """Write the figures to a file the user names."""
        from kistui.tui.screens.prompt_dialog import PromptDialog
        from kistui.tui.screens.select_dialog import Choice, SelectDialog

        shown, t = self._current_snapshot(), self._t
        if shown is None:
            self._notify_text("export.nothing")
            return
        part, reading = shown
        choices = [Choice(form, (Cell(f" {t(f'export.{form}')}"),)) for form in EXPORT_FORMATS]
        form = await self.app.push_screen_wait(
            SelectDialog(t("export.title"), choices, hint=t("select_dialog.hint"))
        )
        if form is None:
            return
        suffix = "json" if form == "json" else "csv"
        name = self._profile_service.suggested_export_path(
            reading.profile, part, reading.fetched_at, suffix
        )
        path = await self.app.push_screen_wait(
            PromptDialog(
                t("export.title"),
                t("export.where"),
                hint=t("prompt_dialog.hint"),
                value=name,
            )
        )
        if path is not None:
            text = self._export_text(part, reading, suffix)
            await self._write_export(path, text, bom=form == "excel")

    def _export_text(self, tab: BalanceTab, snapshot: "BalanceSnapshot", suffix: str) -> str:
        from kistui.formatting import export

        hidden, t = self._hide_amounts_in_export, self._t
        if suffix == "json" and tab == "summary":
            return export.summary_json(snapshot, amounts_hidden=hidden) + "\n"
        if suffix == "json":
            return export.holdings_json(snapshot, as_lots=False, amounts_hidden=hidden) + "\n"
        if tab == "summary":
            return export.summary_csv(snapshot, t, amounts_hidden=hidden)
        return export.holdings_csv(snapshot, as_lots=False, amounts_hidden=hidden)

    async def _write_export(self, path: str, text: str, *, bom: bool) -> None:
        for overwrite in (False, True):
            try:
                written = await asyncio.to_thread(
                    self._profile_service.write_export, path, text, bom=bom, overwrite=overwrite
                )
            except FileAlreadyExistsError:
                if not await self._confirm_overwrite(path):
                    self._notify_text("export.kept")
                    return
            except KistuiError as error:
                description = describe_error(error, self._t)
                self.app.notify(
                    f"{description.title}. {description.message} {description.hint}",
                    severity="error",
                    markup=False,
                )
                return
            else:
                self._notify_text("export.written", path=written)
                return

    async def _confirm_overwrite(self, path: str) -> bool:
        from kistui.tui.screens.select_dialog import confirm

        t = self._t
        title = t("export.overwrite", path=path)
        return await confirm(self.app, t, "export.overwrite", title, t("select_dialog.hint"))

    def _notify_text(self, key: str, **values: str) -> None:
        self.app.notify(self._t(key, **values), markup=False)
