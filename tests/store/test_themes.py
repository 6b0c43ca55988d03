"""Theme files are read whole or told apart, and what they colour can be read."""

from pathlib import Path

import pytest

from kistui.store.themes import DEFAULT, ThemeFile, load_themes, read_theme

THEMES = load_themes()


def test_the_bundled_themes_are_whole() -> None:
    assert THEMES.faults == ()
    assert {DEFAULT, "kistui-light"} <= THEMES.by_name.keys()
    assert {theme.dark for theme in THEMES.by_name.values()} == {True, False}


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.by_name.values(), ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_ground_it_stands_on(theme: ThemeFile) -> None:
    """WCAG AA: 4.5 to 1."""
    grounds = [theme.colors["background"], theme.colors["panel"], theme.variables["cursor"]]
    texts = [theme.variables[name] for name in ("gain", "loss", "label", "dim", "good", "bad")]
    for ground in grounds:
        for text in (*texts, theme.colors["foreground"]):
            assert contrast(text, ground) >= 4.5, (text, ground, contrast(text, ground))
    for kind in ("real", "paper", "demo"):
        pair = theme.variables["kind-text"], theme.variables[f"kind-{kind}"]
        assert contrast(*pair) >= 4.5, pair


def test_all_faults_of_a_theme_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('name = "x"\n[colors]\nprimary = "red"\nprimari = "#000000"\n[variables]\n')
    theme, faults = read_theme(path)
    assert theme is None
    for fault in (
        "dark: true or false is missing",
        "colors.primary: not a colour like #1a2b3c",
        "colors.primari: not known",
        "colors.surface: missing",
        "variables.gain: missing",
    ):
        assert fault in faults


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe", b""])
def test_a_file_that_is_no_theme_does_not_stop_the_others(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.toml").write_bytes(content)
    themes = load_themes([tmp_path])
    assert DEFAULT in themes.by_name
    assert themes.faults[0].startswith("broken.toml: ")
