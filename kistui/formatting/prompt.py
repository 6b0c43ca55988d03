"""The token in one line, for a prompt: made of text and whole microseconds alone."""

from kistui.i18n.translations import Translations
from kistui.models.lasting import EXPIRING, MINUTE, VALID, Lasting


def status_line(kind: str, name: str, token: Lasting, now: int, t: Translations) -> str:
    """The world, the profile, the token."""
    return f"[{t(f'environment.{kind}')}] {name} {token_text(token, now, t)}"


def token_text(token: Lasting, now: int, t: Translations) -> str:
    """How long it lasts, or why it does not."""
    state = token.state(now)
    lasts = state in (VALID, EXPIRING)
    left = hours_left(token.remaining(now)) if lasts else t(f"token_state.{state}")
    return t("token.bar", left=left)


def hours_left(span: int) -> str:
    """`23:12`; a part of a minute counts as a whole one, so that 0 means over."""
    minutes = -(-span // MINUTE)
    return f"{minutes // 60:02}:{minutes % 60:02}"
