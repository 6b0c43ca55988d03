"""Workarounds for Textual bugs; delete each one when Textual has fixed its issue."""

from typing import Any

from textual import widget
from textual._compositor import Compositor, ReflowResult

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


def patch_lost_resize() -> None:
    """Compare each layout with the last layout, not with a map that a paint made in between.

    A paint between a mount and its layout replaces `Compositor._full_map`; the layout then sees
    no difference and sends no `Resize`, so a new pane stays empty. With eager tasks (Python 3.12
    on) a detail opened right after a page did. No issue of Textual is known for it; delete this
    when `tests/tui/test_textual_patches.py` passes without it.
    """
    if getattr(Compositor.reflow, "is_patched", False):
        return
    reflow: Any = Compositor.reflow

    def reflow_from_last_layout(self: Any, *args: Any) -> ReflowResult:
        self._full_map = getattr(self, "last_layout", self._full_map)
        result: ReflowResult = reflow(self, *args)
        self.last_layout = self._full_map
        return result

    setattr(reflow_from_last_layout, "is_patched", True)  # noqa: B010  # a function has no such field
    setattr(Compositor, "reflow", reflow_from_last_layout)  # noqa: B010
