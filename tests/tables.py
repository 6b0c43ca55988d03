"""The tables of keys and settings in the documents, from their declarations: `make tables`."""

import re
from pathlib import Path

from kistui.cli.commands.keys import is_documented
from kistui.formatting.key_help import key_help_markdown
from kistui.i18n import load_translations
from kistui.models.settings import (
    AUTO,
    SETTINGS,
    Duration,
    EnumMember,
    OneOf,
    Settings,
    SettingType,
    Switch,
)
from kistui.storage.themes import DEFAULT_THEME
from kistui.tui.pages import ALL_KEYS
from kistui.tui.user_keymap import UserKeymap, describe_keys

ROOT = Path(__file__).parents[1]
READMES = {"en": "README.md", "ko": "README.ko.md"}
KEY_PAGES = {"en": "docs/keys.md", "ko": "docs/keys.ko.md"}
SETTINGS_HEADS = {
    "en": "| setting | values | default | means |",
    "ko": "| 설정 | 값 | 기본값 | 뜻 |",
}


def key_table(language: str) -> str:
    """Return the table of the keys of the app and its pages."""
    t = load_translations(language)
    entries = describe_keys(ALL_KEYS, UserKeymap(), t)
    return key_help_markdown(filter(is_documented, entries), t)


def settings_table(language: str) -> str:
    """Return the table of the settings with their values and defaults."""
    t = load_translations(language)
    rows = (
        f"| `{setting.key}` | {_values_text(setting, language)} "
        f"| `{_default_text(name, setting)}` | {t(f'settings.{setting.key}')} |"
        for name, setting in SETTINGS.items()
    )
    return "\n".join((SETTINGS_HEADS[language], "|---|---|---|---|", *rows))


def _values_text(setting: SettingType, language: str) -> str:
    match setting:
        case Duration():
            between = {"en": "to", "ko": "~"}[language]
            return f"{setting.minimum} {between} {setting.maximum}"
        case OneOf():
            return ", ".join(f"`{text}`" for text in (AUTO, *setting.texts))
        case EnumMember():
            return ", ".join(f"`{choice}`" for choice in setting.choices)
        case Switch():
            return "`true`, `false`"
    return {"en": "a name", "ko": "테마 이름"}[language]


def _default_text(name: str, setting: SettingType) -> str:
    value = setting.to_toml(getattr(Settings(), name))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value or (DEFAULT_THEME if name == "theme" else AUTO))


def with_table(text: str, table: str) -> str:
    """Return a document with its table of the same head replaced."""
    head = table.partition("\n")[0]
    pattern = re.compile(rf"^{re.escape(head)}\n(?:\|.*\n?)*", re.MULTILINE)
    updated, count = pattern.subn(lambda _match: f"{table}\n", text)
    assert count == 1, f"{count} tables with the head {head}"
    return updated


def updated_documents() -> dict[Path, str]:
    """Return every document that has one of the tables, with what it should contain."""
    tables = {READMES[language]: settings_table(language) for language in READMES}
    tables |= {KEY_PAGES[language]: key_table(language) for language in KEY_PAGES}
    return {
        ROOT / page: with_table((ROOT / page).read_text(encoding="utf-8"), table)
        for page, table in tables.items()
    }


if __name__ == "__main__":
    for path, text in updated_documents().items():
        path.write_text(text, encoding="utf-8")
