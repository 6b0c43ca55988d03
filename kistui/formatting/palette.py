"""What the command palette offers, and how it is found and ranked by a query."""

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache

from msgspec import Struct

from kistui.formatting.cells import Cell, Line, Role, display_width, pad
from kistui.formatting.holdings_table import holding_row_key
from kistui.formatting.key_help import KeyHelp
from kistui.formatting.profiles import environment_column
from kistui.formatting.search import (
    has_initials,
    matches_all_words,
    normalize,
    normalize_query,
    prefix_matcher,
)
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.totals import all_holdings

HOLDING_ID_PREFIX = "holding:"
PROFILE_ID_PREFIX = "profile:"
_WORD_BREAK = re.compile(r"[\s·,:;()/.]+")


class PaletteEntry(Struct, frozen=True):
    """An action to run, or an account or a holding to go to."""

    id: str
    """The id of a key, or one of the prefixes before a profile's number or a holding's row key."""
    mark: str
    """What is shown in front: the first key of an action, or the kind of the entry."""
    line: Line
    names: tuple[str, ...]
    descriptions: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


class MatchRank(IntEnum):
    """How well an entry matches a query, best first."""

    EXACT = 0
    PREFIX = 1
    WORD_START = 2
    SYNONYM = 3
    INITIALS = 4
    CODE = 5
    ANYWHERE = 6


def action_entries(key_helps: Iterable[KeyHelp]) -> list[PaletteEntry]:
    """Return the entries of actions."""
    return [
        PaletteEntry(
            key_help.id,
            key_help.keys[0] if key_help.keys else "",
            (Cell(key_help.description),),
            names=key_help.labels,
            descriptions=key_help.descriptions,
            synonyms=key_help.synonyms,
            keys=key_help.keys,
        )
        for key_help in key_helps
    ]


def holding_entries(balance: Balance, t: Translations) -> list[PaletteEntry]:
    """Return an entry for each row of the holdings; it shows no amount."""
    entries = {}
    for holding in all_holdings(balance):
        name, code = holding.name or holding.code or "", holding.code or ""
        row_key = holding_row_key(holding)
        market = t(f"market.{holding.market.value}")
        entries[row_key] = PaletteEntry(
            HOLDING_ID_PREFIX + row_key,
            t("palette.holding"),
            (Cell(name, Role.STRONG), Cell(f"  {code} · {market}", Role.LABEL)),
            names=(name,),
            codes=(code,) if code else (),
        )
    return list(entries.values())


def profile_entries(profiles: Iterable[Profile], t: Translations) -> list[PaletteEntry]:
    """Return an entry for each profile; its account is searched by the visible digits."""
    return [
        PaletteEntry(
            f"{PROFILE_ID_PREFIX}{number}",
            t("palette.profile"),
            (
                Cell(profile.name, Role.STRONG),
                environment_column(profile, t),
                Cell(profile.account.masked, Role.LABEL),
            ),
            names=(profile.name,),
            codes=(profile.account.masked,),
        )
        for number, profile in enumerate(profiles)
    ]


def search_palette(entries: Sequence[PaletteEntry], query: str) -> list[PaletteEntry]:
    """Return the entries that match, best first; without a query, only the actions."""
    if not normalize_query(query):
        return [entry for entry in entries if entry.keys]
    ranked = [(rank, entry) for entry in entries if (rank := match_rank(entry, query)) is not None]
    return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]


def match_rank(entry: PaletteEntry, query: str) -> MatchRank | None:
    """Return how well an entry matches; None if a word of the query is nowhere in it."""
    needle, texts = normalize_query(query), (*entry.names, *entry.descriptions)
    if query.strip() in entry.keys or needle in map(normalize, entry.names):
        return MatchRank.EXACT
    rank = _word_start_rank(query, texts, entry.synonyms)
    if rank is not None:
        return MatchRank.INITIALS if has_initials(query) else rank
    if any(needle in normalize(code) for code in entry.codes):
        return MatchRank.CODE
    is_match = matches_all_words((*texts, *entry.synonyms, *entry.codes, *entry.keys), query)
    return MatchRank.ANYWHERE if is_match else None


def _word_start_rank(query: str, texts: Iterable[str], synonyms: Iterable[str]) -> MatchRank | None:
    starts_with = prefix_matcher(query)
    tails = [_tails(text) for text in texts]
    if any(starts_with(full_text) for full_text, *_ in tails):
        return MatchRank.PREFIX
    if any(starts_with(tail) for _, *later in tails for tail in later):
        return MatchRank.WORD_START
    if any(starts_with(tail) for synonym in synonyms for tail in _tails(synonym)):
        return MatchRank.SYNONYM
    return None


@lru_cache(maxsize=4096)
def _tails(text: str) -> tuple[str, ...]:
    """Return the normalized text from each of its words to the end."""
    words = _WORD_BREAK.split(text)
    return tuple(normalize("".join(words[index:])) for index in range(len(words)))


def palette_lines(entries: Sequence[PaletteEntry]) -> list[Line]:
    """Return a line for each entry, their marks in a column."""
    width = max((display_width(entry.mark) for entry in entries), default=0) + 2
    return [(Cell(f" {pad(entry.mark, width)}", Role.LABEL), *entry.line) for entry in entries]
