"""Theme files are read completely or rejected, and their colours have enough contrast."""

import colorsys
from pathlib import Path

import pytest

from kistui.storage.themes import (
    DEFAULT_THEME,
    ThemeFile,
    ThemeRepository,
    bundled_themes_dir,
    load_theme,
    load_themes,
)

THEMES = load_themes()


def test_the_bundled_themes_are_valid_dark_and_light() -> None:
    assert THEMES.errors == ()
    assert {DEFAULT_THEME, "kistui-light"} <= THEMES.by_name.keys()
    assert {theme.dark for theme in THEMES.by_name.values()} == {True, False}


def luminance(color: str) -> float:
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: str, background: str) -> float:
    low, high = sorted((luminance(color), luminance(background)))
    return (high + 0.05) / (low + 0.05)


COLOURED = [theme for theme in THEMES.by_name.values() if not theme.ansi]
BY_NAME = pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)


@BY_NAME
def test_every_text_contrasts_with_its_backgrounds(theme: ThemeFile) -> None:
    """WCAG AA: 4.5 to 1; 7 to 1 in high contrast."""
    least = 7.0 if theme.name == "high-contrast" else 4.5
    colors, variables = theme.colors, theme.variables
    grounds = [colors[name] for name in ("background", "panel", "surface")] + [variables["cursor"]]
    texts = [variables[name] for name in ("gain", "loss", "label", "dim", "good", "bad")]
    texts += [colors["foreground"], colors["warning"]]
    for ground in grounds:
        for text in texts:
            assert contrast(text, ground) >= least, (text, ground, contrast(text, ground))
    for kind in ("real", "paper", "demo"):
        pair = variables["kind-text"], variables[f"kind-{kind}"]
        assert contrast(*pair) >= least, pair


@BY_NAME
def test_frames_contrast_with_the_background(theme: ThemeFile) -> None:
    """WCAG 1.4.11: 3 to 1 for what is no text."""
    assert contrast(theme.colors["primary"], theme.colors["surface"]) >= 3
    assert contrast(theme.colors["secondary"], theme.colors["background"]) >= 3


@BY_NAME
def test_bars_contrast_with_the_background(theme: ThemeFile) -> None:
    for bar in ("bar", "bar-alt"):
        assert contrast(theme.variables[bar], theme.colors["background"]) >= 3, bar


def hue(color: str) -> tuple[float, float]:
    """Return hue and saturation of a colour."""
    red, green, blue = (int(color[index : index + 2], 16) / 255 for index in (1, 3, 5))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    return hue, saturation


@BY_NAME
def test_only_gain_and_loss_have_their_hues(theme: ThemeFile) -> None:
    """Tags and bars keep a twelfth of the circle away from gain and loss, or are grey."""
    for moving in ("gain", "loss"):
        reserved, _ = hue(theme.variables[moving])
        for name in ("kind-real", "kind-paper", "bar", "bar-alt"):
            own, saturation = hue(theme.variables[name])
            distance = min(abs(own - reserved), 1 - abs(own - reserved))
            assert saturation < 0.25 or distance > 1 / 12, (moving, name)


def test_a_theme_may_leave_out_the_bars(tmp_path: Path) -> None:
    text = (bundled_themes_dir() / "kistui-dark.toml").read_text()
    own = tmp_path / "own.toml"
    own.write_text("\n".join(line for line in text.splitlines() if not line.startswith("bar")))
    theme, faults = load_theme(own)
    assert not faults
    assert theme is not None
    assert theme.variables["bar"] == theme.variables["label"]


# Machado, Oliveira and Fernandes 2009, full strength, in linear light.
BLINDNESS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
}  # fmt: skip


def seen(color: str, kind: str) -> tuple[float, ...]:
    light = [(int(color[index : index + 2], 16) / 255) ** 2.2 for index in (1, 3, 5)]
    return tuple(
        sum(part * value for part, value in zip(row, light, strict=True)) for row in BLINDNESS[kind]
    )


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("name", ["colour-blind-dark", "colour-blind-light"])
def test_gain_and_loss_are_far_apart_for_those_who_see_no_red_or_no_green(
    name: str, kind: str
) -> None:
    def apart(theme: str) -> float:
        variables = THEMES.by_name[theme].variables
        gain, loss = (seen(variables[name], kind) for name in ("gain", "loss"))
        total = [sum(part for part in side) or 1 for side in (gain, loss)]
        # Chromaticity: hue and saturation, whatever the brightness.
        shares = [[part / total[index] for part in side] for index, side in enumerate((gain, loss))]
        return float(sum(abs(share - other) for share, other in zip(*shares, strict=True)))

    usual = "green-up-dark" if name.endswith("dark") else "green-up-light"
    assert apart(name) >= 0.5
    assert apart(name) > 2 * apart(usual)


def test_the_bundled_themes_are_complete() -> None:
    assert THEMES.by_name.keys() >= {
        "kistui-dark", "kistui-light", "green-up-dark", "green-up-light", "colour-blind-dark",
        "colour-blind-light", "high-contrast", "terminal",
    }  # fmt: skip
    assert [theme.name for theme in THEMES.by_name.values() if theme.ansi] == ["terminal"]


def test_the_terminals_colours_are_for_themes_that_say_so(tmp_path: Path) -> None:
    text = (bundled_themes_dir() / "terminal.toml").read_text()
    plain = tmp_path / "plain.toml"
    plain.write_text(text.replace("ansi = true", "ansi = false"))
    _, faults = load_theme(plain)
    assert "colors.primary: not a colour like #1a2b3c" in faults
    plain.write_text(text.replace("ansi_green", "ansi_grue"))
    _, faults = load_theme(plain)
    assert "variables.good: not a colour like ansi_red" in faults


def test_the_repository_knows_when_a_file_was_saved(tmp_path: Path) -> None:
    repository = ThemeRepository(tmp_path / "themes")
    assert not repository.is_stale()
    repository.load()
    (tmp_path / "themes").mkdir()
    assert not repository.is_stale()
    own = tmp_path / "themes" / "own.toml"
    own.write_text((bundled_themes_dir() / "kistui-dark.toml").read_text())
    assert repository.is_stale()
    assert not repository.load().errors
    assert not repository.is_stale()
    own.unlink()
    assert repository.is_stale()


def test_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (bundled_themes_dir() / "kistui-dark.toml").read_bytes())
    assert load_theme(path)[1] == []


def test_all_faults_of_a_theme_are_reported_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(
        'name = "\\u001b[2J"\n"\\u001b[2J" = 1\n'
        '[colors]\nprimary = "red"\nprimari = "#000000"\n[variables]\n'
    )
    theme, faults = load_theme(path)
    assert theme is None
    for fault in (
        "name: a text is missing, or it has control characters",
        "dark: true or false is missing",
        "colors.primary: not a colour like #1a2b3c",
        "colors.primari: not known",
        "colors.surface: missing",
        "variables.gain: missing",
    ):
        assert fault in faults
    assert all(fault.isprintable() for fault in faults)


@pytest.mark.parametrize(
    "content",
    [b"name = ", b"\xff\xfe", b"", b"a = " + b"9" * 5000, b"a = " + b"[" * 5000],
    ids=["no value", "no UTF-8", "empty", "long number", "deep nesting"],
)
def test_a_file_that_is_no_theme_does_not_stop_the_others(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.toml").write_bytes(content)
    themes = load_themes([tmp_path])
    assert DEFAULT_THEME in themes.by_name
    assert themes.errors[0].startswith("broken.toml: ")
