"""How a terminal is told of colours: what to send to go from one look of a cell to another."""

import re
from functools import lru_cache
from typing import NamedTuple


class Look(NamedTuple):
    """Attributes, foreground and background, as codes with semicolons between."""

    attributes: str = ""
    front: str = ""
    back: str = ""


PLAIN = Look()
_CODE = re.compile(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+")
_ON_BLANKS = frozenset({"4", "7", "9", "21", "53"})
"""Attributes that can be seen where nothing is written: lines, and foreground in the back."""


@lru_cache(1024)
def look_of(codes: str) -> Look:
    """What a sequence asks for that begins with a reset or follows one."""
    attributes, front, back = [], "", ""
    for code in _CODE.findall(codes):
        number = int(code.partition(";")[0])
        if number in {0, 39, 49}:
            continue
        if 30 <= number <= 38 or 90 <= number <= 97:
            front = code
        elif 40 <= number <= 48 or 100 <= number <= 107:
            back = code
        else:
            attributes.append(code)
    return Look(";".join(attributes), front, back)


@lru_cache(1024)
def blank(look: Look) -> Look:
    """Of a look, what can be seen of it where nothing is written."""
    if _ON_BLANKS & set(look.attributes.split(";")):
        return look
    return Look("", "", look.back)


@lru_cache(4096)
def change(before: Look, after: Look) -> str:
    """The shortest that makes the one the other."""
    if before == after:
        return ""
    if after == PLAIN:
        return "\x1b[0m"
    if before.attributes != after.attributes:
        return f"\x1b[{';'.join(['0', *filter(None, after)])}m"
    codes = []
    if before.front != after.front:
        codes.append(after.front or "39")
    if before.back != after.back:
        codes.append(after.back or "49")
    return f"\x1b[{';'.join(codes)}m"
