"""`kistui themes`, and which theme and language the app starts with."""

import json
import re
from pathlib import Path

import pytest

from kistui.cli import main
from kistui.formatting.cells import display_width
from kistui.storage.themes import bundled_themes_dir, load_themes

Out = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "kistui"
    (folder / "themes").mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def test_themes_are_listed_with_their_origin(folder: Path, capsys: Out) -> None:
    text = (bundled_themes_dir() / "kistui-dark.toml").read_text()
    name = "내가만든아주긴이름의테마"
    (folder / "themes" / "mine.toml").write_text(text.replace("kistui-dark", name))
    assert main(["themes"]) == 0
    out, err = capsys.readouterr()
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert lines.keys() == {name, *load_themes().by_name}
    assert "기본 제공" in lines["terminal"]
    assert lines[name].endswith("themes/mine.toml")
    tones = [re.search("어두움|밝음", line) for line in lines.values()]
    assert len({display_width(tone.string[: tone.start()]) for tone in tones if tone}) == 1
    bundled = [line.partition("기본 제공")[0] for line in lines.values() if "기본 제공" in line]
    assert len(set(map(display_width, bundled))) == 1
    assert "kistui/themes" in err
    (folder / "themes" / "bad.toml").write_text('name = "bad"')
    assert main(["themes", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert any(fault.startswith("bad.toml: ") for fault in document["faults"])


@pytest.mark.parametrize(
    ("arguments", "korean"), [([], False), (["--lang", "ko"], True), (["--lang", "en"], False)]
)
def test_the_option_decides_the_language_then_the_setting_then_the_locale(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out, arguments: list[str], korean: bool
) -> None:
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    path = folder / "config.toml"
    path.write_text('[settings]\nlanguage = "en"\n')
    path.chmod(0o600)
    main(["--demo", *arguments, "balance"])
    assert ("총평가" in capsys.readouterr().out) is korean


def test_with_a_faulty_configuration_the_locale_decides_the_language(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    path = folder / "config.toml"
    path.write_text("settings = 5")
    path.chmod(0o600)
    assert main(["--demo", "balance"]) == 0
    assert "Securities" in capsys.readouterr().out
