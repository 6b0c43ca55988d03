"""What the command palette finds, and in what order."""

from functools import cache

import pytest

from kistui.formatting.cells import plain_text
from kistui.formatting.palette import (
    HOLDING_ID_PREFIX,
    PROFILE_ID_PREFIX,
    PaletteEntry,
    action_entries,
    holding_entries,
    palette_lines,
    profile_entries,
    search_palette,
)
from kistui.i18n import load_translations
from kistui.i18n.translations import Translations
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.balance import Balance, BalanceSummary, Holding
from kistui.tui.controllers.keymap import is_in_palette
from kistui.tui.pages import ALL_KEYS, PAGES
from kistui.tui.user_keymap import UserKeymap, describe_keys

KO, EN = load_translations("ko"), load_translations("en")
PALETTE_KEYS = [key for key in ALL_KEYS if is_in_palette(key)]
BOTH = pytest.mark.parametrize(("t", "other"), [(KO, EN), (EN, KO)], ids=["ko", "en"])


@cache
def entries_of(t: Translations, other: Translations) -> list[PaletteEntry]:
    return action_entries(describe_keys(PALETTE_KEYS, UserKeymap(), t, (other,)))


def ids(entries: list[PaletteEntry], query: str) -> list[str]:
    return [entry.id for entry in search_palette(entries, query)]


HOLDINGS = (
    Holding(code="005930", name="삼성전자"),
    Holding(code="009150", name="삼성전기"),
    Holding(code="000660", name="SK하이닉스"),
    Holding(code="069500", name="KODEX 200"),
)


@BOTH
def test_an_action_is_found_by_its_words_and_synonyms(t: Translations, other: Translations) -> None:
    entries = entries_of(t, other)
    assert [entry.id for entry in entries] == [key.id for key in PALETTE_KEYS]
    for entry in entries:
        assert len(entry.synonyms) >= 4, f"{entry.id}: synonyms in both languages"
        for query in (*entry.names, *entry.descriptions, *entry.synonyms):
            assert search_palette([entry], query) == [entry], (entry.id, query)


USUAL_WORDS = (
    ("종료", "app.quit"),
    ("나가기", "app.quit"),
    ("quit", "app.quit"),
    ("exit", "app.quit"),
    ("내보내기", "balance.export"),
    ("export", "balance.export"),
    ("숨기기", "app.hide"),
    ("hide", "app.hide"),
    ("환율", "page.summary"),
    ("exchange", "page.summary"),
    ("F10", "app.theme"),
)


@BOTH
def test_usual_words_for_an_action_find_it_first(t: Translations, other: Translations) -> None:
    entries = entries_of(t, other)
    first = [(query, ids(entries, query)[0]) for query, _ in USUAL_WORDS]
    assert first == list(USUAL_WORDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_two_keys_of_a_page_have_the_same_description(page: object) -> None:
    groups = {"app", "page", page.group}.union(*page.widget_groups)  # type: ignore[attr-defined]
    keys = [key for key in PALETTE_KEYS if key.group in groups]
    for t, other in ((KO, EN), (EN, KO)):
        helps = describe_keys(keys, UserKeymap(), t, (other,))
        assert len({key_help.description for key_help in helps}) == len(helps)


def test_no_synonym_repeats_another_of_its_action() -> None:
    for entry in entries_of(KO, EN):
        assert len(set(entry.synonyms)) == len(entry.synonyms), entry.id


def test_a_search_lists_each_action_once() -> None:
    entries = entries_of(KO, EN)
    for query in ("ㅅ", "e", "F1"):
        results = ids(entries, query)
        assert len(results) > 1
        assert len(set(results)) == len(results)


def test_an_empty_query_offers_only_actions() -> None:
    actions = entries_of(KO, EN)
    holdings = holding_entries(Balance(holdings=HOLDINGS, summary=BalanceSummary()), KO)
    assert search_palette([*actions, *holdings], " ") == actions


def test_a_search_ranks_names_before_synonyms_and_codes() -> None:
    def entry(entry_id: str, name: str, *synonyms: str, code: str = "") -> PaletteEntry:
        return PaletteEntry(
            entry_id, "", (), (name,), synonyms=synonyms, codes=(code,) if code else ()
        )

    entries = [
        entry("anywhere", "비삼성"),
        entry("code", "x", code="삼성"),
        entry("synonym", "y", "삼성 계열"),
        entry("word", "새 삼성"),
        entry("prefix", "삼성전자"),
        entry("exact", "삼성"),
    ]
    assert ids(entries, "삼성") == ["exact", "prefix", "word", "synonym", "code", "anywhere"]
    assert ids(entries, "ㅅㅅ") == ["synonym", "word", "prefix", "exact", "anywhere", "code"]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("삼성전자", ["005930"]),
        ("삼성", ["005930", "009150"]),
        ("ㅅㅅㅈㅈ", ["005930"]),
        ("삼서", ["005930", "009150"]),
        ("하이닉스", ["000660"]),
        ("0009", []),
        ("9150", ["009150"]),
        ("kodex2", ["069500"]),
        ("200 kodex", ["069500"]),
    ],
)
def test_holdings_are_found_by_name_and_code(query: str, codes: list[str]) -> None:
    entries = holding_entries(Balance(holdings=HOLDINGS, summary=BalanceSummary()), EN)
    assert ids(entries, query) == [HOLDING_ID_PREFIX + code for code in codes]


def test_an_account_is_found_by_its_name_and_the_digits_that_are_shown() -> None:
    number = AccountNumber.parse("12345678-01")
    profile = Profile("연금", Environment.REAL, number)
    entries = profile_entries([profile], KO)
    for query in ("연금", "ㅇㄱ", "1234"):
        assert ids(entries, query) == [PROFILE_ID_PREFIX + "0"]
    assert not ids(entries, "345678")
    (line,) = palette_lines(entries)
    assert "1234****-01" in plain_text(line)
    assert "5678" not in plain_text(line)
