"""Profiles by the keyboard: the first run, adding, switching, moving, removing, importing."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any
from unicodedata import normalize

import pytest
from textual.events import Key, Paste
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, RadioButton, RadioSet, Static

from kistui.errors import FileWriteError, KeyringUnavailableError
from kistui.formatting.cells import plain_text
from kistui.i18n import load_translations
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.models.load_state import Loaded
from kistui.services.profile_secrets import ProfileSecrets
from kistui.services.profiles import ProfileService
from kistui.simulator import Simulator
from kistui.tui.key_queue import OPENS_DIALOG
from kistui.tui.screens.accounts import AccountsScreen
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.dialogs import PromptDialog, SelectDialog, WaitDialog
from kistui.tui.screens.page import PageScreen
from kistui.tui.screens.profile_form import ProfileForm
from kistui.tui.widgets.lines import StatusLine
from tests.support import FakeClock
from tests.tui.conftest import AppUnderTest, MakeApp, OpenApp, app_of
from tests.tui.pilot import screen_text, settle, toast_texts, wait_until
from tests.tui.screens import add_profile, balance_screen, notice

WAIT_SECONDS = 30.0
"""Longest wait of a thread for its test; without an end, a test that fails would hang."""


async def quiet(pilot: Pilot[Any]) -> None:
    """Wait until the page is idle; a worker that waits for the answer to a dialog may run on."""
    await pilot.pause()
    if isinstance(pilot.app.screen, PageScreen):
        await settle(pilot)


@pytest.fixture
def open_first_form(make_app: MakeApp, environ: dict[str, str]) -> OpenApp:
    """Open the app without an account: it shows the form for the first."""

    @asynccontextmanager
    async def open_first_form() -> AsyncIterator[Pilot[None]]:
        app = make_app(demo=False, environ=environ)
        async with app.run_test(size=(80, 24)) as pilot:
            await quiet(pilot)
            yield pilot

    return open_first_form


@pytest.fixture
def open_accounts(make_app: MakeApp, environ: dict[str, str], simulator: Simulator) -> OpenApp:
    """Open the accounts page of a demo, with saved profiles of the given names."""

    @asynccontextmanager
    async def open_accounts(*names: str) -> AsyncIterator[Pilot[None]]:
        app = make_app(demo=True, environ=environ)
        for name in names:
            add_profile(app.profile_service, simulator, name)
        async with app.run_test(size=(80, 24)) as pilot:
            await quiet(pilot)
            await pilot.press("4")
            await quiet(pilot)
            yield pilot

    return open_accounts


@pytest.fixture
def open_accounts_of_isa(
    make_app: MakeApp, environ: dict[str, str], simulator: Simulator
) -> OpenApp:
    """Open the accounts page of a saved profile, `isa`, whose account is open."""

    @asynccontextmanager
    async def open_accounts_of_isa() -> AsyncIterator[Pilot[None]]:
        add_profile(make_app(demo=False, environ=environ).profile_service, simulator, "isa")
        app = make_app(demo=False, environ=environ)
        async with app.run_test(size=(80, 24)) as pilot:
            await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))
            await pilot.press("4")
            await wait_until(pilot, lambda: isinstance(app.screen, AccountsScreen))
            await wait_until(pilot, lambda: app.screen.query_one(OptionList).option_count)
            yield pilot

    return open_accounts_of_isa


@pytest.fixture
def open_without_encrypted_file(
    make_app: MakeApp, environ: dict[str, str], simulator: Simulator, tmp_path: Path
) -> OpenApp:
    """Open the app with a profile, `main`, whose encrypted file was deleted."""

    @asynccontextmanager
    async def open_without_encrypted_file() -> AsyncIterator[Pilot[None]]:
        service = make_app(demo=False, environ=environ).profile_service
        service.secrets.unlock("열려라")
        add_profile(service, simulator, "main", SecretBackend.ENCRYPTED)
        (tmp_path / "config" / "secrets.enc").unlink()
        async with make_app(demo=False, environ=environ).run_test(size=(80, 24)) as pilot:
            await quiet(pilot)
            yield pilot

    return open_without_encrypted_file


def profile_names(app: AppUnderTest) -> list[str]:
    return [profile.name for profile in app.profile_service.list_profiles() if not profile.is_demo]


def form_error(pilot: Pilot[Any]) -> str:
    errors = pilot.app.screen.query("#form-error").results(Static)
    return "".join(str(error.content) for error in errors)


def prompt_error(pilot: Pilot[Any]) -> str:
    errors = pilot.app.screen.query("#answer-error").results(Static)
    return "".join(str(error.content) for error in errors)


async def answer(pilot: Pilot[Any], *answers: str) -> None:
    """Answer one dialog after the other."""
    for text in answers:
        await type_in(pilot, "answer", text)
        await pilot.press("enter")
        await quiet(pilot)


async def type_in(pilot: Pilot[Any], name: str, text: str) -> None:
    """Set the value of a field, as a paste does; typing 180 characters takes ten seconds."""
    field = pilot.app.screen.query_one(f"#{name}", Input)
    field.focus()
    field.value = text
    await pilot.pause()


async def start_removal(pilot: Pilot[Any], name: str) -> None:
    """Remove the highlighted profile as far as its name; questions may follow."""
    await pilot.press("delete")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, PromptDialog))
    await type_in(pilot, "answer", name)
    await pilot.press("enter")


async def assert_no_account_is_open(pilot: Pilot[Any]) -> None:
    await pilot.press("1")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, BalanceScreen))
    text = str(pilot.app.screen.query_one("#message-text", Static).content)
    assert "열린 계좌가 없습니다" in text


def select(pilot: Pilot[Any], name: str, index: int) -> None:
    """Choose a button of a field."""
    buttons = pilot.app.screen.query_one(f"#{name}", RadioSet).query(RadioButton)
    buttons[index].value = True


async def fill(pilot: Pilot[Any], simulator: Simulator, name: str = "main") -> None:
    await type_in(pilot, "name", name)
    await type_in(pilot, "account", simulator.account_number)
    await type_in(pilot, "app_key", simulator.app_key)
    await type_in(pilot, "app_secret", simulator.app_secret)


async def test_the_first_run_goes_from_nothing_to_a_balance(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str]
) -> None:
    app = make_app(demo=False, environ=environ)
    has_started: list[bool] = []
    app.first_load_callback = lambda: has_started.append(True)
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        assert isinstance(app.screen, ProfileForm)
        assert has_started == [True]  # nothing is being loaded
        await fill(pilot, simulator)
        await type_in(pilot, "passphrase", "열려라 참깨")
        await type_in(pilot, "again", "열려라 참깨")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, BalanceScreen))
        await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))
        shown = balance_screen(pilot).loader.profile
        assert shown is not None
        assert shown.base_url == simulator.url
    reopened = make_app(demo=False, environ=environ)
    assert profile_names(reopened) == ["main"]
    assert reopened.profile_service.secrets.needs_passphrase(
        reopened.profile_service.list_profiles()[0]
    )


async def test_without_an_account_no_hint_names_a_key_for_one(open_first_form: OpenApp) -> None:
    async with open_first_form() as pilot:
        app = app_of(pilot)
        await pilot.press("escape")
        await quiet(pilot)
        assert isinstance(app.screen, AccountsScreen)
        assert app.focused is None
        await pilot.resize_terminal(81, 24)
        await quiet(pilot)
        hints = [plain_text(line.line) for line in app.screen.query(StatusLine)][-2:]
        assert load_translations("ko")("key_label.open") not in " ".join(hints)
        assert load_translations("ko")("key_label.demo") in " ".join(hints)


async def test_the_first_form_is_filled_from_the_environment(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str]
) -> None:
    app = make_app(demo=False, environ=environ)
    environ |= {
        "KIS_APP_KEY": simulator.app_key,
        "KIS_ACCT_STOCK": simulator.account_number[:8],
        "KIS_PROD_TYPE": "01",
        "KIS_ENV": "vps",
    }
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        form = app.screen
        assert isinstance(form, ProfileForm)
        assert form.query_one("#app_key", Input).value == simulator.app_key
        assert form.query_one("#app_secret", Input).value == ""
        assert form.query_one("#account", Input).value == f"{simulator.account_number[:8]}-01"
        assert form.query_one("#environment", RadioSet).pressed_index == 1


async def test_ignored_environment_variables_are_reported(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str], tmp_path: Path
) -> None:
    app = make_app(demo=False, environ=environ)
    profile = Profile(
        "main",
        Environment.REAL,
        AccountNumber.parse(simulator.account_number),
        secret_backend=SecretBackend.PLAIN,
    )
    app.profile_service.add(profile, Credentials.parse(simulator.app_key, simulator.app_secret))
    app = make_app(demo=False, environ=environ)
    environ["KIS_APP_KEY"] = "x"
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        await pilot.press("4")
        await quiet(pilot)
        assert notice(pilot).strip().startswith("환경변수의 계좌를 사용하지 않습니다. ")
        assert "KIS_APP_SECRET, KIS_ACCOUNT" in notice(pilot)


async def test_a_passphrase_is_pasted_with_its_blanks_and_a_key_without(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str]
) -> None:
    app = make_app(demo=False, environ=environ)
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        await fill(pilot, simulator)
        for name in ("passphrase", "again"):
            field = app.screen.query_one(f"#{name}", Input)
            field.focus()
            await pilot.pause()
            field.post_message(Paste("two\nlines"))
            field.post_message(Paste("correct  horse \n"))
            await pilot.pause()
            assert field.value == "correct  horse "
        key = app.screen.query_one("#app_key", Input)
        key.value = ""
        key.post_message(Paste(f" {simulator.app_key[:20]}\n{simulator.app_key[20:]} "))
        await pilot.pause()
        assert key.value == simulator.app_key
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, BalanceScreen))
    profile_service = make_app(demo=False, environ=environ).profile_service
    profile_service.secrets.unlock("correct  horse ")


async def test_keys_typed_ahead_reach_their_fields(open_first_form: OpenApp) -> None:
    async with open_first_form() as pilot:
        app = app_of(pilot)
        for key in ("m", "e", "tab", "tab", "1", "2", "tab", "k"):
            app.post_message(Key(key, key if len(key) == 1 else None))  # no pause between
        await pilot.pause()
        await app.key_queue.wait_until_idle()
        await quiet(pilot)
        values = [app.screen.query_one(f"#{name}", Input).value for name in
                  ("name", "account", "app_key")]  # fmt: skip
        assert values == ["me", "12", "k"]


async def test_every_invalid_field_has_a_message_beside_it(open_first_form: OpenApp) -> None:
    async with open_first_form() as pilot:
        app = app_of(pilot)
        await type_in(pilot, "name", "a b")
        await type_in(pilot, "account", "123")
        await type_in(pilot, "app_key", "k" * 35)
        await type_in(pilot, "app_secret", "s" * 181)
        await type_in(pilot, "passphrase", "one")
        await type_in(pilot, "again", "two")
        checks = {
            name: str(app.screen.query_one(f"#check-{name}", Static).content)
            for name in ("name", "account", "app_key", "app_secret", "passphrase")
        }
        assert checks["account"] == "8자리-2자리"
        assert "글자, 숫자" in checks["name"]
        assert checks["app_key"] == "35/36"
        assert checks["app_secret"] == "181/180"
        assert "서로 다릅니다" in checks["passphrase"]
        await pilot.press("enter")
        await quiet(pilot)
        assert isinstance(app.screen, ProfileForm)
        assert profile_names(app) == []


async def test_a_form_refuses_letters_that_no_key_has(
    open_first_form: OpenApp, simulator: Simulator
) -> None:
    async with open_first_form() as pilot:
        app = app_of(pilot)
        await fill(pilot, simulator)
        await type_in(pilot, "app_key", "가" * 36)
        await type_in(pilot, "app_secret", "ㄴ" * 180)
        await type_in(pilot, "passphrase", "열려라")
        await type_in(pilot, "again", "열려라")
        await pilot.press("enter")
        await quiet(pilot)
        assert isinstance(app.screen, ProfileForm)
        for name in ("app_key", "app_secret"):
            check = app.screen.query_one(f"#check-{name}", Static).content
            assert str(check) == "영문, 숫자, 기호만"


def form_texts(pilot: Pilot[Any]) -> dict[str | None, str]:
    return {field.id: field.value for field in pilot.app.screen.query(Input)}


async def test_an_import_that_is_left_leads_back_to_what_was_typed(
    open_first_form: OpenApp, simulator: Simulator
) -> None:
    async with open_first_form() as pilot:
        app = app_of(pilot)
        await fill(pilot, simulator)
        await type_in(pilot, "passphrase", "열려라")
        select(pilot, "environment", 1)
        typed = form_texts(pilot)
        await pilot.press("f2")
        await wait_until(pilot, lambda: isinstance(app.screen, PromptDialog))
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, ProfileForm))
        assert form_texts(pilot) == typed
        assert app.screen.query_one("#environment", RadioSet).pressed_index == 1


async def test_a_form_that_cannot_be_saved_keeps_what_was_typed(
    make_app: MakeApp, environ: dict[str, str], simulator: Simulator
) -> None:
    app = make_app(demo=False, environ=environ)
    app.profile_service.secrets.unlock("열려라")
    add_profile(app.profile_service, simulator, "main", SecretBackend.ENCRYPTED)
    app = make_app(demo=False, environ=environ)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: isinstance(app.screen, PromptDialog))
        await pilot.press("escape", "4", "plus")
        await wait_until(pilot, lambda: isinstance(app.screen, ProfileForm))
        await fill(pilot, simulator, "second")
        select(pilot, "secret_backend", 1)
        await type_in(pilot, "passphrase", "닫혀라")
        check = app.screen.query_one("#check-passphrase", Static).content
        assert str(check) == "기존 암호화 파일의 암호"  # not that it is right
        typed = form_texts(pilot)
        await pilot.press("enter")
        await wait_until(pilot, lambda: form_error(pilot))
        assert "암호가 올바르지 않습니다" in screen_text(pilot)
        assert form_texts(pilot) == typed
        await type_in(pilot, "passphrase", "열려라")
        await pilot.press("enter")
        await wait_until(pilot, lambda: profile_names(app) == ["main", "second"])


async def test_a_keyring_that_is_waited_for_is_named(
    open_first_form: OpenApp, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_unlocked = Event()

    def add(*_: object) -> None:
        assert is_unlocked.wait(WAIT_SECONDS)
        raise KeyringUnavailableError(reason="timeout")

    monkeypatch.setattr(ProfileSecrets, "keyring_unavailable_reason", lambda _secrets: None)
    monkeypatch.setattr(ProfileService, "add", add)
    async with open_first_form() as pilot:
        await fill(pilot, simulator)
        typed = form_texts(pilot)
        await pilot.press("enter")
        await wait_until(pilot, lambda: "OS 키링을 기다립니다" in screen_text(pilot))
        is_unlocked.set()
        await wait_until(pilot, lambda: form_error(pilot))
        assert form_texts(pilot) == typed


def delay_save(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Let a profile be saved once the returned event is set."""
    may_end = Event()
    add = ProfileService.add

    def add_later(*arguments: Any) -> None:
        assert may_end.wait(WAIT_SECONDS)
        add(*arguments)

    monkeypatch.setattr(ProfileService, "add", add_later)
    return may_end


async def save_first_profile(pilot: Pilot[Any], simulator: Simulator) -> None:
    """Fill in the form and save, which takes as long as the test wants."""
    await fill(pilot, simulator)
    select(pilot, "secret_backend", 2)
    await pilot.pause()
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, WaitDialog))


async def test_a_form_stays_open_until_its_profile_is_saved(
    open_first_form: OpenApp, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = delay_save(monkeypatch)
    async with open_first_form() as pilot:
        app = app_of(pilot)
        await save_first_profile(pilot, simulator)
        # Keys that came with Enter wait for the dialog.
        assert "save" in {work.group for work in app.workers if work.name == OPENS_DIALOG}
        for key in ("escape", "f2", "f6", "ctrl+c", "enter", "1"):
            await pilot.press(key)
            assert isinstance(app.screen, WaitDialog)
            assert "취소할 수 없습니다" in screen_text(pilot)
        may_end.set()
        await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))
        assert profile_names(app) == ["main"]
        assert isinstance(app.screen, BalanceScreen)


async def test_esc_right_behind_enter_does_not_close_a_form_that_is_saved(
    open_first_form: OpenApp, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = delay_save(monkeypatch)
    async with open_first_form() as pilot:
        app = app_of(pilot)
        await fill(pilot, simulator)
        select(pilot, "secret_backend", 2)
        await pilot.pause()
        for key in (Key("enter", "\r"), Key("escape", "\x1b")):
            app.post_message(key)  # no pause between
        await wait_until(pilot, lambda: "취소할 수 없습니다" in screen_text(pilot))
        may_end.set()
        await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))
        assert profile_names(app) == ["main"]


async def test_a_form_that_is_saved_below_too_small_a_terminal_closes_once_there_is_room(
    open_first_form: OpenApp, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = delay_save(monkeypatch)
    async with open_first_form() as pilot:
        app = app_of(pilot)
        await save_first_profile(pilot, simulator)
        await pilot.resize_terminal(50, 10)
        may_end.set()
        await wait_until(pilot, lambda: profile_names(app) == ["main"])
        await pilot.resize_terminal(80, 24)
        await wait_until(pilot, lambda: isinstance(app.screen, BalanceScreen))
        await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))


async def test_no_key_leaves_a_page_that_moves_secrets(
    make_app: MakeApp,
    environ: dict[str, str],
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    has_begun, may_end = Event(), Event()

    def fail_later(*_: Any) -> None:
        has_begun.set()
        assert may_end.wait(WAIT_SECONDS)
        raise FileWriteError(path="secrets.enc", reason="enospc")

    monkeypatch.setattr(ProfileService, "change_secret_backend", fail_later)
    app = make_app(demo=True, environ=environ)
    add_profile(app.profile_service, simulator, "isa")
    app.profile_service.secrets.unlock("열려라")
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        await pilot.press("4")
        await quiet(pilot)
        await pilot.press("f4")
        await wait_until(pilot, lambda: isinstance(app.screen, SelectDialog))
        await pilot.press("enter")
        await wait_until(pilot, has_begun.is_set)
        await pilot.press("escape", "1")
        assert "취소할 수 없습니다" in screen_text(pilot)
        may_end.set()
        await wait_until(pilot, lambda: isinstance(app.screen, AccountsScreen))
        await wait_until(pilot, lambda: "디스크 공간이 부족합니다" in notice(pilot))
        assert isinstance(app.screen, AccountsScreen)


async def test_no_token_is_revoked_for_a_profile_that_cannot_be_removed(
    open_accounts_of_isa: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise FileWriteError(path="config.toml", reason="enospc")

    async with open_accounts_of_isa() as pilot:
        monkeypatch.setattr("kistui.storage.config.update_config", full)
        await start_removal(pilot, "isa")
        await wait_until(pilot, lambda: "디스크 공간이 부족합니다" in notice(pilot))
        assert isinstance(pilot.app.screen, AccountsScreen)


async def test_no_passphrase_is_asked_for_a_missing_file(
    open_without_encrypted_file: OpenApp,
) -> None:
    async with open_without_encrypted_file() as pilot:
        text = str(pilot.app.screen.query_one("#message-text", Static).content)
        assert "저장된 앱키가 없습니다" in text
        assert "secrets.enc" in text


async def test_a_keyring_that_fails_after_the_page_was_left_is_silent(
    open_first_form: OpenApp, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_begun, is_unlocked, has_ended = Event(), Event(), Event()

    def add(*_: object) -> None:
        has_begun.set()
        assert is_unlocked.wait(WAIT_SECONDS)
        try:
            raise KeyringUnavailableError(reason="timeout")
        finally:
            has_ended.set()

    monkeypatch.setattr(ProfileSecrets, "keyring_unavailable_reason", lambda _secrets: None)
    monkeypatch.setattr(ProfileService, "add", add)
    errors: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: errors.append(context))
    async with open_first_form() as pilot:
        app = app_of(pilot)
        await fill(pilot, simulator)
        await pilot.press("enter")
        await wait_until(pilot, has_begun.is_set)
        app.workers.cancel_all()
        await pilot.pause()
        is_unlocked.set()
        await wait_until(pilot, has_ended.is_set)
    del app, pilot
    gc.collect()
    assert not errors


async def test_the_first_form_reports_invalid_variables(make_app: MakeApp) -> None:
    app = make_app(demo=False, environ={"KIS_PAPER": "vps", "KIS_ACCOUNT": "50001234-01"})
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        assert app.screen.query_one("#account", Input).value == "50001234-01"
        assert "KIS_PAPER" in screen_text(pilot)
    app = make_app(demo=False, environ={"KIS_ACCOUNT": "50001234-01"})
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        assert not app.screen.query("#form-warning")  # the blank fields say it


async def test_a_narrow_form_says_in_full_why_the_keyring_cannot_be_used(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProfileSecrets, "keyring_unavailable_reason", lambda _secrets: "no_bus")
    app = make_app(demo=False, lang="en")
    async with app.run_test(size=(60, 30)) as pilot:
        await quiet(pilot)
        words = " ".join(screen_text(pilot).replace("│", " ").split())
        assert "OS keyring: not available (no D-Bus session)" in words
        assert "encrypted file: passphrase each start" in words


async def test_a_form_shows_the_end_of_a_key_and_nothing_of_a_secret(
    open_first_form: OpenApp, simulator: Simulator
) -> None:
    async with open_first_form() as pilot:
        app = app_of(pilot)
        await fill(pilot, simulator)
        text = screen_text(pilot)
        assert simulator.app_key[-4:] in text
        assert simulator.app_key[-5:] not in text
        assert simulator.app_secret[:4] not in text
        field = app.screen.query_one("#app_secret", Input)
        field.focus()
        field.action_select_all()
        field.action_copy()
        assert simulator.app_secret not in app.clipboard


async def test_a_paste_broken_over_lines_arrives_whole(open_first_form: OpenApp) -> None:
    async with open_first_form() as pilot:
        app = app_of(pilot)
        field = app.screen.query_one("#app_secret", Input)
        field.focus()
        field.post_message(Paste(f" {'s' * 100}\r\n{'t' * 80} \n"))
        await pilot.pause()
        assert field.value == "s" * 100 + "t" * 80


async def test_the_demo_is_one_key_away(open_first_form: OpenApp) -> None:
    async with open_first_form() as pilot:
        app = app_of(pilot)
        await pilot.press("escape")
        await quiet(pilot)
        assert isinstance(app.screen, AccountsScreen)
        await pilot.press("f6")
        await quiet(pilot)
        await quiet(pilot)
        assert isinstance(app.screen, BalanceScreen)
        assert isinstance(app.screen.load_state, Loaded)


async def test_switching_shows_the_balance_of_the_other_account(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str], clock: FakeClock
) -> None:
    app = make_app(demo=True, environ=environ)
    add_profile(app.profile_service, simulator, "isa")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))
        demo = balance_screen(pilot).load_state
        simulator.set_scene("empty")
        await pilot.press("at")
        await wait_until(pilot, lambda: isinstance(app.screen, SelectDialog))
        await pilot.press("home", "enter")
        await wait_until(pilot, lambda: not isinstance(app.screen, SelectDialog))
        shown = balance_screen(pilot)
        await wait_until(pilot, lambda: shown.loader.profile and shown.loader.profile.name == "isa")
        await wait_until(pilot, lambda: isinstance(shown.load_state, Loaded))
        assert shown.loader.profile is not None
        assert shown.loader.profile.name == "isa"
        assert isinstance(shown.load_state, Loaded)
        assert shown.load_state.value.holdings == ()
        assert isinstance(demo, Loaded)
        assert demo.value.holdings


async def test_a_response_for_an_account_that_was_left_is_ignored(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str]
) -> None:
    app = make_app("slow", demo=True, environ=environ)
    profile = add_profile(app.profile_service, simulator, "isa")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        balance_screen(pilot).open_profile(profile)
        await quiet(pilot)
        await quiet(pilot)
        assert isinstance(balance_screen(pilot).load_state, Loaded)
        assert not isinstance(app.balance_states.get(app.profile_service.demo_profile()), Loaded)
        assert simulator.count_requests("inquire-balance") == 1


async def test_a_locked_profile_asks_again_after_a_wrong_passphrase(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str]
) -> None:
    first = make_app(demo=False, environ=environ)
    first.profile_service.secrets.unlock("open")
    add_profile(first.profile_service, simulator, "main", SecretBackend.ENCRYPTED)
    app = make_app(demo=False, environ=environ)
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        t = load_translations("ko")
        for passphrase, is_rejected in (("wrong", False), ("open", True)):
            assert isinstance(app.screen, PromptDialog)
            shown = screen_text(pilot)
            assert t("passphrase.text") in shown
            assert (t("passphrase.again") in shown) == is_rejected
            await type_in(pilot, "answer", passphrase)
            await pilot.press("enter")
            await quiet(pilot)
        assert isinstance(balance_screen(pilot).load_state, Loaded)


async def test_the_accounts_page_asks_for_the_passphrase_as_the_start_does(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str], tmp_path: Path
) -> None:
    service = make_app(demo=False, environ=environ).profile_service
    service.secrets.unlock("open")
    add_profile(service, simulator, "main", SecretBackend.ENCRYPTED)
    async with make_app(demo=True, environ=environ).run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        await pilot.press("4")
        await quiet(pilot)
        await pilot.press("home", "number_sign")
        await quiet(pilot)
        await type_in(pilot, "answer", "wrong")
        await pilot.press("enter")
        await quiet(pilot)
        t = load_translations("ko")
        assert prompt_error(pilot) == t("passphrase.again")
        (tmp_path / "config" / "secrets.enc").write_bytes(b"no longer a file of secrets")
        await type_in(pilot, "answer", "open")
        await pilot.press("enter")
        await quiet(pilot)
        assert t("error.secrets_corrupt.title") in notice(pilot)  # no passphrase helps


async def test_removing_requires_the_name_and_deletes_everything(
    open_accounts: OpenApp, simulator: Simulator, tmp_path: Path
) -> None:
    async with open_accounts("isa") as pilot:
        app = app_of(pilot)
        await pilot.press("delete")
        await quiet(pilot)
        await type_in(pilot, "answer", "is")
        await pilot.press("enter")
        await quiet(pilot)
        assert isinstance(app.screen, PromptDialog)
        assert "이름이 다릅니다" in prompt_error(pilot)
        await type_in(pilot, "answer", "isa")
        await pilot.press("enter")
        await quiet(pilot)
        assert profile_names(app) == []
        assert "삭제했습니다" in notice(pilot)
    left = "".join(path.read_text() for path in (tmp_path / "config").glob("*.toml"))
    assert simulator.app_key not in left


async def test_moved_secrets_leave_no_copy(
    open_accounts: OpenApp, simulator: Simulator, tmp_path: Path
) -> None:
    async with open_accounts("isa") as pilot:
        app = app_of(pilot)
        await pilot.press("f4")
        await quiet(pilot)
        await pilot.press("down", "enter")
        await quiet(pilot)
        await answer(pilot, "open", "opem")
        assert prompt_error(pilot) == load_translations("ko")("passphrase.not_same")
        assert app.profile_service.get("isa").secret_backend is SecretBackend.PLAIN
        await answer(pilot, "열려라", normalize("NFD", "열려라"))
        assert "옮기고" in notice(pilot)
    assert app.profile_service.get("isa").secret_backend is SecretBackend.ENCRYPTED
    everything = b"".join(path.read_bytes() for path in (tmp_path / "config").iterdir())
    assert simulator.app_secret.encode() not in everything


async def test_the_account_number_can_be_corrected(open_accounts: OpenApp) -> None:
    async with open_accounts("isa") as pilot:
        app = app_of(pilot)
        await pilot.press("f7")
        await quiet(pilot)
        await type_in(pilot, "answer", "123")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "계좌번호 형식이 올바르지 않습니다" in prompt_error(pilot))
        assert app.screen.query_one("#answer", Input).value == "123"
        await type_in(pilot, "answer", "6400123422")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "변경했습니다" in notice(pilot))
    assert app.profile_service.get("isa").account == AccountNumber.parse("64001234-22")
    assert app.profile_service.get("isa").environment is Environment.REAL


async def test_the_default_is_marked_and_opened_at_the_start(open_accounts: OpenApp) -> None:
    async with open_accounts("main", "isa") as pilot:
        app = app_of(pilot)
        await pilot.press("down", "asterisk")
        await quiet(pilot)
        assert app.profile_service.default_name() == "isa"
        chosen = app.profile_service.resolve()
        assert chosen is not None
        assert chosen.name == "isa"


async def test_the_connection_test_asks_before_it_issues_a_token(
    open_accounts: OpenApp, simulator: Simulator
) -> None:
    async with open_accounts("isa") as pilot:
        app = app_of(pilot)
        await pilot.press("exclamation_mark")
        await quiet(pilot)
        assert isinstance(app.screen, SelectDialog)
        assert simulator.notice_count == 0
        await pilot.press("down", "enter")
        await quiet(pilot)
        assert "연결되었습니다" in notice(pilot)
        assert simulator.notice_count == 1
        await pilot.press("exclamation_mark")
        await quiet(pilot)
        assert simulator.notice_count == 1
        simulator.set_scene("wrong-account")
        await pilot.press("exclamation_mark")
        await quiet(pilot)
        assert "[OPSQ2000]" in notice(pilot)


async def test_a_broken_configuration_is_named_and_the_demo_still_opens(
    make_app: MakeApp, tmp_path: Path
) -> None:
    (tmp_path / "config").mkdir(mode=0o700)
    (tmp_path / "config" / "config.toml").write_text("default = \n")
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))
        await pilot.press("4")
        await quiet(pilot)
        assert "설정 파일에 오류" in notice(pilot)
        assert "1번째 줄" in notice(pilot)
    assert (tmp_path / "config" / "config.toml").read_text() == "default = \n"


async def test_a_configuration_that_breaks_while_the_app_runs_is_named(
    make_app: MakeApp, tmp_path: Path
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))
        (tmp_path / "config").mkdir(mode=0o700, exist_ok=True)
        (tmp_path / "config" / "config.toml").write_text("default = \n")
        for keys in (("at",), ("escape", "colon", "escape", "4"), ("escape", "3", "escape", "4")):
            await pilot.press(*keys)
            await wait_until(pilot, lambda: isinstance(app.screen, AccountsScreen))
            await wait_until(pilot, lambda: "설정 파일" in notice(pilot))


async def test_a_profile_without_its_secret_does_not_block_the_others(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str], tmp_path: Path
) -> None:
    app = make_app(demo=False, environ=environ)
    add_profile(app.profile_service, simulator, "main")
    add_profile(app.profile_service, simulator, "isa")
    (tmp_path / "config" / "secrets.toml").write_text(
        f'[isa]\napp_key = "{simulator.app_key}"\napp_secret = "{simulator.app_secret}"\n'
    )
    app = make_app(demo=False, environ=environ)
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        text = str(app.screen.query_one("#message-text", Static).content)
        assert "저장된 앱키가 없습니다" in text
        await pilot.press("at")
        await quiet(pilot)
        assert app.screen.query_one(OptionList).option_count == 2
        await pilot.press("down", "enter")
        await quiet(pilot)
        await quiet(pilot)
        assert isinstance(balance_screen(pilot).load_state, Loaded)


async def test_the_first_form_greets_and_offers_import_and_demo(
    make_app: MakeApp, tmp_path: Path
) -> None:
    app = make_app(demo=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: app.screen.query("#ways"))
        assert "F2" in str(app.screen.query_one("#ways", Static).content)
        assert not str(app.screen_stack[-2].query_one("#notice", Static).content)
        await pilot.press("f2")
        await wait_until(pilot, lambda: isinstance(app.screen, PromptDialog))
        await type_in(pilot, "answer", str(tmp_path / "nothing.yaml"))
        await pilot.press("enter")
        await wait_until(pilot, lambda: "nothing.yaml" in prompt_error(pilot))
        assert app.screen.query_one("#answer", Input).value == str(tmp_path / "nothing.yaml")
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen.query("#ways"))
    app = make_app(demo=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: app.screen.query("#ways"))
        await pilot.press("f6")
        await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))


async def test_only_the_first_form_offers_import_and_demo(make_app: MakeApp) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        await pilot.press("4", "plus")
        await wait_until(pilot, lambda: isinstance(app.screen, ProfileForm))
        await pilot.press("f2", "f6")
        await quiet(pilot)
        assert isinstance(app.screen, ProfileForm)


async def test_without_an_account_the_tabs_still_lead_to_their_pages(make_app: MakeApp) -> None:
    app = make_app(demo=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: isinstance(app.screen, ProfileForm))
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, AccountsScreen))
        assert "+" in notice(pilot)
        for key in ("1", "2", "escape"):
            await pilot.press(key)
            await wait_until(pilot, lambda: isinstance(app.screen, BalanceScreen))
            text = str(app.screen.query_one("#message-text", Static).content)
            assert "열린 계좌가 없습니다" in text
            await pilot.press("at")
            await wait_until(pilot, lambda: isinstance(app.screen, AccountsScreen))


def dialog_title(pilot: Pilot[None]) -> str:
    """Return the title of the open dialog; blank without one."""
    titles = (str(box.border_title) for box in pilot.app.screen.query(".dialog-box"))
    return next(titles, "")


@pytest.mark.parametrize("keys", [("enter",), ("down", "enter")], ids=["keep", "revoke"])
async def test_removing_the_open_account_closes_it(
    open_accounts_of_isa: OpenApp,
    simulator: Simulator,
    keys: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with open_accounts_of_isa() as pilot:
        app = app_of(pilot)
        service = app.profile_service
        monkeypatch.setattr(ProfileService, "unopened_profiles", lambda *_: ("written",))
        for leaves_at_history in (False, True, None):
            await start_removal(pilot, "isa")
            await wait_until(pilot, lambda: "토큰" in dialog_title(pilot))
            assert "written은 연 적이 없어" in screen_text(pilot)
            if leaves_at_history is None:
                break
            if leaves_at_history:
                await pilot.press("down", "enter")
                await wait_until(pilot, lambda: "자산 기록" in dialog_title(pilot))
            await pilot.press("escape")  # takes everything back
            await quiet(pilot)
            assert isinstance(app.screen, AccountsScreen)
            assert profile_names(app) == ["isa"]
            assert simulator.count_requests("revokeP") == 0
        await pilot.press(*keys)
        await wait_until(pilot, lambda: "자산 기록" in dialog_title(pilot))
        history = service.history.path(service.get("isa"))
        assert history.exists()
        await pilot.press(*keys)
        await wait_until(
            pilot, lambda: profile_names(app) == [] and "삭제했습니다" in notice(pilot)
        )
        assert history.exists() is (keys == ("enter",))
        assert simulator.count_requests("revokeP") == len(keys) - 1
        await pilot.press("3")
        await quiet(pilot)
        assert isinstance(app.screen, AccountsScreen)
        await assert_no_account_is_open(pilot)


async def test_keys_are_replaced_after_the_encrypted_file_is_gone(
    open_without_encrypted_file: OpenApp,
    make_app: MakeApp,
    simulator: Simulator,
    environ: dict[str, str],
) -> None:
    async with open_without_encrypted_file() as pilot:
        app = app_of(pilot)
        await pilot.press("4")
        await quiet(pilot)
        await pilot.press("number_sign")
        await wait_until(pilot, lambda: isinstance(app.screen, PromptDialog))
        await answer(pilot, "참깨야", "참깨야")
        await wait_until(pilot, lambda: isinstance(app.screen, ProfileForm))
        await type_in(pilot, "app_key", simulator.app_key)
        await type_in(pilot, "app_secret", simulator.app_secret)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, BalanceScreen))
    reopened = make_app(demo=False, environ=environ).profile_service
    reopened.secrets.unlock("참깨야")
    assert reopened.secrets.read(reopened.get("main")).app_key.reveal() == simulator.app_key


async def test_an_account_is_closed_when_it_is_removed_and_its_app_key_remains(
    open_accounts_of_isa: OpenApp, tmp_path: Path
) -> None:
    async with open_accounts_of_isa() as pilot:
        app = app_of(pilot)
        (tmp_path / "config" / "secrets.toml").write_text("broken = \n")
        await start_removal(pilot, "isa")
        await wait_until(pilot, lambda: isinstance(app.screen, SelectDialog))
        while isinstance(app.screen, SelectDialog):  # neither the token nor the history
            question = app.screen
            await pilot.press("enter")
            await wait_until(pilot, lambda asked=question: app.screen is not asked)  # type: ignore[misc]
        await wait_until(pilot, lambda: "secrets.toml" in notice(pilot))
        assert profile_names(app) == []
        await assert_no_account_is_open(pilot)


async def test_an_account_whose_app_key_a_command_prints_can_be_changed_and_removed(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str]
) -> None:
    app = make_app(demo=True, environ=environ)
    keys = f"{simulator.app_key}\\n{simulator.app_secret}\\n"
    command = Profile(
        "pass",
        Environment.REAL,
        AccountNumber.parse(simulator.account_number),
        secret_backend=SecretBackend.COMMAND,
        secret_command=("printf", keys),
    )
    service = app.profile_service
    add_profile(service, simulator, "isa")
    service.add(command, Credentials.parse(simulator.app_key, simulator.app_secret))
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        await pilot.press("4")
        await quiet(pilot)
        await pilot.press("down", "asterisk")
        await wait_until(pilot, lambda: service.default_name() == "pass")
        for key in ("number_sign", "f4"):
            await pilot.press(key)
            assert "명령으로 가져오는 앱키는" in notice(pilot)
        await start_removal(pilot, "pass")
        await wait_until(pilot, lambda: profile_names(app) == ["isa"])
        await wait_until(pilot, lambda: isinstance(app.screen, AccountsScreen))
        await wait_until(pilot, lambda: "앱키는 그대로 있습니다" in notice(pilot))
        await pilot.press("end", "asterisk")  # the demo
        assert "데모와 환경변수의 계좌는" in notice(pilot)


async def test_ctrl_c_and_ctrl_q_answer_in_a_dialog(make_app: MakeApp) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(pilot)
        await pilot.press("4", "f2")
        await wait_until(pilot, lambda: isinstance(app.screen, PromptDialog))
        await type_in(pilot, "answer", "path")
        await pilot.press("ctrl+c")
        await wait_until(pilot, lambda: any("Esc" in text for text in toast_texts(app)))
        app.screen.query_one("#answer", Input).action_select_all()
        await pilot.press("ctrl+c")
        assert app.clipboard == "path"
        await pilot.press("escape")
        await wait_until(pilot, lambda: not toast_texts(app))  # Esc does something else now
        await pilot.press("f2")
        await wait_until(pilot, lambda: isinstance(app.screen, PromptDialog))
        await pilot.press("ctrl+c", "ctrl+q")
        await wait_until(pilot, lambda: not app.is_running)
