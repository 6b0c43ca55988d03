"""Any content of a kistui file or of a file to import is read, or refused with a reason."""

import json
import pickle
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import tomli_w
import tomlkit
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui import i18n
from kistui.errors import (
    ConfigError,
    CorruptSecretsError,
    CredentialImportError,
    InvalidAccountNumberError,
    InvalidCredentialError,
    InvalidVariableError,
    MissingCredentialsError,
    SecretNotFoundError,
)
from kistui.formatting.call_log import call_log_lines
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.models.account import AccountNumber, Credentials, ImportedCredentials
from kistui.storage import config
from kistui.storage.env_vars import read_env_profile
from kistui.storage.files import read_private_toml
from kistui.storage.importers import import_from_env_vars, import_from_file
from kistui.storage.log import format_call, parse_call
from kistui.storage.paths import AppPaths
from kistui.storage.secrets.file_stores import PlaintextSecretStore
from kistui.storage.state_files import HolidayStore
from kistui.storage.themes import load_theme
from kistui.storage.token_store import TokenStore
from tests.fuzz.strategies import RAW_VALUES, fuzz_settings
from tests.fuzz.test_responses import check_token_views
from tests.storage.importers.samples import KEY, SECRET, SOURCES
from tests.support import CALL, MORNING

zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(timezones=zones | st.just(UTC))
scalars = st.one_of(
    RAW_VALUES.map(lambda text: text.encode("utf-8", "ignore").decode()),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    instants,
    st.dates(),
    st.datetimes(),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner),
    max_leaves=5,
)


def tables(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return tables with some of these keys, each with a known value or any other."""
    optional = {key: value | VALUES for key, value in known.items()}
    return st.fixed_dictionaries({}, optional=optional)


def mangled(tables: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[bytes]:
    """Return the tables as files, intact or with a few bytes changed, and other bytes."""
    intact = tables.map(lambda table: tomli_w.dumps(table).encode())
    return st.one_of(intact, intact, _changed(intact), st.binary(max_size=80), _difficult_toml())


def _changed(content: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.tuples(content, st.integers(0, 300), st.binary(max_size=4)).map(
        lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + len(parts[2]) :]
    )


def _difficult_toml() -> st.SearchStrategy[bytes]:
    """Return documents that parsers of TOML are known to fail on."""
    return st.sampled_from(
        (
            b"a = " + b"[" * 5000, b"a = " + b"9" * 5000, b"a = 2026-02-30", b"a.b.c = 1\na = 2",
            b"a = " + b"{a = " * 3000, b"a = 1e400", b"[[a]]\n[a.b]\n[[a.b]]", b"\xff", b"\r",
            b"a = '\x00'",
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


CALL_FIELDS = ("at", "page", "try", "status", "bytes", "ms", "wait_ms", "outcome")
PROFILES = st.dictionaries(
    st.text("ab가-_ ", min_size=1, max_size=4),
    tables(
        environment=st.sampled_from(["real", "paper"]),
        account=st.sampled_from(["12345678-01", "12345678"]),
        secrets=st.sampled_from(["plain", "command", "keyring"]),
        base_url=st.just("http://127.0.0.1:1"),
        order=st.integers() | st.floats(),
        secret_command=st.lists(st.text("ab", min_size=1)),
    ),
    max_size=3,
)
CONFIGS = tables(
    default=st.text("ab", min_size=1),
    profiles=PROFILES,
    settings=tables(
        renew_before_minutes=st.integers(1, 720),
        refresh_seconds=st.integers(10, 3600),
        hidden=st.booleans(),
    ),
    keys=st.dictionaries(st.text("ab.", min_size=1), st.just("x y") | VALUES, max_size=3),
)


@fuzz_settings
@given(mangled(CONFIGS))
def test_any_config_is_parsed_or_its_fault_named(content: bytes) -> None:
    try:
        parsed = config.parse_config(Path("config.toml"), content)
    except ConfigError as error:
        assert error.details["reason"]
        return
    edited = tomlkit.dumps(tomlkit.parse(content.decode())).encode()
    reparsed = config.parse_config(Path("config.toml"), edited)
    assert sorted(map(repr, reparsed.profiles)) == sorted(map(repr, parsed.profiles))
    assert (reparsed.default_name, reparsed.settings) == (parsed.default_name, parsed.settings)


TOKENS = tables(
    schema=st.just(1),
    name=st.just("n"),
    rejected_id=st.text("ab"),
    attempted_at=instants,
    skew_seconds=st.floats(),
    notices=tables(count=st.integers(), at=instants),
    token=tables(
        value=st.just("eyJ"),
        issued_at=instants,
        expires_at=instants,
        origin=st.sampled_from(["issued", "imported"]),
        process=st.integers(),
    ),
    rejection=tables(at=instants, code=st.just("EGW00121"), was_reissued=st.booleans()),
).map(lambda table: {"schema": 1, "name": "n"} | table)


@fuzz_settings
@given(mangled(TOKENS))
def test_any_token_file_is_a_usable_record(folder: Path, content: bytes) -> None:
    path = folder / "n.toml"
    path.write_bytes(content)
    store = TokenStore(folder)
    record = store.read("n")
    check_token_views(record)
    record.notifications_today(MORNING)
    assert record.next_issue_at(MORNING) - MORNING <= timedelta(minutes=1)
    store.write("n", record)
    # A number of notices that were never sent is not kept.
    assert store.read("n") == replace(
        record, notification_count=record.notification_count if record.last_notified_at else 0
    )


@fuzz_settings
@given(mangled(tables(schema=st.just(1), asked_on=st.dates(), closed=st.lists(st.dates()))))
def test_any_holiday_file_is_dates_or_none(folder: Path, content: bytes) -> None:
    path = folder / "holidays.toml"
    path.write_bytes(content)
    requested_on, closed = HolidayStore(path).read()
    assert requested_on is None or type(requested_on) is date
    assert all(type(day) is date for day in closed)


@fuzz_settings
@given(
    mangled(tables(main=tables(column=scalars, descending=st.booleans(), columns=st.lists(VALUES))))
)
def test_any_view_state_file_is_a_view_state_or_none(folder: Path, content: bytes) -> None:
    path = folder / "arrangements.toml"
    path.write_bytes(content)
    for table in read_private_toml(path).values():
        if isinstance(table, dict):
            HoldingsViewState.from_dict(table)


@fuzz_settings
@given(mangled(tables(name=st.just("own"), dark=st.booleans(), colors=VALUES, variables=VALUES)))
def test_any_theme_file_is_a_theme_or_has_faults(folder: Path, content: bytes) -> None:
    path = folder / "own.toml"
    path.write_bytes(content)
    theme, faults = load_theme(path)
    assert (theme is None) is bool(faults)


@fuzz_settings
@given(st.lists(st.sampled_from(CALL_FIELDS), max_size=20), RAW_VALUES)
def test_any_line_of_the_log_is_a_call_that_can_be_shown_or_none(
    replaced: list[str], value: str
) -> None:
    line = format_call(CALL, 7)
    for name in replaced:
        line = re.sub(rf"(?<={name}=)\S+", lambda _match: value.replace(" ", "") or "-", line)
    call = parse_call(line)
    if call is not None:
        assert call_log_lines([call], i18n.load_translations("en"), 100)


@fuzz_settings
@given(mangled(tables(main=tables(app_key=st.just(KEY), app_secret=st.just(SECRET)))))
def test_any_secrets_file_is_a_pair_or_an_error(folder: Path, content: bytes) -> None:
    folders = AppPaths(folder, folder)
    folders.plaintext_secrets_file.write_bytes(content)
    try:
        pair = PlaintextSecretStore(folders).read("main")
    except (CorruptSecretsError, SecretNotFoundError) as error:
        assert SECRET not in str(error)
    else:
        assert (len(pair.app_key), len(pair.app_secret)) == (36, 180)


# files of other tools

PAIR = {"appkey": KEY, "secretkey": SECRET, "api_key": KEY, "api_secret": SECRET}
NAMES = st.sampled_from(
    (
        "my_app", "my_sec", "paper_app", "paper_sec", "my_acct_stock", "my_prod", "appkey",
        "secretkey", "account", "virtual", "api_key", "api_secret", "access_token", "APP_KEY",
        "access_token_token_expired", "KIS_APP_KEY", "KIS_APP_SECRET", "KIS_ACCOUNT", "KIS_PAPER",
    )
)  # fmt: skip
TABLES = st.dictionaries(
    NAMES, st.sampled_from([KEY, SECRET, "12345678-01", "eyJ", "01", 1, True]) | VALUES, max_size=8
).map(lambda table: PAIR | table)


def _env(table: dict[str, Any]) -> bytes:
    return "\n".join(f"export {key}={value!r}" for key, value in table.items()).encode(
        "utf-8", "replace"
    )


WRITERS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "yaml": lambda table: yaml.safe_dump(table, allow_unicode=True, default_style='"').encode(),
    "json": lambda table: json.dumps(table, default=str).encode(),
    "pickle": lambda table: pickle.dumps(table, 4),
    "env": _env,
}


@pytest.mark.parametrize("form", WRITERS)
@fuzz_settings
@given(st.data())
def test_any_imported_file_gives_credentials_or_a_reason(
    folder: Path, form: str, data: st.DataObject
) -> None:
    intact = TABLES.map(WRITERS[form])
    samples = st.sampled_from([text.encode() for text in SOURCES.values()])
    content = data.draw(
        st.one_of(
            intact, _changed(intact), _changed(samples), st.binary(max_size=80).map(b"\x80".__add__)
        )
    )
    path = folder / f"file.{form}"
    path.write_bytes(content)
    try:
        imported = import_from_file(path)
    except CredentialImportError as error:
        assert KEY not in str(error)
        assert SECRET not in str(error)
        assert _chain_of(error) == [error]
    else:
        assert imported
        check_imported(imported)
    assert path.read_bytes() == content


@fuzz_settings
@given(st.dictionaries(NAMES, st.sampled_from([KEY, SECRET, "12345678-01", "1"]) | RAW_VALUES))
def test_any_environment_gives_an_account_or_an_error(environ: dict[str, str]) -> None:
    try:
        check_imported(import_from_env_vars(environ))
    except CredentialImportError as error:
        assert SECRET not in str(error)
    try:
        _, credentials = read_env_profile(environ)
    except (
        MissingCredentialsError,
        InvalidCredentialError,
        InvalidAccountNumberError,
        InvalidVariableError,
    ) as error:
        assert SECRET not in str(error)
    else:
        assert SECRET not in repr(credentials)


@fuzz_settings
@given(RAW_VALUES, RAW_VALUES)
def test_any_typed_account_and_key_are_accepted_or_refused(first: str, second: str) -> None:
    try:
        account = AccountNumber.parse(first)
    except InvalidAccountNumberError:
        pass
    else:
        assert (account.number + account.product_code).isascii()
        assert (account.number + account.product_code).isdigit()
    for key, secret in ((first, second), (first.ljust(36, "k"), second.ljust(180, "s"))):
        try:
            credentials = Credentials.parse(key, secret)
        except InvalidCredentialError:
            continue
        assert (credentials.app_key.reveal() + credentials.app_secret.reveal()).isascii()


def check_imported(imported: tuple[ImportedCredentials, ...]) -> None:
    for entry in imported:
        credentials = entry.credentials
        assert (len(credentials.app_key), len(credentials.app_secret)) == (36, 180)
        assert SECRET not in repr(entry)
        assert entry.token is None or entry.token.value.reveal() not in repr(entry)


def _chain_of(error: BaseException) -> list[BaseException]:
    def walk(link: BaseException | None) -> Iterator[BaseException]:
        while link is not None:
            yield link
            link = link.__cause__ or link.__context__

    return list(walk(error))


def test_tomllib_fails_on_deep_arrays_and_long_numbers() -> None:
    with pytest.raises(RecursionError):
        tomllib.loads("a = " + "[" * 5000)
    with pytest.raises(ValueError, match="digits"):
        tomllib.loads("a = " + "9" * 5000)
    assert datetime.max.year == 9999
