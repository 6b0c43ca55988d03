"""Totals and divisions by account: an account counts once, unknown figures are excluded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.errors import RequestTimeoutError
from kistui.formatting.allocation import accounts_allocation_lines
from kistui.i18n import load_translations
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.allocation import allocate_accounts
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded
from kistui.models.overseas import OverseasBalance
from kistui.models.totals import AccountOverview, compute_totals, with_overseas
from tests.support import MORNING, make_balance, make_lot


def profile(number: int, environment: Environment = Environment.REAL) -> Profile:
    return Profile(f"p{number}", environment, AccountNumber(f"{number:08}"))


def balance_worth(value: int) -> Balance:
    return make_balance(make_lot(valuation=value, profit_loss=value - 700_000))


def with_nothing_overseas(balance: Balance) -> Balance:
    return with_overseas(balance, Loaded(OverseasBalance(), MORNING))


states = st.sampled_from(["ready", "loading", "failed", "unknown", "partial"])


def load_state(state: str, balance: Balance) -> LoadState[Balance]:
    loaded = Loaded(balance, MORNING)
    match state:
        case "ready":
            return loaded
        case "loading":
            return Loading(loaded)
        case "failed":
            return Failed(RequestTimeoutError(host="x"), MORNING, loaded)
        case "partial":
            return Loaded(replace(balance, is_complete=False), MORNING)
    return NotLoaded()


@given(
    st.lists(st.tuples(states, st.integers(0, 10**9), st.sampled_from(Environment)), max_size=20)
)
def test_the_total_is_that_of_the_real_accounts_known(
    accounts: list[tuple[str, int, Environment]],
) -> None:
    overviews = [
        AccountOverview(profile(number, environment), load_state(state, balance_worth(value)))
        for number, (state, value, environment) in enumerate(accounts)
    ]
    known = [
        value + 800_000
        for state, value, environment in accounts
        if environment is Environment.REAL and state not in ("unknown", "partial")
    ]
    result = compute_totals(overviews)
    assert result.accounts == sum(account[2] is Environment.REAL for account in accounts)
    assert result.known == len(known)
    assert result.headline.total_value.amount == (sum(known) if known else None)


@pytest.mark.parametrize("states", [("ready", "ready"), ("unknown", "ready"), ("ready", "unknown")])
def test_an_account_in_two_profiles_counts_once(states: tuple[str, str]) -> None:
    first_profile, second_profile = profile(1), replace(profile(1), name="again")
    overviews = [
        AccountOverview(account, load_state(state, with_nothing_overseas(balance_worth(5))))
        for account, state in zip((first_profile, second_profile), states, strict=True)
    ]
    totals = compute_totals(overviews)
    assert (totals.accounts, totals.known) == (1, 1)
    allocation = allocate_accounts(overviews)
    assert (len(allocation.parts), allocation.total) == (1, totals.headline.total_value.amount)
    lines = accounts_allocation_lines(overviews, load_translations("en"), 80)
    assert len(lines) == 2  # its bar and the legend


def test_a_demo_account_is_not_counted() -> None:
    demo = replace(profile(1), is_demo=True)
    assert compute_totals([AccountOverview(demo, Loaded(balance_worth(5), MORNING))]).known == 0
