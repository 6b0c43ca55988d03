"""`kistui themes`: which there are, where each is from, and what is wrong with the others."""

import json
import sys
from argparse import Namespace

from kistui.store.paths import folders, shown_path
from kistui.store.themes import Shelf, ThemeFile, bundled_folder
from kistui.view.words import Words


def run(options: Namespace, words: Words) -> int:
    """Print them; 1 when a file is no theme."""
    folder = folders().themes
    themes = Shelf(folder).load()
    known = sorted(themes.by_name.values(), key=lambda theme: theme.name)
    if options.format == "json":
        rows = [
            {"name": each.name, "dark": each.dark, "ansi": each.ansi, "path": str(each.path)}
            for each in known
        ]
        record = {"themes": rows, "faults": list(themes.faults)}
        print(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        width = max(len(each.name) for each in known) + 2
        for each in known:
            tone = words("theme.dark" if each.dark else "theme.light")
            print(f"{each.name:{width}}{tone}  {_origin(each, words)}".rstrip())
        print(words("theme.folder", path=shown_path(folder)), file=sys.stderr)
    for fault in themes.faults:
        print(fault, file=sys.stderr)
    return int(bool(themes.faults))


def _origin(theme: ThemeFile, words: Words) -> str:
    if theme.path is None or theme.path.parent == bundled_folder():
        return words("theme.bundled")
    return shown_path(theme.path)
