"""Make a release: set the version, build and check the package, commit and tag. Publishes nothing.

    .venv/bin/python .ci/release.py 0.2.0 [--dry-run]

Works in a clone beside the repository and copies commit and tag back only if every check passes.
The files are left in `dist/`.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path

from package import ROOT, build_and_check

VERSION_FILE = "kistui/__init__.py"
CHANGELOG = "CHANGELOG.md"
VERSION_LINE = re.compile(r'^__version__ = "([0-9]+\.[0-9]+\.[0-9]+)"$', re.MULTILINE)
UNRELEASED = "## Unreleased\n"


def main() -> int:
    """Return 0 if the release is made; raises SystemExit with a sentence."""
    parser = argparse.ArgumentParser(description="Make a release; nothing is published.")
    parser.add_argument("version", help="the new version, such as 0.2.0")
    parser.add_argument("--dry-run", action="store_true", help="build and check, keep nothing")
    options = parser.parse_args()
    version, tag = options.version, f"v{options.version}"
    check_repository(ROOT, tag)
    with tempfile.TemporaryDirectory(prefix="kistui-release-") as folder:
        clone = Path(folder, "kistui")
        git(ROOT, "clone", "--quiet", str(ROOT), str(clone))
        prepare(clone, version, datetime.now().astimezone().date())
        build_and_check(clone, Path(folder, "dist"))
        files = sorted(Path(folder, "dist").iterdir())
        if wrong := [file.name for file in files if f"-{version}" not in file.name]:
            raise SystemExit(f"release: {', '.join(wrong)} is not of version {version}")
        if options.dry_run:
            print(f"release: {tag} could be made; nothing was changed")
            return 0
        for name in ("user.name", "user.email"):
            git(clone, "config", name, git(ROOT, "config", name))
        git(clone, "commit", "--quiet", "--all", "--message", f"Release {version}")
        git(clone, "tag", "--annotate", tag, "--message", f"kistui {version}")
        git(ROOT, "pull", "--quiet", "--ff-only", "--tags", str(clone), "HEAD")
        shutil.rmtree(ROOT / "dist", ignore_errors=True)
        shutil.copytree(Path(folder, "dist"), ROOT / "dist")
    print(f"release: {tag} is committed and tagged, and its files are in dist/. To publish it:")
    print(f"  git push origin HEAD {tag}\n  uv publish dist/*")
    return 0


def check_repository(root: Path, tag: str) -> None:
    """Exit with a sentence if something is not committed, or the tag exists."""
    if git(root, "status", "--porcelain"):
        raise SystemExit("release: commit or remove what `git status` lists first")
    if git(root, "tag", "--list", tag):
        raise SystemExit(f"release: the tag {tag} is there already")


def prepare(root: Path, version: str, today: date) -> None:
    """Write the version into the package and over the unreleased changes."""
    version_file, changelog = root / VERSION_FILE, root / CHANGELOG
    version_file.write_text(
        with_version(version_file.read_text(encoding="utf-8"), version, is_first=not tags(root)),
        encoding="utf-8",
    )
    changelog.write_text(
        with_heading(changelog.read_text(encoding="utf-8"), version, today), encoding="utf-8"
    )


def with_version(text: str, version: str, *, is_first: bool) -> str:
    """Return the version file with a later version; the first release may keep its version."""
    match = VERSION_LINE.search(text)
    if match is None:
        raise SystemExit(f"release: no version in {VERSION_FILE}")
    line = f'__version__ = "{version}"'
    if not VERSION_LINE.fullmatch(line):
        raise SystemExit(f"release: {version} is not three numbers, such as 0.2.0")
    before, after = version_numbers(match[1]), version_numbers(version)
    if after < before or (after == before and not is_first):
        raise SystemExit(f"release: {version} is not after {match[1]}")
    return text.replace(match[0], line)


def with_heading(text: str, version: str, today: date) -> str:
    """Return the changelog with the unreleased changes under the version."""
    _, heading, following = text.partition(UNRELEASED)
    if not heading or not following.partition("\n## ")[0].strip():
        raise SystemExit(f"release: {CHANGELOG} has nothing under Unreleased")
    return text.replace(heading, f"{UNRELEASED}\n## {version} - {today}\n", 1)


def version_numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers, to compare."""
    return tuple(map(int, version.split(".")))


def tags(root: Path) -> list[str]:
    """Return the tags of earlier releases."""
    return git(root, "tag", "--list", "v*").splitlines()


def git(root: Path, *arguments: str) -> str:
    """Return what a git command prints; raises SystemExit."""
    result = subprocess.run(
        ["git", "-C", root, *arguments], capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise SystemExit(f"release: git {arguments[0]} failed: {result.stderr.strip()}")
    return result.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
