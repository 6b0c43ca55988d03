"""`.ci/release.py` refuses what must not be released; it writes only version and changelog."""

import importlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

import kistui

SCRIPT = Path(kistui.__file__).parents[1] / ".ci" / "release.py"
SIGNATURE = {
    f"GIT_{role}_{field}": "x@y" for role in ("AUTHOR", "COMMITTER") for field in ("NAME", "EMAIL")
}


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    return importlib.import_module("release")


def git(folder: Path, *arguments: str) -> None:
    environ = os.environ | SIGNATURE
    subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, env=environ)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "kistui").mkdir()
    (tmp_path / "kistui" / "__init__.py").write_text('"""x."""\n\n__version__ = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n### Added\n\n- One.\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "One")
    return tmp_path


def test_version_and_changes_get_their_heading(release: ModuleType, repository: Path) -> None:
    release.check_repository(repository, "v0.1.0")
    release.prepare(repository, "0.1.0", date(2026, 11, 29))  # the first release
    text = (repository / "CHANGELOG.md").read_text()
    assert text.endswith("## Unreleased\n\n## 0.1.0 - 2026-11-29\n\n### Added\n\n- One.\n")
    with pytest.raises(SystemExit, match="nothing under Unreleased"):
        release.prepare(repository, "0.2.0", date(2026, 11, 30))


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "0.2", "v0.2.0", "0.2.0rc1"])
def test_a_version_that_does_not_follow_is_refused(
    release: ModuleType, repository: Path, version: str
) -> None:
    git(repository, "tag", "v0.1.0")
    with pytest.raises(SystemExit, match=version):
        release.prepare(repository, version, date(2026, 11, 29))
    release.prepare(repository, "0.10.0", date(2026, 11, 29))


def test_uncommitted_changes_and_released_versions_are_refused(
    release: ModuleType, repository: Path
) -> None:
    git(repository, "tag", "v0.1.0")
    with pytest.raises(SystemExit, match="already"):
        release.check_repository(repository, "v0.1.0")
    (repository / "note").write_text("x")
    with pytest.raises(SystemExit, match="git status"):
        release.check_repository(repository, "v0.2.0")


def test_the_command_explains_itself() -> None:
    output = subprocess.check_output([sys.executable, SCRIPT, "--help"], text=True)
    assert "nothing is published" in output
