"""Dividends page: what was received in a year, what is announced, and other rights."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from msgspec.structs import replace
from textual.binding import BindingType
from textual.content import Content

from kistui.formatting.cells import Line
from kistui.formatting.dividend_lines import (
    announced_line,
    dividend_detail_lines,
    mark_notes,
    missing_notes,
    received_line,
    source_text,
)
from kistui.formatting.dividends_table import (
    DividendEntry,
    EntryKind,
    dividend_entries,
    dividends_table,
)
from kistui.formatting.trade_exports import DIVIDEND_FIELDS
from kistui.models.dividends import DividendGrouping, DividendReport
from kistui.models.periods import DateRange, days_of_year
from kistui.tui.controllers.part_loader import with_counts
from kistui.tui.keymap import to_bindings
from kistui.tui.pages import DIVIDENDS_PAGE
from kistui.tui.screens.page import PageContext
from kistui.tui.screens.trade_list import YearListScreen

GROUPINGS = (
    DividendGrouping.PAYMENT, DividendGrouping.MONTH, DividendGrouping.DAY, DividendGrouping.ITEM,
    DividendGrouping.YEAR,
)  # fmt: skip
YEARS = 5
"""Years that are shown when grouped by year."""


class DividendsScreen(YearListScreen[DividendReport]):
    """Shows the dividends of a year; announced dividends are above the payments."""

    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(DIVIDENDS_PAGE.keys))
    HEADLINE_COUNT = 2
    page = DIVIDENDS_PAGE

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._grouping = DividendGrouping.PAYMENT
        self._shows_others = False
        self._entries: tuple[DividendEntry, ...] = ()

    @property
    def _days(self) -> DateRange:
        days = days_of_year(self._year, self._today())
        if self._grouping is DividendGrouping.YEAR:
            return DateRange(date(self._year - YEARS + 1, 1, 1), days.last)
        return days

    def _load(self, *, keeps_content: bool) -> None:
        days, today, grouping = self._days, self._today(), self._grouping
        self._loader.load(
            lambda session, report: with_counts(
                session.dividends.read(days, today, grouping, report, is_refresh=keeps_content)
            ),
            keeps_content=keeps_content,
        )

    def action_switch_grouping(self) -> None:
        """Show payments, months, days, items or years."""
        index = GROUPINGS.index(self._grouping)
        self._grouping = GROUPINGS[(index + 1) % len(GROUPINGS)]
        report = self._loader.content
        if report is not None and report.days == self._days and not self._loader.is_loading:
            self._loader.content = replace(report, grouping=self._grouping)
            self.refresh_view()
        else:
            self._load(keeps_content=False)

    def action_toggle_others(self) -> None:
        """Show or fold rights other than dividends."""
        self._shows_others = not self._shows_others
        self.refresh_view()

    def show_content(self, content: DividendReport | None) -> None:
        """Show the rows."""
        t, hidden = self._t, self.amounts_hidden
        self._entries = (
            dividend_entries(
                content,
                t,
                query=self._filter.value,
                with_announced=self._grouping is DividendGrouping.PAYMENT,
                with_others=self._shows_others,
            )
            if content
            else ()
        )
        rows = (content.received, content.announced) if content else ()
        self._table.show_rows(
            dividends_table(self._entries, t, grouping=self._grouping, amounts_hidden=hidden),
            placeholder=self._placeholder(
                content,
                [row for part in rows for row in part],
                t("dividends.none"),
                t("dividends.show_year"),
            ),
        )
        self._update_frame(content)

    def _notes(self, content: DividendReport) -> Sequence[str]:
        t = self._t
        missing = missing_notes(content, t, with_received=False)  # the headline says it
        return [*missing, source_text(content, t), *mark_notes(content, t)]

    def _update_frame(self, content: DividendReport | None) -> None:
        t, days = self._t, self._days
        years = t("period.calendar", year=self._year)
        if days.first.year != days.last.year:
            years = t("dividends.title_years", first=days.first.year, last=days.last.year)
        box = self.query_one("#list-box")
        grouping = t(f"dividends.by_{self._grouping.value}")
        box.border_title = Content(f"{t('tab.dividends')} · {years} · {grouping}")
        count = len(content.other_rights) if content else 0
        key = "others_shown" if self._shows_others else "others_folded"
        box.border_subtitle = Content(t(f"dividends.{key}", n=count) if count else "")

    def _headlines(self, content: DividendReport, width: int) -> Sequence[Line]:
        t, hidden = self._t, self.amounts_hidden
        return (
            received_line(content, t, width, amounts_hidden=hidden),
            announced_line(content, t, width, amounts_hidden=hidden),
        )

    def _export_rows(self, content: DividendReport) -> tuple[str, Sequence[Any], Sequence[str]]:
        rows: list[Any] = []
        for entry in self._entries:
            if entry.group is not None and entry.kind is EntryKind.ANNOUNCED:
                rows += entry.group.dividends
            elif entry.group is not None and entry.kind is EntryKind.RECEIVED:
                rows.append(entry.group)
        return self.page.name, tuple(rows), DIVIDEND_FIELDS

    def _detail_lines(self, content: DividendReport | None, index: int) -> Sequence[Line] | None:
        if content is None or index >= len(self._entries):
            return None
        return dividend_detail_lines(
            self._entries[index],
            content,
            self._t,
            self.size.width - 4,
            show_raw_fields=self._shows_raw_fields,
            amounts_hidden=self.amounts_hidden,
        )
