"""Workarounds for Textual bugs; delete each one when Textual has fixed its issue."""

from typing import Any

from textual import widget

CACHED_METHOD = "get_inner_outer"


def patch_styles_cache_leak() -> None:
    """Fix a memory leak: share the cache of `StylesCache.get_inner_outer` between instances.

    Textual issue 6665: `lru_cache` wraps an instance method, so it keeps the last thousand
    `StylesCache` objects and their rendered lines alive. Delete this when Textual fixes 6665.
    """
    styles_cache: Any = getattr(widget, "StylesCache", None)
    method: Any = vars(styles_cache).get(CACHED_METHOD) if styles_cache else None
    if hasattr(method, "cache_info"):  # a fixed Textual has a class method here
        setattr(styles_cache, CACHED_METHOD, classmethod(method))
