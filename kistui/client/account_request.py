"""Requests for one account: its credentials, its number, and the progress callback."""

from collections.abc import Mapping

from msgspec import Struct

from kistui.client.connection import ApiResponse, Connection
from kistui.client.endpoints import Endpoint
from kistui.client.pagination import Cursor
from kistui.models.account import AccountNumber, Credentials
from kistui.models.progress import OnProgress
from kistui.models.token import AccessToken

FIRST_PAGE = Cursor()


class AccountRequest(Struct, frozen=True):
    """Everything that the requests of one account have in common."""

    connection: Connection
    credentials: Credentials
    token: AccessToken
    account: AccountNumber
    on_progress: OnProgress

    async def fetch_page(
        self,
        endpoint: Endpoint,
        params: Mapping[str, str],
        cursor: Cursor = FIRST_PAGE,
        page: int = 1,
    ) -> ApiResponse:
        """Fetch one page; raises errors of the KisError tree."""
        return await self.connection.get(
            endpoint,
            self.account.number,
            self.on_progress,
            page,
            params={
                "CANO": self.account.number,
                "ACNT_PRDT_CD": self.account.product_code,
                **params,
            },
            headers={**auth_headers(self.credentials, self.token), "tr_cont": cursor.tr_cont},
        )


def auth_headers(credentials: Credentials, token: AccessToken) -> dict[str, str]:
    """Return the headers that authorize a read."""
    return {"authorization": f"Bearer {token.value.reveal()}", **app_key_fields(credentials)}


def app_key_fields(credentials: Credentials) -> dict[str, str]:
    """Return an app key and its secret as KIS names them, in headers and OAuth bodies alike."""
    return {
        "appkey": credentials.app_key.reveal(),
        "appsecret": credentials.app_secret.reveal(),
    }
