"""One account's ledger calls: who asks, for which account, and who is told how it goes."""

from collections.abc import Mapping

from kistui.client.connection import Answer, Connection
from kistui.client.endpoints import Endpoint
from kistui.client.paging import Cursor
from kistui.model.account import AccountNumber
from kistui.model.progress import OnProgress
from kistui.model.record import field, record

FIRST = Cursor()


@record
class Asking:
    """Credentials and an account, ready to ask."""

    connection: Connection
    secrets: Mapping[str, str] = field(repr=False)
    account: AccountNumber
    on_progress: OnProgress

    async def page(
        self, endpoint: Endpoint, params: Mapping[str, str], cursor: Cursor = FIRST
    ) -> Answer:
        """One page; raises of the KisError tree."""
        return await self.connection.get(
            endpoint,
            self.account.number,
            self.on_progress,
            cursor.page,
            params={
                "CANO": self.account.number,
                "ACNT_PRDT_CD": self.account.product,
                **params,
            },
            headers={**self.secrets, "tr_cont": cursor.tr_cont},
        )
