"""The profiles: add, import, test, replace keys, move secrets, set the default, remove."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kistui.errors import InvalidAccount, KistuiError
from kistui.model.account import AccountNumber, Place, Profile
from kistui.model.progress import Progress, TokenWaiting, Waiting
from kistui.ui import keys
from kistui.ui.book import Book
from kistui.ui.messages import ProfileChanged, ProfileOpened
from kistui.ui.screens.adding import AddingScreen
from kistui.ui.screens.ask import AskScreen
from kistui.ui.screens.choice import Choice, ChoiceScreen
from kistui.ui.screens.profile_form import PLACES, FormSetup, ProfileForm
from kistui.ui.sessions import Sessions
from kistui.ui.theme import content
from kistui.ui.widgets.lines import FittedLine
from kistui.view import profiles as view
from kistui.view import status
from kistui.view.cells import Cell, Line, Role
from kistui.view.words import Words

StateOf = Callable[[Profile], Cell]
"""A profile's figures in a word or two: their age, or that there are none."""


class CredentialsScreen(AddingScreen):
    """Everything about profiles; `is_first` opens the form at once."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.CREDENTIALS))

    def __init__(
        self,
        book: Book,
        words: Words,
        state_of: StateOf,
        sessions: Sessions,
        *,
        is_first: bool = False,
    ) -> None:
        super().__init__(book, words)
        self._state_of = state_of
        self._sessions = sessions
        self._is_first = is_first

    def compose(self) -> ComposeResult:
        """Title, list, what was said last, keys."""
        yield FittedLine(self._title, id="bar")
        yield OptionList(id="profiles")
        yield Static(id="notice")
        with Vertical(id="hints"):
            yield FittedLine(lambda width: self._hints(keys.CREDENTIALS[:6], width), id="hints-1")
            yield FittedLine(lambda width: self._hints(keys.CREDENTIALS[6:], width), id="hints-2")

    def on_mount(self) -> None:
        """Read the profiles; with none, go straight to the form."""
        self._open()

    @work
    async def _open(self) -> None:
        await self._reload()
        if self._is_first and not self._profiles:
            self._tell(self._words("first.welcome"), self._words("first.ways"))
            self.action_add()

    def action_back(self) -> None:
        """To the figures, unless there is nobody to show any of."""
        if self._profiles:
            self.dismiss()

    @on(OptionList.OptionSelected)
    def _profile_selected(self, event: OptionList.OptionSelected) -> None:
        self.post_message(ProfileOpened(self._profiles[event.option_index]))

    @work(exclusive=True, group="act")
    async def action_demo(self) -> None:
        """Look around without an account."""
        profile = await self._try(self._book.demo)
        if profile:
            self.post_message(ProfileOpened(profile))

    @work(exclusive=True, group="act")
    async def action_test(self) -> None:
        """Read the profile's balance once, and say what came of it."""
        at = self.query_one(OptionList).highlighted
        if at is None:
            return
        profile, words = self._profiles[at], self._words
        try:
            session = await self._sessions.of(profile)
            if not await session.token.is_at_hand() and not await self._agrees_to_a_token(profile):
                return
            self._tell(words("profiles.testing", name=profile.name))
            balance = await session.balance(self._tell_progress)
        except KistuiError as error:
            self._tell_error(error)
        else:
            self._tell(words("profiles.works", name=profile.name, n=len(balance.held)))

    def _tell_progress(self, progress: Progress) -> None:
        """A token may have to be waited for."""
        if isinstance(progress, (TokenWaiting, Waiting)):
            self._tell(status.progress_text(progress, self._words))

    async def _agrees_to_a_token(self, profile: Profile) -> bool:
        words = self._words
        choices = [
            Choice(answer, ((Cell(f" {words(f'test.{answer}')}")),)) for answer in ("no", "yes")
        ]
        title = words("test.title", name=profile.name)
        hint = words(f"test.notice_{profile.kind}")
        return await self.app.push_screen_wait(ChoiceScreen(title, choices, hint=hint)) == "yes"

    @work(exclusive=True, group="act")
    async def action_replace_keys(self) -> None:
        """Enter another app key and secret for the profile."""
        profile = self._chosen()
        if profile is None or not await self._unlock(profile):
            return
        setup = FormSetup(
            taken=frozenset(), faults={}, asks_passphrase=False, is_new_passphrase=False,
            keys_of=profile,
        )  # fmt: skip
        draft = await self.app.push_screen_wait(ProfileForm(setup, self._words))
        if draft and await self._did(self._book.replace_keys, profile, draft.credentials):
            self.post_message(ProfileChanged(profile))
            self._tell(self._words("profiles.keys_replaced", name=profile.name))

    @work(exclusive=True, group="act")
    async def action_move(self) -> None:
        """Keep the profile's secrets somewhere else."""
        profile = self._chosen()
        if profile is None:
            return
        faults = await self._faults()
        words = self._words
        choices = [
            Choice(
                place.value,
                (Cell(f" {words(f'form.place_{place.value}')} "), Cell(faults.get(place, ""))),
                disabled=place in faults or place is profile.place,
            )
            for place in PLACES
        ]
        title = words("profiles.move_title", name=profile.name)
        picked = await self.app.push_screen_wait(
            ChoiceScreen(title, choices, hint=words("choice.hint"))
        )
        if picked is None:
            return
        place = Place(picked)
        opened = await self._unlock(profile) and await self._unlock_for(place)
        if opened and await self._did(self._book.move, profile, place):
            await self._reload()
            place_word = words(f"place.{place.value}")
            self._tell(words("profiles.moved", name=profile.name, place=place_word))

    @work(exclusive=True, group="act")
    async def action_edit(self) -> None:
        """Enter another account number for the profile; its world stays."""
        profile, words = self._chosen(), self._words
        if profile is None:
            return
        answer = await self.app.push_screen_wait(
            AskScreen(
                words("profiles.edit_title", name=profile.name),
                words("profiles.edit_text", account=profile.account.masked),
                hint=words("ask.hint"),
            )
        )
        if answer is None:
            return
        try:
            changed = replace(profile, account=AccountNumber.parse(answer))
        except InvalidAccount as error:
            self._tell_error(error)
            return
        if await self._did(self._book.change, changed):
            self.post_message(ProfileChanged(profile))
            await self._reload()
            self._tell(words("profiles.edited", name=profile.name))

    @work(exclusive=True, group="act")
    async def action_use(self) -> None:
        """Make the profile the default."""
        profile = self._chosen()
        if profile and await self._did(self._book.use, profile):
            await self._reload()
            self._tell(self._words("profiles.used", name=profile.name))

    @work(exclusive=True, group="act")
    async def action_remove(self) -> None:
        """Forget the profile and its secrets, once its name has been typed."""
        profile = self._chosen()
        if profile is None:
            return
        words = self._words
        answer = await self.app.push_screen_wait(
            AskScreen(
                words("profiles.remove_title", name=profile.name),
                words("profiles.remove_text", name=profile.name),
                hint=words("profiles.remove_hint"),
                expected=profile.name,
            )
        )
        if answer is None or not await self._unlock(profile):
            return
        if await self._did(self._book.remove, profile):
            self.post_message(ProfileChanged(profile, is_gone=True))
            await self._reload()
            self._tell(words("profiles.removed", name=profile.name))

    async def _reload(self) -> None:
        profiles = await self._try(self._book.all)
        self._profiles = profiles or ()
        default = await self._try(self._book.default)
        options = self.query_one(OptionList)
        at = options.highlighted or 0
        options.clear_options()
        options.add_options(
            Option(
                content(
                    [
                        view.profile_line(
                            profile,
                            self._state_of(profile),
                            self._words,
                            is_default=profile.name == default,
                        )
                    ]
                )
            )
            for profile in self._profiles
        )
        if self._profiles:
            options.highlighted = min(at, len(self._profiles) - 1)

    def _chosen(self) -> Profile | None:
        """The highlighted profile, if it is one kistui keeps."""
        at = self.query_one(OptionList).highlighted
        profile = None if at is None else self._profiles[at]
        if profile is None or profile.place in (Place.ENVIRONMENT, Place.COMMAND):
            self._tell(self._words("profiles.not_ours" if profile else "profiles.none"))
            return None
        return profile

    def _title(self, _width: int) -> Line:
        return (Cell(f" {self._words('profiles.title')}", Role.STRONG),)

    def _hints(self, some: tuple[keys.Key, ...], width: int) -> Line:
        return status.hints([(key.shown, self._words(f"keys.{key.name}")) for key in some], width)
