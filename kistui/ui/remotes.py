"""The last state of every profile's balance, for all screens."""

from kistui.model.account import Profile
from kistui.model.balance import Balance
from kistui.model.remote import Remote, Unknown


class Remotes:
    """By the profile's name; written by message handlers only."""

    def __init__(self) -> None:
        self._by_name: dict[str, Remote[Balance]] = {}

    def of(self, profile: Profile) -> Remote[Balance]:
        """A profile's state."""
        return self._by_name.get(profile.name, Unknown())

    def set(self, profile: Profile, remote: Remote[Balance]) -> None:
        """Another state of it."""
        self._by_name[profile.name] = remote

    def forget(self, profile: Profile) -> None:
        """Its figures may be another account's."""
        self._by_name.pop(profile.name, None)
