"""Totals over accounts: real accounts count once, and unknown figures are excluded."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.errors import RequestTimeoutError
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded
from kistui.models.totals import AccountOverview, compute_totals
from tests.support import MORNING, make_balance, make_lot


def profile(number: int, environment: Environment = Environment.REAL) -> Profile:
    return Profile(f"p{number}", environment, AccountNumber(f"{number:08}"))


def balance_worth(value: int) -> Balance:
    return make_balance(make_lot(valuation=value, profit_loss=value - 700_000))


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


def test_one_account_in_two_profiles_counts_once() -> None:
    first_profile, second_profile = profile(1), replace(profile(1), name="again")
    overviews = [
        AccountOverview(account, Loaded(balance_worth(5), MORNING))
        for account in (first_profile, second_profile)
    ]
    assert compute_totals(overviews).accounts == 1


def test_a_demo_account_is_not_counted() -> None:
    demo = replace(profile(1), is_demo=True)
    assert compute_totals([AccountOverview(demo, Loaded(balance_worth(5), MORNING))]).known == 0
