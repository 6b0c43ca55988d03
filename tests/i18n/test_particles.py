"""Korean particles follow the sound of the word before them."""

import pytest

from kistui.i18n.particles import Word, with_particle
from kistui.i18n.translations import Translations


@pytest.mark.parametrize(
    ("word", "particle", "text"),
    [
        ("종목", "을", "종목을"),
        ("계좌", "을", "계좌를"),
        ("계좌", "은", "계좌는"),
        ("종목", "이", "종목이"),
        ("연금", "과", "연금과"),
        ("계좌", "과", "계좌와"),
        ("키링", "으로", "키링으로"),
        ("파일", "으로", "파일로"),
        ("계좌", "으로", "계좌로"),
        ("프로필", "이라", "프로필이라"),
        ("1", "을", "1을"),
        ("2", "을", "2를"),
        ("4", "으로", "4로"),
        ("7", "으로", "7로"),
        ("10", "은", "10은"),
        ("3.6", "으로", "3.6으로"),
        ("KIS", "은", "KIS는"),
        ("URL", "으로", "URL로"),
        ("HTTPS_PROXY", "을", "HTTPS_PROXY를"),
        ("PIN", "을", "PIN을"),
        ("main", "은", "main은"),
        ("isa", "은", "isa는"),
        ("isa-2", "은", "isa-2는"),
        ("config.toml", "이", "config.toml이"),
        ("config.toml", "으로", "config.toml로"),
        ("profile", "으로", "profile로"),
        ("keyring", "으로", "keyring으로"),
        ("theme", "을", "theme를"),
        ("name", "이", "name이"),
        ("block", "으로", "block으로"),
        ("secret", "을", "secret을"),
        ("Enter", "을", "Enter를"),
        ("python3", "이", "python3이"),
        ("'연금'", "을", "'연금'을"),
        ("[연금]", "은", "[연금]은"),
        ("연금(29)", "은", "연금(29)은"),
        ("계좌(8자)", "을", "계좌(8자)를"),
        ("(연금)", "을", "(연금)을"),
        ("+29%", "이", "+29%가"),
        ("ㅂ", "을", "ㅂ을"),
        ("ㄹ", "으로", "ㄹ로"),
        ("ㅏ", "을", "ㅏ를"),
        ("", "을", "를"),
        ("…", "은", "…는"),
    ],
)
def test_a_particle_fits_the_word(word: str, particle: str, text: str) -> None:
    assert with_particle(word, particle) == text


def test_a_text_asks_for_a_particle_in_its_placeholder() -> None:
    t = Translations("ko", {"note.full": "{name:은} {place:으로} 옮겼습니다. {n:>3}건"})
    assert t("note.full", name="연금", place="파일", n=7) == "연금은 파일로 옮겼습니다.   7건"


def test_a_word_is_formatted_as_a_string_otherwise() -> None:
    assert f"{Word('계좌')}|{Word('계좌'):>4}" == "계좌|  계좌"
