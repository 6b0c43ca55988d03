"""New profiles: typed into the form, or taken over from another tool."""

from pathlib import Path

from textual import work

from kistui.models.account import ImportedCredentials, Profile
from kistui.ui.book import Book
from kistui.ui.messages import ProfileOpened
from kistui.ui.screens.acting import ActingScreen
from kistui.ui.screens.ask import AskScreen
from kistui.ui.screens.choice import Choice, ChoiceScreen
from kistui.ui.screens.profile_form import Draft, FormSetup, ProfileForm
from kistui.formatting import profiles as view
from kistui.i18n.translations import Translations


class AddingScreen(ActingScreen):
    """Shows profiles, and can get more of them."""

    def __init__(self, book: Book, words: Translations) -> None:
        super().__init__(book, words)
        self._profiles: tuple[Profile, ...] = ()

    async def _reload(self) -> None:
        """Read the profiles again."""
        raise NotImplementedError

    @work(exclusive=True, group="act")
    async def action_add(self) -> None:
        """Enter a new profile."""
        await self._add(None)

    @work(exclusive=True, group="act")
    async def action_import(self) -> None:
        """Take credentials over from another tool's file."""
        words = self._words
        raw = await self.app.push_screen_wait(
            AskScreen(
                words("import.title"),
                words("import.text"),
                hint=words("import.hint"),
                value=str(await self._try(self._book.usual_file) or ""),
            )
        )
        found = await self._try(self._book.find_in, Path(raw)) if raw else None
        if not found:
            return
        choices = [Choice(str(at), view.imported_credentials_line(each, words)) for at, each in enumerate(found)]
        picked = await self.app.push_screen_wait(
            ChoiceScreen(words("import.choose"), choices, hint=words("select_dialog.hint"))
        )
        if picked is not None:
            await self._add(found[int(picked)])

    async def _add(self, found: ImportedCredentials | None) -> None:
        words, book = self._words, self._book
        setup = FormSetup(
            taken=frozenset(profile.name for profile in self._profiles),
            faults=await self._faults(),
            asks_passphrase=book.is_locked,
            is_new_passphrase=not book.has_encrypted_file,
            found=found,
        )
        draft = await self.app.push_screen_wait(ProfileForm(setup, words))
        if draft is None or not await self._keep(draft):
            return
        if found is not None and found.credentials == draft.credentials:
            await self._try(book.adopt, draft.profile, found)
        await self._reload()
        self.post_message(ProfileOpened(draft.profile))

    async def _keep(self, draft: Draft) -> bool:
        if draft.passphrase and not await self._did(self._book.unlock, draft.passphrase):
            return False
        return await self._did(self._book.add, draft.profile, draft.credentials)
