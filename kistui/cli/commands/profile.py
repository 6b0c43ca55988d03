"""`kistui profile list|add|use|remove|import`.

Secrets come from a prompt or from stdin, never from the arguments.
"""

import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

from kistui.cli.context import (
    list_command_profiles,
    open_command_profiles,
    print_env_notice,
    print_product_code_notice,
)
from kistui.cli.output import UsageError, print_notice
from kistui.cli.parser import (
    CommandParser,
    add_format_option,
    add_language_option,
    add_subparser,
    add_subparsers,
    int_between,
)
from kistui.cli.prompts import prompt_secret, read_line, read_secret_lines
from kistui.cli.signals import run_coroutine
from kistui.errors import (
    ConfigError,
    CredentialImportError,
    KeyringUnavailableError,
    KistuiError,
    MissingCredentialsError,
)
from kistui.formatting import profiles as profile_formatting
from kistui.formatting.cells import Cell, plain_text
from kistui.formatting.error_text import describe_error
from kistui.formatting.serialization import profile_fields, to_json
from kistui.i18n.translations import Translations
from kistui.models.account import (
    AccountNumber,
    Credentials,
    Environment,
    ImportedCredentials,
    Profile,
    SecretBackend,
)
from kistui.models.text import Secret
from kistui.services.profiles import ProfileService
from kistui.storage.paths import display_path

ProfileAction = Callable[[ProfileService, Namespace, Translations], None]


def add_arguments(parser: CommandParser, t: Translations) -> None:
    """Add the actions of `kistui profile` and their options."""
    subparsers = add_subparsers(parser, is_required=True)
    actions = {
        name: add_subparser(subparsers, name, t(f"cli.profile_{name}"), t)
        for name in ("list", "add", "use", "remove", "import")
    }
    for action in actions.values():
        add_language_option(action, t)
    add_format_option(actions["list"], t)
    for name in ("add", "use", "remove"):
        actions[name].add_argument("name", metavar="NAME", help=t("cli.profile_argument"))
    actions["remove"].add_argument("--yes", action="store_true", help=t("cli.yes"))
    actions["remove"].add_argument("--revoke", action="store_true", help=t("cli.revoke_option"))
    actions["remove"].add_argument("--history", action="store_true", help=t("cli.remove_history"))
    actions["import"].add_argument("path", metavar="PATH", help=t("cli.import_path"))
    actions["import"].add_argument("--name", metavar="NAME", help=t("cli.import_name"))
    actions["import"].add_argument(
        "--pick", type=int_between(1, 9_999, t), metavar="N", help=t("cli.pick")
    )
    for name in ("add", "import"):
        action = actions[name]
        action.add_argument(
            "--account", metavar="ACCOUNT", required=name == "add", help=t("cli.account")
        )
        environment = action.add_mutually_exclusive_group()
        environment.add_argument("--paper", action="store_true", help=t("cli.paper_profile"))
        real_help = t("cli.real_default" if name == "add" else "cli.real_profile")
        environment.add_argument("--real", action="store_true", help=real_help)
        backends = ["keyring", "encrypted", "plain"] + ["command"] * (name == "add")
        action.add_argument(
            "--secrets", choices=backends, required=name == "add", help=t("cli.secrets")
        )
    actions["add"].add_argument(
        "--secret-command", nargs="+", metavar="WORD", help=t("cli.secret_command")
    )


def run(options: Namespace, t: Translations) -> int:
    """Run `options.action`; return the exit code."""
    actions: dict[str, ProfileAction] = {
        "list": _list,
        "add": _add,
        "use": _use,
        "remove": _remove,
        "import": _import,
    }
    with open_command_profiles(options) as profiles:
        actions[options.action](profiles, options, t)
    return 0


def _list(profiles: ProfileService, options: Namespace, t: Translations) -> None:
    all_profiles = list_command_profiles(profiles, options)
    if not options.demo:
        print_env_notice(profiles, t)
        print_product_code_notice(profiles, t)
    default = profiles.default_name()
    if not all_profiles:
        print_notice(t("cli.no_profiles"))
    if options.format == "json":
        rows = [
            profile_fields(profile) | {"is_default": profile.name == default}
            for profile in all_profiles
        ]
        print(to_json({"profiles": rows}))
    else:
        for profile in all_profiles:
            line = profile_formatting.profile_summary_line(
                profile, Cell(""), t, is_default=profile.name == default
            )
            print(plain_text(line).rstrip())
    problem = profiles.setup_problem()
    if isinstance(problem, ConfigError):
        print_notice(describe_error(problem, t).message)


def _add(profiles: ProfileService, options: Namespace, t: Translations) -> None:
    backend = SecretBackend(options.secrets)
    if options.secret_command and backend is not SecretBackend.COMMAND:
        raise UsageError(t("cli.command_unused"))
    profile = Profile(
        options.name,
        Environment.PAPER if options.paper else Environment.REAL,
        AccountNumber.parse(options.account),
        secret_backend=backend,
        secret_command=tuple(options.secret_command or ()),
    )
    _prepare_storage(profiles, profile, t)  # before the user pastes 216 characters
    credentials = (
        Credentials(Secret(""), Secret(""))
        if backend is SecretBackend.COMMAND
        else _read_credentials(t)
    )
    _save_profile(profiles, profile, credentials, t)


def _import(profiles: ProfileService, options: Namespace, t: Translations) -> None:
    path = Path(options.path)
    candidates = profiles.secrets.import_credentials(path)
    if options.name is None or (len(candidates) > 1 and options.pick is None):
        for number, candidate in enumerate(candidates, 1):
            print(
                f"{number} {plain_text(profile_formatting.imported_credentials_line(candidate, t))}"
            )
        print_notice(t("cli.import_how", path=options.path))
        return
    if options.secrets is None:
        raise UsageError(t("cli.secrets_needed"))
    candidate = _select_candidate(candidates, options.pick or 1, path)
    account = AccountNumber.parse(options.account) if options.account else candidate.account
    if account is None:
        raise _account_error(candidate, path)
    environment = candidate.environment or _environment_from_options(options)
    if environment is None:
        raise candidate.error or CredentialImportError(path=str(path), reason="no_environment")
    if candidate.encoding:
        print_notice(t("import.read_as", encoding=candidate.encoding))
    backend = SecretBackend(options.secrets)
    profile = Profile(options.name, environment, account, secret_backend=backend)
    _prepare_storage(profiles, profile, t)
    _save_profile(profiles, profile, candidate.credentials, t)
    if profiles.import_token(profile, candidate):
        print_notice(t("cli.token_adopted", name=profile.name))


def _account_error(candidate: ImportedCredentials, path: Path) -> KistuiError:
    """Return the error for a file whose account is not known.

    Its hint differs from the one for environment variables.
    """
    if isinstance(candidate.error, MissingCredentialsError):
        return MissingCredentialsError(names=candidate.error.details["names"], reason="in_file")
    return candidate.error or CredentialImportError(path=str(path), reason="no_account")


def _environment_from_options(options: Namespace) -> Environment | None:
    """Return the environment of `--paper` or `--real`, or None if neither or both are given."""
    if options.paper == options.real:
        return None
    return Environment.PAPER if options.paper else Environment.REAL


def _select_candidate(
    candidates: tuple[ImportedCredentials, ...], number: int, path: Path
) -> ImportedCredentials:
    if not 1 <= number <= len(candidates):
        raise CredentialImportError(path=str(path), reason="no_such_number", holds=len(candidates))
    return candidates[number - 1]


def _use(profiles: ProfileService, options: Namespace, t: Translations) -> None:
    profiles.set_default(profiles.get(options.name))
    print_notice(t("profiles.used", name=options.name))


def _remove(profiles: ProfileService, options: Namespace, t: Translations) -> None:
    profile = profiles.get(options.name)
    if not options.yes:
        print_notice(t("profiles.remove_text", name=profile.name))
        if read_line().strip() != profile.name:
            print_notice(t("cli.not_removed", name=profile.name))
            return
    if profiles.secrets.needs_passphrase(profile):
        profiles.secrets.unlock(prompt_secret(t("passphrase.title")))
    profiles.ensure_removable(profile)
    if profiles.has_sole_token(profile):
        if _wants_revocation(profiles, profile, options, t):
            try:
                run_coroutine(profiles.revoke_token(profile))
            finally:  # a signal does not end the thread that waits for the app key
                profiles.secrets.end_commands()
            print_notice(t("token.revoked_now", name=profile.name))
    elif options.revoke:
        print_notice(t("cli.nothing_revoked", name=profile.name))
    has_history = profiles.has_sole_history(profile)
    history_path = profiles.history.path(profile)
    profiles.remove(profile, with_history=options.history)
    print_notice(profile_formatting.removed_text(profile, t))
    if has_history:
        key = "cli.history_removed" if options.history else "cli.history_stays"
        print_notice(t(key, path=display_path(history_path)))


def _wants_revocation(
    profiles: ProfileService, profile: Profile, options: Namespace, t: Translations
) -> bool:
    if options.revoke or options.yes:
        return bool(options.revoke)
    unopened = ", ".join(profiles.unopened_profiles(profile))
    uses = t("token.unopened_profiles", names=unopened) if unopened else t("cli.no_other_profile")
    print_notice(f"{uses} {t('cli.revoke_too')}")
    return read_line().strip().lower() in {"y", "yes"}


def _prepare_storage(profiles: ProfileService, profile: Profile, t: Translations) -> None:
    """Check that a new profile can be saved, and unlock where its app key goes."""
    profiles.check_new_name(profile.name)
    if profile.secret_backend is SecretBackend.KEYRING and (
        reason := profiles.secrets.keyring_unavailable_reason()
    ):
        raise KeyringUnavailableError(reason=reason)
    if profiles.secrets.needs_passphrase_to_save(profile.secret_backend):
        _unlock_to_save(profiles, t)


def _save_profile(
    profiles: ProfileService, profile: Profile, credentials: Credentials, t: Translations
) -> None:
    profiles.add(profile, credentials)
    backend_name = t(f"secret_backend.{profile.secret_backend.value}")
    print_notice(t("cli.added", name=profile.name, place=backend_name))


def _unlock_to_save(profiles: ProfileService, t: Translations) -> None:
    is_new = not profiles.secrets.has_encrypted_file
    passphrase = prompt_secret(t("cli.new_passphrase" if is_new else "passphrase.title"))
    if is_new:
        confirmation = prompt_secret(t("cli.confirm_passphrase"))
        if normalize("NFC", confirmation) != normalize("NFC", passphrase):
            raise UsageError(t("form.not_same"))
    profiles.secrets.unlock(passphrase)


def _read_credentials(t: Translations) -> Credentials:
    """Read app key and secret: from two prompts on a terminal, from two lines of a pipe."""
    if sys.stdin.isatty():
        return Credentials.parse(
            prompt_secret(t("field_name.app_key")),
            prompt_secret(t("field_name.app_secret")),
        )
    return Credentials.parse(*read_secret_lines())
