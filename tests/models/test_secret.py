"""A secret never appears in text."""

import pytest

from kistui.models.text import Secret

SECRET = Secret("PShush0000")


@pytest.mark.parametrize(
    "text",
    [repr(SECRET), str(SECRET), f"{SECRET}", f"{SECRET!r:>40}", f"{SECRET:>40}", f"{[SECRET]}"],
)
def test_a_secret_is_masked_in_every_text(text: str) -> None:
    assert "hush" not in text
    assert "***" in text


def test_only_reveal_returns_the_text() -> None:
    assert SECRET.reveal() == "PShush0000"


def test_secrets_are_equal_and_hashable_by_value() -> None:
    assert Secret("PShush0000") == SECRET != Secret("other")
    assert len({SECRET, Secret("PShush0000")}) == 1
    assert SECRET != "PShush0000"


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert SECRET
