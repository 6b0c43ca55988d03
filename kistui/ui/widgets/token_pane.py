"""One token, large: the time left, the state, and all that is known of it."""

import os
from datetime import datetime
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Digits, Static

from kistui.models.account import Profile
from kistui.models.api_usage import ApiUsage
from kistui.models.token import TokenStatus
from kistui.ui.theme import content
from kistui.ui.widgets.lines import FittedLine
from kistui.formatting import token as view
from kistui.formatting.cells import Line
from kistui.i18n.translations import Translations


class TokenPane(Vertical):
    """Is shown anew every second; what did not change is not written again."""

    def __init__(self, words: Translations, to_local: view.ToLocal, *, id: str) -> None:
        super().__init__(id=id)
        self._words = words
        self._to_local = to_local
        self._left = 0.0
        self._facts: tuple[Line, ...] = ()
        self._shown: dict[str, object] = {}

    def compose(self) -> ComposeResult:
        """The time and the state side by side, the facts below."""
        self.border_subtitle = Content(self._words("token.never_shown"))
        with Horizontal(id="token-head"):
            yield Digits(view.NO_TIME_TEXT, id="token-time")
            with Vertical(id="token-words"):
                yield Static(id="token-state")
                yield FittedLine(self._gauge, id="token-gauge")
        with Vertical(id="token-facts"):
            # A line each: only the one that counts seconds is written every second.
            for at in range(view.FACT_COUNT):
                yield FittedLine(partial(self._fact, at), id=f"token-fact-{at}")

    def show(
        self, profile: Profile, status: TokenStatus, calls: ApiUsage | None, now: datetime
    ) -> None:
        """Show a profile's token as it is at `now`."""
        words = self._words
        head = view.token_headline(status.record, now, words)
        lines = view.token_facts(status, calls, now, words, to_local=self._to_local, pid=os.getpid())
        if self._is_new("title", profile.name):
            self.border_title = Content(words("token.title", name=profile.name))
        if self._is_new("time", head.countdown):
            self.query_one(Digits).update(head.countdown)
        if self._is_new("state", (head.state, head.meaning)):
            self.query_one("#token-state", Static).update(content([(head.state,), (head.meaning,)]))
        self._left, self._facts = head.fraction_left, lines
        for line in self.query(FittedLine):
            line.fit()

    def _is_new(self, name: str, value: object) -> bool:
        is_new = self._shown.get(name) != value
        self._shown[name] = value
        return is_new

    def _fact(self, at: int, _width: int) -> Line:
        return self._facts[at] if self._facts else ()

    def _gauge(self, width: int) -> Line:
        return view.lifetime_bar(self._left, width)
