"""Realised profit page: days, months, items or trades, and the overseas tax sheet."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.chart import ChartLine, chart_lines, sparkline
from kistui.formatting.profit_table import (
    check_text,
    filter_groups,
    profit_headline,
    profit_notes,
    profit_table,
)
from kistui.formatting.tax_table import tax_headline, tax_notes, tax_table
from kistui.formatting.trade_detail import profit_detail_lines, raw_field_lines
from kistui.formatting.trade_exports import PROFIT_FIELDS, TAX_FIELDS
from kistui.formatting.values import format_number
from kistui.models.markets import Market
from kistui.models.overseas_tax import TaxSheet
from kistui.models.periods import Period
from kistui.models.profit_report import ProfitGroup, ProfitGrouping, ProfitReport
from kistui.tui.controllers.part_loader import with_counts
from kistui.tui.keymap import to_bindings
from kistui.tui.pages import PROFIT_PAGE
from kistui.tui.screens.page import PageContext
from kistui.tui.screens.trade_list import PeriodListScreen
from kistui.tui.widgets.lines import SizedLines

GROUPINGS = (
    ProfitGrouping.MONTH, ProfitGrouping.DAY, ProfitGrouping.ITEM, ProfitGrouping.TRADE,
    ProfitGrouping.YEAR,
)  # fmt: skip
MIN_CHART_HEIGHT = 4
NOT_IN_TAX_SHEET = frozenset({"period", "switch_grouping", "filter", "filter_market"})
"""Actions of the report that the tax sheet does not have."""


class ProfitScreen(PeriodListScreen[ProfitReport | TaxSheet]):
    """Shows a report, or the tax sheet of a year."""

    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(PROFIT_PAGE.keys))
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall"), (44, "-tallest")]  # noqa: RUF012  # Textual's own form
    DEFAULT_PERIOD = Period.YEAR
    HEADLINE_COUNT = 2
    page_name = PROFIT_PAGE.name

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._grouping = ProfitGrouping.MONTH
        self._groups: tuple[ProfitGroup, ...] = ()
        self._tax_year: int | None = None
        """The year of the tax sheet, if that is shown."""

    def compose_chart(self) -> ComposeResult:
        """Compose the chart of the running sum."""
        yield SizedLines(id="chart")

    def _load(self, *, keeps_content: bool) -> None:
        today = self._today()
        if self._tax_year is not None:
            year = self._tax_year
            self._loader.load(
                lambda session, report: session.trades.read_tax_sheet(
                    year, today, on_progress=report
                ),
                keeps_content=keeps_content,
            )
            return
        days, grouping = self._period.days, self._grouping
        self._loader.load(
            lambda session, report: with_counts(
                session.trades.read_profit(days, grouping, today, report)
            ),
            keeps_content=keeps_content,
        )

    def why_unavailable(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why the tax sheet has no groups, markets or other periods than years."""
        if self._tax_year is not None and action in NOT_IN_TAX_SHEET:
            return self._t("tax.unavailable")
        return super().why_unavailable(action, parameters)

    def footer_labels(self) -> Mapping[str, str]:
        """Return the labels of the base class, and those of keys in the tax sheet."""
        labels = super().footer_labels()
        if self._tax_year is None:
            return labels
        return {
            **labels,
            "profit.tax": self._t("key_label.profit_back"),
            "profit.earlier": self._t("key_label.earlier_year"),
        }

    def action_shift_period(self, step: int) -> None:
        """Show the period before or after, or the tax sheet of another year."""
        if self._tax_year is not None:
            year = min(self._tax_year + step, self._today().year)
            if year != self._tax_year:
                self._tax_year = year
                self._load(keeps_content=False)
        else:
            super().action_shift_period(step)

    def action_switch_grouping(self) -> None:
        """Show months, days, items, trades or years."""
        index = GROUPINGS.index(self._grouping)
        self._grouping = GROUPINGS[(index + 1) % len(GROUPINGS)]
        report = self._loader.content
        is_same_source = (
            isinstance(report, ProfitReport)
            and report.is_complete
            and report.grouping.needs_items == self._grouping.needs_items
        )
        if isinstance(report, ProfitReport) and is_same_source:
            self._loader.content = replace(report, grouping=self._grouping)
            self.refresh_view()
        else:
            self._load(keeps_content=False)

    def action_toggle_tax(self) -> None:
        """Show the tax sheet of overseas sales, or the profit again."""
        self._tax_year = self._today().year if self._tax_year is None else None
        self.query_one("#detail-box").display = False
        self._filter.display = self._tax_year is None and bool(self._filter.value)
        self._table.focus()
        self._load(keeps_content=False)

    def _listed_markets(self) -> Collection[Market]:
        report = self._loader.content
        return {line.market for line in report.lines} if isinstance(report, ProfitReport) else ()

    def _leave(self) -> None:
        if self._tax_year is not None:
            self.action_toggle_tax()
        else:
            super()._leave()

    def _export_rows(
        self, content: ProfitReport | TaxSheet
    ) -> tuple[str, Sequence[Any], Sequence[str]]:
        if isinstance(content, TaxSheet):
            return "tax", (*content.sales, *content.unsettled), TAX_FIELDS
        return self.page_name, self._groups, PROFIT_FIELDS

    def show_content(self, content: ProfitReport | TaxSheet | None) -> None:
        """Show the rows and the chart."""
        if isinstance(content, TaxSheet):
            self._show_sheet(content)
        else:
            self._show_report(content)

    def _show_report(self, report: ProfitReport | None) -> None:
        t, hidden = self._t, self.amounts_hidden
        box = self.query_one("#list-box")
        title = " · ".join(
            part
            for part in (
                t("tax.tab", year=self._tax_year) if self._tax_year else t("tab.profit"),
                "" if self._tax_year else self._period.title,
                "" if self._tax_year else t(f"profit.by_{self._grouping.value}"),
                t(f"market.{self._market.value}") if self._market else "",
            )
            if part
        )
        box.border_title = Content(title)
        self._groups = (
            filter_groups(report.groups(self._market), self._filter.value) if report else ()
        )
        shown = report or ProfitReport(days=self._period.days, grouping=self._grouping)
        self._table.show_rows(
            profit_table(shown, t, groups=self._groups, amounts_hidden=hidden),
            placeholder=self._placeholder(
                report, report.lines if report else (), t("profit.none"), t("period.show_other")
            ),
        )
        check = ""
        if report is not None and not report.wrong_sums:  # what is wrong is in the notes
            check = check_text(report, t, amounts_hidden=hidden)
        box.border_subtitle = Content(check)
        chart = self.query_one("#chart", SizedLines)
        chart.display = (
            len(self._groups) > 1 and not hidden and self._grouping is not ProfitGrouping.ITEM
        )
        chart.show(self._draw_chart)

    def _notes(self, content: ProfitReport | TaxSheet) -> Sequence[str]:
        t = self._t
        if isinstance(content, TaxSheet):
            return tax_notes(content, t)
        notes = profit_notes(content, t)
        if content.wrong_sums:
            notes.insert(0, check_text(content, t, amounts_hidden=self.amounts_hidden))
        if any(group.lines[0].market is not Market.KR for group in self._groups):
            notes.append(t("profit.overseas_rate"))
        return notes

    def _show_sheet(self, sheet: TaxSheet) -> None:
        t, hidden = self._t, self.amounts_hidden
        box = self.query_one("#list-box")
        box.border_title = Content(t("tax.title", year=sheet.year))
        box.border_subtitle = Content("")
        self._table.show_rows(
            tax_table(sheet, t, amounts_hidden=hidden),
            placeholder=(Cell(t("tax.none", year=sheet.year), Role.LABEL),),
        )
        self.query_one("#chart").display = False

    def _headlines(self, content: ProfitReport | TaxSheet, width: int) -> Sequence[Line]:
        t, hidden = self._t, self.amounts_hidden
        if isinstance(content, TaxSheet):
            return tax_headline(content, t, width, amounts_hidden=hidden)
        return profit_headline(content, t, width, market=self._market, amounts_hidden=hidden)

    def _draw_chart(self, width: int, height: int) -> tuple[Line, ...]:
        """Return the running sum as a line: a chart where there is room, else one row."""
        groups = list(reversed(self._groups))
        values = [
            None if group.running_profit is None else Decimal(group.running_profit)
            for group in groups
        ]
        label = f"{self._t('profit.running')} "
        if height < MIN_CHART_HEIGHT:
            line = sparkline(values, max(min(width - 24, 60), 1))
            return ((Cell(f" {label}", Role.LABEL), *line),)
        days = [group.lines[-1].trade_date or self._period.days.first for group in groups]
        return chart_lines(
            days,
            [ChartLine(values)],
            width,
            height,
            format_value=lambda value: format_number(value).text,
        )

    @property
    def _detail_is_raw(self) -> bool:
        """Whether a row in full is KIS's own fields, as it always is in the tax sheet."""
        return super()._detail_is_raw or self._tax_year is not None

    def _detail_lines(self, content: ProfitReport | TaxSheet | None, index: int) -> Sequence[Line]:
        width, hidden = self.size.width - 4, self.amounts_hidden
        if isinstance(content, TaxSheet):
            trades = [*(sale.trade for sale in content.sales), *content.unsettled]
            if index < len(trades):
                return raw_field_lines([trades[index]], self._t, width, amounts_hidden=hidden)
        elif content is not None and index < len(self._groups):
            return profit_detail_lines(
                self._groups[index],
                content,
                self._t,
                width,
                show_raw_fields=self._shows_raw_fields,
                amounts_hidden=hidden,
            )
        return ()
