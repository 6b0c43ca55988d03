"""Overseas tax sheet over the profit page: the sales settled in a year, and the estimated tax."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.raw_fields import raw_field_lines
from kistui.formatting.tax_table import tax_headline, tax_notes, tax_table
from kistui.formatting.trade_exports import TAX_FIELDS
from kistui.models.overseas_tax import TaxSheet
from kistui.tui.keymap import to_bindings
from kistui.tui.pages import PROFIT_PAGE
from kistui.tui.screens.trade_list import YearListScreen

REPORT_ACTIONS = frozenset({"period", "switch_grouping", "filter", "filter_market"})
"""Actions of the profit page that the sheet does not have."""


class TaxSheetScreen(YearListScreen[TaxSheet]):
    """Shows the tax sheet of a year; its keys are those of the profit page."""

    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(PROFIT_PAGE.keys))
    HEADLINE_COUNT = 2
    page = PROFIT_PAGE

    def _load(self, *, keeps_content: bool) -> None:
        year, today = self._year, self._today()
        self._loader.load(
            lambda session, report: session.trades.read_tax_sheet(year, today, on_progress=report),
            keeps_content=keeps_content,
        )

    def why_unavailable(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return that the sheet has no groups, markets or other periods than years."""
        if action in REPORT_ACTIONS:
            return self._t("tax.unavailable")
        return super().why_unavailable(action, parameters)

    def footer_labels(self) -> Mapping[str, str]:
        """Return the labels of the keys that differ here."""
        return {
            "profit.tax": self._t("key_label.profit_back"),
            "profit.earlier": self._t("key_label.earlier_year"),
        }

    def action_toggle_tax(self) -> None:
        """Show the profit again."""
        self.dismiss()

    def show_content(self, content: TaxSheet | None) -> None:
        """Show the sales."""
        t, year = self._t, self._year
        title = t("tax.title" if content else "tax.tab", year=year)
        self.query_one("#list-box").border_title = Content(title)
        none_text = t("tax.none", year=year) if content else self._error_title
        self._table.show_rows(
            tax_table(content or TaxSheet(year=year), t, amounts_hidden=self.amounts_hidden),
            placeholder=(Cell(none_text, Role.LABEL),),
        )

    def _headlines(self, content: TaxSheet, width: int) -> Sequence[Line]:
        return tax_headline(content, self._t, width, amounts_hidden=self.amounts_hidden)

    def _notes(self, content: TaxSheet) -> Sequence[str]:
        return tax_notes(content, self._t)

    def _export_rows(self, content: TaxSheet) -> tuple[str, Sequence[Any], Sequence[str]]:
        return "tax", (*content.sales, *content.unsettled), TAX_FIELDS

    @property
    def _detail_is_raw(self) -> bool:
        """Whether a row in full is KIS's own fields, which is all there is."""
        return True

    def _detail_lines(self, content: TaxSheet | None, index: int) -> Sequence[Line]:
        if content is None:
            return ()
        trades = [*(sale.trade for sale in content.sales), *content.unsettled]
        return raw_field_lines(
            trades[index : index + 1],
            self._t,
            self.size.width - 4,
            amounts_hidden=self.amounts_hidden,
        )
