"""docs/licences.md lists what an installation brings, as `uv.lock` and the packages say."""

from importlib.metadata import PackageNotFoundError, version

import pytest

from tests.licences import HEAD, PAGE, locked_packages, table_line

PACKAGES = {package.name: package for package in locked_packages()}
LINES = {
    line.split("|")[1].strip(): line
    for line in PAGE.read_text(encoding="utf-8").removeprefix(HEAD).splitlines(keepends=True)
}


def test_the_page_lists_each_locked_package_and_no_other() -> None:
    assert list(LINES) == sorted(PACKAGES), "make licences"


@pytest.mark.parametrize("name", PACKAGES)
def test_the_licence_is_the_one_in_the_installed_metadata(name: str) -> None:
    try:
        is_locked_version = version(name) == PACKAGES[name].version
    except PackageNotFoundError:
        is_locked_version = False
    if not is_locked_version:  # another version may be under another licence
        assert LINES[name].count("|") == 4
        return
    assert LINES[name] == table_line(PACKAGES[name]), "make licences"


def test_a_package_with_a_copyleft_for_whole_programs_is_found() -> None:
    assert not [line for line in LINES.values() if "GPL" in line]
