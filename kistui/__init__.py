"""kistui: a read-only terminal for a Korea Investment & Securities account."""

__version__ = "0.1.0"
