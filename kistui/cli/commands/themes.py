"""`kistui themes`: print the themes, where they come from, and errors in theme files."""

import json
from argparse import ArgumentParser, Namespace

from kistui.cli.output import print_notice
from kistui.cli.parser import add_common_options, add_format_option
from kistui.formatting.cells import display_width, pad
from kistui.i18n.translations import Translations
from kistui.storage.paths import default_paths, display_path
from kistui.storage.themes import ThemeFile, ThemeRepository, bundled_themes_dir


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui themes`."""
    add_common_options(parser, t)
    add_format_option(parser, t)


def run(options: Namespace, t: Translations) -> int:
    """Print the themes; return 1 if a theme file has an error."""
    folder = default_paths().themes_dir
    themes = ThemeRepository(folder).load()
    all_themes = sorted(themes.by_name.values(), key=lambda theme: theme.name)
    if options.format == "json":
        rows = [
            {"name": theme.name, "dark": theme.dark, "ansi": theme.ansi, "path": str(theme.path)}
            for theme in all_themes
        ]
        record = {"themes": rows, "faults": list(themes.errors)}
        print(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        tones = {is_dark: t(f"theme.{'dark' if is_dark else 'light'}") for is_dark in (True, False)}
        name_width = max(display_width(theme.name) for theme in all_themes)
        tone_width = max(map(display_width, tones.values()))
        for theme in all_themes:
            name, tone = pad(theme.name, name_width), pad(tones[theme.dark], tone_width)
            print(f"{name}  {tone}  {_origin(theme, t)}")
        print_notice(t("theme.folder", path=display_path(folder)))
    for error in themes.errors:
        print_notice(error)
    return int(bool(themes.errors))


def _origin(theme: ThemeFile, t: Translations) -> str:
    if theme.path is None or theme.path.parent == bundled_themes_dir():
        return t("theme.bundled")
    return display_path(theme.path)
