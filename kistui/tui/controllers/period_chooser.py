"""The range of days that a page of orders or profit shows: chosen in a dialog, or shifted."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from kistui.formatting.cells import Cell
from kistui.formatting.values import format_range
from kistui.i18n.translations import Translations
from kistui.models.periods import DateRange, Period, days_of_year, parse_days
from kistui.tui.screens.dialogs import (
    Choice,
    RejectedAnswerError,
    SelectDialog,
    prompt_until_valid,
)

if TYPE_CHECKING:
    from textual.screen import Screen

CUSTOM = "custom"
YEARS = 3
"""Calendar years that can be chosen, including the present year."""


class PeriodChooser:
    """Holds the days that are shown; a period that ends today moves with the day."""

    def __init__(
        self, page: "Screen[None]", t: Translations, today: Callable[[], date], period: Period
    ) -> None:
        self._page = page
        self._t = t
        self._today = today
        self._choice = period.value
        self._fixed_days: DateRange | None = None

    @property
    def days(self) -> DateRange:
        """The days that are shown."""
        return self._fixed_days or Period(self._choice).days_until(self._today())

    @property
    def title(self) -> str:
        """The name of the period with its days."""
        days = format_range(self.days)
        if self._fixed_days is not None:
            return days
        return f"{self._t(f'period.{self._choice}')} {days}"

    def shift(self, step: int) -> bool:
        """Show the period before or after; return whether the days changed."""
        previous = self.days
        period = next((period for period in Period if period.value == self._choice), None)
        days = previous.shifted(step, period.months if period else 0, self._today())
        self._fixed_days = days
        if period is not None and days == period.days_until(self._today()):
            self._fixed_days = None
        return self.days != previous

    async def choose(self, suggested: Period | None = None) -> bool:
        """Let the user choose, with `suggested` selected; return whether the days changed."""
        t, today, previous = self._t, self._today(), self.days
        names = [period.value for period in Period]
        choices = [Choice(name, (Cell(f" {t(f'period.{name}')}"),)) for name in names]
        years = [str(today.year - index) for index in range(YEARS)]
        choices += [Choice(year, (Cell(f" {t('period.calendar', year=year)}"),)) for year in years]
        choices.append(Choice(CUSTOM, (Cell(f" {t('period.custom')}"),)))
        selected = await self._page.app.push_screen_wait(
            SelectDialog(
                t("period.choose"),
                choices,
                hint=t("select_dialog.hint"),
                selected=suggested.value if suggested else self._choice,
            )
        )
        if selected is None:
            return False
        if selected == CUSTOM:
            days = await self._ask_for_days()
            if days is None:
                return False
            self._choice, self._fixed_days = selected, days
        elif selected in years:
            self._choice, self._fixed_days = selected, days_of_year(int(selected), today)
        else:
            self._choice, self._fixed_days = selected, None
        return self.days != previous

    async def _ask_for_days(self) -> DateRange | None:
        t = self._t

        async def parse(answer: str) -> DateRange:
            days = parse_days(answer, self._today())
            if days is None:
                raise RejectedAnswerError(t("period.invalid"))
            return days

        return await prompt_until_valid(
            self._page.app,
            parse,
            t("period.custom"),
            t("period.enter_days"),
            hint=t("prompt_dialog.hint"),
            value=f"{self.days.first} {self.days.last}",
        )
