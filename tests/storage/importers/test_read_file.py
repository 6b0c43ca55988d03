"""Other tools' files are known by their content; anything else is refused with a reason."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kistui.errors import CredentialImportError
from kistui.models.account import Environment
from kistui.models.text import Secret
from kistui.storage.importers import import_from_file
from tests.storage.importers.samples import KEY, OTHER, SECRET, SOURCES, YAML, write


@pytest.mark.parametrize("virtual", [True, False])
def test_python_kis_json(tmp_path: Path, *, virtual: bool) -> None:
    raw = {"id": "x", "appkey": KEY, "secretkey": SECRET, "account": "12345678-22"}
    (credentials,) = import_from_file(
        write(tmp_path, "secret.json", json.dumps(raw | {"virtual": virtual}))
    )
    assert credentials.environment is (Environment.PAPER if virtual else Environment.REAL)
    assert credentials.account is not None
    assert credentials.account.product_code == "22"


def test_mojito_three_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "koreainvestment.key", f"{KEY}\r\n{SECRET}\r\n12345678-01\r\n")
    (credentials,) = import_from_file(path)
    assert credentials.environment is None
    assert credentials.source == "mojito key file"
    assert credentials.account is not None
    assert credentials.credentials.app_secret == Secret(SECRET)


def test_an_env_file_in_every_spelling(tmp_path: Path) -> None:
    text = (
        f"# keys\nexport KIS_APP_KEY='{KEY}'\r\nKIS_APP_SECRET = \"{SECRET}\"  # mine\n"
        f"KIS_ACCOUNT_NO=12345678-01\nKIS_PAPER=1\nKIS_PAPER_APP_KEY={OTHER}\n"
        f"KIS_PAPER_APP_SECRET={SECRET}\n"
    )
    first, second = import_from_file(write(tmp_path, ".env", "\ufeff" + text))
    assert first.environment is second.environment is Environment.PAPER
    assert first.account is not None
    assert second.app_key_suffix == "cd34"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no_keys"),
        ("hello\n", "no_keys"),
        (f"{KEY[:-1]}\n{SECRET}\n12345678\n", "wrong_length"),
        (f"KIS_APP_KEY={KEY}\nKIS_APP_SECRET=abc\n", "wrong_length"),
        ("my_app: [\n", "bad_yaml"),
        ("my_app: &a x\nmy_sec: *a\n", "aliases"),
        (b"\xff\xfe\x00", "not_utf8"),
        (f"{KEY[:-1]}!{chr(0xE9)}\n{SECRET}\n12345678\n", "wrong_length"),
        (f"{KEY[:-1]}{chr(0xE9)}\n{SECRET}\n1\n", "wrong_characters"),
        (f"{KEY}\n\n12345678-01\n", "no_keys"),
        ("one\ntwo\nthree\n", "no_keys"),
        (f"KIS_APP_KEY={KEY}\n", "wrong_length"),
        (f"KIS_APP_KEY='{KEY}\nKIS_APP_SECRET={SECRET}\n", "wrong_length"),
        ('{"appkey": "' + KEY, "bad_json"),
        ('["appkey"]', "bad_json"),
        ('{"appkey": null, "secretkey": 5}', "wrong_length"),
        ('{"appkey": ' + "[" * 100_000, "bad_json"),
        (b"x" * (1024 * 1024 + 1), "too_large"),
        ("[" * 100_000, "no_keys"),
    ],
)
def test_an_unsupported_file_is_refused_with_a_reason(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    with pytest.raises(CredentialImportError) as caught:
        import_from_file(write(tmp_path, "file", content))
    assert reason in caught.value.details["reason"]


def test_an_invalid_pair_beside_a_valid_one_is_ignored(tmp_path: Path) -> None:
    text = YAML.replace(KEY, KEY[:-1])
    (paper,) = import_from_file(write(tmp_path, "kis_devlp.yaml", text))
    assert paper.environment is Environment.PAPER


def test_long_lines_are_read_in_no_time(tmp_path: Path) -> None:
    """Each made a pattern or the scanner of YAML take minutes."""
    for content in (
        "KIS_APP_KEY=x" + " " * 900_000 + "y",
        " " * 900_000 + "=",
        "my_app: " + "[" * 60_000,
        "my_app: x\n" + "? " * 30_000,
    ):
        with pytest.raises(CredentialImportError):
            import_from_file(write(tmp_path, "long", content))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.binary(max_size=300)
    | st.binary(max_size=100).map(lambda raw: b"\x80\x04" + raw)
    | st.text(max_size=200).map(lambda raw: f"my_app: {raw}".encode(errors="replace"))
    | st.text("KISAP_EYCRT= '\"#\n\t{}[]:,&*!?|>-", max_size=200).map(str.encode)
    | st.sampled_from([text.encode() for text in SOURCES.values()]).flatmap(
        lambda whole: st.integers(0, len(whole)).map(
            lambda index: whole[:index] + whole[index + 1 :]
        )
    )
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    try:
        assert import_from_file(write(tmp_path, "any", content))
    except CredentialImportError as error:
        assert error.details["reason"]
