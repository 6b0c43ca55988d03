"""The state of live prices as text."""

from kistui.formatting.cells import Cell, Role
from kistui.formatting.values import LIVE_MARK, format_time
from kistui.i18n.translations import Translations
from kistui.models.live_prices import LiveState, LiveStatus

_ROLES = {
    LiveStatus.LIVE: Role.GOOD,
    LiveStatus.LOST: Role.WARN,
    LiveStatus.IN_USE: Role.WARN,
    LiveStatus.FAILED: Role.BAD,
}


def live_status_cell(state: LiveState, t: Translations) -> Cell:
    """Return the state of live prices; empty while they are off.

    Items without live prices, beyond what one connection carries, are named by their number.
    """
    if state.status is LiveStatus.OFF:
        return Cell("")
    text = t(f"live.{state.status.value}")
    if state.status is LiveStatus.LIVE:
        count = str(state.item_count)
        if state.item_count < state.wanted_count:
            count = f"{count}/{state.wanted_count}"
        text = f"{LIVE_MARK} {t('live.live', n=count)}"
        if state.shown_at is not None:
            text = f"{text} {format_time(state.shown_at)}"
    return Cell(text, _ROLES.get(state.status, Role.DIM))
