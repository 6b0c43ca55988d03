"""`kistui log`: the end of the log, as it stands in the file."""

import sys
from argparse import Namespace

from kistui.i18n.translations import Translations
from kistui.storage.log import LogFileHandler
from kistui.storage.paths import default_paths, display_path


def run(options: Namespace, t: Translations) -> int:
    """Print the path, or the last lines; what is in the file is masked already."""
    path = default_paths().log_file
    if options.path:
        print(path)
        return 0
    lines = LogFileHandler(path).tail(options.n)
    if not lines:
        print(t("cli.log_empty", path=display_path(path)), file=sys.stderr)
    for line in lines:
        print(line)
    return 0
