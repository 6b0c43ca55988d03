"""`kistui` without a command: open the app."""

import os
import sys
from collections.abc import MutableMapping
from typing import TYPE_CHECKING

from kistui.cli.context import (
    demo_simulator_options,
    open_command_profiles,
    print_env_notice,
)
from kistui.cli.garbage import PacedCollector, finish_startup, prepare_first_frames
from kistui.cli.output import UsageError, print_notice
from kistui.clock import system_clock
from kistui.errors import ConfigError, SetupError, StorageError
from kistui.i18n import detect_language
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.settings import Settings
from kistui.services.profiles import ProfileService
from kistui.storage.paths import default_paths
from kistui.storage.themes import DEFAULT_THEME, ThemeCollection, ThemeRepository

if TYPE_CHECKING:
    from argparse import Namespace

    from kistui.models.balance import Balance
    from kistui.models.load_state import Loaded

SLOW_TERMINAL_DEFAULTS = {
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "TEXTUAL_COLOR_SYSTEM": "256",
}
"""For a slow connection: no animation, and colours of three bytes instead of a dozen."""


def run(options: "Namespace", t: Translations) -> int:
    """Open the app on the terminal; return its exit code."""
    if options.scene:
        demo_simulator_options(options)  # a mistake shows now, not when the demo is opened
    _check_terminal(t)
    if sys.platform != "win32":
        from kistui.tui.driver.early_signals import (
            exit_if_received,
            keep_signals,
            wait_for_terminal,
        )

        keep_signals()
        wait_for_terminal()
    theme_repository = ThemeRepository(default_paths().themes_dir)
    themes = _load_themes(theme_repository, options.theme, t)
    with open_command_profiles(options) as profiles:
        profile, settings = _initial_profile(profiles, options), _load_settings(profiles)
        if profile is not None and not options.demo:
            print_env_notice(profiles, t)  # stays on the terminal when the app has ended
        cached_balance = _load_cached_balance(profiles, profile)
        set_textual_defaults(os.environ, slow=options.slow, color=options.color)
        from kistui.tui.app import KistuiApp

        app = KistuiApp(
            profile_service=profiles,
            profile=profile,
            cached_balance=cached_balance,
            t=t,
            themes=tuple(themes.by_name.values()),
            theme=options.theme or _configured_theme(settings, themes, t),
            clock=system_clock,
            settings=settings,
            theme_repository=theme_repository,
            default_language=detect_language(os.environ),
            slow_connection=options.slow,
        )
        app.ascii_only = options.ascii
        if sys.platform != "win32":
            from kistui.tui.driver.cell_diff import DiffingDriver

            app.driver_class = DiffingDriver
            DiffingDriver.forced_exit_cleanups.append(profiles.remove_demo_files)
            exit_if_received()
        # Each page and dialog that is left is a cycle of thousands of objects.
        app.first_load_callback = finish_startup
        app.screen_closed_callback = PacedCollector().collect
        prepare_first_frames()
        app.run(mouse=not options.no_mouse)
        return app.return_code or 0


def _check_terminal(t: Translations) -> None:
    """Raise UsageError where the app cannot be shown."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(t("cli.no_terminal"))
    if os.environ.get("TERM", "dumb") in {"", "dumb", "unknown"}:
        raise UsageError(t("cli.dumb_terminal"))


def _load_themes(
    theme_repository: ThemeRepository, chosen: str | None, t: Translations
) -> ThemeCollection:
    """Load all themes and print their errors; UsageError if the chosen one is not among them."""
    themes = theme_repository.load()
    if themes.errors:
        print_notice(t("cli.bad_themes", faults="; ".join(themes.errors)))
    if chosen and chosen not in themes.by_name:
        raise UsageError(_unknown_theme_text(chosen, themes, t))
    return themes


def _initial_profile(profiles: ProfileService, options: "Namespace") -> Profile | None:
    """Return the profile to open; the app shows errors in config.toml and the environment."""
    if options.demo:
        return profiles.demo_profile()
    try:
        return profiles.resolve(options.profile)
    except ConfigError:
        return None
    except SetupError:
        if options.profile:
            raise
        return None


def _configured_theme(settings: Settings | None, themes: ThemeCollection, t: Translations) -> str:
    """Return the theme of the settings, else the default theme; print why if it is unknown."""
    name = (settings and settings.theme) or DEFAULT_THEME
    if name in themes.by_name:
        return name
    print_notice(_unknown_theme_text(name, themes, t))
    return DEFAULT_THEME


def _unknown_theme_text(name: str, themes: ThemeCollection, t: Translations) -> str:
    return t("cli.unknown_theme", name=name, known=", ".join(sorted(themes.by_name)))


def _load_settings(profiles: ProfileService) -> Settings | None:
    try:
        return profiles.settings.load()
    except StorageError:
        return None


def _load_cached_balance(
    profiles: ProfileService, profile: Profile | None
) -> "Loaded[Balance] | None":
    """Return the balance of an earlier run, for the first frame."""
    try:
        return profiles.cached_balance(profile) if profile else None
    except StorageError:
        return None


def set_textual_defaults(
    environ: MutableMapping[str, str], *, slow: bool, color: str = "auto"
) -> None:
    """Set what Textual reads from the environment on import; the user's values stay.

    `--color` decides over NO_COLOR.
    """
    if color == "never":
        environ["NO_COLOR"] = "1"
    elif color == "always":
        environ.pop("NO_COLOR", None)
    for name, value in SLOW_TERMINAL_DEFAULTS.items() if slow else ():
        environ.setdefault(name, value)
