"""Errors in the user's language, with what to do next."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from kistui.errors import ApiError, KistuiError
from kistui.i18n.translations import Translations

FAULTS_IN_TOAST = 2
"""Lines of a toast below its title: more would cover figures."""
UNKNOWN_HOLDER = "?"
"""The holder of a lock whose process is not known."""


class ErrorText(Struct, frozen=True):
    """The text of an error: title, what happened, KIS's own message, and what to do next."""

    title: str
    message: str
    server_message: str
    hint: str

    @property
    def summary(self) -> str:
        """What happened, in a line."""
        return f"{self.title}. {self.message}"

    @property
    def instruction(self) -> str:
        """What failed and what to do next, in a line."""
        return f"{self.title}. {self.hint}"


def describe_error(error: KistuiError, t: Translations) -> ErrorText:
    """Return an error in the user's language, with KIS's code and message if there are any."""
    key = f"error.{error.slug}"
    code = f" [{error.code}]" if isinstance(error, ApiError) and error.code else ""
    server_message = ""
    if isinstance(error, ApiError) and error.text:
        server_message = t("state.kis_says", text=error.text)
    details = translate_details(error.details, t)
    hint = f"{key}.hint_{error.details.get('reason')}"
    return ErrorText(
        t(f"{key}.title") + code,
        t(f"{key}.message", **details),
        server_message,
        t(hint if hint in t else f"{key}.hint", **details),
    )


def describe_reason(reason: str, t: Translations, **details: Any) -> str:
    """Return the text of a failure reason; an unknown one, from the system, is returned as is."""
    key = f"reason.{reason}"
    return t(key, **details) if key in t else reason


def translate_details(raw_details: Mapping[str, Any], t: Translations) -> dict[str, Any]:
    """Return an error's details with slugs replaced by translated texts."""
    details = dict(raw_details)
    if "what" in details:
        details["what"] = t(f"field_name.{details['what']}")
    if "line" in details:
        details["where"] = t("reason.line", n=details["line"])
    if "reason" in details:
        details["reason"] = describe_reason(**details, t=t)
    if "holder" in details:
        is_known = details["holder"] != UNKNOWN_HOLDER
        key = "reason.process" if is_known else "reason.unknown_process"
        details["holder"] = t(key, pid=details["holder"])
    return details


def faults_text(title: str, faults: Sequence[str], t: Translations, *, more_key: str) -> str:
    """Return a title and the faults below it, for a toast; the text `more_key` counts others."""
    if len(faults) > FAULTS_IN_TOAST:
        shown = faults[: FAULTS_IN_TOAST - 1]
        faults = (*shown, t(more_key, n=len(faults) - len(shown)))
    return "\n".join((title, *faults))
