"""Accounts added up: real ones, once each, and no more than is known."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kistui.errors import TimedOut
from kistui.model.account import AccountNumber, Environment, Profile
from kistui.model.accounts import AccountFigures, total
from kistui.model.balance import Balance
from kistui.model.remote import Failed, Loading, Ready, Remote, Unknown
from tests.support import MORNING, balance, lot


def profile(number: int, environment: Environment = Environment.REAL) -> Profile:
    return Profile(f"p{number}", environment, AccountNumber(f"{number:08}"))


def of(value: int) -> Balance:
    return balance(lot(valuation=value, profit_loss=value - 700_000))


states = st.sampled_from(["ready", "loading", "failed", "unknown", "partial"])


def remote(state: str, figures: Balance) -> Remote[Balance]:
    good = Ready(figures, MORNING)
    match state:
        case "ready":
            return good
        case "loading":
            return Loading(good)
        case "failed":
            return Failed(TimedOut(host="x"), MORNING, good)
        case "partial":
            return Ready(replace(figures, is_complete=False), MORNING)
    return Unknown()


@given(
    st.lists(st.tuples(states, st.integers(0, 10**9), st.sampled_from(Environment)), max_size=20)
)
def test_the_total_is_that_of_the_real_accounts_known(
    accounts: list[tuple[str, int, Environment]],
) -> None:
    figures = [
        AccountFigures(profile(number, environment), remote(state, of(value)))
        for number, (state, value, environment) in enumerate(accounts)
    ]
    known = [
        value + 800_000
        for state, value, environment in accounts
        if environment is Environment.REAL and state not in ("unknown", "partial")
    ]
    result = total(figures)
    assert result.accounts == sum(each[2] is Environment.REAL for each in accounts)
    assert result.known == len(known)
    assert result.total_value == (sum(known) if known else None)


def test_one_account_under_two_names_counts_once() -> None:
    first, other = profile(1), replace(profile(1), name="again")
    figures = [AccountFigures(each, Ready(of(5), MORNING)) for each in (first, other)]
    assert total(figures).accounts == 1


def test_a_demo_is_no_account() -> None:
    demo = replace(profile(1), is_demo=True)
    assert total([AccountFigures(demo, Ready(of(5), MORNING))]).known == 0
