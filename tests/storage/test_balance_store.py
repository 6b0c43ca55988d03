"""The stored balances: read back exactly or not at all, private, and without the account number."""

import json
import stat
from collections.abc import Callable
from datetime import UTC, date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.errors import LoadCancelledError, UnsafeFileError
from kistui.models.account import AccountNumber, Environment
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.load_state import Failed, Loaded, Loading, LoadState
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.markets import Market
from kistui.models.overseas import (
    OverseasBalance,
    OverseasCash,
    OverseasTotals,
    SettlementDateLot,
    TradeDateLot,
    group_overseas_lots,
)
from kistui.models.text import clean_text
from kistui.models.totals import with_overseas
from kistui.storage.balance_store import MAX_BALANCE_BYTES, BalanceStore, account_fingerprint
from tests.fuzz.strategies import JSON_VALUES, fuzz_settings
from tests.support import MORNING, PROFILE, make_balance, make_lot

OWNER = account_fingerprint(PROFILE, None)
WON = st.integers(-(10**18), 10**18) | st.integers(-1000, 1000)
DECIMALS = st.builds(lambda number, places: Decimal(number).scaleb(places), WON, st.integers(-8, 3))
TEXTS = st.text(max_size=40).map(clean_text).filter(bool)
FITTING: dict[ValueType, st.SearchStrategy[Any]] = {
    ValueType.WON: WON,
    ValueType.QUANTITY: WON,
    ValueType.PRICE: DECIMALS,
    ValueType.PERCENT: DECIMALS,
    ValueType.AMOUNT: DECIMALS,
    ValueType.FRACTIONAL_QUANTITY: DECIMALS,
    ValueType.EXCHANGE_RATE: DECIMALS,
    ValueType.DATE: st.dates(),
    ValueType.TEXT: TEXTS,
    ValueType.CODE: TEXTS,
}


def records_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{s.name: st.none() | FITTING[s.value_type] for s in field_specs(kind)})


OVERSEAS = st.builds(
    lambda lots, **others: OverseasBalance(holdings=group_overseas_lots(lots), **others),
    st.lists(records_of(TradeDateLot), max_size=3)
    | st.lists(records_of(SettlementDateLot), max_size=3),
    cash=st.lists(records_of(OverseasCash), max_size=2).map(tuple),
    totals=records_of(OverseasTotals),
    markets_without_consent=st.sampled_from([(), (Market.JP, Market.VN)]),
    may_be_partial=st.booleans(),
    unreadable_fields=st.sampled_from([(), ("bass_exrt", "frcr_evlu_amt2")]),
)
BALANCES = st.builds(
    lambda summary, lots, pages, is_pension, price, may_be_partial, unreadable: Balance(
        summary=summary,
        holdings=merge_lots(lots),
        page_count=pages,
        is_pension=is_pension,
        after_hours_price=None if is_pension else price,
        may_be_partial=may_be_partial,
        unreadable_fields=unreadable,
    ),
    records_of(BalanceSummary),
    st.lists(records_of(Lot), max_size=4),
    st.integers(1, 100),
    st.booleans(),
    st.sampled_from(AfterHoursPrice),
    st.booleans(),
    st.sampled_from([(), ("dnca_tot_amt", "hldg_qty")]),
)
INSTANTS = st.datetimes(
    min_value=MORNING.replace(tzinfo=None, year=1950),
    max_value=MORNING.replace(tzinfo=None, year=2900),
    timezones=st.sampled_from([UTC, MORNING.tzinfo]),
)
SHOWN = make_balance(
    make_lot(), make_lot(code="000660", name="SK하이닉스", loan_date=date(2026, 11, 2))
)
STORED = Loaded(SHOWN, MORNING)
STORED_OVERSEAS = Loaded(
    OverseasBalance(cash=(OverseasCash(currency="USD", deposit=Decimal("0.10")),)), MORNING
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "balances"


@pytest.fixture
def store(folder: Path) -> BalanceStore:
    store = BalanceStore(folder)
    store.write("main", OWNER, STORED)
    return store


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


@given(BALANCES, INSTANTS, st.none() | st.builds(Loaded, OVERSEAS, INSTANTS))
def test_figures_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory,
    figures: Balance,
    loaded_at: Any,
    overseas: Loaded[OverseasBalance] | None,
) -> None:
    store = BalanceStore(tmp_path_factory.mktemp("state"))
    if overseas is not None:
        figures = with_overseas(figures, overseas)
    store.write("main", OWNER, Loaded(figures, loaded_at))
    assert store.read("main", OWNER) == Loaded(figures, loaded_at)


@pytest.mark.parametrize(
    "state", [Loading(STORED_OVERSEAS), Failed(LoadCancelledError(), MORNING, STORED_OVERSEAS)]
)
def test_the_last_overseas_figures_are_stored_with_their_own_time(
    store: BalanceStore, state: LoadState[OverseasBalance]
) -> None:
    store.write("main", OWNER, Loaded(with_overseas(SHOWN, state), MORNING + timedelta(hours=1)))
    stored = store.read("main", OWNER)
    assert stored
    assert stored.value.overseas == STORED_OVERSEAS


def test_a_file_of_the_first_version_is_read_without_overseas_figures(
    store: BalanceStore, folder: Path
) -> None:
    path = only_file(folder)
    table = json.loads(path.read_text())
    del table["overseas"]
    path.write_text(json.dumps(table | {"schema": 1}))
    assert store.read("main", OWNER) == STORED


def test_a_balance_that_was_not_stored_is_absent(folder: Path) -> None:
    assert BalanceStore(folder).read("main", OWNER) is None
    BalanceStore(folder).delete("main")
    BalanceStore(folder).delete_all()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("profile", "url"),
    [
        (replace(PROFILE, account=AccountNumber.parse("50071235-01")), None),
        (replace(PROFILE, account=AccountNumber.parse("50071234-22")), None),
        (replace(PROFILE, environment=Environment.PAPER), None),
        (replace(PROFILE, name="other"), None),
        (PROFILE, "https://kis.example"),
    ],
)
def test_another_account_environment_or_server_is_a_miss(
    store: BalanceStore, profile: Any, url: str | None
) -> None:
    assert store.read("main", OWNER) == STORED
    assert store.read("main", account_fingerprint(profile, url)) is None
    assert store.read(profile.name, account_fingerprint(profile, url)) is None


def test_the_file_is_private_and_names_no_account(store: BalanceStore, folder: Path) -> None:
    path = only_file(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    content = path.read_text()
    for part in (PROFILE.account.number, PROFILE.account.number[:6], "main"):
        assert part not in path.name
        assert part not in content


def test_one_balance_or_all_can_be_deleted(store: BalanceStore, folder: Path) -> None:
    store.write("other", "x", STORED)
    store.delete("main")
    assert store.read("main", OWNER) is None
    assert store.read("other", "x") == STORED
    store.write("main", OWNER, STORED)
    store.delete_all()
    assert list(folder.iterdir()) == []


Change = Callable[[dict[str, Any]], object]


def in_lot(field: str, value: object) -> Change:
    def change(table: dict[str, Any]) -> None:
        lots = table["lots"]
        lots["rows"][0][lots["fields"].index(field)] = value

    return change


CHANGES: tuple[Change, ...] = (
    lambda table: table.update(schema=3),
    lambda table: table.pop("schema"),
    lambda table: table.pop("owner"),
    lambda table: table.pop("at"),
    lambda table: table.update(at="2026-11-23T10:32:07"),
    lambda table: table.update(at="0001-01-01T00:00:00+14:00"),
    lambda table: table.update(at=5),
    lambda table: table.update(pages=True),
    lambda table: table.update(pages=-1),
    lambda table: table.update(is_pension=0),
    lambda table: table["summary"]["rows"].append([]),
    lambda table: table["summary"]["rows"].clear(),
    lambda table: table["lots"]["fields"].reverse(),
    lambda table: table["lots"]["fields"].append("new"),
    lambda table: table["lots"]["rows"][0].append(None),
    lambda table: table["lots"].update(rows=5),
    lambda table: table["lots"].update(rows={"a": 1}),
    lambda table: table.update(lots=[]),
    lambda table: table.pop("overseas"),
    lambda table: table.update(overseas=[]),
    lambda table: table.update(overseas={}),
    in_lot("quantity", "10"),
    in_lot("quantity", 1.5),
    in_lot("quantity", True),
    in_lot("quantity", 10**19),
    in_lot("price", 75_000),
    in_lot("price", "NaN"),
    in_lot("price", "1e999999"),
    in_lot("price", "٧"),
    in_lot("loan_date", "2026-13-01"),
    in_lot("loan_date", 20261101),
    in_lot("name", 5),
    in_lot("name", ["삼성전자"]),
)


def test_a_file_of_another_shape_is_a_miss(store: BalanceStore, folder: Path) -> None:
    path = only_file(folder)
    content = path.read_text()
    for number, change in enumerate(CHANGES):
        table = json.loads(content)
        change(table)
        path.write_text(json.dumps(table))
        assert store.read("main", OWNER) is None, f"change {number}"


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"{", b"null", b"5", b"[]", b"{}", b"[" * 100_000, b'{"schema": 1}'],
)
def test_a_file_without_a_table_is_a_miss(
    store: BalanceStore, folder: Path, content: bytes
) -> None:
    only_file(folder).write_bytes(content)
    assert store.read("main", OWNER) is None


@fuzz_settings
@given(st.binary(max_size=200) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_other_content_is_a_miss(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("state")
    store = BalanceStore(folder)
    store.write("main", OWNER, STORED)
    only_file(folder).write_bytes(content)
    assert store.read("main", OWNER) is None


def test_a_file_too_large_is_not_read_to_its_end(store: BalanceStore, folder: Path) -> None:
    path = only_file(folder)
    path.write_bytes(path.read_bytes() + b" " * 10)
    assert store.read("main", OWNER) == STORED
    path.write_bytes(b" " * MAX_BALANCE_BYTES + path.read_bytes())
    assert store.read("main", OWNER) is None


def test_texts_are_cleaned_again(store: BalanceStore, folder: Path) -> None:
    path = only_file(folder)
    table = json.loads(path.read_text())
    in_lot("name", "\x1b[31m삼성\u202e전자\ud800" + "x" * 1000)(table)
    path.write_text(json.dumps(table))
    stored = store.read("main", OWNER)
    assert stored
    name = stored.value.lots[0].name
    assert name
    assert name.startswith("[31m삼성전자x")
    assert len(name) <= 500


def test_a_link_is_a_miss_and_is_not_written_through(
    store: BalanceStore, folder: Path, tmp_path: Path
) -> None:
    path = only_file(folder)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert store.read("main", OWNER) is None
    with pytest.raises(UnsafeFileError):
        store.write("main", OWNER, Loaded(SHOWN, MORNING + timedelta(days=1)))


def test_a_mode_that_is_too_wide_is_narrowed(store: BalanceStore, folder: Path) -> None:
    path = only_file(folder)
    path.chmod(0o644)
    assert store.read("main", OWNER) == STORED
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
