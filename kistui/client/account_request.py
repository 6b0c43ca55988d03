"""One account's ledger calls: who asks, for which account, and who is told how it goes."""

from collections.abc import Mapping

from kistui.client.connection import ApiResponse, Connection
from kistui.client.endpoints import Endpoint
from kistui.client.pagination import Cursor
from kistui.models.account import AccountNumber
from kistui.models.progress import OnProgress
from kistui.models.record import field, record

FIRST_PAGE = Cursor()


@record
class AccountRequest:
    """Credentials and an account, ready to ask."""

    connection: Connection
    auth_headers: Mapping[str, str] = field(repr=False)
    account: AccountNumber
    on_progress: OnProgress

    async def fetch_page(
        self, endpoint: Endpoint, params: Mapping[str, str], cursor: Cursor = FIRST_PAGE
    ) -> ApiResponse:
        """One page; raises of the KisError tree."""
        return await self.connection.get(
            endpoint,
            self.account.number,
            self.on_progress,
            cursor.page_number,
            params={
                "CANO": self.account.number,
                "ACNT_PRDT_CD": self.account.product_code,
                **params,
            },
            headers={**self.auth_headers, "tr_cont": cursor.tr_cont},
        )
