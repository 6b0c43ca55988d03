"""SGR sequences: parse cell styles and build the transitions between them."""

import re
from functools import lru_cache
from typing import NamedTuple


class CellStyle(NamedTuple):
    """SGR parameters of attributes, foreground and background, separated by semicolons."""

    attributes: str = ""
    foreground: str = ""
    background: str = ""


DEFAULT_STYLE = CellStyle()
_SGR_CODE = re.compile(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+")
_VISIBLE_ON_BLANK = frozenset({"4", "7", "9", "21", "53"})
"""Attributes visible on a blank cell: lines, and reverse video."""


@lru_cache(1024)
def parse_sgr(codes: str) -> CellStyle:
    """Parse the parameters of a sequence that starts with a reset or follows one."""
    attributes, foreground, background = [], "", ""
    for code in _SGR_CODE.findall(codes):
        number = int(code.partition(";")[0])
        if number in {0, 39, 49}:
            continue
        if 30 <= number <= 38 or 90 <= number <= 97:
            foreground = code
        elif 40 <= number <= 48 or 100 <= number <= 107:
            background = code
        else:
            attributes.append(code)
    return CellStyle(";".join(attributes), foreground, background)


@lru_cache(1024)
def visible_on_blank(style: CellStyle) -> CellStyle:
    """Return the part of a style that is visible on a blank cell."""
    if _VISIBLE_ON_BLANK & set(style.attributes.split(";")):
        return style
    return CellStyle("", "", style.background)


@lru_cache(512)
def sgr_transition(old: CellStyle, new: CellStyle) -> str:
    """Return the shortest SGR sequence that switches from one style to another."""
    if old == new:
        return ""
    if new == DEFAULT_STYLE:
        return "\x1b[0m"
    if old.attributes != new.attributes:
        return f"\x1b[{';'.join(['0', *filter(None, new)])}m"
    codes = []
    if old.foreground != new.foreground:
        codes.append(new.foreground or "39")
    if old.background != new.background:
        codes.append(new.background or "49")
    return f"\x1b[{';'.join(codes)}m"
