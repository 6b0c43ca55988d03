"""Both languages are complete, every error has its texts, and particles follow the sound."""

import ast
import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from string import Formatter

import pytest

import kistui
from kistui import errors, i18n
from kistui.formatting.cells import display_width
from kistui.i18n.translations import Translations, Word, with_particle
from kistui.models.balance import BalanceSummary, Lot
from kistui.models.kis_fields import field_specs
from kistui.models.overseas import SettlementDateLot, TradeDateLot
from kistui.tui.pages import KEYS_BY_ID
from kistui.tui.user_keymap import UserKeymap
from tests.support import load_app_translations, parse_syntax_tree, raw_text

KO, EN = i18n.load_translations("ko"), i18n.load_translations("en")
ALL = {t.language: t for t in (KO, EN)}


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    """Those of argparse aside, which is English itself."""
    assert [key for key in KO if not key.startswith("argparse.")] == list(EN)


def test_both_languages_use_the_same_placeholders() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert {key: fields(raw_text(KO, key)) for key in EN} == {
        key: fields(raw_text(EN, key)) for key in EN
    }


PRINTED = (
    *("cli.", "error.", "reason.", "tracker.", "key_", "scene.", "example.", "api.", "check_"),
    *("doctor.", "log.", "theme.more", "allocation.", "summary", "column.", "reconciliation."),
    *("history.empty", "history.switched_off", "dividends.none", "profit.none", "tax.none"),
)
"""Texts that the command line prints, which has no keys."""


def test_a_text_names_the_keys_of_the_user() -> None:
    for language in i18n.LANGUAGES:
        t = load_app_translations(language)
        for key in t:
            ids = re.findall(r"\{key\[([^]]*)", raw_text(t, key))
            assert set(ids) <= set(KEYS_BY_ID), key
            assert not ids or not key.startswith(PRINTED), key
    user_keymap = UserKeymap({"page.accounts": ["shift+f5"], "balance.pick": ["ctrl+g"]})
    t.key_names = user_keymap.display_names
    assert t("state.no_account") == (
        "No account is open. Press Ctrl+G to choose one, or Shift+F5 to add one."
    )


def test_no_text_has_a_fixed_key_that_the_user_can_change() -> None:
    fixed = re.compile(
        r"\b(?:Esc|Space|Del|F[0-9]+)\b|[←→]|\([0-9,]\)"
        r"|\b[Pp]ress [^{ ]{1,2} |(?:^| )[^} ]{1,2}[을를] (?:누|눌)"
    )
    for t in ALL.values():
        assert not {key: text for key in t if fixed.search(text := raw_text(t, key))}


def test_each_language_has_a_module() -> None:
    folder = Path(i18n.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {
        "__init__",
        "translations",
    }
    assert modules == set(i18n.LANGUAGES)


def test_only_the_language_in_use_is_imported() -> None:
    code = "import sys; from kistui.i18n import load_translations; load_translations('ko')\n"
    code += "assert 'kistui.i18n.ko' in sys.modules and 'kistui.i18n.en' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_english_has_no_hangul() -> None:
    texts = {key: re.sub(r"\{[^}]*\}", "", raw_text(EN, key)) for key in EN}
    assert not {key: text for key, text in texts.items() if re.search("[가-힣]", text)}


def error_classes() -> list[type[errors.KistuiError]]:
    def subclasses(kind: type[errors.KistuiError]) -> list[type[errors.KistuiError]]:
        children = kind.__subclasses__()
        return [kind, *(kind for child in children for kind in subclasses(child))]

    return [kind for kind in subclasses(errors.KistuiError) if "slug" in vars(kind)]


ERROR_PARTS = ("title", "message", "hint")


def test_every_error_has_a_title_a_message_and_a_hint() -> None:
    for kind, part, t in product(error_classes(), ERROR_PARTS, ALL.values()):
        assert t(f"error.{kind.slug}.{part}")


def test_an_error_fits_the_three_lines_below_the_figures_at_80_columns() -> None:
    kinds = [kind for kind in error_classes() if issubclass(kind, errors.KisError)]
    for kind, part, t in product(kinds, ERROR_PARTS, ALL.values()):
        text = t(f"error.{kind.slug}.{part}")
        if part == "hint":
            text = t("state.next_step", hint=text)
        assert display_width(text) <= 78, f"{display_width(text)}: {text}"


def test_the_error_tree_in_the_docstring_is_complete() -> None:
    names = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    assert sorted(["KistuiError", *names]) == sorted(errors.__all__)


@pytest.mark.parametrize(
    ("record", "section"),
    [
        (BalanceSummary, "summary"),
        (Lot, "lot"),
        (TradeDateLot, "overseas_lot"),
        (SettlementDateLot, "overseas_lot"),
    ],
)
def test_every_field_of_a_record_has_a_label(record: type, section: str) -> None:
    for spec in field_specs(record):
        for t in ALL.values():
            assert t(f"{section}.{spec.name}")


def test_code_contains_no_korean_text() -> None:
    """Only `i18n` and the data of the simulator contain Hangul, comments aside."""
    package = Path(kistui.__file__).parent
    for path in package.rglob("*.py"):
        if {"simulator", "i18n"} & set(path.parts):
            continue
        tree = parse_syntax_tree(path)
        docs = {
            node.body[0].value
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
                assert not re.search("[가-힣]", node.value), f"{path}: {node.value}"


def used_keys() -> set[str]:
    package = Path(kistui.__file__).parent
    code = (path for path in package.rglob("*.py") if "i18n" not in path.parts)
    text = "\n".join(path.read_text(encoding="utf-8") for path in code)
    return set(re.findall(r"[\"']([a-z_]+\.[a-z_0-9.]+)[\"']", text))


def test_every_reason_of_the_storage_has_a_text() -> None:
    folder = Path(kistui.__file__).parent / "storage"
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    calls = (
        r"(?:_command_error\(|UnsupportedSource\(|_config_error\(path, [^,]+, "
        r"|return |reason=|reason = )"
    )
    reasons = set(re.findall(calls + r'"([a-z]+_[a-z_0-9]+)"', text))
    assert len(reasons) > 15
    assert {f"reason.{name}" for name in reasons} <= set(KO)


def test_every_text_is_used() -> None:
    """Keys with these prefixes are computed, so a search for literals cannot see them."""
    computed = (
        "state.price_",
        "tracker.",
        "argparse.",
        "metavar.",
        "error.",
        "asset_class.",
        "allocation_by.",
        "cash_column.",
        "example.",
        "scene.",
        "summary.",
        "lot.",
        "environment.",
        "date.",
        "column.",
        "summary_group.",
        "key_label.",
        "tab.",
        "accounts.",
        "export.csv",
        "export.excel",
        "export.json",
        "export.overwrite_",
        "token_state.",
        "token_meaning.",
        "token_fact.",
        "token.issue_",
        "token.revoke_",
        "form.label_",
        "form.secret_backend_",
        "form.real",
        "form.paper",
        "secret_backend.",
        "product.",
        "connection_test.",
        "reason.",
        "settings.",
        "key_help.",
        "key_synonyms.",
        "key_group.",
        "key_fault.",
        "market.",
        "overseas_lot.",
        "overseas_total.",
        "call.",
        "local_wait.",
        "log.",
        "doctor.",
        "check_name.",
        "check_fault.",
        "check_value.",
        "api.",
        "reconciliation.",
        "field_name.",
        "cli.",
        "history.remove_",
        "history_column.",
        "history_period.",
        "holdings.sold_out",
        "summary_label.",
        "headline.",
        "orders.",
        "order_side.",
        "period.",
        "order_state.",
        "profit.",
        "tax.",
        "dividends.",
        "right_type.",
        "dividend_kind.",
        "live.",
    )
    literal_keys = {key for key in KO if not key.startswith(computed)}
    assert literal_keys <= used_keys()


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "ko"),
        ({"LANG": "C.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "en_GB"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "POSIX", "LC_ALL": ""}, "ko"),
    ],
)
def test_the_locale_decides_the_language(environ: dict[str, str], language: str) -> None:
    assert i18n.detect_language(environ) == language


PARTICLES = (
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
    ("r", "을", "r을"),
    ("s", "을", "s를"),
    ("Tab", "을", "Tab을"),
    ("Alt+r", "을", "Alt+r을"),
    ("Alt+s", "으로", "Alt+s로"),
    (";", "을", ";를"),
    ("←", "으로", "←로"),
    ("", "을", "를"),
    ("…", "은", "…는"),
)


def test_a_particle_fits_the_word() -> None:
    words = [(word, particle, with_particle(word, particle)) for word, particle, _ in PARTICLES]
    assert words == list(PARTICLES)


def test_a_number_has_its_noun_in_the_right_form() -> None:
    t = i18n.load_translations("en")
    assert [t("orders.count", n=n) for n in (0, 1, 2)] == ["0 orders", "1 order", "2 orders"]


def test_a_text_asks_for_a_particle_in_its_placeholder() -> None:
    t = Translations("ko", {"note": {"full": "{name:은} {place:으로} 옮겼습니다. {n:>3}건"}})
    assert t("note.full", name="연금", place="파일", n=7) == "연금은 파일로 옮겼습니다.   7건"


def test_a_word_is_formatted_as_a_string_otherwise() -> None:
    assert f"{Word('계좌')}|{Word('계좌'):>4}" == "계좌|  계좌"
