"""The last state of every profile's balance, shared by all pages."""

from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.load_state import LoadState, NotLoaded


class BalanceStates:
    """Load states by profile name; only message handlers write them."""

    def __init__(self) -> None:
        self._by_name: dict[str, LoadState[Balance]] = {}

    def get(self, profile: Profile) -> LoadState[Balance]:
        """Return the state of a profile's balance."""
        return self._by_name.get(profile.name, NotLoaded())

    def set(self, profile: Profile, load_state: LoadState[Balance]) -> None:
        """Replace the state of a profile's balance."""
        self._by_name[profile.name] = load_state

    def remove(self, profile: Profile) -> None:
        """Forget a profile's balance, which may be another account's now."""
        self._by_name.pop(profile.name, None)
