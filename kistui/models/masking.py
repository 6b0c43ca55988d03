"""What must not be written down, taken out of a text that others wrote."""

import re
from collections.abc import Iterable

MASK = "***"

# An account number however it is parted, and what is as long as keys and tokens are.
_LONG_NUMBER = re.compile(r"\d(?:[-. ]?\d){7,}")
_LONG_TOKEN = re.compile(r"[A-Za-z0-9+/=_.-]{24,}")


def mask_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without any of `secrets`, without runs of 8 digits or more, without long codes."""
    for secret in sorted({each for each in secrets if each}, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return _LONG_NUMBER.sub(MASK, _LONG_TOKEN.sub(MASK, text))
