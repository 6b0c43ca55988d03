"""The simulator's options."""

from msgspec import Struct


class SimulatorOptions(Struct, frozen=True, kw_only=True):
    """The server's settings; raises ValueError for an invalid value.

    `environment` is "real" or "paper"; `holdings` and `page_size` are numbers of rows; `delay` is
    in seconds before each response; port 0 is a free one; without `overseas` no account has
    overseas holdings.
    """

    environment: str = "real"
    scene: str = "ordinary"
    holdings: int | None = None
    seed: int = 1
    page_size: int | None = None
    rate_limits: bool = False
    delay: float = 0.0
    port: int = 0
    overseas: bool = True

    def __post_init__(self) -> None:
        if self.environment not in {"real", "paper"}:
            raise ValueError(f"environment is 'real' or 'paper', not {self.environment!r}")
        if self.holdings is not None and self.holdings < 0:
            raise ValueError(f"holdings is not negative: {self.holdings}")
        if self.page_size is not None and self.page_size < 1:
            raise ValueError(f"page_size is at least 1: {self.page_size}")

    @property
    def is_paper(self) -> bool:
        """Return whether this is the paper trading (모의투자) server."""
        return self.environment == "paper"

    @property
    def rows_per_page(self) -> int:
        """Return the rows per domestic page: `page_size`, by default 50 on real and 20 on paper."""
        return self.page_size or (20 if self.is_paper else 50)
