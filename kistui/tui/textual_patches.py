"""What Textual would keep for good, let go of."""

from typing import Any

from textual import widget

CACHED_METHOD = "get_inner_outer"


def patch_styles_cache_leak() -> None:
    """Have one cache of colours, not one that keeps every widget painted and its lines.

    Textual means this method to be the class's and does not say so (its issue 6665): it caches
    by whose lines are painted, and holds the last thousand of them.
    """
    styles_cache: Any = getattr(widget, "StylesCache", None)
    method: Any = vars(styles_cache).get(CACHED_METHOD) if styles_cache else None
    if hasattr(method, "cache_info"):  # else it is the class's already
        setattr(styles_cache, CACHED_METHOD, classmethod(method))
