"""Pane that shows one token: time left, state and facts."""

import os
from datetime import datetime
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Digits, Static

from kistui.formatting import token as view
from kistui.formatting.cells import Line
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.calls import ApiUsage
from kistui.models.token import TokenStatus
from kistui.tui.theme import to_content
from kistui.tui.widgets.status_line import StatusLine


class TokenPane(Vertical):
    """Shows one token, updated every second; unchanged lines are not repainted."""

    def __init__(self, t: Translations, to_local: view.ToLocal, *, id: str) -> None:
        super().__init__(id=id)
        self._t = t
        self._to_local = to_local
        self._remaining_fraction = 0.0
        self._fact_lines: tuple[Line, ...] = ()
        self._shown_values: dict[str, object] = {}

    def compose(self) -> ComposeResult:
        """Compose time and state side by side, with the facts below."""
        with Horizontal(id="token-head"):
            yield Digits(view.NO_TIME_TEXT, id="token-time")
            with Vertical(id="token-words"):
                yield Static(id="token-state")
                yield StatusLine(self._gauge_line, id="token-gauge")
        with Vertical(id="token-facts"):
            # A line each: only the one that counts seconds is written every second.
            for index in range(view.FACT_COUNT):
                yield StatusLine(partial(self._fact_line, index), id=f"token-fact-{index}")

    def show_token(
        self, profile: Profile, status: TokenStatus, calls: ApiUsage | None, now: datetime
    ) -> None:
        """Show the token of a profile at `now`."""
        t = self._t
        head = view.token_headline(status.record, now, t)
        lines = view.token_facts(status, calls, now, t, to_local=self._to_local, pid=os.getpid())
        title, subtitle = t("token.title", name=profile.name), t("token.never_shown")
        if self._has_changed("titles", (title, subtitle)):
            self.border_title, self.border_subtitle = Content(title), Content(subtitle)
        if self._has_changed("time", head.countdown):
            self.query_one(Digits).update(head.countdown)
        if self._has_changed("state", (head.state, head.meaning)):
            self.query_one("#token-state", Static).update(
                to_content([(head.state,), (head.meaning,)])
            )
        self._remaining_fraction, self._fact_lines = head.fraction_left, lines
        for line in self.query(StatusLine):
            line.update_line()

    def _has_changed(self, name: str, value: object) -> bool:
        is_new = self._shown_values.get(name) != value
        self._shown_values[name] = value
        return is_new

    def _fact_line(self, index: int, _width: int) -> Line:
        return self._fact_lines[index] if self._fact_lines else ()

    def _gauge_line(self, width: int) -> Line:
        return view.lifetime_bar(self._remaining_fraction, width)
