"""A bar for each account and for all together: one scale, one legend, no amounts."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.formatting.accounts_allocation import accounts_allocation_lines
from kistui.formatting.cells import Line, Role, line_width, plain_text
from kistui.i18n import load_translations
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, LoadState, NotLoaded
from kistui.models.totals import AccountOverview
from tests.formatting.test_allocation import account
from tests.support import MORNING

KO = load_translations("ko")
BAR_ROLES = {Role.BAR, Role.BAR_ALT}


def overview(
    name: str, state: LoadState[Balance], environment: Environment = Environment.REAL
) -> AccountOverview:
    number = AccountNumber(f"{sum(map(ord, name)):08}")
    return AccountOverview(Profile(name, environment, number), state)


def loaded(won: list[int], dollars: list[int]) -> LoadState[Balance]:
    return Loaded(account(won, dollars), MORNING)


def bar(line: Line) -> str:
    return "".join(cell.text for cell in line if cell.role in BAR_ROLES)


def lines_of(accounts: Sequence[AccountOverview], width: int = 76) -> list[str]:
    return list(map(plain_text, accounts_allocation_lines(accounts, KO, width)))


ACCOUNTS = [
    overview("main", loaded([3_000_000, 2_000_000], [1_000])),
    overview("isa", loaded([], [2_000])),
    overview("try", loaded([9_000_000], []), Environment.PAPER),
]


def test_real_accounts_have_a_bar_each_and_a_total_but_paper_ones_none() -> None:
    lines = lines_of(ACCOUNTS)
    assert [line.split()[0] for line in lines] == ["main", "isa", "합계", "█"]
    assert lines[2].endswith("100.0%")
    assert "국내" in lines[3]
    assert "현금" in lines[3]


def test_a_market_has_the_same_fill_in_every_bar() -> None:
    main, isa, total, _ = accounts_allocation_lines(ACCOUNTS, KO, 76)
    # Won, dollars and cash: the second account has no won.
    assert set(bar(main)) == set(bar(total))
    assert set(bar(isa)) == set(bar(total)) - {"█"}


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=5), st.integers(50, 200))
def test_the_bars_add_up_to_that_of_the_total(values: list[int], width: int) -> None:
    accounts = [
        overview(f"a{index}", loaded([value * 1000], [])) for index, value in enumerate(values)
    ]
    lines = accounts_allocation_lines(accounts, KO, width)
    *bars, total = [len(bar(line)) for line in lines[: len(values) + 1]]
    assert abs(sum(bars) - total) <= len(values)
    assert all(line_width(line) <= width for line in lines)


def test_an_account_that_is_not_known_in_full_has_a_dash() -> None:
    partial = account([5], [])
    assert isinstance(partial.overseas, Loaded)
    states = (NotLoaded(), Loaded(replace(partial, is_complete=False), MORNING),
              Loaded(replace(partial, overseas=Failed(KeyError(), MORNING, None)), MORNING))  # type: ignore[arg-type]  # fmt: skip
    for state in states:
        lines = lines_of([ACCOUNTS[0], overview("isa", state)])
        assert lines[1].split() == ["isa", "-"]
        assert "합계" not in lines[2]
        lines = lines_of([*ACCOUNTS[:2], overview("etc", state)])
        assert lines[3].startswith("합계 2/3 ")


@pytest.mark.parametrize("accounts", [[], [overview("main", NotLoaded())]])
def test_without_figures_there_is_nothing(accounts: list[AccountOverview]) -> None:
    assert lines_of(accounts) == []


def test_a_demo_alone_is_shown() -> None:
    lines = lines_of(ACCOUNTS[2:])
    assert [line.split()[0] for line in lines] == ["try", "█"]
    assert "100.0%" in lines[0]
