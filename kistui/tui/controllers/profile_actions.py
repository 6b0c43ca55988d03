"""The actions that add, import, change and remove profiles.

Each is a coroutine for `ActionRunner`: it asks in dialogs, works off the event loop, raises
KistuiError, and reports to the page with messages.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

from msgspec.structs import replace
from textual.screen import Screen

from kistui.errors import KistuiError, MissingCredentialsError, SetupError
from kistui.formatting import error_text
from kistui.formatting.cells import Cell
from kistui.formatting.profiles import imported_credentials_line, removed_text
from kistui.models.account import AccountNumber, ImportedCredentials, Profile, SecretBackend
from kistui.tui.messages import NoticePosted, ProfileChanged, ProfileSelected, ProfilesLoaded
from kistui.tui.screens.dialogs import (
    Choice,
    PromptDialog,
    RejectedAnswerError,
    SelectDialog,
    ask,
    ask_passphrase,
    prompt_until_valid,
    run_to_end,
)
from kistui.tui.screens.page import PageContext
from kistui.tui.screens.profile_form import (
    SECRET_BACKENDS,
    FormEntries,
    LeftForm,
    ProfileForm,
    ProfileFormOptions,
    ProfileFormResult,
)

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


class ProfileActions:
    """Changes the profiles that `page` lists; `ProfilesLoaded` follows every change."""

    def __init__(self, page: Screen[Any], context: PageContext) -> None:
        self._page = page
        self._profile_service = context.profile_service
        self._session_pool = context.session_pool
        self._t = context.t

    async def start(self) -> None:
        """Read the profiles; if there are none, open the form for the first profile."""
        if not await self.load():
            await self.welcome()

    async def load(self) -> tuple[Profile, ...]:
        """Read the profiles; those that can be read are posted whatever fails."""
        service = self._profile_service
        try:
            profiles = await asyncio.to_thread(service.list_profiles)
            default_name = await asyncio.to_thread(service.default_name)
        except KistuiError:
            self._page.post_message(ProfilesLoaded((), None))
            raise
        self._page.post_message(ProfilesLoaded(profiles, default_name))
        if problem := await asyncio.to_thread(service.setup_problem):
            text = self._summary(problem)
            if profiles and isinstance(problem, SetupError):
                text = self._t("profiles.env_ignored", reason=text)
            self._page.post_message(NoticePosted(text, stays=True))
        return profiles

    async def welcome(self) -> None:
        """Open the form for the first profile; an import that was left leads back to it."""
        entries = FormEntries()
        while isinstance(
            left := await self._fill_in_form(entries=entries, is_first_run=True), LeftForm
        ):
            if left.choice == "demo":
                await self.open_demo()
                return
            entries = left.entries
            await self.import_profile(entries)
            if await asyncio.to_thread(self._profile_service.list_profiles):
                return
        if left is None:
            texts = self._t("welcome.welcome"), self._t("welcome.ways_here")
            self._page.post_message(NoticePosted(*texts, stays=True))

    async def open_demo(self) -> None:
        """Open the simulated account."""
        profile = await asyncio.to_thread(self._profile_service.demo_profile)
        self._page.post_message(ProfileSelected(profile))

    async def add(self) -> None:
        """Enter a new profile."""
        await self._fill_in_form()

    async def _fill_in_form(
        self,
        imported: ImportedCredentials | None = None,
        *,
        entries: FormEntries = FormEntries(),  # noqa: B008  # it is frozen
        is_first_run: bool = False,
    ) -> ProfileFormResult | LeftForm | None:
        """Save and open the profile that is entered; return the result of the form."""
        service = self._profile_service
        profiles = await asyncio.to_thread(service.list_profiles)
        options = ProfileFormOptions(
            known=None if profiles else service.env_account.partial_account(),
            existing_names=frozenset(profile.name for profile in profiles),
            unavailable_backends=await self._unavailable_backends(),
            needs_passphrase=service.secrets.needs_passphrase_to_save(SecretBackend.ENCRYPTED),
            is_new_passphrase=self._is_new_passphrase(),
            imported=imported,
            warning="" if profiles else self._env_warning(),
            entries=entries,
            is_first_run=is_first_run,
        )
        result = await self._fill_in_until_saved(
            options, lambda result: self._save(result, imported)
        )
        if isinstance(result, ProfileFormResult):
            await self.load()
            # As it is listed, with the server of the environment.
            saved = await asyncio.to_thread(service.get, result.profile.name)
            self._page.post_message(ProfileSelected(saved))
        return result

    async def _fill_in_until_saved(
        self, options: ProfileFormOptions, save: Callable[[ProfileFormResult], None]
    ) -> ProfileFormResult | LeftForm | None:
        """Ask until `save` succeeds; what it refuses stays in the form, with the error below."""
        service = self._profile_service

        async def save_or_explain(result: ProfileFormResult) -> ProfileFormOptions | None:
            try:
                await self._change((result.profile.secret_backend,), save, result)
            except KistuiError as error:
                description = error_text.describe_error(error, self._t)
                return replace(
                    options,
                    needs_passphrase=options.needs_passphrase
                    and service.secrets.needs_passphrase_to_save(SecretBackend.ENCRYPTED),
                    is_new_passphrase=self._is_new_passphrase(),
                    error="\n".join(
                        filter(None, (description.title, description.message, description.hint))
                    ),
                )
            return None

        form = ProfileForm(options, save_or_explain, self._t)
        return await self._page.app.push_screen_wait(form)

    def _env_warning(self) -> str:
        """Return what cannot be understood in the environment's account.

        A missing value needs no warning: its field in the form is blank.
        """
        problem = self._profile_service.env_account.problem()
        if problem is None or isinstance(problem, MissingCredentialsError):
            return ""
        return self._summary(problem)

    async def _change(
        self,
        backends: Collection[SecretBackend],
        function: Callable[[*Arguments], object],
        *arguments: *Arguments,
    ) -> None:
        """Write what the user has entered, in a thread; no key leaves the page before the end.

        `backends` are the stores of app keys that it changes.
        """
        is_keyring = SecretBackend.KEYRING in backends
        text = self._t("profiles.keyring_wait" if is_keyring else "wait_dialog.saving")
        await run_to_end(
            self._page.app, self._t, text, lambda: asyncio.to_thread(function, *arguments)
        )

    def _save(self, result: ProfileFormResult, imported: ImportedCredentials | None) -> None:
        service = self._profile_service
        if passphrase := result.passphrase.reveal():
            service.secrets.unlock(passphrase)
        service.add(result.profile, result.credentials)
        if imported is not None and imported.credentials == result.credentials:
            service.import_token(result.profile, imported)

    async def import_profile(self, entries: FormEntries = FormEntries()) -> None:  # noqa: B008  # it is frozen
        """Import credentials from another tool's file; a name in `entries` stays."""
        service, t = self._profile_service, self._t
        usual_file = await asyncio.to_thread(service.secrets.find_import_file)
        credentials_list = await self._prompt_until_valid(
            lambda path: asyncio.to_thread(service.secrets.import_credentials, Path(path)),
            t("import.title"),
            t("import.text"),
            hint=t("import.hint"),
            value=str(usual_file or ""),
        )
        if credentials_list is None:
            return
        choices = [
            Choice(str(index), imported_credentials_line(credentials, t))
            for index, credentials in enumerate(credentials_list)
        ]
        selected = await self._page.app.push_screen_wait(
            SelectDialog(t("import.choose"), choices, hint=t("select_dialog.hint"))
        )
        if selected is not None:
            texts = {"name": entries.texts["name"]} if "name" in entries.texts else {}
            imported = credentials_list[int(selected)]
            await self._fill_in_form(imported, entries=FormEntries(texts))

    async def replace_keys(self, profile: Profile) -> None:
        """Enter another app key and secret for a profile, and open it."""
        if not await self._unlock_backend(profile.secret_backend):
            return
        options = ProfileFormOptions(
            existing_names=frozenset(),
            unavailable_backends={},
            needs_passphrase=False,
            is_new_passphrase=False,
            replace_keys_for=profile,
        )

        def save(result: ProfileFormResult) -> None:
            self._profile_service.replace_credentials(profile, result.credentials)

        if isinstance(await self._fill_in_until_saved(options, save), ProfileFormResult):
            self._page.post_message(ProfileChanged(profile, profile))
            self._page.post_message(ProfileSelected(profile))

    async def move_secrets(self, profile: Profile) -> None:
        """Move a profile's secrets to another store."""
        t, unavailable = self._t, await self._unavailable_backends()
        choices = [
            Choice(
                backend.value,
                (
                    Cell(f" {t(f'form.secret_backend_{backend.value}')} "),
                    Cell(unavailable.get(backend, "")),
                ),
                disabled=backend in unavailable or backend is profile.secret_backend,
            )
            for backend in SECRET_BACKENDS
        ]
        title = t("profiles.move_title", name=profile.name)
        selected = await self._page.app.push_screen_wait(
            SelectDialog(title, choices, hint=t("select_dialog.hint"))
        )
        if selected is None:
            return
        backend = SecretBackend(selected)
        if await self._unlock(profile) and await self._unlock_backend(backend):
            backends = (profile.secret_backend, backend)
            move = self._profile_service.change_secret_backend
            await self._change(backends, move, profile, backend)
            await self.load()
            self._post_notice("profiles.moved", profile, place=t(f"secret_backend.{backend.value}"))

    async def edit(self, profile: Profile) -> None:
        """Enter another account number for a profile; the environment stays."""
        t = self._t

        async def parse(number: str) -> AccountNumber:
            return AccountNumber.parse(number)

        account = await self._prompt_until_valid(
            parse,
            t("profiles.edit_title", name=profile.name),
            t("profiles.edit_text", account=profile.account.masked),
            hint=t("prompt_dialog.hint"),
        )
        if account is None or account == profile.account:
            return
        changed = replace(profile, account=account)
        await self._change((), self._profile_service.update, changed)
        self._page.post_message(ProfileChanged(profile, changed))
        await self.load()
        self._post_notice("profiles.edited", profile)

    async def set_default(self, profile: Profile) -> None:
        """Make a profile the default."""
        await self._change((), self._profile_service.set_default, profile)
        await self.load()
        self._post_notice("profiles.used", profile)

    async def remove(self, profile: Profile) -> None:
        """Remove a profile and its secrets after its name has been typed."""
        t = self._t
        answer = await self._page.app.push_screen_wait(
            PromptDialog(
                t("profiles.remove_title", name=profile.name),
                t("profiles.remove_text", name=profile.name),
                hint=t("profiles.remove_hint"),
                required_answer=profile.name,
                mismatch=t("profiles.remove_mismatch", name=profile.name),
            )
        )
        if answer is None or not await self._unlock(profile):
            return
        await self._change((), self._profile_service.ensure_removable, profile)
        if (revokes := await self._ask_revocation(profile)) is None:
            return
        if (with_history := await self._ask_history_removal(profile)) is None:
            return
        try:
            if revokes:
                await self._revoke_token(profile)
            await self._change((profile.secret_backend,), self._remove, profile, with_history)
        except KistuiError:
            with suppress(KistuiError):  # the first error is shown
                await self.load()
            raise
        await self.load()
        self._page.post_message(NoticePosted(removed_text(profile, t)))

    def _remove(self, profile: Profile, with_history: bool) -> None:
        """Remove a profile in a thread, and tell the app once it is removed.

        An error may say that something of it remains, as SecretRemainsError does.
        """
        service = self._profile_service
        try:
            service.remove(profile, with_history=with_history)
        finally:
            if profile.name not in {saved.name for saved in service.list_profiles()}:
                self._page.post_message(ProfileChanged(profile, None))

    async def _ask_revocation(self, profile: Profile) -> bool | None:
        """Return whether to revoke a token that no other profile uses; `None` if left."""
        t = self._t
        if not await asyncio.to_thread(self._profile_service.has_sole_token, profile):
            return False
        title, hint = t("token.revoke_title", name=profile.name), t("token.ask_revoke")
        if names := await asyncio.to_thread(self._profile_service.unopened_profiles, profile):
            hint = f"{t('token.unopened_profiles', names=', '.join(names))} {hint}"
        return await ask(self._page.app, t, "token.revoke", title, hint)

    async def _ask_history_removal(self, profile: Profile) -> bool | None:
        """Return whether to delete an asset history that no other profile shows; `None` if left."""
        t = self._t
        if not await asyncio.to_thread(self._profile_service.has_sole_history, profile):
            return False
        title = t("history.remove_title", name=profile.name)
        return await ask(self._page.app, t, "history.remove", title, t("history.remove_hint"))

    async def _revoke_token(self, profile: Profile) -> None:
        t = self._t

        async def revoke() -> None:
            # The pool gives the terminal to a command that asks for something.
            session = await self._session_pool.get(profile)
            await session.token_manager.revoke()

        is_keyring = profile.secret_backend is SecretBackend.KEYRING
        waits = [t("profiles.keyring_wait")] * is_keyring + [t("profiles.revoking")]
        await run_to_end(self._page.app, t, "\n".join(waits), revoke)

    def _post_notice(self, key: str, profile: Profile, **values: str) -> None:
        self._page.post_message(NoticePosted(self._t(key, name=profile.name, **values)))

    async def _prompt_until_valid(
        self, check: Callable[[str], Awaitable[T]], title: str, text: str, **options: Any
    ) -> T | None:
        """Ask until `check` raises no KistuiError; return its result, or `None`."""

        async def check_or_reject(answer: str) -> T:
            try:
                return await check(answer)
            except KistuiError as error:
                raise RejectedAnswerError(self._summary(error)) from error

        return await prompt_until_valid(self._page.app, check_or_reject, title, text, **options)

    def _summary(self, error: KistuiError) -> str:
        return error_text.describe_error(error, self._t).summary

    async def _unlock(self, profile: Profile) -> bool:
        """Ask for a passphrase if the secrets need it; return whether they can be read."""
        secrets = self._profile_service.secrets
        return not secrets.needs_passphrase(profile) or await self._ask_passphrase()

    def _is_new_passphrase(self) -> bool:
        """Return whether the encrypted file is known not to exist."""
        try:
            return not self._profile_service.secrets.has_encrypted_file
        except KistuiError:  # saving says why
            return False

    async def _unlock_backend(self, backend: SecretBackend) -> bool:
        is_locked = self._profile_service.secrets.needs_passphrase_to_save(backend)
        return not is_locked or await self._ask_passphrase()

    async def _ask_passphrase(self) -> bool:
        secrets = self._profile_service.secrets
        return await ask_passphrase(self._page.app, self._t, secrets)

    async def _unavailable_backends(self) -> dict[SecretBackend, str]:
        """Return the stores that cannot be used here, and why."""
        reason = await asyncio.to_thread(self._profile_service.secrets.keyring_unavailable_reason)
        if not reason:
            return {}
        text = error_text.describe_reason(reason, self._t)
        return {SecretBackend.KEYRING: self._t("form.not_here", reason=text)}
