"""Opens the profile a command runs on: a saved one, the environment's, or the demo's."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import (
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from functools import partial
from getpass import getpass
from typing import TYPE_CHECKING

from kistui.cli.signals import received_signal
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


DEMO_FOLDER_PREFIX = "kistui-demo-"
MAX_INPUT_LENGTH = 8192
"""Bytes of a line of stdin; no app secret is longer."""


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

        def start_demo() -> DemoAccount:
            from pathlib import Path
            from secrets import token_hex
            from shutil import rmtree
            from tempfile import gettempdir

            from kistui.cli.demo import demo_from_simulator
            from kistui.simulator import Simulator
            from kistui.storage.files import folder_in_use, remove_unused_folders

            temporary_files = Path(gettempdir())
            remove_unused_folders(temporary_files, DEMO_FOLDER_PREFIX)
            folder = temporary_files / f"{DEMO_FOLDER_PREFIX}{token_hex(8)}"
            remove_files = partial(rmtree, folder, ignore_errors=True)
            # Registered first: a signal that ends the process can come as soon as it exists.
            exit_stack.callback(remove_files)
            folder.mkdir(mode=0o700)
            exit_stack.enter_context(folder_in_use(folder))
            # It may run for weeks, and nothing reads its requests.
            simulator = exit_stack.enter_context(
                Simulator(demo_options_factory(), clock=clock, records_requests=False)
            )
            return demo_from_simulator(
                simulator, clock, folder, has_history=True, remove_files=remove_files
            )

        app_folders = app_folders or default_paths()
        log = CallLog(app_folders.log_file, clock=clock, is_debug=is_debug)
        exit_stack.callback(_close_log, log, t)
        yield ProfileService(
            app_folders, dict(os.environ) if environ is None else environ, start_demo, clock, log
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
    """Yield all profiles; asks for a passphrase if one needs it, and continues without an answer.

    Raises NoAccountError when there is no profile.
    """
    with open_command_profiles(options, t) as profiles:
        if options.demo:
            profiles.demo_profile()
        all_profiles = profiles.list_profiles()
        if not all_profiles:
            raise profiles.env_account.problem() or NoAccountError()
        if not options.demo:
            print_env_notice(profiles, t)
        unlock_several(profiles, all_profiles, t)
        yield profiles, all_profiles


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
        from kistui.formatting.status import describe_error

        print_notice(describe_error(error, t).instruction)


def print_env_notice(profiles: ProfileService, t: Translations) -> None:
    """Print why the account in the environment is ignored, if it is."""
    if problem := profiles.env_account.problem():
        from kistui.cli.output import print_notice
        from kistui.formatting.status import describe_error

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


def read_line() -> str:
    """Read a line of stdin, such as an answer, without its end; a long line is cut off."""
    return sys.stdin.readline(MAX_INPUT_LENGTH).rstrip("\r\n")


def read_secret_lines() -> tuple[str, str]:
    """Read two lines of stdin; code page 949, UTF-16 and a byte order mark are decoded.

    Raises CredentialImportError.
    """
    from kistui.storage.importers import decode_text

    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:  # a stdin that was replaced by text
        return read_line(), read_line()
    content = stream.readline(MAX_INPUT_LENGTH)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        content += stream.read(MAX_INPUT_LENGTH)  # UTF-16 has no lines of bytes
    else:
        content += stream.readline(MAX_INPUT_LENGTH)
    first, second, *_ = [*decode_text(content, "stdin").splitlines(), "", ""]
    return first, second


def prompt_secret(prompt: str) -> str:
    """Read a secret without echo; raises PassphraseRequiredError without a terminal."""
    if not sys.stdin.isatty():
        raise PassphraseRequiredError(reason="no_terminal")
    try:
        with _hidden_when_continued(f"{prompt}: "):
            return getpass(f"{prompt}: ")
    except KeyboardInterrupt:
        print(file=sys.stderr)  # the shell's prompt begins a line
        raise


@contextmanager
def _hidden_when_continued(prompt: str) -> Iterator[None]:
    """Hide what is typed, and repeat the prompt, when `fg` continues the process after Ctrl+Z.

    The shell has shown what is typed in between, and `getpass` notices nothing of it.
    """
    if sys.platform == "win32":
        yield
        return
    import signal
    import termios

    def hide(*_: object) -> None:
        if received_signal() is not None:
            return  # `kill %1` continues it too, and `getpass` has restored the terminal
        with suppress(termios.error):  # `fg` after `bg` interrupts it, and calls it again
            attributes = termios.tcgetattr(sys.stdin)
            attributes[3] &= ~termios.ECHO
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, attributes)
            print(prompt, end="", file=sys.stderr, flush=True)

    previous_handler = signal.signal(signal.SIGCONT, hide)
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, previous_handler)
