"""The root of the tree, and our own faults."""

from typing import Any, ClassVar


class KistuiError(Exception):
    """The root: everything kistui raises on purpose."""

    slug: ClassVar[str]
    exit_code: ClassVar[int] = 1

    def __init__(self, **details: Any) -> None:
        super().__init__()
        self.details: dict[str, Any] = details
        """Values the words may name; never a secret."""

    def __str__(self) -> str:
        named = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{type(self).__name__}({named})"


class InternalError(KistuiError):
    """What should not happen; `kind` of the exception and the `place` it came from."""

    slug = "internal"

    @classmethod
    def from_exception(cls, error: BaseException) -> "InternalError":
        """The kind and place of `error`, without its text: that may hold anything."""
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        frame = last.tb_frame if last else None
        place = f"{frame.f_globals.get('__name__')}:{last.tb_lineno}" if frame and last else "?"
        return cls(kind=type(error).__name__, place=place)


class ForbiddenRequestError(KistuiError):
    """A request outside the allow-list of `client/endpoints.py`; nothing was sent."""

    slug = "forbidden_call"


class LoadCancelledError(KistuiError):
    """The user gave up a reading before it ended."""

    slug = "reading_stopped"
