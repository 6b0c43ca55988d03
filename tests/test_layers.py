"""Who may import whom: the walls of the house, checked in every file."""

import ast
from pathlib import Path

import pytest

import kistui
from tests.support import parse_syntax_tree

PACKAGE = Path(kistui.__file__).parent

# room: what its files may import, of kistui and of others' packages.
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "errors": (set(), set()),
    "clock": (set(), set()),
    "model": ({"errors", "clock"}, set()),
    "formatting": ({"model", "errors", "clock"}, set()),
    "i18n": ({"formatting"}, set()),
    "client": ({"model", "errors", "clock", "__version__"}, {"httpx"}),
    "store": (
        {"model", "errors", "clock"},
        {"cryptography", "filelock", "keyring", "platformdirs", "tomli_w", "yaml"},
    ),
    "simulator": (set(), set()),
    "tokens": ({"client", "store", "model", "errors", "clock"}, set()),
    "session": ({"tokens", "client", "store", "model", "errors", "clock"}, set()),
    "log": ({"store", "model", "errors", "clock"}, set()),
    "connector": (
        {"log", "session", "tokens", "client", "store", "model", "errors", "clock"},
        set(),
    ),
    "preferences": ({"store", "model", "errors", "clock"}, set()),
    "profiles": (
        {
            "preferences",
            "connector",
            "log",
            "session",
            "tokens",
            "client",
            "store",
            "model",
            "errors",
            "clock",
        },
        set(),
    ),
    "doctor": (
        {"profiles", "client", "store", "model", "errors", "clock", "__version__"},
        set(),
    ),
    "ui": ({"session", "formatting", "model", "errors", "clock"}, {"textual", "rich"}),
    "cli": (
        {
            "client",
            "log",
            "doctor",
            "store",
            "simulator",
            "session",
            "tokens",
            "profiles",
            "ui",
            "formatting",
            "model",
            "errors",
            "clock",
        }
        | {"i18n", "__version__"},
        set(),
    ),
    "__main__": ({"cli"}, set()),
    "__init__": (set(), set()),
}

FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(parse_syntax_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            module = node.module or ""
            names = {alias.name for alias in node.names}
            found |= {f"kistui.{name}" for name in names} if module == "kistui" else {module}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_only_what_its_room_may(path: Path) -> None:
    import sys

    room = room_of(path)
    own, foreign = ROOMS[room]
    for module in imports_of(path):
        top, _, rest = module.partition(".")
        if top == "kistui":
            assert rest.split(".")[0] in own | {room}, f"{room} imports {module}"
        else:
            assert top in sys.stdlib_module_names or top in foreign, f"{room} imports {module}"


def test_pure_rooms_do_no_input_or_output_and_read_no_clock() -> None:
    forbidden = {"asyncio", "io", "os", "pathlib", "socket", "sys", "threading", "time", "urllib"}
    for path in FILES:
        if room_of(path) in {"model", "formatting", "errors"}:
            assert not imports_of(path) & forbidden, path
            assert "datetime.now" not in path.read_text(encoding="utf-8"), path


def test_kis_keys_are_written_in_the_model_and_spoken_in_the_client_only() -> None:
    """A key stands where its field is declared; all other code uses the field's name."""
    from kistui.models.overseas_records import OverseasCash, OverseasTotals, SettlementDateLot, TradeDateLot
    from kistui.models.balance import Lot, BalanceSummary
    from kistui.models.kis_fields import field_specs

    records = (BalanceSummary, Lot, TradeDateLot, SettlementDateLot, OverseasCash, OverseasTotals)
    keys = {spec.key for record in records for spec in field_specs(record)}
    declared = {PACKAGE / "model" / name for name in ("balance.py", "overseas_records.py")}
    for path in FILES:
        if room_of(path) in {"client", "simulator"} or path in declared:
            continue
        strings = {
            node.value
            for node in ast.walk(parse_syntax_tree(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not keys & strings, path


def test_files_stay_small() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert not {path.name: size for path, size in lengths.items() if size > 300}
