"""Actions that add profiles: by the form, or imported from another tool."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual import work

from kistui.formatting import profiles as view
from kistui.i18n.translations import Translations
from kistui.models.account import ImportedCredentials, Profile
from kistui.tui.messages import ProfileSelected
from kistui.tui.screens.action_runner import ActionRunner
from kistui.tui.screens.profile_form import ProfileForm, ProfileFormOptions, ProfileFormResult
from kistui.tui.screens.prompt_dialog import PromptDialog
from kistui.tui.screens.select_dialog import Choice, SelectDialog

if TYPE_CHECKING:
    from kistui.services.profiles import ProfileService


class ProfileAddActions(ActionRunner):
    """Mixin for a screen that lists profiles and can add them."""

    def __init__(self, profile_service: "ProfileService", t: Translations) -> None:
        super().__init__(profile_service, t)
        self._profiles: tuple[Profile, ...] = ()

    async def _reload_profiles(self) -> None:
        """Reload the profiles."""
        raise NotImplementedError

    @work(exclusive=True, group="act")
    async def action_add(self) -> None:
        """Enter a new profile."""
        await self._add_profile(None)

    @work(exclusive=True, group="act")
    async def action_import(self) -> None:
        """Import credentials from another tool's file."""
        t = self._t
        raw = await self.app.push_screen_wait(
            PromptDialog(
                t("import.title"),
                t("import.text"),
                hint=t("import.hint"),
                value=str(
                    await self._call_or_show_error(self._profile_service.find_import_file) or ""
                ),
            )
        )
        credentials_list = (
            await self._call_or_show_error(self._profile_service.import_credentials, Path(raw))
            if raw
            else None
        )
        if not credentials_list:
            return
        choices = [
            Choice(str(index), view.imported_credentials_line(credentials, t))
            for index, credentials in enumerate(credentials_list)
        ]
        picked = await self.app.push_screen_wait(
            SelectDialog(t("import.choose"), choices, hint=t("select_dialog.hint"))
        )
        if picked is not None:
            await self._add_profile(credentials_list[int(picked)])

    async def _add_profile(self, imported: ImportedCredentials | None) -> None:
        t, book = self._t, self._profile_service
        setup = ProfileFormOptions(
            existing_names=frozenset(profile.name for profile in self._profiles),
            unavailable_backends=await self._unavailable_backends(),
            needs_passphrase=book.is_locked,
            is_new_passphrase=not book.has_encrypted_file,
            imported=imported,
        )
        draft = await self.app.push_screen_wait(ProfileForm(setup, t))
        if draft is None or not await self._save_profile(draft):
            return
        if imported is not None and imported.credentials == draft.credentials:
            await self._call_or_show_error(book.import_token, draft.profile, imported)
        await self._reload_profiles()
        self.post_message(ProfileSelected(draft.profile))

    async def _save_profile(self, result: ProfileFormResult) -> bool:
        if result.passphrase and not await self._perform(
            self._profile_service.unlock, result.passphrase
        ):
            return False
        return await self._perform(self._profile_service.add, result.profile, result.credentials)
