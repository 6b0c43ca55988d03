"""Build sdist and wheel, check what they hold, and run the wheel from clean environments.

    .venv/bin/python .ci/package.py

The wheel is made from the sdist, as package indexes do. It is installed by pip, and by
`uv tool install` where uv is on the PATH.
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
IN_SDIST = ("README.md", "README.ko.md", "LICENSE", "themes/kistui-dark.toml", "tests/conftest.py")


def main() -> int:
    """Return 0 if everything works; raises SystemExit."""
    with tempfile.TemporaryDirectory(prefix="kistui-package-") as folder:
        sdist, wheel = build(Path(folder))
        check_content(sdist, wheel)
        environment = Path(folder) / "environment"
        venv.create(environment, with_pip=True)
        run([environment / "bin" / "pip", "install", "--quiet", wheel])
        run_demo(environment / "bin" / "kistui", Path(folder))
        print("gate: the wheel runs in a clean environment")
        check_uv(wheel, Path(folder))
    return 0


def build(folder: Path) -> tuple[Path, Path]:
    """Build the sdist, and the wheel from it; return their paths."""
    run([sys.executable, "-m", "build", "--outdir", folder / "dist", ROOT], quiet=True)
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    (wheel,) = (folder / "dist").glob("*.whl")
    return sdist, wheel


def check_content(sdist: Path, wheel: Path) -> None:
    """Exit with a sentence if a file is missing or does not belong there."""
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


def check_uv(wheel: Path, folder: Path) -> None:
    """Install the wheel with `uv tool install`, if there is uv, and run it."""
    uv = shutil.which("uv")
    if uv is None:
        print("gate: uv is not on the PATH: `uv tool install` was not tried")
        return
    folders = {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    run([uv, "tool", "install", "--python", sys.executable, wheel], quiet=True, **folders)
    run_demo(folder / "bin" / "kistui", folder)
    print("gate: the wheel runs after `uv tool install`")


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
