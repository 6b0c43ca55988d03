"""Writing to `config.toml` leaves everything else in the user's file as it was."""

import tomllib
from pathlib import Path

import pytest
from msgspec.structs import replace

from kistui.errors import ConfigError, ProfileNotFoundError
from kistui.models.account import AccountNumber, Environment, Profile, SecretBackend
from kistui.storage import config

FILE = """\
# My accounts.
default = "main"   # the one I look at

[keys]
holdings.sort = "o"  # not s
holdings.filter = ["f", "slash"]

[settings]
refresh_seconds = 30   # KIS allows more
theme = "nord"  # dark
hidden = false

[profiles.main]  # 위탁
environment = "real"
account = "50071234-01"
secrets = "plain"
note = 'kept'

# The end.
"""
OTHER = Profile(
    "isa", Environment.PAPER, AccountNumber.parse("50079999-01"), secret_backend=SecretBackend.PLAIN
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_theme_keeps_comments_order_and_dotted_keys(path: Path) -> None:
    config.save_setting(path, "theme", "gruvbox")
    assert path.read_text(encoding="utf-8") == FILE.replace('"nord"', '"gruvbox"')
    assert config.load_config(path).settings.key_bindings["holdings.sort"] == ("o",)


def test_a_new_and_a_removed_setting_touch_no_other_line(path: Path) -> None:
    config.save_setting(path, "language", "en")
    assert config.load_config(path).settings.language == "en"
    config.save_setting(path, "language", None)
    assert path.read_text(encoding="utf-8") == FILE


def test_a_setting_of_a_profile_touches_no_other_line(path: Path) -> None:
    assert config.load_config(path).profile_settings["main"].live_prices is None
    config.save_profile_setting(path, "main", "live_prices", True)
    saved = config.load_config(path)
    assert saved.profile_settings["main"].live_prices is True
    config.update_profile(path, saved.get_profile("main"))
    assert config.load_config(path).profile_settings["main"].live_prices is True
    assert set(FILE.splitlines()) <= set(path.read_text(encoding="utf-8").splitlines())
    with pytest.raises(ProfileNotFoundError):
        config.save_profile_setting(path, "isa", "live_prices", True)
    path.write_text(FILE.replace("note = 'kept'", "live_prices = 'yes'"))
    with pytest.raises(ConfigError) as caught:
        config.load_config(path)
    assert caught.value.details["where"] == "profiles.main.live_prices"


def test_a_default_and_a_profile_touch_no_other_line(path: Path) -> None:
    config.add_profile(path, OTHER)
    config.set_default_profile(path, "isa")
    assert config.load_config(path).default_profile() == OTHER
    lines = path.read_text(encoding="utf-8").splitlines()
    for line in FILE.splitlines():
        assert line.replace('"main"   #', '"isa"   #') in lines
    config.update_profile(path, replace(OTHER, base_url="https://kis.example"))
    config.remove_profile(path, "isa")
    assert tomllib.loads(path.read_text(encoding="utf-8")) == tomllib.loads(FILE)


@pytest.mark.parametrize(
    "text",
    [
        'settings.theme = "nord"  # dark\n',
        'settings = { theme = "nord" }  # dark\n',
        '[keys]\nholdings.sort = "o"\n[profiles]\n[settings]\n# dark\n',
        "# dark",
    ],
)
def test_a_setting_can_be_added_to_any_form_of_table(path: Path, text: str) -> None:
    path.write_text(text)
    config.save_setting(path, "refresh_seconds", 60)
    settings = config.save_setting(path, "theme", "gruvbox").settings
    assert settings.theme == "gruvbox"
    assert settings.refresh_interval.total_seconds() == 60
    assert "# dark" in path.read_text()


def test_profiles_apart_from_each_other_can_be_removed(path: Path) -> None:
    table = '[profiles.{}]\nenvironment = "real"\naccount = "50071234-01"\nsecrets = "plain"\n'
    path.write_text(table.format("a") + "[settings]\n" + table.format("b") + "# the end\n")
    config.remove_profile(path, "a")
    config.add_profile(path, OTHER)
    config.remove_profile(path, "b")
    assert [profile.name for profile in config.load_config(path).profiles] == ["isa"]
