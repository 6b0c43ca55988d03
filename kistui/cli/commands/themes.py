"""`kistui themes`: which there are, where each is from, and what is wrong with the others."""

import json
import sys
from argparse import Namespace

from kistui.i18n.translations import Translations
from kistui.storage.paths import default_paths, display_path
from kistui.storage.themes import ThemeFile, ThemeRepository, bundled_themes_dir


def run(options: Namespace, t: Translations) -> int:
    """Print them; 1 when a file is no theme."""
    folder = default_paths().themes_dir
    themes = ThemeRepository(folder).load()
    known = sorted(themes.by_name.values(), key=lambda theme: theme.name)
    if options.format == "json":
        rows = [
            {"name": each.name, "dark": each.dark, "ansi": each.ansi, "path": str(each.path)}
            for each in known
        ]
        record = {"themes": rows, "faults": list(themes.errors)}
        print(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        width = max(len(each.name) for each in known) + 2
        for each in known:
            tone = t("theme.dark" if each.dark else "theme.light")
            print(f"{each.name:{width}}{tone}  {_origin(each, t)}".rstrip())
        print(t("theme.folder", path=display_path(folder)), file=sys.stderr)
    for fault in themes.errors:
        print(fault, file=sys.stderr)
    return int(bool(themes.errors))


def _origin(theme: ThemeFile, t: Translations) -> str:
    if theme.path is None or theme.path.parent == bundled_themes_dir():
        return t("theme.bundled")
    return display_path(theme.path)
