"""docs/licences.md lists what an installation brings, as `uv.lock` and the packages say."""

from importlib.metadata import PackageNotFoundError, version

import pytest

from tests.licences import HEAD, PAGE, LockedPackage, locked_packages, table_line

LINES = {
    line.split("|")[1].strip(): line
    for line in PAGE.read_text(encoding="utf-8").removeprefix(HEAD).splitlines(keepends=True)
}


@pytest.fixture(scope="module")
def packages() -> dict[str, LockedPackage]:
    """Return the locked packages by name."""
    return {package.name: package for package in locked_packages()}


def test_the_page_lists_each_locked_package_and_no_other(
    packages: dict[str, LockedPackage],
) -> None:
    assert list(LINES) == sorted(packages), "make licences"


def has_locked_version(package: LockedPackage) -> bool:
    try:
        return version(package.name) == package.version
    except PackageNotFoundError:
        return False


def test_the_licences_are_those_in_the_installed_metadata(
    packages: dict[str, LockedPackage],
) -> None:
    for name, line in LINES.items():
        if has_locked_version(packages[name]):
            assert line == table_line(packages[name]), "make licences"
        else:  # another version may be under another licence
            assert line.count("|") == 4


def test_a_package_with_a_copyleft_for_whole_programs_is_found() -> None:
    assert not [line for line in LINES.values() if "GPL" in line]
