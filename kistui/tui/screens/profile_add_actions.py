"""New profiles: typed into the form, or taken over from another tool."""

from pathlib import Path

from textual import work

from kistui.models.account import ImportedCredentials, Profile
from kistui.tui.book import Book
from kistui.tui.messages import ProfileSelected
from kistui.tui.screens.action_runner import ActionRunner
from kistui.tui.screens.prompt_dialog import PromptDialog
from kistui.tui.screens.select_dialog import Choice, SelectDialog
from kistui.tui.screens.profile_form import ProfileFormResult, ProfileFormOptions, ProfileForm
from kistui.formatting import profiles as view
from kistui.i18n.translations import Translations


class ProfileAddActions(ActionRunner):
    """Shows profiles, and can get more of them."""

    def __init__(self, profile_service: Book, words: Translations) -> None:
        super().__init__(profile_service, words)
        self._profiles: tuple[Profile, ...] = ()

    async def _reload_profiles(self) -> None:
        """Read the profiles again."""
        raise NotImplementedError

    @work(exclusive=True, group="act")
    async def action_add(self) -> None:
        """Enter a new profile."""
        await self._add_profile(None)

    @work(exclusive=True, group="act")
    async def action_import(self) -> None:
        """Take credentials over from another tool's file."""
        words = self._words
        raw = await self.app.push_screen_wait(
            PromptDialog(
                words("import.title"),
                words("import.text"),
                hint=words("import.hint"),
                value=str(await self._call_or_show_error(self._profile_service.usual_file) or ""),
            )
        )
        found = await self._call_or_show_error(self._profile_service.find_in, Path(raw)) if raw else None
        if not found:
            return
        choices = [Choice(str(at), view.imported_credentials_line(each, words)) for at, each in enumerate(found)]
        picked = await self.app.push_screen_wait(
            SelectDialog(words("import.choose"), choices, hint=words("select_dialog.hint"))
        )
        if picked is not None:
            await self._add_profile(found[int(picked)])

    async def _add_profile(self, imported: ImportedCredentials | None) -> None:
        words, book = self._words, self._profile_service
        setup = ProfileFormOptions(
            existing_names=frozenset(profile.name for profile in self._profiles),
            unavailable_backends=await self._unavailable_backends(),
            needs_passphrase=book.is_locked,
            is_new_passphrase=not book.has_encrypted_file,
            imported=imported,
        )
        draft = await self.app.push_screen_wait(ProfileForm(setup, words))
        if draft is None or not await self._save_profile(draft):
            return
        if imported is not None and imported.credentials == draft.credentials:
            await self._call_or_show_error(book.adopt, draft.profile, imported)
        await self._reload_profiles()
        self.post_message(ProfileSelected(draft.profile))

    async def _save_profile(self, result: ProfileFormResult) -> bool:
        if result.passphrase and not await self._perform(self._profile_service.unlock, result.passphrase):
            return False
        return await self._perform(self._profile_service.add, result.profile, result.credentials)
