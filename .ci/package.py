"""Build sdist and wheel, check what they hold, and run the wheel from clean environments.

    .venv/bin/python .ci/package.py

The wheel is made from the sdist, as package indexes do. It is installed by pip and by
`uv tool install`; some tests run with the lowest versions that `pyproject.toml` allows.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IN_WHEEL = ("kistui/py.typed", "kistui/themes/kistui-dark.toml", "kistui/cli/__init__.py")
IN_SDIST = (
    "README.md",
    "README.ko.md",
    "LICENSE",
    ".ci/release.py",
    "docs/licences.md",
    "themes/kistui-dark.toml",
    "tests/conftest.py",
)

LOWEST_TESTS = (
    "tests/test_library.py",
    "tests/cli/test_completion.py",
    "tests/client/test_proxies.py",
    "tests/storage/secrets",
    "tests/storage/importers",
    "tests/storage/test_config_edits.py",
    "tests/tui/test_log.py",
)
"""Tests that use each dependency and take a few seconds."""


def main() -> int:
    """Return 0 if everything works; raises SystemExit."""
    with tempfile.TemporaryDirectory(prefix="kistui-package-") as folder:
        wheel = build_and_check(ROOT, Path(folder) / "dist")
        uv = find_uv(Path(folder))
        check_uv_tool(uv, wheel, Path(folder))
        check_lowest(uv, Path(folder))
    return 0


def build_and_check(source: Path, dist: Path) -> Path:
    """Build sdist and wheel, check what they hold, run the wheel; return the wheel."""
    run([sys.executable, "-m", "build", "--outdir", dist, source], quiet=True)
    (sdist,) = dist.glob("*.tar.gz")
    (wheel,) = dist.glob("*.whl")
    check_content(sdist, wheel)
    with tempfile.TemporaryDirectory(prefix="kistui-wheel-") as folder:
        venv.create(folder, with_pip=True)
        run([Path(folder, "bin", "pip"), "install", "--quiet", wheel])
        run_demo(Path(folder, "bin", "kistui"), Path(folder))
    print("gate: the wheel runs in a clean environment")
    return wheel


def check_content(sdist: Path, wheel: Path) -> None:
    """Exit with a sentence if a file is missing, or is not meant to be in the package."""
    with tarfile.open(sdist) as archive:
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = set(archive.namelist())
    missing = [name for name in IN_SDIST if name not in in_sdist]
    missing += [name for name in IN_WHEEL if name not in in_wheel]
    themes = len([name for name in in_wheel if name.startswith("kistui/themes/")])
    foreign = [name for name in in_wheel if not name.startswith(("kistui/", "kistui-"))]
    if missing or foreign or themes != len(list((ROOT / "themes").glob("*.toml"))):
        raise SystemExit(f"gate: missing {missing}, foreign {foreign}, {themes} themes")


def find_uv(folder: Path) -> Path:
    """Return uv, from the PATH or freshly installed from the package index."""
    if uv := shutil.which("uv"):
        return Path(uv)
    venv.create(folder / "uv", with_pip=True)
    run([folder / "uv" / "bin" / "pip", "install", "--quiet", "uv"])
    return folder / "uv" / "bin" / "uv"


def check_uv_tool(uv: Path, wheel: Path, folder: Path) -> None:
    """Install the wheel with `uv tool install` and run it."""
    folders = {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    run([uv, "tool", "install", "--python", sys.executable, wheel], quiet=True, **folders)
    run_demo(folder / "bin" / "kistui", folder)
    print("gate: the wheel runs after `uv tool install`")


def check_lowest(uv: Path, folder: Path) -> None:
    """Install the lowest versions that `pyproject.toml` allows, run the demo and some tests."""
    environment = folder / "lowest"
    python = environment / "bin" / "python"
    run([uv, "venv", "--python", sys.executable, environment], quiet=True)
    install = [uv, "pip", "install", "--python", python, "--resolution", "lowest-direct"]
    run([*install, "--editable", f"{ROOT}[test]"], quiet=True)
    run_demo(environment / "bin" / "kistui", folder)
    run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *LOWEST_TESTS], cwd=ROOT)
    print("gate: it runs with the lowest dependencies")


def run_demo(kistui: Path, folder: Path) -> None:
    """Run a command on the simulator, away from the repository."""
    run([kistui, "--demo", "balance"], cwd=folder, quiet=True)


def run(
    command: list[str | Path], *, cwd: Path | None = None, quiet: bool = False, **variables: str
) -> None:
    """Run a command; its output is shown if it fails."""
    result = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | variables,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if result.returncode:
        print(result.stdout or "")
        raise SystemExit(f"gate: {' '.join(map(str, command))} failed")


if __name__ == "__main__":
    raise SystemExit(main())
