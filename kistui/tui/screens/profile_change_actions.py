"""Actions that change a profile: credentials, secret store, account, removal."""

from msgspec.structs import replace
from textual import work
from textual.widgets import OptionList

from kistui.errors import InvalidAccountNumberError
from kistui.formatting.cells import Cell
from kistui.models.account import AccountNumber, Profile, SecretBackend
from kistui.tui.messages import ProfileChanged
from kistui.tui.screens.profile_add_actions import ProfileAddActions
from kistui.tui.screens.profile_form import SECRET_BACKENDS, ProfileForm, ProfileFormOptions
from kistui.tui.screens.prompt_dialog import PromptDialog
from kistui.tui.screens.select_dialog import Choice, SelectDialog


class ProfileChangeActions(ProfileAddActions):
    """Mixin with actions on the highlighted profile."""

    @work(exclusive=True, group="act")
    async def action_replace_keys(self) -> None:
        """Enter another app key and secret for the profile."""
        profile = self._selected_profile()
        if profile is None or not await self._unlock(profile):
            return
        setup = ProfileFormOptions(
            existing_names=frozenset(),
            unavailable_backends={},
            needs_passphrase=False,
            is_new_passphrase=False,
            replace_keys_for=profile,
        )
        draft = await self.app.push_screen_wait(ProfileForm(setup, self._t))
        if draft and await self._perform(
            self._profile_service.replace_credentials, profile, draft.credentials
        ):
            self.post_message(ProfileChanged(profile))
            self._show_notice(self._t("profiles.keys_replaced", name=profile.name))

    @work(exclusive=True, group="act")
    async def action_move_secrets(self) -> None:
        """Move the profile's secrets to another store."""
        profile = self._selected_profile()
        if profile is None:
            return
        faults = await self._unavailable_backends()
        t = self._t
        choices = [
            Choice(
                place.value,
                (Cell(f" {t(f'form.place_{place.value}')} "), Cell(faults.get(place, ""))),
                disabled=place in faults or place is profile.secret_backend,
            )
            for place in SECRET_BACKENDS
        ]
        title = t("profiles.move_title", name=profile.name)
        picked = await self.app.push_screen_wait(
            SelectDialog(title, choices, hint=t("select_dialog.hint"))
        )
        if picked is None:
            return
        place = SecretBackend(picked)
        opened = await self._unlock(profile) and await self._unlock_backend(place)
        if opened and await self._perform(
            self._profile_service.change_secret_backend, profile, place
        ):
            await self._reload_profiles()
            place_word = t(f"secret_backend.{place.value}")
            self._show_notice(t("profiles.moved", name=profile.name, place=place_word))

    @work(exclusive=True, group="act")
    async def action_edit(self) -> None:
        """Enter another account number for the profile; the environment stays."""
        profile, t = self._selected_profile(), self._t
        if profile is None:
            return
        answer = await self.app.push_screen_wait(
            PromptDialog(
                t("profiles.edit_title", name=profile.name),
                t("profiles.edit_text", account=profile.account.masked),
                hint=t("prompt_dialog.hint"),
            )
        )
        if answer is None:
            return
        try:
            changed = replace(profile, account=AccountNumber.parse(answer))
        except InvalidAccountNumberError as error:
            self._show_error(error)
            return
        if await self._perform(self._profile_service.update, changed):
            self.post_message(ProfileChanged(profile))
            await self._reload_profiles()
            self._show_notice(t("profiles.edited", name=profile.name))

    @work(exclusive=True, group="act")
    async def action_set_default(self) -> None:
        """Make the profile the default."""
        profile = self._selected_profile()
        if profile and await self._perform(self._profile_service.set_default, profile):
            await self._reload_profiles()
            self._show_notice(self._t("profiles.used", name=profile.name))

    @work(exclusive=True, group="act")
    async def action_remove(self) -> None:
        """Remove the profile and its secrets after its name has been typed."""
        profile = self._selected_profile()
        if profile is None:
            return
        t = self._t
        answer = await self.app.push_screen_wait(
            PromptDialog(
                t("profiles.remove_title", name=profile.name),
                t("profiles.remove_text", name=profile.name),
                hint=t("profiles.remove_hint"),
                required_answer=profile.name,
            )
        )
        if answer is None or not await self._unlock(profile):
            return
        if await self._perform(self._profile_service.remove, profile):
            self.post_message(ProfileChanged(profile, is_removed=True))
            await self._reload_profiles()
            self._show_notice(t("profiles.removed", name=profile.name))

    def _selected_profile(self) -> Profile | None:
        """Return the highlighted profile, if kistui stores it."""
        index = self.query_one(OptionList).highlighted
        profile = None if index is None else self._profiles[index]
        if profile is None or profile.secret_backend in (
            SecretBackend.ENVIRONMENT,
            SecretBackend.COMMAND,
        ):
            self._show_notice(self._t("profiles.not_ours" if profile else "profiles.none"))
            return None
        return profile
