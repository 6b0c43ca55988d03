"""Opens the profile a command runs on: a saved one, the environment's, or the demo's."""

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import (
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
)
from typing import TYPE_CHECKING

from kistui.cli.prompts import prompt_secret
from kistui.clock import Clock, system_clock
from kistui.errors import (
    KistuiError,
    NoAccountError,
    PassphraseRequiredError,
    UnknownSceneError,
)
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.calls import NOTICEABLE_WAIT
from kistui.models.market_hours import AfterHoursPrice
from kistui.services.call_log import CallLog
from kistui.services.profiles import DemoAccount, ProfileService
from kistui.storage.paths import AppPaths, default_paths

if TYPE_CHECKING:
    from argparse import Namespace

    from kistui.services.session import Session
    from kistui.simulator import SimulatorOptions


@contextmanager
def open_profiles(
    demo_options_factory: "Callable[[], SimulatorOptions]",
    *,
    clock: Clock = system_clock,
    app_folders: AppPaths | None = None,
    environ: Mapping[str, str] | None = None,
    t: Translations | None = None,
    is_debug: bool = False,
) -> Iterator[ProfileService]:
    """Yield the user's profiles; at the end, a demo's simulator stops and its files are removed.

    `demo_options_factory` is called when a demo profile is opened. With `t`, an error in writing
    the log is printed at the end.
    """
    with ExitStack() as exit_stack:

        def open_demo() -> DemoAccount:
            from kistui.cli.demo import start_demo

            return start_demo(demo_options_factory(), clock, exit_stack)

        app_folders = app_folders or default_paths()
        log = CallLog(app_folders.log_file, clock=clock, is_debug=is_debug)
        exit_stack.callback(_close_log, log, t)
        yield ProfileService(
            app_folders, dict(os.environ) if environ is None else environ, open_demo, clock, log
        )


def open_command_profiles(
    options: "Namespace", t: Translations | None = None
) -> AbstractContextManager[ProfileService]:
    """Open the user's profiles with the scene of the demo and `--debug` of a command."""
    return open_profiles(lambda: demo_simulator_options(options), t=t, is_debug=options.debug)


def _close_log(log: CallLog, t: Translations | None) -> None:
    log.close()
    if log.write_error and t:
        from kistui.cli.output import print_notice
        from kistui.formatting.call_log import log_write_error_text

        print_notice(log_write_error_text(log.write_error, t))


@contextmanager
def locked_profile(
    options: "Namespace", t: Translations
) -> Iterator[tuple[ProfileService, Profile]]:
    """Yield the chosen profile, its secrets still locked.

    Raises NoAccountError when there is no profile.
    """
    with open_command_profiles(options, t) as profiles:
        profile = profiles.demo_profile() if options.demo else profiles.resolve(options.profile)
        if not options.demo and not getattr(options, "line", False):
            print_env_notice(profiles, t)
        if profile is None:
            raise NoAccountError()
        yield profiles, profile


@contextmanager
def unlocked_profile(
    options: "Namespace", t: Translations
) -> Iterator[tuple[ProfileService, Profile]]:
    """Yield the chosen profile with its secrets unlocked; asks for a passphrase if it needs one."""
    with locked_profile(options, t) as (profiles, profile):
        if profiles.secrets.needs_passphrase(profile):
            profiles.secrets.unlock(prompt_secret(t("passphrase.title")))
        yield profiles, profile


@contextmanager
def unlocked_profiles(
    options: "Namespace", t: Translations
) -> Iterator[tuple[ProfileService, tuple[Profile, ...]]]:
    """Yield all profiles, or the demo; asks for a passphrase if one needs it.

    Continues without an answer. Raises NoAccountError when there is no profile.
    """
    with open_command_profiles(options, t) as profiles:
        all_profiles = list_command_profiles(profiles, options)
        if not all_profiles:
            raise profiles.env_account.problem() or NoAccountError()
        if not options.demo:
            print_env_notice(profiles, t)
        unlock_several(profiles, all_profiles, t)
        yield profiles, all_profiles


def list_command_profiles(profiles: ProfileService, options: "Namespace") -> tuple[Profile, ...]:
    """Return the user's profiles; with `--demo` only the demo, so that KIS is not called."""
    return (profiles.demo_profile(),) if options.demo else profiles.list_profiles()


def unlock_several(profiles: ProfileService, chosen: tuple[Profile, ...], t: Translations) -> None:
    """Ask for a passphrase if an account needs it; without it the other accounts still work.

    Prints why the passphrase, or the file it opens, cannot be used.
    """
    if not any(map(profiles.secrets.needs_passphrase, chosen)):
        return
    try:
        profiles.secrets.unlock(prompt_secret(t("passphrase.title")))
    except PassphraseRequiredError:
        pass  # named with each account that needs it
    except KistuiError as error:
        from kistui.cli.output import print_notice
        from kistui.formatting.error_text import describe_error

        print_notice(describe_error(error, t).instruction)


def print_env_notice(profiles: ProfileService, t: Translations) -> None:
    """Print why the account in the environment is ignored, if it is."""
    if problem := profiles.env_account.problem():
        from kistui.cli.output import print_notice
        from kistui.formatting.error_text import describe_error

        reason = describe_error(problem, t).summary
        print_notice(t("profiles.env_ignored", reason=reason))


def print_product_code_notice(profiles: ProfileService, t: Translations) -> None:
    """Print the product code that is assumed if the environment has only an account's 8 digits."""
    if account := profiles.env_account.account_of_8_digits():
        from kistui.cli.output import print_notice

        print_notice(t("cli.product_code_assumed", account=account.masked))


@asynccontextmanager
async def open_session(
    profiles: ProfileService, profile: Profile, t: Translations, options: "Namespace | None" = None
) -> "AsyncIterator[Session]":
    """Yield a session whose balances have the prices of `--price`, or else of the setting.

    If opening it takes a while, prints on stderr what it waits for on this machine.
    """
    may_issue_token = not getattr(options, "no_issue", False)
    session = _create_session(profiles, profile, t, may_issue_token=may_issue_token)
    if price := getattr(options, "price", None):
        session.after_hours_price = AfterHoursPrice(price)
    try:
        yield session
    finally:
        await session.aclose()


def _create_session(
    profiles: ProfileService, profile: Profile, t: Translations, *, may_issue_token: bool
) -> "Session":
    from threading import Timer

    from kistui.cli.output import print_progress

    wait = profiles.secrets.local_wait(profile)
    if wait is None or profile.secret_command_asks:
        return profiles.open_session(profile, may_issue_token=may_issue_token)
    notice = Timer(NOTICEABLE_WAIT, print_progress, (wait, t))
    notice.daemon = True
    notice.start()
    try:
        return profiles.open_session(profile, may_issue_token=may_issue_token)
    finally:
        notice.cancel()


def demo_simulator_options(options: "Namespace") -> "SimulatorOptions":
    """Return the options of a simulator in the chosen scene; raises UnknownSceneError."""
    # Only a demo and `kistui simulator` import the simulator.
    from kistui.simulator import SCENES, SimulatorOptions

    if options.scene is None:
        return SimulatorOptions()
    if options.scene not in SCENES:
        raise UnknownSceneError(name=options.scene, known=", ".join(SCENES))
    return SimulatorOptions(scene=options.scene)
