"""The last state of every profile's balance, for all screens."""

from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.load_state import LoadState, NotLoaded


class BalanceStates:
    """By the profile's name; written by message handlers only."""

    def __init__(self) -> None:
        self._by_name: dict[str, LoadState[Balance]] = {}

    def get(self, profile: Profile) -> LoadState[Balance]:
        """A profile's state."""
        return self._by_name.get(profile.name, NotLoaded())

    def set(self, profile: Profile, load_state: LoadState[Balance]) -> None:
        """Another state of it."""
        self._by_name[profile.name] = load_state

    def remove(self, profile: Profile) -> None:
        """Its figures may be another account's."""
        self._by_name.pop(profile.name, None)
