"""mojito's `token.dat`: plain data is read, and nothing in a pickle is ever run."""

import pickle
import pickletools
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kistui.clock import KST
from kistui.errors import CredentialImportError
from kistui.models.text import Secret
from kistui.models.token import TokenOrigin
from kistui.storage.importers import import_from_file, mojito_token
from kistui.storage.importers.source import UnsupportedSource
from tests.storage.importers.pickles import BROKEN, DOUBLING, GIGABYTES, TOKEN, hostile
from tests.storage.importers.samples import KEY, SECRET, write


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_mojito_token_is_read_without_running_anything(tmp_path: Path, protocol: int) -> None:
    raw = TOKEN | {"a": None, "b": True, "c": 1.5, "d": 2**40, "e": -1, "f": {}}
    path = write(tmp_path, "token.dat", pickle.dumps(raw, protocol))
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
    (credentials,) = import_from_file(path)
    assert (credentials.account, credentials.environment) == (None, None)
    assert (credentials.app_key_suffix, credentials.source) == ("ab12", "mojito token")
    assert credentials.credentials.app_secret == Secret(SECRET)
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode) == before
    assert KEY not in repr(credentials)


@pytest.mark.parametrize(
    ("token", "expires", "is_taken"),
    [
        ("eyJ0.body.sign", "2026-11-24 09:44:08", True),
        ("eyJ0.body.sign", "tomorrow", False),
        ("eyJ0.body.sign", None, False),
        ("a token", "2026-11-24 09:44:08", False),
        ("eyJ0\nx-evil: 1", "2026-11-24 09:44:08", False),
        (7, "2026-11-24 09:44:08", False),
    ],
)
def test_mojito_s_token_comes_with_the_key(
    tmp_path: Path, token: object, expires: object, is_taken: bool
) -> None:
    raw = TOKEN | {"access_token": token, "access_token_token_expired": expires}
    (credentials,) = import_from_file(write(tmp_path, "token.dat", pickle.dumps(raw)))
    assert (credentials.token is not None) == is_taken
    if credentials.token:
        assert credentials.token.expires_at == datetime(2026, 11, 24, 9, 44, 8, tzinfo=KST)
        assert credentials.token.origin is TokenOrigin.IMPORTED
        assert "eyJ0" not in repr(credentials)


@pytest.mark.parametrize("name", hostile(Path()))
def test_a_hostile_pickle_runs_nothing(tmp_path: Path, name: str) -> None:
    marker = tmp_path / "marker"
    with pytest.raises(CredentialImportError):
        import_from_file(write(tmp_path, "token.dat", hostile(marker)[name]))
    assert not marker.exists()


def test_the_hostile_pickles_are_hostile(tmp_path: Path) -> None:
    """Otherwise the test above proves nothing."""
    for name in ("in a value", "in a list", "eval", "exec as a key", "by hand", "protocol 0"):
        marker = tmp_path / name.replace(" ", "-")
        pickle.loads(hostile(marker)[name])
        assert marker.exists(), name


@pytest.mark.parametrize("name", [name for name in hostile(Path()) if name != "protocol 0"])
def test_the_opcode_check_is_not_the_only_defence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(pickletools, "genops", lambda _content: ())
    marker = tmp_path / "marker"
    try:
        list(mojito_token.parse_mojito_token(hostile(marker)[name]))
    except UnsupportedSource as unfit:
        assert KEY not in str(unfit)
    assert not marker.exists()


@pytest.mark.parametrize("name", BROKEN)
def test_a_pickle_that_is_no_token_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CredentialImportError) as caught:
        import_from_file(write(tmp_path, "token.dat", BROKEN[name]))
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("content", [DOUBLING, GIGABYTES])
def test_pickles_that_would_take_endless_time_or_memory_are_refused(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(CredentialImportError, match="not_plain"):
        import_from_file(write(tmp_path, "token.dat", content))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(2, 300), st.integers(0, 255)), max_size=4))
def test_a_token_with_bytes_exchanged_is_read_or_refused(
    tmp_path: Path, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(pickle.dumps(TOKEN))
    for at, byte in changes:
        content[at] = byte
    try:
        import_from_file(write(tmp_path, "token.dat", bytes(content)))
    except CredentialImportError as error:
        assert SECRET not in str(error)
