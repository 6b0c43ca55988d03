"""The import rules between packages, checked in every file."""

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from msgspec import Struct

import kistui
from kistui import models
from kistui.models.balance import Lot
from kistui.models.dividends import AccountRight
from kistui.models.kis_fields import field_specs
from tests.support import parse_syntax_tree

PACKAGE = Path(kistui.__file__).parent

BASE = {"errors", "clock", "__version__"}
SERVICES = {"client", "storage", "models"} | BASE
# package: what its modules may import, of kistui and of third parties.
LAYERS: dict[str, tuple[set[str], set[str]]] = {
    "errors": (set(), set()),
    "clock": (set(), set()),
    "models": ({"errors", "clock"}, {"msgspec"}),
    "i18n": (set(), set()),
    "formatting": ({"i18n", "models", "errors", "clock"}, {"msgspec"}),
    "client": ({"models"} | BASE, {"httpx", "msgspec", "websockets"}),
    "storage": (
        {"models"} | BASE,
        {
            "cryptography",
            "filelock",
            "keyring",
            "platformdirs",
            "msgspec",
            "secretstorage",
            "tomli_w",
            "tomlkit",
            "yaml",
        },
    ),
    "simulator": (set(), {"msgspec", "websockets"}),
    "services": (SERVICES, {"msgspec"}),
    "doctor": (SERVICES | {"services"}, {"msgspec"}),
    "tui": ({"services", "formatting", "i18n", "models"} | BASE, {"msgspec", "rich", "textual"}),
    "cli": (
        SERVICES | {"services", "doctor", "simulator", "tui", "formatting", "i18n"},
        {"argparse_manpage", "mcp", "msgspec", "shtab"},
    ),
    "library": (SERVICES | {"services"}, set()),
    "__main__": ({"cli"}, set()),
    "__init__": ({"library"}, set()),
}

FILES = sorted(PACKAGE.rglob("*.py"))


def package_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(parse_syntax_tree(path)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            module = node.module or ""
            names = {alias.name for alias in node.names}
            modules |= {f"kistui.{name}" for name in names} if module == "kistui" else {module}
    return modules


@pytest.mark.parametrize("package", sorted({package_of(path) for path in FILES}))
def test_a_package_imports_only_what_the_rule_allows(package: str) -> None:
    own, foreign = LAYERS[package]
    for path in FILES:
        if package_of(path) != package:
            continue
        for module in imports_of(path):
            top, _, submodule = module.partition(".")
            if top == "kistui":
                assert submodule.split(".")[0] in own | {package}, f"{path} imports {module}"
            else:
                assert top in sys.stdlib_module_names or top in foreign, f"{path} imports {module}"


def test_pure_packages_do_no_input_or_output_and_read_no_clock() -> None:
    forbidden = {"asyncio", "io", "os", "pathlib", "socket", "sys", "threading", "time", "urllib"}
    for path in FILES:
        if package_of(path) in {"models", "formatting", "errors"}:
            assert not imports_of(path) & forbidden, path
            assert "datetime.now" not in path.read_text(encoding="utf-8"), path


def kis_records() -> Iterator[type]:
    """Yield every record whose fields have keys of KIS."""
    for module in iter_modules(models.__path__, f"{models.__name__}."):
        for record in vars(import_module(module.name)).values():
            if isinstance(record, type) and issubclass(record, Struct) and field_specs(record):
                yield record


def test_kis_keys_are_written_only_where_they_are_declared() -> None:
    """A key stands where its field is declared; all other code uses the field's name."""
    records = set(kis_records())
    assert {Lot, AccountRight} <= records
    # A key that is its field's own name, such as `record_date`, is an ordinary word.
    keys = {spec.key for record in records for spec in field_specs(record) if spec.key != spec.name}
    declared = {PACKAGE.parent / f"{record.__module__.replace('.', '/')}.py" for record in records}
    for path in FILES:
        if package_of(path) in {"client", "simulator"} or path in declared:
            continue
        strings = {
            node.value
            for node in ast.walk(parse_syntax_tree(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not keys & strings, path
