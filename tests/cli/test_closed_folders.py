"""Folders that may not be entered, such as those that `sudo kistui` once made for root."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kistui.cli import main
from kistui.simulator import Simulator
from kistui.storage.paths import default_paths

Out = pytest.CaptureFixture[str]
COMMANDS = (
    ["balance"], ["holdings"], ["token"], ["status"], ["status", "--line"], ["snapshot"],
    ["history"], ["log"], ["profile", "list"], ["balance", "--all"], ["keys"], ["themes"], ["cash"],
    ["doctor"],
)  # fmt: skip


def close(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse everything below a folder as the system does; the mode does not bind root."""

    def refusing(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *arguments: Any, **options: Any) -> Any:
            is_path = isinstance(path, str | os.PathLike)
            if is_path and folder in Path(os.fspath(path)).parents:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return function(path, *arguments, **options)

        return call

    for name in ("stat", "lstat", "open", "mkdir", "scandir", "listdir"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name)))


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("folder_name", ["state_dir", "config_dir"])
def test_a_folder_that_may_not_be_entered_is_reported(
    account: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Out,
    folder_name: str,
    arguments: list[str],
) -> None:
    folder: Path = getattr(default_paths(), folder_name)
    folder.mkdir(parents=True)
    close(folder, monkeypatch)
    code = main(["--lang", "en", *arguments])
    captured = capsys.readouterr()
    assert "Internal error" not in captured.out + captured.err
    if code == 1 and arguments != ["doctor"]:
        assert "permission denied" in captured.err


def test_figures_need_no_state_folder(
    account: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    folder = default_paths().state_dir
    folder.mkdir(parents=True)
    close(folder, monkeypatch)
    assert main(["--lang", "en", "balance"]) == 0
    captured = capsys.readouterr()
    assert "Total assets" in captured.out
    assert "only this program uses it" in captured.err
