"""An account's buying power, foreign cash and assets by class, read one call after another.

A call that fails does not affect the others. Figures that KIS does not have for an account are not
asked for, and a call that it refused for the account's type is not repeated.
"""

from collections.abc import AsyncIterator, Collection

from kistui.client.cash import fetch_asset_classes, fetch_buying_power, fetch_margins
from kistui.errors import (
    KistuiError,
    NotOnPaperError,
    ProductRejectedError,
    UnsupportedProductError,
)
from kistui.models.account import RETIREMENT_PENSION, Environment, Profile, supports_overseas
from kistui.models.calls import OnProgress, ignore_progress
from kistui.models.cash import CashCall, CashReport
from kistui.services.day_cache import ReadAccount


class CashReader:
    """Reads one profile's cash figures."""

    def __init__(self, profile: Profile, read_account: ReadAccount) -> None:
        self._profile = profile
        self._read_account = read_account
        self._refusal: ProductRejectedError | None = None
        """KIS's refusal to add up the classes of this account's type, once it was received."""

    async def read(
        self,
        calls: Collection[CashCall] = tuple(CashCall),
        on_progress: OnProgress = ignore_progress,
        previous: CashReport | None = None,
    ) -> AsyncIterator[CashReport]:
        """Yield a report after each of `calls`; raises no KistuiError.

        The first report, before any call, names what KIS does not serve. Figures of `previous` stay
        until new figures arrive.
        """
        requested = tuple(call for call in CashCall if call in calls and self._can_exist(call))
        report = (previous or CashReport()).restarted(requested)
        for call in requested:
            if error := self._not_served(call):
                report = report.with_error(call, error)
        yield report
        for call in requested:
            if call in report.errors:
                continue
            try:
                report = await self._with_figures(report, call, on_progress)
            except KistuiError as error:
                if call is CashCall.ASSET_CLASSES and isinstance(error, ProductRejectedError):
                    self._refusal = error
                report = report.with_error(call, error)
            yield report

    def _can_exist(self, call: CashCall) -> bool:
        """Return whether an account of this product can have the figures."""
        product = self._profile.account.product_code
        return call is not CashCall.CURRENCY_MARGINS or supports_overseas(product)

    def _not_served(self, call: CashCall) -> KistuiError | None:
        """Return why KIS does not have the figures; `None` if only a call can tell."""
        if call is CashCall.BUYING_POWER:
            product = self._profile.account.product_code
            is_served = product != RETIREMENT_PENSION
            return None if is_served else UnsupportedProductError(product=product)
        if self._profile.environment is Environment.PAPER:
            return NotOnPaperError(name=call.value)
        return self._refusal if call is CashCall.ASSET_CLASSES else None

    async def _with_figures(
        self, report: CashReport, call: CashCall, on_progress: OnProgress
    ) -> CashReport:
        match call:
            case CashCall.BUYING_POWER:
                power = await self._read_account(fetch_buying_power, on_progress)
                return report.with_figures(call, power.unreadable_fields, buying_power=power.value)
            case CashCall.CURRENCY_MARGINS:
                margins = await self._read_account(fetch_margins, on_progress)
                return report.with_figures(call, margins.unreadable_fields, margins=margins.value)
            case CashCall.ASSET_CLASSES:
                classes = await self._read_account(fetch_asset_classes, on_progress)
                return report.with_figures(call, classes.unreadable_fields, asset_classes=classes)
