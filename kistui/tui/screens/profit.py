"""Realised profit page: days, months, items or trades."""

from collections.abc import Collection, Sequence
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
from kistui.formatting.trade_detail import profit_detail_lines
from kistui.formatting.trade_exports import PROFIT_FIELDS
from kistui.formatting.values import format_number
from kistui.models.markets import Market
from kistui.models.periods import Period
from kistui.models.profit_report import ProfitGroup, ProfitGrouping, ProfitReport
from kistui.tui.controllers.part_loader import with_counts
from kistui.tui.keymap import to_bindings
from kistui.tui.pages import PROFIT_PAGE
from kistui.tui.screens.page import PageContext
from kistui.tui.screens.tax_sheet import TaxSheetScreen
from kistui.tui.screens.trade_list import PeriodListScreen
from kistui.tui.widgets.lines import SizedLines

GROUPINGS = (
    ProfitGrouping.MONTH, ProfitGrouping.DAY, ProfitGrouping.ITEM, ProfitGrouping.TRADE,
    ProfitGrouping.YEAR,
)  # fmt: skip
MIN_CHART_HEIGHT = 4


class ProfitScreen(PeriodListScreen[ProfitReport]):
    """Shows a report, and opens the tax sheet over it."""

    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(PROFIT_PAGE.keys))
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall"), (44, "-tallest")]  # noqa: RUF012  # Textual's own form
    DEFAULT_PERIOD = Period.YEAR
    HEADLINE_COUNT = 2
    page = PROFIT_PAGE

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._page_context = context
        self._grouping = ProfitGrouping.MONTH
        self._groups: tuple[ProfitGroup, ...] = ()

    def compose_chart(self) -> ComposeResult:
        """Compose the chart of the running sum."""
        yield SizedLines(id="chart")

    def _load(self, *, keeps_content: bool) -> None:
        days, today, grouping = self._period.days, self._today(), self._grouping
        self._loader.load(
            lambda session, report: with_counts(
                session.trades.read_profit(days, grouping, today, report)
            ),
            keeps_content=keeps_content,
        )

    def action_switch_grouping(self) -> None:
        """Show months, days, items, trades or years."""
        index = GROUPINGS.index(self._grouping)
        self._grouping = GROUPINGS[(index + 1) % len(GROUPINGS)]
        report = self._loader.content
        if (
            report is not None
            and report.is_complete
            and report.grouping.needs_items == self._grouping.needs_items
        ):
            self._loader.content = replace(report, grouping=self._grouping)
            self.refresh_view()
        else:
            self._load(keeps_content=False)

    def action_toggle_tax(self) -> None:
        """Open the tax sheet of overseas sales."""
        sheet = TaxSheetScreen(self._page_context)
        sheet.update_app_state(
            now=self.now,
            token=self.token,
            language=self.language,
            amounts_hidden=self.amounts_hidden,
        )
        self.app.push_screen(sheet)

    def _listed_markets(self) -> Collection[Market]:
        report = self._loader.content
        return {line.market for line in report.lines} if report else ()

    def _export_rows(self, content: ProfitReport) -> tuple[str, Sequence[Any], Sequence[str]]:
        return self.page.name, self._groups, PROFIT_FIELDS

    def show_content(self, content: ProfitReport | None) -> None:
        """Show the rows and the chart."""
        t, hidden = self._t, self.amounts_hidden
        box = self.query_one("#list-box")
        title = [t("tab.profit"), self._period.title, t(f"profit.by_{self._grouping.value}")]
        if self._market:
            title.append(t(f"market.{self._market.value}"))
        box.border_title = Content(" · ".join(title))
        self._groups = (
            filter_groups(content.groups(self._market), self._filter.value) if content else ()
        )
        shown = content or ProfitReport(days=self._period.days, grouping=self._grouping)
        self._table.show_rows(
            profit_table(shown, t, groups=self._groups, amounts_hidden=hidden),
            placeholder=self._placeholder(
                content,
                content.lines if content else (),
                t("profit.none"),
                t("profit.show_other_period"),
            ),
        )
        check = ""
        if content is not None and not content.wrong_sums:  # what is wrong is in the notes
            check = check_text(content, t, amounts_hidden=hidden)
        box.border_subtitle = Content(check)
        chart = self.query_one("#chart", SizedLines)
        chart.display = (
            len(self._groups) > 1 and not hidden and self._grouping is not ProfitGrouping.ITEM
        )
        chart.show(self._draw_chart)

    def _notes(self, content: ProfitReport) -> Sequence[str]:
        t = self._t
        notes = profit_notes(content, t)
        if content.wrong_sums:
            notes.insert(0, check_text(content, t, amounts_hidden=self.amounts_hidden))
        if any(group.lines[0].market is not Market.KR for group in self._groups):
            notes.append(t("profit.overseas_rate"))
        return notes

    def _headlines(self, content: ProfitReport, width: int) -> Sequence[Line]:
        return profit_headline(
            content, self._t, width, market=self._market, amounts_hidden=self.amounts_hidden
        )

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

    def _detail_lines(self, content: ProfitReport | None, index: int) -> Sequence[Line]:
        if content is None or index >= len(self._groups):
            return ()
        return profit_detail_lines(
            self._groups[index],
            content,
            self._t,
            self.size.width - 4,
            show_raw_fields=self._shows_raw_fields,
            amounts_hidden=self.amounts_hidden,
        )
