"""Other tools' files are read, shown masked, and left exactly as they were."""

import json
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kistui.errors import ImportRefused
from kistui.model.account import Environment
from kistui.store.importers import read_file

KEY, SECRET = "PS" + "k" * 30 + "ab12", "s" * 179 + "="
OTHER = "PS" + "p" * 30 + "cd34"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


YAML = f"""#
my_app: "{KEY}"
my_sec: "{SECRET}"
paper_app: {OTHER}
paper_sec: "{SECRET}"
my_htsid: "id"
my_acct_stock: 01234567
my_acct_future: "99999999"
my_paper_stock: "50071234"
my_prod: 01
prod: "https://openapi.koreainvestment.com:9443"
"""


def test_the_official_samples_yaml_gives_both_pairs(tmp_path: Path) -> None:
    real, paper = read_file(write(tmp_path, "kis_devlp.yaml", YAML))
    assert (real.environment, paper.environment) == (Environment.REAL, Environment.PAPER)
    assert (real.hint, paper.hint) == ("ab12", "cd34")
    assert paper.account is not None
    assert paper.account.number == "50071234"


def test_integers_that_lost_their_zero_get_it_back(tmp_path: Path) -> None:
    text = YAML.replace("01234567", "1234567").replace("my_prod: 01", "my_prod: 1")
    real, _ = read_file(write(tmp_path, "kis_devlp.yaml", text))
    assert real.account is not None
    assert (real.account.number, real.account.product) == ("01234567", "01")


def test_a_pair_not_filled_in_is_passed_over(tmp_path: Path) -> None:
    text = YAML.replace(f'"{KEY}"', '"\uc571\ud0a4"')
    (paper,) = read_file(write(tmp_path, "kis_devlp.yaml", text))
    assert paper.environment is Environment.PAPER


@pytest.mark.parametrize("virtual", [True, False])
def test_python_kis_json(tmp_path: Path, *, virtual: bool) -> None:
    raw = {"id": "x", "appkey": KEY, "secretkey": SECRET, "account": "12345678-22"}
    (found,) = read_file(write(tmp_path, "secret.json", json.dumps(raw | {"virtual": virtual})))
    assert found.environment is (Environment.PAPER if virtual else Environment.REAL)
    assert found.account is not None
    assert found.account.product == "22"


def test_mojito_three_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "koreainvestment.key", f"{KEY}\r\n{SECRET}\r\n12345678-01\r\n")
    (found,) = read_file(path)
    assert found.environment is None
    assert found.credentials.app_secret == SECRET


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_mojito_token_is_read_without_running_anything(tmp_path: Path, protocol: int) -> None:
    raw = {"access_token": "eyJ", "timestamp": 1, "api_key": KEY, "api_secret": SECRET}
    (found,) = read_file(write(tmp_path, "token.dat", pickle.dumps(raw, protocol)))
    assert found.account is None
    assert found.hint == "ab12"


class Evil:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.marker}",)


def test_a_hostile_pickle_runs_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    hostile = [
        pickle.dumps({"api_key": KEY, "api_secret": SECRET, "x": Evil(marker)}),
        pickle.dumps([Evil(marker)]),
        pickle.dumps(print),
        pickle.dumps({1, 2}, 2),
        b"\x80\x04cposix\nsystem\n(S'touch " + str(marker).encode() + b"'\ntR.",
        b"\x80\x02Pid\n.",
        b"\x80\x04" + b"(" * 5000,
        b"\x80\x04",
    ]
    for at, content in enumerate(hostile):
        with pytest.raises(ImportRefused):
            read_file(write(tmp_path, f"token{at}.dat", content))
    assert not marker.exists()


def test_an_env_file_in_every_spelling(tmp_path: Path) -> None:
    text = (
        f"# keys\nexport KIS_APP_KEY='{KEY}'\r\nKIS_APP_SECRET = \"{SECRET}\"  # mine\n"
        f"KIS_ACCOUNT_NO=12345678-01\nKIS_PAPER=1\nKIS_PAPER_APP_KEY={OTHER}\n"
        f"KIS_PAPER_APP_SECRET={SECRET}\n"
    )
    first, second = read_file(write(tmp_path, ".env", "\ufeff" + text))
    assert first.environment is second.environment is Environment.PAPER
    assert first.account is not None
    assert second.hint == "cd34"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no app key"),
        ("hello\n", "no app key"),
        (f"{KEY[:-1]}\n{SECRET}\n12345678\n", "app_key has 35 characters, not 36"),
        (f"KIS_APP_KEY={KEY}\nKIS_APP_SECRET=abc\n", "app_secret has 3 characters, not 180"),
        ("my_app: [\n", "not valid YAML"),
        ("my_app: &a x\nmy_sec: *a\n", "aliases"),
        (b"\xff\xfe\x00", "no app key"),
        (b"x" * (1024 * 1024 + 1), "too large"),
        ("[" * 100_000, "no app key"),
    ],
)
def test_what_cannot_be_imported_says_why(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    with pytest.raises(ImportRefused) as caught:
        read_file(write(tmp_path, "file", content))
    assert reason in caught.value.details["reason"]


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "none", Path("/dev/zero")):
        with pytest.raises(ImportRefused):
            read_file(path)


def test_the_source_is_left_as_it_was_and_no_secret_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "kis_devlp.yaml", YAML)
    path.chmod(0o644)
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
    found = read_file(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode) == before
    assert KEY not in repr(found)
    assert SECRET not in repr(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.binary(max_size=300) | st.binary(max_size=100).map(lambda raw: b"\x80" + raw))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    try:
        read_file(write(tmp_path, "any", content))
    except ImportRefused as error:
        assert error.details["reason"]
