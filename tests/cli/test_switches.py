"""Switches without the parser are what the parser makes of them."""

from itertools import combinations
from typing import Any

import pytest

from kistui import i18n
from kistui.cli.parser import build_parser
from kistui.cli.switches import SWITCHES, app_options
from tests.cli.test_commands import python


def vars_of(options: Any) -> dict[str, Any]:
    return dict(vars(options))


@pytest.mark.parametrize("count", range(len(SWITCHES) + 1))
def test_switches_alone_are_read_as_the_parser_reads_them(count: int) -> None:
    parser = build_parser(i18n.load_translations("en"))
    for given in combinations(SWITCHES, count):
        arguments = [*given, *given[:1]]
        assert vars_of(app_options(arguments)) == vars_of(parser.parse_args(arguments))


@pytest.mark.parametrize(
    "arguments", [["--version"], ["-h"], ["--demo", "balance"], ["--deb"], ["--"], [""], ["--lang"]]
)
def test_all_else_is_left_to_the_parser(arguments: list[str]) -> None:
    assert app_options(arguments) is None


def test_the_app_starts_without_argparse() -> None:
    loaded = python(
        "import sys, kistui.cli.commands.app, kistui.cli.switches\n"
        "from kistui.cli.language import resolve_language; resolve_language([], {})\n"
        "print([m for m in ('argparse', 'gettext', 'httpx', 'asyncio') if m in sys.modules])"
    )
    assert loaded == "[]\n"
