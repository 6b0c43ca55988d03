"""`kistui status --line` when it was asked before and nothing has changed: people put this in
prompts, and no more is imported than it takes.
"""

import time

from kistui.formatting.prompt import status_line
from kistui.i18n import load_translations
from kistui.storage.prompts import Question


def known_line(question: Question) -> str | None:
    """What the whole command would print, or `None` where it has to run."""
    answer = question.answer()
    if answer is None:
        return None
    now = time.time_ns() // 1000
    return status_line(
        answer.kind, answer.name, answer.lasting, now, load_translations(answer.language)
    )
