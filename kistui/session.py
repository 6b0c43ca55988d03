"""The one orchestrator: credentials → token → balance. Knows no screen."""

from typing import TYPE_CHECKING

from kistui.errors import TokenExpired, TokenInvalid
from kistui.model.account import Credentials, Profile
from kistui.model.balance import Balance
from kistui.model.calls import CallUse
from kistui.model.progress import OnProgress, ignore_progress
from kistui.model.token import Token
from kistui.tokens import Refusal, SharedToken

if TYPE_CHECKING:
    from kistui.client import KisClient


class Session:
    """One profile's conversation with KIS; closes its client when closed."""

    def __init__(
        self, profile: Profile, credentials: Credentials, client: "KisClient", token: SharedToken
    ) -> None:
        self.profile = profile
        self.token = token
        """The app key's token: its state, its issue, its end."""
        self._credentials = credentials
        self._client = client

    async def balance(self, on_progress: OnProgress = ignore_progress) -> Balance:
        """The profile's whole domestic balance; raises of the KistuiError tree.

        A token that KIS says is dead is replaced once and the call repeated once.
        """
        token = await self.token.usable(on_progress)
        try:
            balance = await self._read(token, on_progress)
        except (TokenExpired, TokenInvalid) as death:
            balance = await self._read_again(Refusal(token, death), on_progress)
        await self.token.worked()
        return balance

    def calls(self) -> CallUse:
        """How much of what KIS allows is used."""
        return self._client.calls()

    async def aclose(self) -> None:
        """Close the connections. The token lives on: a later start may use it again."""
        await self.token.aclose()
        await self._client.aclose()

    async def _read_again(self, refusal: Refusal, on_progress: OnProgress) -> Balance:
        token = await self.token.usable(on_progress, after=refusal)
        try:
            return await self._read(token, on_progress)
        except (TokenExpired, TokenInvalid) as second:
            raise await self.token.failed_again(Refusal(token, second)) from None

    async def _read(self, token: Token, on_progress: OnProgress) -> Balance:
        return await self._client.balance(
            self._credentials, token, self.profile.account, on_progress
        )
