"""kistui: a read-only terminal for a Korea Investment & Securities account.

`open_session` reads an account from a script; docs/library.md describes it.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kistui.library import AccountSession as AccountSession
    from kistui.library import open_session as open_session


def __getattr__(name: str) -> Any:
    """Import the library when it is first used, so that the command line starts without it."""
    if name in {"AccountSession", "open_session"}:
        from kistui import library  # noqa: PLC0415

        return getattr(library, name)
    raise AttributeError(f"module 'kistui' has no attribute {name!r}")
