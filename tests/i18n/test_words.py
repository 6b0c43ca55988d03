"""The words of docs/glossary.md: none that stands for another, and none too long for its place."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kistui.formatting.cells import display_width, plain_text
from kistui.formatting.key_help import KeyHint, format_key_hints, key_help_lines
from kistui.formatting.status import tab_bar
from kistui.formatting.token import FACT_LABEL_WIDTH
from kistui.i18n.translations import PARTICLES, Translations
from kistui.tui.pages import ALL_KEYS, HELP_KEY, PAGES
from kistui.tui.screens import profile_form
from kistui.tui.user_keymap import DEFAULT_KEYMAP, UserKeymap, describe_keys, page_tabs
from tests.support import load_app_translations, raw_text

KO, EN = load_app_translations("ko"), load_app_translations("en")
BOTH = pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])

SEARCHED_ONLY = ("key_synonyms.",)
"""Texts that are matched and never shown: they hold the words that people may type."""
KIS_LABELS = ("summary.",)
"""KIS's own labels, beside its keys in the F3 view and in CSV."""

DIALOG_FRAME = 4
"""Columns of a dialog's border and padding."""
FORBIDDEN = {
    "ko": (
        "다시 읽", "읽는 중", "읽고 있", "읽지 않음", "읽습니다", "읽으세요", "읽었",
        "까지 읽", "못 읽", "계정", "그만두", "그만둠", "정하기", "뒤집기", "어제", "내일",
        "모레", "쪽을", "쪽이", "쪽마다", "닿지", "셈한", "암호 파일", "0600 파일", "가림",
        "저절로", "수익율", "손익율", "등락율", "증거금율", "보증금율", "평단", "본전",
        "낫지", "죽은 토큰", "을 쓰세요", "를 쓰세요", "상황", "걸림", "결함", "주문가능",
        "하기 ·", "이 프로세스",
    ),
    "en": (
        r"\bis told\b", r"\bare told\b", r"\bis said\b", r"\bis heard\b", r"\bcan be had\b",
        r"\banew\b", r"\bWorld\b", r"\btill\b", r"\bshall\b", r"\bwill do\b", r"\balone\b",
        r"\ba start\b", r"\bat the start\b", r"\bby itself\b", r"\byesterday", r"\btomorrow\b",
        r"\b[Hh]ome\b", r"\babroad\b", r"\bdead\b", r"\bgiven up\b", r"\bgive up\b",
        r"\bput back\b", r"\bleave it\b", r"\bOnce more\b", r"\bthe other of\b", r"\bfaults?\b",
        r"\btells\b", r"\bwho\b", r"\bin some seconds\b", r"\bpassing problem", r"\bsuspect\b",
    ),
}  # fmt: skip
LATIN_IN_KOREAN = {
    "KRX", "NXT", "AI", "MCP", "KIS", "Developers", "kistui", "API", "KST", "ID", "TR", "TLS",
    "IP", "SSH", "Bus", "CMA", "ISA", "IRP", "DC", "OS", "OSC", "CSV", "BOM", "UTF", "PEM",
    "IMA", "ELS", "DLS", "RP", "CP", "Enter", "Ctrl", "English", "python", "kis", "mojito",
    "docker", "tmux", "cron", "pickle", "ini", "fg", "env", "pid", "pass", "show", "main",
    "isa", "appkey", "appsecret", "secretkey", "http", "https", "ms", "KB", "MB", "ELW", "ETN",
    "BW", "WRT", "DR", "Ghostfolio", "GF", "Portfolio", "Transactions", "Account", "Securities",
}  # fmt: skip
"""Names and abbreviations that Korean texts write in Latin letters."""
VALUES_IN_KOREAN = {
    "bash", "zsh", "fish", "man", "eval", "portfolio", "performance", "dividends", "auto",
    "always", "never", "true", "false", "class", "command", "keys", "status", "table", "json",
    "csv", "hidden", "day", "payment", "average", "fifo", "kr", "all", "keyring", "encrypted",
    "plain",
}  # fmt: skip
"""Values of settings and options."""
LITERAL = re.compile(
    r"\{[^}]*\}|%\(\w+\)[rs]|^kistui .*?  |\w+ = [a-z]+|TERM=[\w-]+|kistui-dark"
    r"|pip install [^ ]*'|kistui (?:profile|token) \w+|kistui [a-z]+|--[\w-]+"
    r"|[\w./~-]*[._/][\w./-]+|[A-Z_]{4,}\w*|[A-Z]{3,}\d{4,}",
    re.MULTILINE,
)
"""What is written as it is in every language: placeholders, commands, options, files, variables."""
PARTICLES_APART = re.compile(
    r"[A-Za-z0-9}\])'\"] (?:을|를|은|는|이|가|의|에|에서|로|으로|와|과|나|만|도)(?= |$|[.,])"
)
FIXED_PARTICLES = re.compile(r"\}(?:을|를|은|는|이|가|과|와|으로)(?= |$|[.,])")


def shown(t: Translations, *without: str) -> Iterator[tuple[str, str]]:
    """Yield the keys and texts that are shown, with their placeholders."""
    for key in t:
        if not key.startswith((*SEARCHED_ONLY, *without)):
            yield key, raw_text(t, key)


def forbidden_in(language: str, text: str) -> list[str]:
    """Return the forbidden words of a language in a text, placeholders aside."""
    return re.findall("|".join(FORBIDDEN[language]), re.sub(r"\{[^}]*\}", "{}", text))


@BOTH
def test_no_text_has_a_forbidden_word(t: Translations) -> None:
    hits = {key: forbidden_in(t.language, text) for key, text in shown(t, *KIS_LABELS)}
    assert not {key: words for key, words in hits.items() if words}


def test_a_particle_is_attached_to_its_word_in_one_form() -> None:
    for key, text in shown(KO):
        assert not PARTICLES_APART.search(text), f"{key}: {text}"
        for particle in PARTICLES:
            assert f"{particle}(" not in text, f"{key}: {text}"
            assert f"({particle})" not in text, f"{key}: {text}"


def test_a_particle_after_a_placeholder_is_chosen_by_its_value() -> None:
    assert not {key: text for key, text in shown(KO) if FIXED_PARTICLES.search(text)}


def test_no_english_is_left_in_korean() -> None:
    words = {key: re.findall(r"[A-Za-z]{2,}", LITERAL.sub(" ", text)) for key, text in shown(KO)}
    foreign = {
        key: {*latin_words} - LATIN_IN_KOREAN - VALUES_IN_KOREAN
        for key, latin_words in words.items()
    }
    assert not {key: latin_words for key, latin_words in foreign.items() if latin_words}


def test_the_checks_find_what_they_look_for() -> None:
    assert forbidden_in("ko", "잠시 뒤 다시 읽으세요")
    assert not forbidden_in("ko", "읽기 전용")
    assert forbidden_in("en", "Home alone") == ["Home", "alone"]
    assert not forbidden_in("en", "Errors: {faults}")
    assert all(map(PARTICLES_APART.search, ("r 을 누르면", "{name} 은 없습니다")))
    assert not PARTICLES_APART.search("q나 Ctrl+Q를 누르세요")
    assert FIXED_PARTICLES.search("{name}을 삭제")
    assert re.findall(r"[A-Za-z]{2,}", LITERAL.sub(" ", "kistui keys, the {name} --all")) == ["the"]


# Places of a fixed width.


@BOTH
def test_the_tabs_fit_every_width(t: Translations) -> None:
    tabs = page_tabs(DEFAULT_KEYMAP)
    for width in (60, 80):
        for tab in tabs:
            line = tab_bar(tabs, tab.name, t, width)
            assert display_width(plain_text(line)) <= width
            assert t(f"tab.{tab.name}") in plain_text(line)
    assert all(t(f"tab.{tab.name}") in plain_text(tab_bar(tabs, "summary", t, 80)) for tab in tabs)


@BOTH
@pytest.mark.parametrize(("width", "key_count"), [(60, 4), (80, 6), (120, 8)])
def test_the_footer_shows_the_main_keys(t: Translations, width: int, key_count: int) -> None:
    help_hint = KeyHint("?", t(f"key_label.{HELP_KEY.name}"))
    for page in PAGES:
        labels = [t(f"key_label.{key_id.partition('.')[2]}") for key_id in page.footer]
        hints = [KeyHint("F10", label) for label in labels]
        line = plain_text(format_key_hints(hints, width, help_hint))
        assert display_width(line) <= width
        assert all(label in line for label in labels[: key_count - 1]), line


@BOTH
def test_help_is_not_cut_at_60_columns(t: Translations) -> None:
    lines = key_help_lines(describe_keys(ALL_KEYS, UserKeymap(), t), t, 60 - DIALOG_FRAME)
    assert not [text for line in lines if "…" in (text := plain_text(line))]


@BOTH
def test_settings_are_one_line_at_60_columns(t: Translations) -> None:
    labels = [t(key) for key in t if key.startswith("settings.") and key != "settings.hint"]
    values = [t("settings.auto"), t("settings.yes"), "colour-blind-light"]
    width = max(map(display_width, labels)) + max(map(display_width, values))
    assert width + display_width("   ‹  ›") <= 60 - DIALOG_FRAME


@BOTH
def test_what_automatic_refresh_does_is_one_line_at_60_columns(t: Translations) -> None:
    for key in ("auto_refresh.retry", "auto_refresh.stopped"):
        assert display_width(t(key, time="11-24 09:00:00")) <= 58


@BOTH
def test_hints_of_dialogs_are_one_line_at_80_columns(t: Translations) -> None:
    hints = [
        key for key in t if key.endswith((".hint", "columns_hint")) and not key.startswith("error.")
    ]
    assert not {key: t(key) for key in hints if display_width(t(key)) > 72}


@BOTH
def test_labels_fit_their_columns(t: Translations) -> None:
    stylesheet = Path(profile_form.__file__).with_name("dialogs.tcss").read_text(encoding="utf-8")
    (form_width,) = re.findall(r"\.form-label \{\s*width: (\d+);", stylesheet)
    for section, width in (("form.label_", int(form_width)), ("token_fact.", FACT_LABEL_WIDTH)):
        texts = [t(key) for key in t if key.startswith(section)]
        assert max(map(display_width, texts)) < width


@BOTH
def test_choices_and_titles_of_dialogs_fit_60_columns(t: Translations) -> None:
    endings = ("_yes", "_no", ".title", ".save", ".ask_with_token", ".ask_all")
    texts = {key: t(key) for key in t if key.endswith(endings) and not key.startswith("error.")}
    assert not {key: text for key, text in texts.items() if display_width(text) > 54}
