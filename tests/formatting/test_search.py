"""Searching holdings by name, code, Korean initials and incomplete syllables."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.formatting.search import compile_query, is_blank_query, normalize, search_text
from kistui.models.balance import Holding


def matches(holding: Holding, query: str) -> bool:
    return compile_query(query)(search_text(holding))


KOREAN = st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1)


MATCHES = (
    ("삼성", "삼성전자"),
    ("전자", "삼성전자"),
    ("ㅅㅅㅈㅈ", "삼성전자"),
    ("삼ㅅ전", "삼성전자"),
    ("삼ㅅㅈ자", "삼성전자"),
    ("삼서", "삼성전자"),
    ("사", "삼성전자"),
    ("ㅈㅈ", "삼성전자"),
    ("sk하", "SK하이닉스"),
    ("SK 하이", "SK하이닉스"),
    ("skㅎㅇ", "SK하이닉스"),
    ("sk하인", "SK하이닉스"),
    ("ㄳ", "한국석유"),
    ("ㄱㅅ", "한국석유"),
    ("한ㄳ", "한국석유"),
    ("ㅄ", "SK바이오사이언스 밥솥"),
    ("ㄲ", "깨끗한나라"),
    ("ㄸㅃ", "떡뽀끼"),
    ("호", "화승"),
    ("일", "읽기"),
    ("kodex200", "KODEX 200"),
    ("KODEX 2", "kodex 200"),
    ("00593", "삼성전자"),
)


def test_query_matches() -> None:
    for query, name in MATCHES:
        holding = Holding(code="005930", name=name)
        assert matches(holding, query)
        assert not matches(holding, f"!{query}")
        assert matches(holding, unicodedata.normalize("NFD", query))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("ㅅㅈㅅ", "삼성전자"),
        ("서삼", "삼성전자"),
        ("사성", "삼성전자"),
        ("ㄱ", "깨끗한나라"),
        ("삼성전자우", "삼성전자"),
        ("삼숭", "삼성전자"),
        ("ㅏ", "삼성전자"),
        ("93005", "삼성전자"),
    ],
)
def test_query_does_not_match(query: str, name: str) -> None:
    assert not matches(Holding(code="005930", name=name), query)
    assert matches(Holding(code="005930", name=name), f"!{query}")


@pytest.mark.parametrize("query", ["", " ", "!", " ! "])
def test_blank_query_matches_everything(query: str) -> None:
    assert is_blank_query(query)
    assert matches(Holding(name="삼성전자"), query)
    assert matches(Holding(), query)


def test_holding_without_name_and_code_matches_no_word() -> None:
    assert not matches(Holding(), "삼")
    assert matches(Holding(), "!삼")


@given(KOREAN, st.data())
def test_every_part_of_a_name_matches(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert matches(Holding(name=name), name[start:end])


@given(KOREAN)
def test_partially_typed_name_matches(name: str) -> None:
    """Input methods show the letters typed so far as one syllable, with or without a final."""
    initial, medial = divmod((ord(name[-1]) - 0xAC00) // 28, 21)
    without_final = chr(0xAC00 + (initial * 21 + medial) * 28)
    assert matches(Holding(name=name), name[:-1] + without_final)
    assert matches(
        Holding(name=name), name[:-1] + "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"[initial]
    )


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=6))
def test_either_a_query_or_its_negation_matches(name: str, code: str, query: str) -> None:
    holding = Holding(name=name, code=code)
    plain_query = "".join(query.split()).lstrip("!")
    if not is_blank_query(plain_query):
        assert matches(holding, plain_query) is not matches(holding, f"!{plain_query}")


def test_queries_do_not_displace_cached_texts() -> None:
    before = normalize.cache_info().currsize
    for number in range(100):
        query = f"query {number} of test_search"
        assert not is_blank_query(query)
        compile_query(query)
    assert normalize.cache_info().currsize == before
