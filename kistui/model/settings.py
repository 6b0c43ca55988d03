"""What the user may set for all profiles."""

from dataclasses import dataclass
from datetime import timedelta

from kistui.model.token import RENEW_BEFORE


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`renew_before`: a token with less than this left is renewed when next needed."""

    renew_before: timedelta = RENEW_BEFORE
