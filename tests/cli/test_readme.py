"""What README.md, README.ko.md and the pages they lead to state is true in both languages."""

import asyncio
import inspect
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import pytest

import kistui
from kistui.cli.commands import COMMANDS
from kistui.cli.parser import build_parser
from kistui.client.error_codes import ERROR_CODES
from kistui.i18n import load_translations
from kistui.i18n.translations import Translations
from kistui.simulator.simulator import MAX_RECORDED_REQUESTS
from kistui.storage.config import parse_config
from kistui.storage.env_vars import BASE_URL_VAR, KNOWN_NAMES, LIVE_URL_VAR
from kistui.storage.paths import default_paths
from kistui.storage.secrets.command_store import APP_KEY_NAMES, APP_SECRET_NAMES
from kistui.tui.pages import ALL_KEYS
from kistui.tui.user_keymap import UserKeymap, describe_keys
from tests.cli.conftest import ExamplesRunner, use_account
from tests.client.conftest import rows_response
from tests.client.test_orders import order_row
from tests.i18n.test_words import forbidden_in
from tests.tables import KEY_PAGES, READMES, updated_documents

ROOT = Path(kistui.__file__).parents[1]
PAGES = [
    *READMES.values(),
    *KEY_PAGES.values(),
    "docs/output.md",
    "docs/library.md",
    "SECURITY.md",
]
LANGUAGES = pytest.mark.parametrize("language", READMES)
ERRORS_BY_SLUG = {"rejected_token_reissued", "bad_config"}
PROXY_VARIABLES = {"HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"}
OTHER_VARIABLES = {
    "FORCE_COLOR",
    "LANG",
    "LC_ALL",
    "NO_COLOR",
    "TERM",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
}


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def code_blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", read(page), re.DOTALL)


def commands(page: str) -> list[str]:
    """The commands of kistui in the shell blocks of a page."""
    lines = [line for block in code_blocks(page, "sh") for line in block.splitlines()]
    return [line.removeprefix(".venv/bin/") for line in lines if re.match(r"(\S*/)?kistui ", line)]


def code_spans(page: str) -> list[str]:
    text = re.sub(r"```.*?```", "", read(page), flags=re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", read(page))
    assert targets
    for target in targets:
        if not target.startswith("https://"):
            assert ((ROOT / page).parent / target).exists(), target


def test_each_language_links_to_the_other_at_the_top() -> None:
    for pair in (READMES, KEY_PAGES):
        for page, counterpart in zip(pair.values(), reversed(pair.values()), strict=True):
            assert f"({Path(counterpart).name})" in "".join(
                read(page).splitlines(keepends=True)[:4]
            )


@LANGUAGES
def test_the_words_are_those_of_the_glossary(language: str) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", read(READMES[language]), flags=re.DOTALL)
    assert not forbidden_in(language, text)


def test_both_languages_have_the_same_sections_commands_and_pictures() -> None:
    english, korean = READMES.values()
    for pattern in (r"^#+ ", r"^\| `", r"^\|[-:|]+\|$", r"^- \*\*", r"^!\[|^  !\["):
        counts = [len(re.findall(pattern, read(page), re.MULTILINE)) for page in READMES.values()]
        assert counts[0] == counts[1], pattern
    assert [line.split("#")[0].strip() for line in commands(english)] == [
        line.split("#")[0].strip() for line in commands(korean)
    ]
    pictures = [re.findall(r"docs/(\w\w)/(\w+\.svg)", read(page)) for page in (english, korean)]
    assert [name for _, name in pictures[0]] == [name for _, name in pictures[1]]
    assert [{language for language, _ in links} for links in pictures] == [{"en"}, {"ko"}]


def test_every_example_runs(examples_runner: ExamplesRunner) -> None:
    """Those of the other language are the same."""
    lines = commands(READMES["en"])
    assert {word for line in lines for word in line.split()} >= {*COMMANDS} - {"keys", "themes"}
    lines.sort(key=lambda line: "profile add" not in line)
    for line in lines:
        examples_runner.run(line)


@pytest.mark.parametrize(
    ("page", "number", "printed"),
    [
        *((page, 0, "[가-힣]{2}") for page in READMES.values()),
        ("docs/library.md", 0, "[가-힣]{2}"),
        ("docs/library.md", 1, r"005930 [0-9]+ -?[0-9.]+\n"),
        ("docs/library.md", 2, "[가-힣]{2}"),
    ],
)
def test_every_library_example_runs(
    examples_runner: ExamplesRunner,
    page: str,
    number: int,
    printed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    simulator = examples_runner.simulator
    use_account(monkeypatch, simulator)
    monkeypatch.setenv("KISTUI_LIVE_URL", simulator.serve_live_prices(interval=0.01).url)
    exec(compile(code_blocks(page, "python")[number], page, "exec"), {})
    assert re.search(printed, capsys.readouterr().out), "no item was printed"
    asyncio.set_event_loop(None)


def test_the_library_example_prints_an_order_whose_side_is_unknown(
    examples_runner: ExamplesRunner,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    use_account(monkeypatch, examples_runner.simulator)
    row = order_row("1", ord_dt="20261120", sll_buy_dvsn_cd="")
    examples_runner.simulator.script("trading/inquire-daily-ccld", rows_response([row]))
    exec(compile(code_blocks("docs/library.md", "python")[0], "docs/library.md", "exec"), {})
    assert "삼성전자 None 10\n" in capsys.readouterr().out
    asyncio.set_event_loop(None)


def test_the_library_page_names_what_there_is() -> None:
    names = set(re.findall(r"^\| `(\w+)", read("docs/library.md"), re.MULTILINE))
    methods = {name for name in vars(kistui.AccountSession) if not name.startswith("_")}
    arguments = {*inspect.signature(kistui.open_session).parameters} - {"clock", "environ", "paths"}
    assert names == methods - {"profile"} | arguments


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_the_pages_on_the_code_name_what_there_is(page: str) -> None:
    files = [
        path for folder in ("kistui", "tests", "bench") for path in ROOT.glob(f"{folder}/**/*.py")
    ]
    words = {
        word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    }
    words |= {path.stem for path in files}
    for span in code_spans(page):
        for name in re.findall(r"\b[A-Z][a-z]+[A-Z]\w+\b|\b[a-z]+_[a-z_]+[a-z]\b", span):
            assert name in words | {"exchange_calendars", "safe_load"}, span


def test_the_page_on_the_simulator_names_the_number_of_stored_requests() -> None:
    assert f"the last {MAX_RECORDED_REQUESTS:,} requests" in read("docs/simulator.md")


@LANGUAGES
def test_the_configuration_example_is_valid(language: str) -> None:
    (block,) = code_blocks(READMES[language], "toml")
    config = parse_config(Path("config.toml"), block.encode())
    assert [profile.name for profile in config.profiles] == ["main", "isa"]
    assert config.settings.amounts_hidden
    assert not UserKeymap(config.settings.key_bindings).problems


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_in_a_sentence_exists(page: str) -> None:
    t = load_translations("en")
    known = set(all_options(t))
    for span in code_spans(page):
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", span):
            assert option in known | {"--env-file"}, span
        if match := re.match(r"kistui ([a-z]+)", span):
            assert match[1] in COMMANDS, span


def all_options(t: Translations) -> Iterator[str]:
    parsers: list[ArgumentParser] = [build_parser(t, tuple(COMMANDS))]
    while parsers:
        parser = parsers.pop()
        for action in parser._actions:  # noqa: SLF001  # argparse lists its options nowhere else
            yield from action.option_strings
            if isinstance(action.choices, dict):
                parsers += [choice for choice in action.choices.values() if choice.is_typed]


@LANGUAGES
def test_every_variable_exists(language: str) -> None:
    names = {
        name
        for span in code_spans(READMES[language])
        for name in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", span)
    }
    assert names >= {BASE_URL_VAR, LIVE_URL_VAR, "KIS_PAPER"}
    assert names <= {BASE_URL_VAR, LIVE_URL_VAR} | KNOWN_NAMES | PROXY_VARIABLES | OTHER_VARIABLES


@LANGUAGES
def test_every_file_of_kistui_has_its_name(language: str) -> None:
    paths = default_paths()
    text = read(READMES[language])
    assert "~/.config/kistui/config.toml" in text
    for path in (paths.config_file, paths.encrypted_secrets_file, paths.themes_dir):
        assert path.name in text
    for path in (paths.config_dir, paths.state_dir):
        assert f"~/{path.relative_to(Path.home())}" in text


@LANGUAGES
def test_troubleshooting_has_the_titles_of_the_errors(language: str) -> None:
    t = load_translations(language)
    text = read(READMES[language])
    rows = re.findall(r"^\| ([^|`]+) \(`(\w+)`(?:, `(\w+)`)?\) \|", text, re.MULTILINE)
    assert len(rows) == 4
    for title, *codes in rows:
        for code in filter(None, codes):
            assert title == t(f"error.{ERROR_CODES[code].slug}.title")
    for slug in ERRORS_BY_SLUG:
        assert f"| {t(f'error.{slug}.title')} |" in text


@LANGUAGES
def test_the_names_in_the_json_of_a_command_are_listed(language: str) -> None:
    example = next(block for block in code_blocks(READMES[language], "toml") if "secret" in block)
    hint = load_translations(language)("error.command_failed.hint_bad_output")
    for name in (*APP_KEY_NAMES, *APP_SECRET_NAMES):
        assert name in example
        assert name in hint


def test_the_tables_of_keys_and_settings_are_generated() -> None:
    for path, text in updated_documents().items():
        assert path.read_text(encoding="utf-8") == text, "make tables"


@LANGUAGES
def test_the_short_key_table_has_keys_that_exist(language: str) -> None:
    entries = describe_keys(ALL_KEYS, UserKeymap(), load_translations(language))
    keys = {key for entry in entries for key in entry.keys}
    section = read(READMES[language]).split("\n## ")[4]
    cells = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    assert len(cells) > 10
    assert {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)} <= keys
