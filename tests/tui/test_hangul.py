"""Letters of a Korean input method as the keys in the same places."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kistui.tui.hangul import JAMO_TO_KEYS, hangul_to_keys

PRESSED_KEYS = (
    ("ㅂ", "q"), ("ㅃ", "Q"), ("ㅣ", "l"), ("ㅡ", "m"), ("ㄳ", "rt"), ("ㅢ", "ml"),
    ("가", "rk"), ("값", "rkqt"), ("꿰", "Rnp"), ("싸", "Tk"), ("뷁", "qnpfr"),
    ("ｑ", "q"), ("？", "?"), ("１", "1"),
    ("q", ""), ("1", ""), ("", ""), ("é", ""), ("漢", ""), ("あ", ""), ("가a", ""),
)  # fmt: skip


def test_composed_text_gives_the_pressed_keys() -> None:
    assert [(typed, hangul_to_keys(typed)) for typed, _ in PRESSED_KEYS] == list(PRESSED_KEYS)


@given(st.integers(0xAC00, 0xD7A3))
def test_every_syllable_is_keys_of_the_keyboard_composed_or_not(code: int) -> None:
    keys = hangul_to_keys(chr(code))
    assert keys == hangul_to_keys(unicodedata.normalize("NFD", chr(code)))
    assert 2 <= len(keys) <= 5
    assert keys.isascii()
    assert keys.isalpha()


def test_every_letter_of_the_keyboard_is_one_jamo() -> None:
    single = [keys for keys in JAMO_TO_KEYS.values() if len(keys) == 1]
    assert sorted(single) == sorted("qwertyuiopasdfghjklzxcvbnmQWERTOP")
