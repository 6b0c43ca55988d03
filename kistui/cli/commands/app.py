"""`kistui`: open the screens."""

import gc
import os
import sys
from typing import TYPE_CHECKING

from kistui.cli.context import demo_simulator_options, open_profiles
from kistui.cli.textual_environment import set_textual_defaults
from kistui.clock import system_clock
from kistui.errors import ConfigError, StorageError
from kistui.i18n import LANGUAGES, detect_language, load_translations
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

EXIT_USAGE = 2


def run(options: "Namespace", t: Translations) -> int:
    """Open the app on the terminal; returns the exit code."""
    # A closed stream is None.
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        return _print_usage_error(t("cli.no_terminal"))
    if os.environ.get("TERM", "dumb") in {"", "dumb", "unknown"}:
        return _print_usage_error(t("cli.dumb_terminal"))
    shelf = ThemeRepository(default_paths().themes_dir)
    themes = shelf.load()
    if themes.errors:
        print(t("cli.bad_themes", faults="; ".join(themes.errors)), file=sys.stderr)
    if options.theme and options.theme not in themes.by_name:
        known = ", ".join(sorted(themes.by_name))
        return _print_usage_error(t("cli.unknown_theme", name=options.theme, known=known))
    with open_profiles(lambda: demo_simulator_options(options), is_debug=options.debug) as profiles:
        profile, settings = _initial_profile(profiles, options), _load_settings(profiles)
        last = _load_cached_balance(profiles, profile)
        set_textual_defaults(os.environ, slow=options.slow)
        from kistui.tui.app import KistuiApp
        from kistui.tui.driver.cell_diff import DiffingDriver

        app = KistuiApp(
            profile_service=profiles,
            profile=profile,
            cached_balance=last,
            t=t,
            themes=tuple(themes.by_name.values()),
            theme=_select_theme(options, settings, themes, t),
            clock=system_clock,
            settings=settings,
            theme_repository=shelf,
            default_language=detect_language(os.environ),
            slow_connection=options.slow,
            other_translations=tuple(
                load_translations(each) for each in LANGUAGES if each != t.language
            ),
        )
        app.ascii_only = options.ascii
        app.driver_class = DiffingDriver
        # What the start has made stays: to look through it for garbage would halt a key for 50 ms.
        app.first_load_callback = gc.freeze
        app.run(mouse=not options.no_mouse)
        return app.return_code or 0


def _initial_profile(profiles: ProfileService, options: "Namespace") -> Profile | None:
    """Whose figures to open; a fault in the configuration is shown in the app, not here."""
    if options.demo:
        return profiles.demo_profile()
    try:
        return profiles.resolve(options.profile)
    except ConfigError:
        return None


def _select_theme(
    options: "Namespace", settings: Settings | None, themes: ThemeCollection, t: Translations
) -> str:
    """The one asked for, else the one set, if there is such a one."""
    wanted = options.theme or (settings and settings.theme) or DEFAULT_THEME
    if wanted in themes.by_name:
        return wanted
    known = ", ".join(sorted(themes.by_name))
    print(t("cli.unknown_theme", name=wanted, known=known), file=sys.stderr)
    return DEFAULT_THEME


def _load_settings(profiles: ProfileService) -> Settings | None:
    try:
        return profiles.load_settings()
    except StorageError:
        return None


def _load_cached_balance(
    profiles: ProfileService, profile: Profile | None
) -> "Loaded[Balance] | None":
    """The figures of an earlier run, for the very first frame."""
    try:
        return profiles.cached_balance(profile) if profile else None
    except StorageError:
        return None


def _print_usage_error(sentence: str) -> int:
    print(f"kistui: {sentence}", file=sys.stderr)
    return EXIT_USAGE
