"""Textual's style sheet, which reads what has been read once only again when colours change."""

from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

MOST = 1024
"""Sources whose rules are kept; with all its screens kistui has about eighty, Textual keeps 64."""


class KeptStylesheet(Stylesheet):
    """Without this all sources are read three times at the start, and once more for each screen."""

    def __init__(self, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(MOST)

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take the colours of a theme; the same ones change nothing."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Read what is new."""
        self.parse()
