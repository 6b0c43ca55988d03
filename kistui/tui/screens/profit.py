"""Realised profit page: days, months, items or trades, and the overseas tax sheet."""

from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import ClassVar, Self

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Input, Static

from kistui.clock import KST
from kistui.formatting import status
from kistui.formatting.cells import Cell, Line, Role, plain_text
from kistui.formatting.chart import ChartLine, chart_lines, sparkline
from kistui.formatting.profit_table import (
    check_text,
    filter_groups,
    profit_headline,
    profit_notes,
    profit_table,
)
from kistui.formatting.tax_table import tax_notes, tax_sum_lines, tax_table
from kistui.formatting.trade_detail import profit_detail_lines, raw_field_lines
from kistui.formatting.trade_exports import (
    PROFIT_FIELDS,
    TAX_FIELDS,
    TradeSnapshot,
    trades_csv,
    trades_json,
)
from kistui.formatting.trade_status import freshness, status_lines
from kistui.formatting.values import format_number
from kistui.models.overseas import Market
from kistui.models.overseas_tax import TaxSheet
from kistui.models.periods import Period
from kistui.models.profit_report import ProfitGroup, ProfitGrouping, ProfitReport
from kistui.services.trade_history import profit_parts
from kistui.tui.controllers.actions import ActionRunner
from kistui.tui.controllers.exporter import Exportable, Exporter
from kistui.tui.controllers.period_chooser import PeriodChooser
from kistui.tui.controllers.trade_loader import TradeLoader, TradesMessage
from kistui.tui.keymap import to_bindings
from kistui.tui.messages import PeriodChanged, TradesEnded, TradesPartLoaded, TradesProgressed
from kistui.tui.pages import PROFIT_PAGE
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.theme import to_content
from kistui.tui.widgets.inputs import FilterInput
from kistui.tui.widgets.line_table import LineTable
from kistui.tui.widgets.lines import Chart, StatusLine

GROUPINGS = (
    ProfitGrouping.MONTH, ProfitGrouping.DAY, ProfitGrouping.ITEM, ProfitGrouping.TRADE,
    ProfitGrouping.YEAR,
)  # fmt: skip
MIN_CHART_HEIGHT = 4


class ProfitScreen(PageScreen):
    """Shows what its loader reads: a report, or the tax sheet of a year."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "trades.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(PROFIT_PAGE.keys))
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012  # Textual's own form
    page_name = PROFIT_PAGE.name

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._t = context.t
        self._clock = context.clock
        self._profile = context.profile
        self._actions = ActionRunner(self)
        self._exporter = Exporter(self, context.profile_service, context.t)
        self._loader: TradeLoader[ProfitReport | TaxSheet] = TradeLoader(
            self, context, self._loader_changed
        )
        self._period = PeriodChooser(self, context.t, self._today, Period.YEAR)
        self._grouping = ProfitGrouping.MONTH
        self._groups: tuple[ProfitGroup, ...] = ()
        self._market: Market | None = None
        self._tax_year: int | None = None
        """The year of the tax sheet, if that is shown."""
        self._shows_raw_fields = False

    @classmethod
    def create(cls, context: PageContext) -> Self:
        """Create the page."""
        return cls(context)

    def compose(self) -> ComposeResult:
        """Compose title bar, tabs, headline, profit, chart, one group in full, notice and hints."""
        yield StatusLine(self._title_bar, id="bar")
        yield StatusLine(self.tab_line(), id="tabs")
        yield StatusLine(lambda width: self._headline(0, width), id="headline-1")
        yield StatusLine(lambda width: self._headline(1, width), id="headline-2")
        with Vertical(id="list-box"):
            yield FilterInput(self._t("holdings.filter"), id="filter")
            yield LineTable(id="list")
        yield Chart(id="chart")
        with VerticalScroll(id="detail-box", can_focus=False):
            yield Static(id="detail-lines")
        yield Static(id="notice")
        yield StatusLine(self.footer_line, id="hints")

    def on_mount(self) -> None:
        """Read the profit."""
        self.query_one("#filter").display = self.query_one("#detail-box").display = False
        self._table.focus()
        self._load(keeps_content=False)

    def _load(self, *, keeps_content: bool) -> None:
        today = self._today()
        if self._tax_year is not None:
            year = self._tax_year
            self._loader.load(
                lambda trades, report: trades.read_tax_sheet(year, today, on_progress=report),
                keeps_content=keeps_content,
            )
            return
        days, grouping = self._period.days, self._grouping
        self._loader.load(
            lambda trades, report: profit_parts(trades, days, grouping, today, report),
            keeps_content=keeps_content,
        )

    @on(TradesProgressed)
    @on(TradesPartLoaded)
    @on(TradesEnded)
    def _trades_message(self, message: TradesMessage) -> None:
        self._loader.handle(message)

    def _loader_changed(self) -> None:
        if self.is_mounted:
            self.refresh_view()

    def action_refresh(self) -> None:
        """Read again what may have changed."""
        self._load(keeps_content=True)

    def action_period(self) -> None:
        """Choose the range of days."""
        if self._tax_year is None:
            self._actions.open_dialog(self._choose_period)

    async def _choose_period(self) -> None:
        if await self._period.choose():
            self.post_message(PeriodChanged())

    @on(PeriodChanged)
    def _period_changed(self) -> None:
        self._load(keeps_content=False)

    def action_shift_period(self, step: int) -> None:
        """Show the period before or after, or the tax sheet of another year."""
        if self._tax_year is not None:
            year = min(self._tax_year + step, self._today().year)
            if year != self._tax_year:
                self._tax_year = year
                self._load(keeps_content=False)
        elif self._period.shift(step):
            self._load(keeps_content=False)

    def action_switch_grouping(self) -> None:
        """Show months, days, items, trades or years."""
        if self._tax_year is not None:
            self.action_toggle_tax()
            return
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
        self._load(keeps_content=False)

    def action_filter_market(self, step: int) -> None:
        """Show the next market of the report; after the last, all."""
        report = self._loader.content
        lines = report.lines if isinstance(report, ProfitReport) else ()
        markets = [market for market in Market if any(line.market is market for line in lines)]
        choices = [None, *markets]
        index = choices.index(self._market) if self._market in choices else 0
        self._market = choices[(index + step) % len(choices)]
        self.refresh_view()

    def action_filter(self) -> None:
        """Open the line in which to type what to find."""
        self._filter.display = True
        self.set_focus(self._filter, scroll_visible=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave `/` to the filter that is being typed."""
        return action != "filter" or not self._filter.has_focus

    @on(Input.Changed, "#filter")
    def _filter_changed(self) -> None:
        self.refresh_view()

    @on(Input.Submitted, "#filter")
    def _filter_submitted(self) -> None:
        self._filter.display = bool(self._filter.value)
        self._table.focus()

    @on(FilterInput.Cancelled)
    def _filter_cancelled(self) -> None:
        self._filter.value, self._filter.display = "", False
        self._table.focus()

    def action_toggle_detail(self) -> None:
        """Open or close the group under the cursor."""
        pane = self.query_one("#detail-box")
        pane.display = not pane.display and self._table.row_key is not None
        self._refresh_detail()

    def action_toggle_raw_fields(self) -> None:
        """Show KIS's own fields of the group, or their meaning."""
        pane = self.query_one("#detail-box")
        self._shows_raw_fields = not (self._shows_raw_fields and pane.display)
        pane.display = self._table.row_key is not None
        self._refresh_detail()

    def action_back(self) -> None:
        """End what is open, the innermost first: reading, group, filter, tax sheet, page."""
        pane = self.query_one("#detail-box")
        if self._loader.is_loading:
            self._loader.stop()
        elif pane.display:
            pane.display = self._shows_raw_fields = False
        elif self._filter.display:
            self._filter_cancelled()
        elif self._tax_year is not None:
            self.action_toggle_tax()
        else:
            self.dismiss()

    def action_copy(self) -> None:
        """Copy the row under the cursor."""
        self._exporter.copy(self._table.row_text)

    def action_export(self) -> None:
        """Write what is on screen to a file that the user names."""
        self._actions.open_dialog(self._exporter.export, self._exportable())

    def _exportable(self) -> Exportable | None:
        content, loaded_at, profile = self._loader.content, self._loader.loaded_at, self._profile
        if content is None or loaded_at is None or profile is None:
            return None
        fields: tuple[str, ...]
        if isinstance(content, TaxSheet):
            rows, fields, name = (*content.sales, *content.unsettled), TAX_FIELDS, "tax"
            snapshot = TradeSnapshot(profile, content, loaded_at, rows)
        else:
            fields, name = PROFIT_FIELDS, self.page_name
            snapshot = TradeSnapshot(profile, content, loaded_at, self._groups)
        hidden = self.amounts_hidden

        def render(export_format: str) -> str:
            if export_format == "json":
                text = trades_json([snapshot], all_accounts=False, amounts_hidden=hidden)
                return text + "\n"
            return trades_csv(
                [snapshot],
                fields=fields,
                amounts_hidden=hidden,
                for_excel=export_format == "excel",
            )

        return Exportable(profile, name, loaded_at, render)

    @on(LineTable.CursorMoved)
    def _cursor_moved(self) -> None:
        self._refresh_detail()

    def on_resize(self, _event: Resize) -> None:
        """Lay out the detail and the headline for the new width."""
        self.call_after_refresh(self._refresh_detail)

    def watch_now(self) -> None:
        """Do nothing: no age is shown on this page."""

    def refresh_view(self) -> None:
        """Show the headline, the rows, the chart, and what is missing."""
        content = self._loader.content
        if isinstance(content, TaxSheet):
            self._show_sheet(content)
        else:
            self._show_report(content)
        for name in ("#bar", "#hints", "#headline-1", "#headline-2"):
            self.query_one(name, StatusLine).update_line()
        self._refresh_detail()

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
            placeholder=(Cell(f" {self._placeholder(report)}", Role.LABEL),),
        )
        check = check_text(report, t, amounts_hidden=hidden) if report else ""
        box.border_subtitle = Content(check if report and not report.wrong_sums else "")
        notes = profit_notes(report, t) if report else []
        if report and report.wrong_sums:
            notes.insert(0, check)
        if any(group.lines[0].market is not Market.KR for group in self._groups):
            notes.append(t("profit.overseas_rate"))
        part_count = report.part_count if report else 0
        self.show_notice_lines(status_lines(self._loader, notes, t, part_count=part_count))
        chart = self.query_one("#chart", Chart)
        chart.display = (
            len(self._groups) > 1 and not hidden and self._grouping is not ProfitGrouping.ITEM
        )
        chart.show(self._draw_chart)

    def _show_sheet(self, sheet: TaxSheet) -> None:
        t, hidden = self._t, self.amounts_hidden
        box = self.query_one("#list-box")
        box.border_title = Content(t("tax.title", year=sheet.year))
        box.border_subtitle = Content("")
        self._table.show_rows(
            tax_table(sheet, t, amounts_hidden=hidden),
            placeholder=(Cell(f" {t('tax.none', year=sheet.year)}", Role.LABEL),),
        )
        self.query_one("#chart").display = False
        self.show_notice_lines(status_lines(self._loader, tax_notes(sheet, t), t))

    def _headline(self, index: int, width: int) -> Line:
        content, t, hidden = self._loader.content, self._t, self.amounts_hidden
        if isinstance(content, TaxSheet):
            sums = tax_sum_lines(content, t, amounts_hidden=hidden)
            texts = [" ".join(plain_text(line).split()) for line in sums]
            return (Cell(f" {'   '.join(texts[:3] if index == 0 else texts[3:])}"),)
        if content is None:
            return ()
        lines = profit_headline(content, t, width, market=self._market, amounts_hidden=hidden)
        return lines[index]

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

    def _placeholder(self, report: ProfitReport | None) -> str:
        loader, t = self._loader, self._t
        if report is None:
            return status.describe_error(loader.error, t).title if loader.error else ""
        if report.lines:
            return t("holdings.none_found")
        return t("profit.none") if report.is_complete else ""

    def _refresh_detail(self) -> None:
        pane, index = self.query_one("#detail-box"), self._table.cursor
        if not pane.display:
            return
        content, width = self._loader.content, self.size.width - 4
        lines: tuple[Line, ...] = ()
        if isinstance(content, TaxSheet):
            trades = [*(sale.trade for sale in content.sales), *content.unsettled]
            if index < len(trades):
                row = trades[index]
                lines = raw_field_lines([row], width, amounts_hidden=self.amounts_hidden)
        elif content is not None and index < len(self._groups):
            lines = profit_detail_lines(
                self._groups[index],
                content,
                self._t,
                width,
                show_raw_fields=self._shows_raw_fields,
                amounts_hidden=self.amounts_hidden,
            )
        self.query_one("#detail-lines", Static).update(to_content(lines))

    @property
    def _table(self) -> LineTable:
        return self.query_one("#list", LineTable)

    @property
    def _filter(self) -> FilterInput:
        return self.query_one("#filter", FilterInput)

    def _today(self) -> date:
        return self._clock().astimezone(KST).date()

    def _title_bar(self, width: int) -> Line:
        now = self.now or self._clock()
        right = freshness(self._loader, now, self._t)
        return status.title_bar(
            self._profile,
            self.token_cell(now),
            right,
            self._t,
            width,
            headline=self.headline_cells(self._profile),
        )
