"""`kistui profile list|add|use|remove|import`: secrets come from a prompt or stdin, never argv."""

import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from kistui.cli.context import demo_simulator_options, open_profiles, prompt_secret
from kistui.errors import CredentialImportError, KeyringUnavailableError
from kistui.formatting import profiles as view
from kistui.formatting.cells import Cell, plain_text
from kistui.i18n.translations import Translations
from kistui.models.account import (
    AccountNumber,
    Credentials,
    Environment,
    ImportedCredentials,
    Profile,
    SecretBackend,
)
from kistui.models.secret import Secret
from kistui.services.profiles import ProfileService

ProfileAction = Callable[[ProfileService, Namespace, Translations], None]


def run(options: Namespace, t: Translations) -> int:
    """Do what `options.action` names; returns the exit code."""
    acts: dict[str, ProfileAction] = {
        "list": _list,
        "add": _add,
        "use": _use,
        "remove": _remove,
        "import": _import,
    }
    with open_profiles(lambda: demo_simulator_options(options)) as profiles:
        acts[options.action](profiles, options, t)
    return 0


def _list(profiles: ProfileService, _options: Namespace, t: Translations) -> None:
    known, default = profiles.list_profiles(), profiles.default_name()
    if not known:
        print(t("cli.no_profiles"), file=sys.stderr)
    for profile in known:
        line = view.profile_summary_line(profile, Cell(""), t, is_default=profile.name == default)
        print(plain_text(line).rstrip())


def _add(profiles: ProfileService, options: Namespace, t: Translations) -> None:
    place = SecretBackend(options.secrets)
    profile = Profile(
        options.name,
        Environment.PAPER if options.paper else Environment.REAL,
        AccountNumber.parse(options.account),
        secret_backend=place,
        secret_command=tuple(options.secret_command or ()),
    )
    credentials = (
        Credentials(Secret(""), Secret(""))
        if place is SecretBackend.COMMAND
        else _read_credentials(t)
    )
    _save_profile(profiles, profile, credentials, t)


def _import(profiles: ProfileService, options: Namespace, t: Translations) -> None:
    path = Path(options.path)
    found = profiles.import_credentials(path)
    if options.name is None or (len(found) > 1 and options.pick is None):
        for at, each in enumerate(found, 1):
            print(f"{at} {plain_text(view.imported_credentials_line(each, t))}")
        print(t("cli.import_how", path=options.path), file=sys.stderr)
        return
    picked = _select_candidate(found, options.pick or 1, path)
    account = AccountNumber.parse(options.account) if options.account else picked.account
    if account is None:
        raise CredentialImportError(path=str(path), reason="no_account")
    environment = picked.environment or _environment_from_options(options)
    if environment is None:
        raise CredentialImportError(path=str(path), reason="no_environment")
    place = SecretBackend(options.secrets)
    profile = Profile(options.name, environment, account, secret_backend=place)
    _save_profile(profiles, profile, picked.credentials, t)
    if profiles.import_token(profile, picked):
        print(t("cli.token_adopted", name=profile.name), file=sys.stderr)


def _environment_from_options(options: Namespace) -> Environment | None:
    """The world the user named; a wrong one is not guessed."""
    if options.paper == options.real:
        return None
    return Environment.PAPER if options.paper else Environment.REAL


def _select_candidate(
    found: tuple[ImportedCredentials, ...], number: int, path: Path
) -> ImportedCredentials:
    if not 1 <= number <= len(found):
        raise CredentialImportError(path=str(path), reason="no_such_number", holds=len(found))
    return found[number - 1]


def _use(profiles: ProfileService, options: Namespace, t: Translations) -> None:
    profiles.set_default(profiles.get(options.name))
    print(t("profiles.used", name=options.name), file=sys.stderr)


def _remove(profiles: ProfileService, options: Namespace, t: Translations) -> None:
    profile = profiles.get(options.name)
    if not options.yes:
        print(t("profiles.remove_text", name=profile.name), file=sys.stderr)
        if sys.stdin.readline().strip() != profile.name:
            print(t("cli.not_removed", name=profile.name), file=sys.stderr)
            return
    _unlock_storage(profiles, profile, t)
    profiles.remove(profile)
    print(t("profiles.removed", name=profile.name), file=sys.stderr)


def _save_profile(
    profiles: ProfileService, profile: Profile, credentials: Credentials, t: Translations
) -> None:
    if profile.secret_backend is SecretBackend.KEYRING and (
        fault := profiles.keyring_unavailable_reason()
    ):
        raise KeyringUnavailableError(reason=fault)
    _unlock_storage(profiles, profile, t)
    profiles.add(profile, credentials)
    place = t(f"secret_backend.{profile.secret_backend.value}")
    print(t("cli.added", name=profile.name, place=place), file=sys.stderr)


def _unlock_storage(profiles: ProfileService, profile: Profile, t: Translations) -> None:
    if profiles.needs_passphrase(profile):
        new = "" if profiles.has_encrypted_file else f" ({t('form.label_again')})"
        first = prompt_secret(t("passphrase.title"))
        if new and prompt_secret(t("passphrase.title") + new) != first:
            print(t("form.not_same"), file=sys.stderr)
            raise KeyboardInterrupt
        profiles.unlock(first)


def _read_credentials(t: Translations) -> Credentials:
    """Two prompts on a terminal, two lines from a pipe."""
    if sys.stdin.isatty():
        return Credentials.parse(
            prompt_secret(t("field_name.app_key")),
            prompt_secret(t("field_name.app_secret")),
        )
    return Credentials.parse(sys.stdin.readline(), sys.stdin.readline())
