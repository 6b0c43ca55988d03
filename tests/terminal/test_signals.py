"""The terminal is restored whatever ends or stops the app."""

import os
import random
import shlex
import signal
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Event, Thread

import pytest

from kistui.tui.driver.driver import MAX_WAITING_EVENTS, InputLimit
from tests.fork_server import fork_server
from tests.terminal import closings
from tests.terminal.pty_terminal import (
    KISTUI,
    REFRESHED_LABEL,
    PtyTerminal,
    isolated_environment,
    run_kistui,
)

pytestmark = pytest.mark.mostly_waits

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
# Main screen, visible cursor, no mouse, focus reports or bracketed paste, line wrap.
SANE = (LEAVE, b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?1006l", b"\x1b[?1004l",
        b"\x1b[?2004l", b"\x1b[?7h", b"\x1b[<u")  # fmt: skip
ENDING = signal.SIGHUP, signal.SIGTERM, signal.SIGINT

COMPLETE_SUMMARY = (REFRESHED_LABEL, "토큰 24시간", "해외주식", "최고")
"""Texts of the summary once the token, the overseas part and the history are shown too."""


def is_terminal_restored(terminal: PtyTerminal) -> bool:
    return all(terminal.output.rfind(end) > terminal.output.rfind(ENTER) for end in SANE)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_leaves_the_terminal_as_it_was(home: Path, number: signal.Signals) -> None:
    with run_kistui(home) as terminal:
        terminal.wait_for_text(REFRESHED_LABEL)
        assert terminal.modes() != terminal.modes_before
        terminal.send_signal(number)
        assert terminal.wait() == 128 + number
        assert is_terminal_restored(terminal)
        assert terminal.modes() == terminal.modes_before
    # In a session of its own: any process left in it is an orphan.
    with pytest.raises(ProcessLookupError):
        os.killpg(terminal.pid, 0)
    assert not list(home.glob("kistui-demo-*"))  # the demo's state


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_before_the_first_paint_restores_the_terminal(
    home: Path, number: signal.Signals
) -> None:
    with run_kistui(home, function=None) as terminal:
        terminal.wait_until(lambda: ENTER in terminal.output, "the alternate screen")
        terminal.send_signal(number)
        assert terminal.wait() == 128 + number
        assert is_terminal_restored(terminal)
        assert terminal.modes() == terminal.modes_before
        assert "kistui" not in terminal.output.decode().rpartition(LEAVE.decode())[2]


def test_the_app_ends_when_the_connection_breaks(home: Path) -> None:
    with run_kistui(home) as terminal:
        terminal.wait_for_text(REFRESHED_LABEL)
        terminal.disconnect()
        assert terminal.wait() == 128 + signal.SIGHUP


def test_the_app_ends_without_sighup_when_the_connection_breaks(home: Path) -> None:
    deaf = ("sh", "-c", 'trap "" HUP; "$@"; echo $? > "$0"', str(home / "code"), *KISTUI, "--demo")
    terminal = PtyTerminal(deaf, environ=isolated_environment(home))
    try:
        terminal.wait_for_text(REFRESHED_LABEL)
        terminal.disconnect()
        terminal.wait()
    finally:
        terminal.close()
    assert (home / "code").read_text().strip() == "129"


def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_back(home: Path) -> None:
    prompt = "READY$ "
    terminal = PtyTerminal(("sh", "-i"), environ=isolated_environment(home, PS1=prompt))

    def below_title_bar() -> list[str]:
        return terminal.text.splitlines()[1:]  # the title bar counts minutes

    try:
        terminal.wait_for_text(prompt.strip())
        terminal.press(f"{shlex.join(KISTUI)} --demo\r")
        terminal.wait_for_text(*COMPLETE_SUMMARY)
        terminal.press("2")  # the summary's trend gets today's record at any time
        terminal.wait_for_text("합계 22")
        before, modes = below_title_bar(), terminal.modes()
        terminal.press("\x1a")
        terminal.wait_until(lambda: terminal.output.endswith(prompt.encode()), "the prompt")
        assert is_terminal_restored(terminal)
        assert terminal.modes() != modes
        output_length = len(terminal.output)
        terminal.press("fg\r")
        terminal.wait_until(
            lambda: ENTER in terminal.output[output_length:], "the alternate screen"
        )
        terminal.wait_until(lambda: below_title_bar() == before, "the same screen")
        assert terminal.modes() == modes
        terminal.press("q")
        terminal.wait_until(lambda: terminal.output.endswith(prompt.encode()), "the prompt")
        terminal.press("echo code=$?\r")
        terminal.wait_for_text("code=0")
    finally:
        terminal.close()


@pytest.mark.parametrize(
    "arguments", ["--demo", "--demo &", "profile add x --account 50001234-01 --secrets plain &"]
)
def test_a_job_in_the_background_can_be_ended(home: Path, arguments: str) -> None:
    """What restores the terminal would stop it again: another job has it."""
    terminal = PtyTerminal(("sh", "-i"), environ=isolated_environment(home, PS1="READY$ "))

    def reports(*texts: bytes) -> bool:
        terminal.press("\r")  # the shell reports before a prompt
        return any(text in terminal.output for text in texts)

    try:
        terminal.wait_for_text("READY$")
        terminal.press(f"{shlex.join(KISTUI)} {arguments}\r")
        if not arguments.endswith("&"):
            terminal.wait_for_text(*COMPLETE_SUMMARY)
            terminal.press("\x1a")
        terminal.wait_until(lambda: reports(b"Stopped"), "the stop")
        terminal.press("kill %1; kill -CONT %1\r")
        terminal.wait_until(lambda: reports(b"Done(143)", b"Exit 143"), "the end")
    finally:
        terminal.close()
    assert not list(home.glob("kistui-demo-*"))


def test_a_secret_is_not_shown_after_ctrl_z_and_fg(home: Path) -> None:
    terminal = PtyTerminal(("sh", "-i"), environ=isolated_environment(home, PS1="READY$ "))
    add = f"{shlex.join(KISTUI)} profile add x --account 50001234-01 --secrets plain"
    try:
        terminal.wait_for_text("READY$")
        terminal.press(f"{add}\r")
        terminal.wait_for_text("앱키:")
        hidden = terminal.modes()
        terminal.press("\x1a")
        terminal.wait_until(lambda: b"Stopped" in terminal.output, "the stop")
        terminal.set_local_flags(termios.ECHO)  # as bash does, dash does not
        terminal.press("fg\r")
        terminal.wait_until(lambda: terminal.text.count("앱키:") == 2, "the prompt")
        assert terminal.modes() == hidden
        terminal.press("topsecret\r")
        terminal.wait_for_text("앱시크릿:")
        assert "topsecret" not in terminal.text
    finally:
        terminal.close()


def test_what_is_typed_is_shown_after_a_stopped_prompt_was_ended(home: Path) -> None:
    """A shell continues the job that it ends."""
    terminal = PtyTerminal(("sh", "-i"), environ=isolated_environment(home, PS1="READY$ "))
    add = f"{shlex.join(KISTUI)} profile add x --account 50001234-01 --secrets plain"

    def reports_end() -> bool:
        terminal.press("\r")
        return any(text in terminal.output for text in (b"Done(143)", b"Exit 143"))

    try:
        terminal.wait_for_text("READY$")
        shown = terminal.modes()
        terminal.press(f"{add}\r")
        terminal.wait_for_text("앱키:")
        terminal.wait_until(lambda: terminal.modes() != shown, "the prompt")
        terminal.press("\x1a")
        terminal.wait_until(lambda: b"Stopped" in terminal.output, "the stop")
        terminal.press("kill %1; kill -CONT %1\r")
        terminal.wait_until(reports_end, "the end")
        assert terminal.modes() == shown
    finally:
        terminal.close()


@pytest.mark.parametrize("keys", [":", ",", "2c"])
def test_ctrl_z_suspends_in_a_dialog(home: Path, keys: str) -> None:
    with run_kistui(home, "--slow") as terminal:
        terminal.wait_for_text(*COMPLETE_SUMMARY)
        terminal.press(keys)
        terminal.wait_for_text("Esc ")
        before, output_length = terminal.text, len(terminal.output)
        terminal.press("\x1a")
        terminal.wait_until(
            lambda: ENTER in terminal.output[output_length:], "the alternate screen"
        )
        terminal.wait_until(lambda: terminal.text == before, "the dialog")


def test_ctrl_z_where_no_shell_waits_does_not_stop_it(home: Path) -> None:
    with run_kistui(home, "--slow") as terminal:
        terminal.wait_for_text(*COMPLETE_SUMMARY)
        before, output_length = terminal.text, len(terminal.output)
        terminal.screen.reset()
        terminal.press("\x1a")
        terminal.wait_until(
            lambda: ENTER in terminal.output[output_length:], "the alternate screen"
        )
        terminal.wait_for_text(REFRESHED_LABEL)
        assert terminal.text == before
        terminal.press("q")
        assert terminal.wait() == 0


def test_the_screen_is_repainted_after_sigstop_and_sigcont(home: Path) -> None:
    with run_kistui(home) as terminal:
        terminal.wait_for_text(*COMPLETE_SUMMARY)
        before, modes = terminal.text, terminal.modes()
        terminal.stop()
        terminal.screen.reset()
        terminal.set_local_flags(termios.ECHO | termios.ICANON)
        terminal.send_signal(signal.SIGCONT)
        terminal.wait_for_text(REFRESHED_LABEL)
        assert terminal.text == before
        assert terminal.modes() == modes
        terminal.send_signal(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
        assert terminal.modes() == terminal.modes_before


@pytest.mark.parametrize("options", [(), ("--slow",)], ids=str)
def test_many_resizes_end_with_the_right_frame(home: Path, options: tuple[str, ...]) -> None:
    sizes = random.Random(7)
    with run_kistui(home, *options) as terminal:
        terminal.wait_for_text(REFRESHED_LABEL)
        terminal.press("2")
        terminal.wait_for_text("삼성전자")
        before = terminal.text
        for _ in range(200):
            terminal.resize(sizes.randint(20, 300), sizes.randint(5, 80))
            terminal.read(0)
        terminal.resize(80, 24)
        terminal.wait_until(lambda: terminal.text == before, "the frame of before")
        terminal.press("q")
        assert terminal.wait() == 0


def test_a_closed_terminal_ends_the_app_in_every_kind_of_state(home: Path) -> None:
    """The gate closes a hundred, in every state."""
    output = home / "output"
    arguments = (str(closings.KIND_COUNT), "1")
    with output.open("w") as file, Path(os.devnull).open() as nothing:
        files = (nothing.fileno(), file.fileno(), file.fileno())
        process = fork_server().fork("tests.terminal.closings:main", arguments, os.environ, files)
        process.wait()
    assert output.read_text() == "all ended\n"


def test_a_signal_before_the_app_opens_leaves_no_demo_folder(home: Path) -> None:
    with run_kistui(home, function=None) as terminal:
        terminal.wait_until(lambda: bool(list(home.glob("kistui-demo-*"))), "the demo's folder")
        terminal.send_signal(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
    assert not list(home.glob("kistui-demo-*"))


def test_a_demo_removes_the_folder_of_one_that_was_killed(home: Path) -> None:
    for killed_first in (True, False):
        with run_kistui(home) as terminal:
            terminal.wait_for_text(REFRESHED_LABEL)
            assert len(list(home.glob("kistui-demo-*"))) == 1
            if not killed_first:
                terminal.press("q")
                assert terminal.wait() == 0
    assert not list(home.glob("kistui-demo-*"))


@contextmanager
def run_changed(name: str, home: Path, *, is_forked: bool = True) -> Iterator[PtyTerminal]:
    """Run the demo by a module of this package that has changed something."""
    module = f"tests.terminal.{name}"
    command = () if is_forked else (sys.executable, "-m", module)
    terminal = PtyTerminal(
        (*command, "--demo"),
        environ=isolated_environment(home),
        function=f"{module}:run" if is_forked else None,
    )
    try:
        yield terminal
    finally:
        terminal.close()


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "before it opens"])
def test_the_process_ends_without_the_shutdown_of_python(home: Path, is_open: bool) -> None:
    """No deadline holds during it, and it takes seconds on a busy machine."""
    with run_changed("shutdown_mark", home, is_forked=is_open) as terminal:
        if is_open:
            terminal.wait_for_text(REFRESHED_LABEL)
        else:
            terminal.wait_until(lambda: bool(list(home.glob("kistui-demo-*"))), "the demo's folder")
        terminal.disconnect()
        assert terminal.wait() == 128 + signal.SIGHUP
    assert not (home / "shutdown").exists()
    assert not list(home.glob("kistui-demo-*"))


def test_a_forced_exit_leaves_no_demo_folder(home: Path) -> None:
    with run_changed("forced_exit", home) as terminal:
        terminal.wait_for_text(REFRESHED_LABEL)
        terminal.send_signal(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
    assert not list(home.glob("kistui-demo-*"))


def test_a_poll_that_knows_no_terminals_does_not_end_the_app(home: Path) -> None:
    with run_changed("macos_poll", home) as terminal:
        terminal.wait_for_text(REFRESHED_LABEL)
        terminal.press("q")
        assert terminal.wait() == 0


def test_an_error_in_reading_input_is_a_failure_of_the_app(home: Path) -> None:
    with run_changed("input_error", home) as terminal:
        terminal.wait_for_text(REFRESHED_LABEL)
        terminal.press("x")
        assert terminal.wait() == 1
        assert b"LookupError" in terminal.output
        assert b"Traceback" not in terminal.output


def test_input_waits_for_a_busy_app() -> None:
    to_call: Queue[Callable[[], object]] = Queue()

    def call_later(callback: Callable[[], object]) -> bool:
        to_call.put(callback)
        return True

    sent, stopped = [0], Event()
    limit = InputLimit(call_later, stopped)

    def send() -> None:
        for _ in range(3 * MAX_WAITING_EVENTS):
            sent[0] += 1
            limit.count()

    sender = Thread(target=send)
    sender.start()
    for rounds in (1, 2):
        callback = to_call.get()
        assert sent == [rounds * MAX_WAITING_EVENTS]
        callback()
    to_call.get()
    assert sender.is_alive()
    stopped.set()  # the app ends and handles nothing more
    sender.join()


@pytest.mark.parametrize("moment", ["callback_hangup", "demo_folder_hangup", "early_hangup"])
def test_a_hangup_at_start_ends_the_process(home: Path, moment: str) -> None:
    is_forked = moment != "callback_hangup"  # while Textual is imported
    with run_changed(moment, home, is_forked=is_forked) as terminal:
        assert terminal.wait() == 128 + signal.SIGHUP
    assert not list(home.glob("kistui-demo-*"))
