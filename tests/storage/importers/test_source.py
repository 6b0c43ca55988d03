"""A source is read without waiting and without a change; no error holds its secrets."""

import json
import os
from pathlib import Path

import pytest

from kistui.errors import CredentialImportError
from kistui.storage.importers import existing_import_files, import_from_file
from kistui.storage.importers.source import KeyPair
from tests.storage.importers.samples import KEY, OTHER, OTHER_SECRET, SECRET, SOURCES, YAML, write


def test_anything_but_a_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, reason in (
        (tmp_path, "eisdir"),
        (tmp_path / "pipe", "not_a_file"),
        (Path("/dev/zero"), "not_a_file"),
        (tmp_path / "none", "enoent"),
        (Path("a\0b"), "not_a_path"),
        (Path("~nobody-of-this-name/keys"), "not_a_path"),
    ):
        with pytest.raises(CredentialImportError) as caught:
            import_from_file(path)
        assert caught.value.details == {"path": str(path), "reason": reason}


def test_an_unreadable_file_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The suite may run as root, whom no mode keeps out.
    def refuse(*_arguments: object) -> int:
        raise PermissionError(13, "eacces")

    path = write(tmp_path, "secret.json", "{}")
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(CredentialImportError, match="eacces"):
        import_from_file(path)


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(write(tmp_path, "kis_devlp.yaml", YAML))
    assert len(import_from_file(tmp_path / "link")) == 2


def test_a_file_exchanged_for_a_pipe_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    path, open_ = write(tmp_path, "secret.json", "{}"), os.open
    with monkeypatch.context() as patched:
        patched.setattr(os, "open", lambda _path, flags: open_(tmp_path / "pipe", flags))
        with pytest.raises(CredentialImportError, match="not_a_file"):
            import_from_file(path)


def test_an_unvalidated_pair_shows_no_secret() -> None:
    text = repr(KeyPair(source="x", app_key=KEY, app_secret=SECRET, account="12345678-01"))
    assert not any(secret in text for secret in (KEY, SECRET, "12345678"))


@pytest.mark.parametrize("name", SOURCES)
def test_the_source_is_unchanged_and_no_secret_is_shown(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, SOURCES[name])
    path.chmod(0o444)
    os.utime(path, ns=(1, 1))
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
    credentials = import_from_file(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode) == before
    assert [path.name for path in tmp_path.iterdir()] == [name]
    text = repr(credentials) + str(credentials)
    assert not any(secret in text for secret in (KEY, OTHER, SECRET, OTHER_SECRET))


@pytest.mark.parametrize(
    "content",
    [
        *(text.replace(KEY, KEY + "x").replace(OTHER, "") for text in SOURCES.values()),
        YAML + "[",
        '{"appkey": "' + KEY + '", "secretkey": "' + SECRET,
        (KEY + SECRET).encode() + b"\xff",
    ],
)
def test_a_refusal_contains_no_secret(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(CredentialImportError) as caught:
        import_from_file(write(tmp_path, "file", content))
    error: BaseException | None = caught.value
    while error is not None:
        error_text = f"{error!r} {error} {vars(error)}"
        assert KEY not in error_text
        assert SECRET not in error_text
        assert not isinstance(error, UnicodeDecodeError | json.JSONDecodeError)
        error = error.__cause__ or error.__context__


def test_existing_files_in_usual_places_are_proposed(tmp_path: Path) -> None:
    assert existing_import_files(tmp_path) == ()
    (tmp_path / "KIS" / "config" / "kis_devlp.yaml").mkdir(parents=True)
    (tmp_path / ".cache" / "mojito2").mkdir(parents=True)
    token = write(tmp_path / ".cache" / "mojito2", "token.dat", b"")
    assert existing_import_files(tmp_path) == (token,)
