"""Isolated environment of the terminal tests; sizes come from the terminal, not from variables."""

from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return an empty home folder."""
    return tmp_path
