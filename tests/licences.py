"""The licences of what an installation brings, into docs/licences.md: `make licences`."""

import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from msgspec import Struct

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
EXTRAS = ("mcp",)
ELSEWHERE = {"pywin32": "PSF-2.0", "pywin32-ctypes": "BSD-3-Clause"}
"""Packages for Windows only, which cannot be installed where this runs."""
SPDX_NAMES = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
HEAD = """\
# Licences of what is installed

kistui is under the [MIT licence](../LICENSE) and contains no code of other projects. An
installation brings the packages below, each from its own project; `uv.lock` names the versions. All
permit use in any program. MPL-2.0 asks those who change its files to publish the changes; kistui
changes none.

The wheels of some packages contain libraries: OpenSSL (Apache-2.0) in cryptography, libffi (MIT) in
cffi, libyaml (MIT) in pyyaml.

The table is made by `make licences` from `uv.lock` and the packages' own metadata, and a test
compares them.

| package | licence | for |
|---|---|---|
"""


class LockedPackage(Struct, frozen=True):
    """A package that kistui brings: its locked version, and what needs it."""

    name: str
    version: str
    extra: str
    marker: str


def main() -> None:
    """Write the page; every package for this system must be installed."""
    PAGE.write_text(HEAD + "".join(map(table_line, locked_packages())), encoding="utf-8")


def table_line(package: LockedPackage) -> str:
    """Return the package's line in the table."""
    uses = [f"`kistui[{package.extra}]`"] if package.extra else ["kistui"]
    if "win32" in package.marker:
        uses.append("on Windows")
    elif "linux" in package.marker:
        uses.append("on Linux")
    elif package.marker.startswith("python_full_version <"):
        _, version, _ = package.marker.split("'")
        uses.append(f"before Python {version}")
    return f"| {package.name} | {licence(package.name)} | {', '.join(uses)} |\n"


def licence(name: str) -> str:
    """Return the SPDX expression of an installed package; raises PackageNotFoundError."""
    try:
        fields = metadata(name)
    except PackageNotFoundError:
        if name in ELSEWHERE:
            return ELSEWHERE[name]
        raise
    if "License-Expression" in fields:
        return fields["License-Expression"]
    classifiers = fields.get_all("Classifier") or []
    names = [SPDX_NAMES[line] for line in classifiers if line in SPDX_NAMES]
    return names[0] if names else fields["License"]


def locked_packages() -> list[LockedPackage]:
    """Return what `uv.lock` lists for kistui and its extras, by name."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    locked: dict[str, dict[str, Any]] = {entry["name"]: entry for entry in lock["package"]}
    packages: dict[str, LockedPackage] = {}
    for extra in ("", *EXTRAS):
        own = locked["kistui"]
        roots = own["optional-dependencies"][extra] if extra else own["dependencies"]
        for name, marker in _walk(locked, roots, "", set()):
            package = LockedPackage(name, locked[name]["version"], extra, marker)
            is_needed_always = not marker and packages.get(name, package).extra == extra
            if name not in packages or is_needed_always:
                packages[name] = package
    return [packages[name] for name in sorted(packages)]


def _walk(
    locked: dict[str, dict[str, Any]],
    requirements: list[dict[str, Any]],
    outer_marker: str,
    seen: set[tuple[str, str]],
) -> Iterator[tuple[str, str]]:
    for requirement in requirements:
        name, marker = requirement["name"], requirement.get("marker") or outer_marker
        if "sys_platform == 'emscripten'" in marker:  # kistui needs a terminal
            continue
        package = locked[name]
        following: list[dict[str, Any]] = []
        if (name, marker) not in seen:
            seen.add((name, marker))
            yield name, marker
            following += package.get("dependencies", [])
        for extra in requirement.get("extra", []):
            following += package["optional-dependencies"][extra]
        yield from _walk(locked, following, marker, seen)


if __name__ == "__main__":
    main()
