"""Everything kistui knows about Textual's internals: workarounds for bugs, and private names.

Written for Textual 8.2. Each patch says when to delete it. The classes give public names to the
private names that kistui reads or replaces, so that a new Textual version is checked only here.
"""

import sys
from asyncio import AbstractEventLoop
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial, wraps
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style as RichStyle
from rich.text import Text
from textual import widget
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._callback import invoke
from textual._compositor import Compositor, ReflowResult
from textual._xterm_parser import XTermParser
from textual.app import App, ScreenStackError
from textual.cache import FIFOCache
from textual.color import Color
from textual.content import Content
from textual.css.query import NoMatches
from textual.css.scalar import Scalar
from textual.events import Click, Key
from textual.geometry import Region, Size
from textual.message_pump import MessagePump
from textual.notifications import Notify
from textual.screen import Screen
from textual.strip import Strip
from textual.style import Style
from textual.widgets import OptionList

if TYPE_CHECKING:
    from textual.driver import Driver

CACHED_METHOD = "get_inner_outer"
CACHE_SIZE = 128
"""Regions, styles or pieces of lines that a cache holds: a page lays out some 60 widgets, and all
pages of a theme combine some 250 styles."""
STRIP_CACHE_SIZES = {
    "_crop_cache": 16,
    "_crop_extend_cache": 4,
    "_divide_cache": 4,
    "_filter_cache": 4,
    "_line_length_cache": 4,
    "_offsets_cache": 4,
    "_style_cache": 16,
}
"""The caches of a `Strip`, and how much each takes."""


def _replace_method(owner: type, name: str, replacement: Callable[..., Any]) -> None:
    """Call `replacement` instead of a method, which it gets first; a second call does nothing."""
    method: Any = vars(owner)[name]
    if getattr(method, "is_replacement", False):
        return

    # Textual counts the parameters of a handler: they stay those of the method.
    @wraps(method)
    def call_replacement(*args: Any, **options: Any) -> Any:
        return replacement(method, *args, **options)

    setattr(call_replacement, "is_replacement", True)  # noqa: B010  # a function has no such field
    setattr(owner, name, call_replacement)


def apply_patches() -> None:
    """Apply every patch; a second call does nothing."""
    patch_styles_cache_leak()
    patch_caches_of_strips()
    patch_large_caches()
    patch_lost_resize()
    patch_needless_renders()
    patch_endless_resize()
    patch_callbacks_of_removed_screens()
    patch_click_on_removed_option()
    patch_page_key_without_room()


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

    def reflow_from_last_layout(reflow: Any, self: Any, *args: Any) -> ReflowResult:
        self._full_map = getattr(self, "last_layout", self._full_map)
        result: ReflowResult = reflow(self, *args)
        self.last_layout = self._full_map
        return result

    _replace_method(Compositor, "reflow", reflow_from_last_layout)


def patch_needless_renders() -> None:
    """Render for a part of the screen only the widgets that are seen in it.

    `Compositor._get_renders` compares the part with the region that a widget is clipped to, which
    is the whole screen for most: a moved cursor then asks every widget for its lines, also those
    behind the table. No issue of Textual is known for it; delete this when it compares with what is
    visible of a widget.
    """

    def renders_within(all_renders: Any, self: Any, crop: Region | None = None) -> Iterator[Any]:
        if not crop:
            yield from all_renders(self)
            return
        for shown, (region, clip) in self.visible_widgets.items():  # from front to back
            visible = region.intersection(clip)
            if crop.overlaps(visible):
                yield region, clip, shown.render_lines(visible.translate(-region.offset))
            if visible.contains_region(crop):
                return

    _replace_method(Compositor, "_get_renders", renders_within)


def patch_endless_resize() -> None:
    """Lay a screen out at the terminal's present size, whatever size its `Resize` has.

    A layout at a new size sends its screen a `Resize` of that size. With two sizes on their way,
    as when a window is dragged on a busy machine, each undid the other for ever if the screen
    does anything between them: the app used a full CPU and took no keys. No issue of Textual is
    known for it; delete this when `tests/tui/test_textual_patches.py` passes without it.
    """

    def resize_to_present_size(screen_resized: Any, self: Any, _size: Size) -> None:
        screen_resized(self, self.app.size)

    _replace_method(Screen, "_screen_resized", resize_to_present_size)


def patch_callbacks_of_removed_screens() -> None:
    """Let `call_after_refresh` of a screen that is gone find no widgets without ending the app.

    The screen that is open by then runs the callback. No issue of Textual is known for it; delete
    this when `tests/tui/test_textual_patches.py` passes without it.
    """

    def invoke_later_if_running(
        invoke_later: Any, self: Any, callback: Any, sender: MessagePump
    ) -> None:
        async def invoke_if_running() -> None:
            try:
                await invoke(callback)
            except NoMatches:
                if sender.is_running:  # a screen that closes loses its widgets first
                    raise

        invoke_later(self, invoke_if_running, sender)

    _replace_method(Screen, "_invoke_later", invoke_later_if_running)


def patch_click_on_removed_option() -> None:
    """Ignore a click on an option that was removed after it was painted.

    `OptionList._on_click` takes the index from the paint, and raises IndexError when the list has
    become shorter since, as while a search is typed. No issue of Textual is known for it; delete
    this when `tests/tui/test_textual_patches.py` passes without it.
    """

    async def on_click_of_present_option(on_click: Any, self: Any, event: Click) -> None:
        if (event.style.meta.get("option") or 0) < self.option_count:
            await on_click(self, event)

    _replace_method(OptionList, "_on_click", on_click_of_present_option)


def patch_page_key_without_room() -> None:
    """Ignore a page key in a list of options that a small terminal leaves no line.

    `OptionList._move_page` looks for the line of its cursor, and raises KeyError when the list has
    never been laid out for its size. No issue of Textual is known for it; delete this when
    `tests/tui/test_textual_patches.py` passes without it.
    """

    def move_page_of_visible_list(move_page: Any, self: Any, direction: int) -> None:
        if self.scrollable_content_region:
            move_page(self, direction)

    _replace_method(OptionList, "_move_page", move_page_of_visible_list)


def patch_caches_of_strips() -> None:
    """Make a cache of a `Strip` when it is first used.

    `Strip` makes seven caches for each painted line, of which most stay empty: a kilobyte and 3 µs
    a line, thousands of lines a page. No issue of Textual is known for it; delete this when a
    `Strip` makes them later.
    """

    def init_without_caches(
        self: Any, segments: Iterable[Segment], cell_length: int | None = None
    ) -> None:
        self._segments = list(segments)
        self._cell_length = cell_length
        self._render_cache = self._link_ids = self._cell_count = None

    def make_cache(self: Strip, name: str) -> FIFOCache[Any, Any]:
        """Make a cache that is missing, for which Python calls `__getattr__`."""
        if name not in STRIP_CACHE_SIZES:
            raise AttributeError(name)
        cache: FIFOCache[Any, Any] = FIFOCache(STRIP_CACHE_SIZES[name])
        setattr(self, name, cache)
        return cache

    setattr(Strip, "__init__", init_without_caches)  # noqa: B010  # no method for type checkers
    setattr(Strip, "__getattr__", make_cache)  # noqa: B010  # as above


def patch_large_caches() -> None:
    """Let the caches of sizes, styles and pieces of lines hold what one screen needs.

    Together they hold up to 60,000 of them, some 30 MiB of what no widget has any more after a
    resize, or a change of page or theme. Delete this when they are small.
    """
    for owner in (Color, Region, RichStyle, Scalar, Segment, Strip, Style):
        for name, member in tuple(vars(owner).items()):
            cached = getattr(member, "__func__", member)
            size = cached.cache_info().maxsize if hasattr(cached, "cache_info") else None
            if size is not None and size > CACHE_SIZE:
                smaller: Any = lru_cache(CACHE_SIZE)(cached.__wrapped__)
                setattr(owner, name, smaller if cached is member else type(member)(smaller))


class TextualApp(App[None]):
    """`App` with public names for its driver and for how it ends on an error."""

    @property
    def terminal_driver(self) -> "Driver | None":
        """The driver, once the app runs."""
        return self._driver

    @property
    def has_screen(self) -> bool:
        """Whether a screen is open: none is before the first and after the app has ended."""
        return bool(self._screen_stacks.get(self.current_mode))

    def set_first_theme(self, name: str) -> None:
        """Set the theme before the app runs, and before it parses a style sheet.

        Assigned to `theme`, it would have Textual parse those of the first screen three times.
        """
        self.set_reactive(App.theme, name)
        self.stylesheet.set_variables(self.get_css_variables())
        # The rest of what `App._watch_theme` does.
        theme = self.current_theme
        self.set_class(True, f"-theme-{theme.name}", update=False)
        self.set_class(theme.dark, "-dark-mode", update=False)
        self.set_class(not theme.dark, "-light-mode", update=False)
        self._refresh_truecolor_filter(self.ansi_theme)

    def on_notify(self, _event: Notify) -> None:
        """Let a toast replace the one before, since two would cover all notes; warnings stay."""
        for notification in tuple(self._notifications):
            if notification.severity == "information":
                self._unnotify(notification, refresh=False)
        # `ToastRack` would remove only the toast: its empty holder keeps a line of the rack.
        for holder in self.screen.query("ToastHolder") if self.has_screen else ():
            if not holder.children or holder.query("Toast.-information"):
                holder.remove()

    def _handle_exception(self, error: Exception) -> None:
        # Messages that arrive while the app closes its screens find them gone.
        ends = self._exit or not self.is_running
        if ends and isinstance(error, ScreenStackError | NoMatches):
            return
        super()._handle_exception(error)

    @contextmanager
    def suspended(self) -> Iterator[bool]:
        """Suspend the app where the driver can; yield whether it is suspended.

        `App.suspend` does not resume after an exception (8.2); this does.
        """
        if self._driver is None or not self._driver.can_suspend:
            yield False
            return
        error: BaseException | None = None
        with self.suspend():
            try:
                yield True
            except BaseException as raised:  # noqa: BLE001  # whatever it is, resume, then raise it
                error = raised
        if error is not None:
            raise error

    def _fatal_error(self) -> None:
        self.on_fatal_error(sys.exc_info()[1] or self._exception or RuntimeError())

    def on_fatal_error(self, error: BaseException) -> None:
        """End the app; by default as Textual does, with a traceback that shows local variables."""
        super()._fatal_error()

    def handle_error(self, error: Exception) -> None:
        """Handle an error of a task as Textual handles those of its own."""
        self._handle_exception(error)

    def exit_with_text(self, text: str) -> None:
        """End the app and print `text` once the terminal is restored."""
        self._exit_renderables.append(Text(text))
        self._close_messages_no_wait()


class PlainToggle:
    """Mixin before `RadioButton`: shows `(●)` or `( )`; Textual changes only the dot's colour."""

    value: Any

    @property
    def _button(self) -> Content:
        return Content("(●)" if self.value else "( )")


class EscapedKey(Key):
    """A key right after an escape character: terminals send Alt with the key, and both keys, so.

    The app decides which of them it is.
    """

    def __init__(self, alt_name: str, plain: Key) -> None:
        super().__init__(alt_name, None)
        self.alt_key = Key(alt_name, None)
        """The key with Alt."""
        self.keys = (Key("escape", "\x1b"), plain)
        """Esc and the key."""


class EscapeAwareParser(XTermParser):
    """Reports a key after an escape character as `EscapedKey`.

    Textual's own takes a digit or `=` for the sign that macOS types with Option and that digit, f
    and b for Ctrl with an arrow, and loses the Esc before a sign or Enter (8.2.8). If another
    sequence follows at once, it passes the Esc here alone, and types it as `^`.
    """

    _follows_escape = False

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        if sequence == "\x1b":
            self._follows_escape = True
            return
        alt, self._follows_escape = alt or self._follows_escape, False
        is_pair = len(sequence) == 2 and sequence[1].isprintable()
        if is_pair and sequence[0] == "\x1b" and sequence in ANSI_SEQUENCES_KEYS:
            sequence, alt = sequence[1], True
        # An introducer may be the beginning of a sequence that came late.
        if not alt or sequence in {"[", "O"}:
            yield from super()._sequence_to_key_events(sequence, alt)
            return
        plain_keys = super()._sequence_to_key_events(sequence)
        for key, plain in zip(
            super()._sequence_to_key_events(sequence, alt), plain_keys, strict=True
        ):
            name = key.key if key.key.startswith("alt+") else f"alt+{key.key}"
            yield EscapedKey(name, plain)


if sys.platform != "win32":
    from textual.drivers import linux_driver
    from textual.drivers.linux_driver import LinuxDriver

    def get_replacing_decoder(encoding: str) -> Any:
        """Return a decoder that shows what it cannot decode as `�`.

        Textual's ends the app with a traceback, as when a terminal set to code page 949 sends
        Hangul, or a line loses a byte. Delete this when Textual decodes with `errors`.
        """
        return partial(getincrementaldecoder(encoding), errors="replace")

    setattr(linux_driver, "getincrementaldecoder", get_replacing_decoder)  # noqa: B010  # as above
    setattr(linux_driver, "XTermParser", EscapeAwareParser)  # noqa: B010  # as above

    class TextualLinuxDriver(LinuxDriver):
        """`LinuxDriver` with public names for what kistui's driver reads and replaces."""

        @property
        def app(self) -> TextualApp:
            """The app that the driver serves."""
            app: Any = self._app
            return app  # type: ignore[no-any-return]

        @property
        def event_loop(self) -> AbstractEventLoop:
            """The app's event loop."""
            return self._loop

        @property
        def output(self) -> Any:
            """The file that the driver writes to."""
            return self._file

        @output.setter
        def output(self, file: Any) -> None:
            self._file = file

        @property
        def is_writing(self) -> bool:
            """Whether a thread takes what is written; without it, a write would wait for ever."""
            return self._writer_thread is not None and self._writer_thread.is_alive()

        @property
        def is_lent(self) -> bool:
            """Whether the app has left the terminal to another program (`App.suspend`)."""
            return not self._auto_restart

        def signal_resume(self) -> None:
            """Tell the app of the resume when application mode starts next."""
            self._must_signal_resume = True

        def terminal_size(self) -> tuple[int, int]:
            """Return columns and lines; Textual asks at the start and after each SIGWINCH."""
            return super()._get_terminal_size()

        def _get_terminal_size(self) -> tuple[int, int]:
            return self.terminal_size()

        # Textual's constructor installs these two before kistui's driver has its own handlers. A
        # hang-up sends SIGCONT too: resumed there, a terminal that is gone would have an input
        # thread that is never stopped.

        def _sigtstp_application(self, *_arguments: object) -> None:
            """Do nothing: kistui's driver watches job control itself."""

        def _sigcont_application(self, *_arguments: object) -> None:
            """Do nothing, for the same reason."""

        def _disable_mouse_support(self) -> None:
            # Textual leaves reports in pixels on: the next program would get them.
            super()._disable_mouse_support()
            if self._mouse_pixels:
                self._mouse_pixels = False
                self.write("\x1b[?1016l")
