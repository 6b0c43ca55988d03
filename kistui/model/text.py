"""Text from outside, made safe to show. Every string passes here where it enters, and only here."""

import unicodedata

# Control, format (bidi overrides, zero-width joiners), surrogate, private and unassigned
# characters: a terminal may act on them, and none carries meaning in a name or a message.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAKS = frozenset("\t\n\v\f\r\x85\u2028\u2029")
# Variation selectors and Hangul fillers: drawn differently, or not at all, by every terminal.
_INVISIBLE = frozenset(map(chr, range(0xFE00, 0xFE10))) | frozenset("\u115f\u1160\u3164\uffa0")
# A flag is two letters that some terminals join, in two columns or in four; a skin tone is a
# square of its own where it does not join what stands before it.
_FLAGS = {0x1F1E6 + at: chr(ord("A") + at) for at in range(26)} | dict.fromkeys(
    range(0x1F3FB, 0x1F400), ""
)


def clean_text(raw: str) -> str:
    """`raw` as one line without control, escape or format characters; composed (NFC), stripped."""
    if raw.isascii() and raw.isprintable():
        return raw.strip()
    composed = unicodedata.normalize("NFC", raw)
    composed = composed.translate(_FLAGS)
    if not composed.isprintable() or not _INVISIBLE.isdisjoint(composed):
        composed = "".join(" " if _is_gap(char) else char for char in composed if _is_safe(char))
    return composed.strip()


def _is_gap(char: str) -> bool:
    """A line break, or a blank of another width than the usual."""
    return char in _BREAKS or unicodedata.category(char) == "Zs"


def _is_safe(char: str) -> bool:
    if char in _BREAKS:
        return True
    return unicodedata.category(char) not in _UNSAFE and char not in _INVISIBLE
