"""The words of each language, from the TOML files beside this one."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kistui.view.words import Words

LANGUAGES = ("ko", "en")


def load(language: str) -> Words:
    """The words of `ko` or `en`."""
    # Not by importlib.resources: importing that takes longer than all the rest.
    raw = Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8")
    return Words(language, dict(_flatten(tomllib.loads(raw), "")))


def detect(environ: Mapping[str, str]) -> str:
    """The language the locale asks for; Korean where it asks for none, as KIS's customers would."""
    wanted = next(
        (environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), ""
    )
    language = wanted.partition(".")[0].partition("_")[0].lower()
    return "ko" if language in ("", "c", "posix", "ko") else "en"


def _flatten(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            flat += _flatten(value, f"{prefix}{key}.")
        else:
            flat.append((prefix + key, str(value)))
    return flat
