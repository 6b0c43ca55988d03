"""The terminal driver: job control, and sending only the cells that changed.

Textual repaints whole regions, although most cells in a repainted region are unchanged.
`DiffingDriver` keeps a `ScreenBuffer` of the cells it has sent, parses every frame into styled
cells, and sends only the runs of cells that differ, with the shortest SGR sequences between
them. Measured against Textual's own driver this saves a third to two thirds of the bytes of a key
press, which matters over SSH. It relies on three facts about Textual: a frame is a single `write`
that ends in a cursor position (`H`), the synchronized-output marks (`CSI ? 2026 h` and `l`) are
writes of their own, and `terminal_size` is called on every resize. When a frame contains
anything but text, colours and cursor positions, or does not fit the screen, the buffer is
invalidated and the whole frame is sent unchanged; a resize, a resume or a switch of the
alternate screen invalidates the buffer too.

`KistuiDriver` is the base class: signals, job control, hang-up and resize.
"""
