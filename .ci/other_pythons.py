"""Run the demo, the tests and the closings on every other Python of this machine, from 3.11 on.

Each gets a virtual environment of its own in a temporary folder. Prints the versions not found.
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile

VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
VERSION_MANAGERS = (
    "~/.pyenv/versions/*/bin/python3",
    "~/.local/share/uv/python/*/bin/python3",
    "~/.asdf/installs/python/*/bin/python3",
    "~/.local/share/mise/installs/python/*/bin/python3",
    "/opt/python/*/bin/python3",
)
PRINT_VERSION = "import ssl, sys, venv; print('%d.%d' % sys.version_info[:2])"


def main() -> int:
    """Return the exit code of the first version that fails, or 0."""
    ours = "%d.%d" % sys.version_info[:2]
    pythons = find_pythons()
    missing = [version for version in VERSIONS if version not in pythons and version != ours]
    print(f"gate: ran on {ours}; not found on this machine: {', '.join(missing) or 'none'}")
    for version in VERSIONS:
        if version in pythons and version != ours:
            code = check(version, pythons[version])
            if code:
                return code
    return 0


def find_pythons() -> dict[str, str]:
    """Return a working interpreter for each version, from PATH and version managers' folders."""
    candidates = [shutil.which(f"python{version}") for version in VERSIONS]
    for pattern in VERSION_MANAGERS:
        candidates += sorted(glob.glob(os.path.expanduser(pattern)))
    pythons: dict[str, str] = {}
    for path in candidates:
        version = path and version_of(path)
        if path and version:
            pythons.setdefault(version, path)
    return pythons


def version_of(python: str) -> str | None:
    """Return an interpreter's version; None for a shim that starts nothing."""
    try:
        result = subprocess.run(
            [python, "-c", PRINT_VERSION], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return result.stdout.strip() if result.returncode == 0 else None


def check(version: str, python: str) -> int:
    """Install kistui for one interpreter, then do what the gate does with an installed one."""
    print(f"gate: Python {version} ({python})", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        venv = os.path.join(folder, "venv")
        for command in (
            [python, "-m", "venv", venv],
            [f"{venv}/bin/pip", "install", "--quiet", "-e", ".[test]"],
            [f"{venv}/bin/python", ".ci/open_demo.py", f"{venv}/bin/kistui"],
            [f"{venv}/bin/pytest"],
            [f"{venv}/bin/python", "-m", "tests.terminal.closings", "100", "7"],
        ):
            code = subprocess.run(command, check=False).returncode
            if code:
                print(f"gate: Python {version} failed: {' '.join(command)}")
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
