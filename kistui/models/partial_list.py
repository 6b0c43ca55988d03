"""Lists that are read in parts, because KIS limits the days of a query."""

from typing import Any, Protocol, Self

from msgspec import Struct
from msgspec.structs import replace


class ListPart(Protocol):
    """A part of a list as the client returns it."""

    @property
    def may_be_partial(self) -> bool:
        """Whether more rows may follow."""

    @property
    def unreadable_fields(self) -> tuple[str, ...]:
        """KIS's keys of the values that could not be read."""


class PartialList(Struct, frozen=True, kw_only=True):
    """What has been read of a list so far."""

    parts_read: int = 0
    part_count: int = 1
    may_be_partial: bool = False
    """Whether more rows may exist: KIS did not mark the last page of a part as the last."""
    unreadable_fields: tuple[str, ...] = ()
    """KIS's keys of values that could not be read, sorted; those values are `None`."""

    @property
    def has_all_parts(self) -> bool:
        """Whether every part was read."""
        return self.parts_read == self.part_count

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return self.has_all_parts

    def with_part_read(self, part: ListPart, **changes: Any) -> Self:
        """Return the list with `changes`, the content of one more part."""
        return replace(
            self,
            parts_read=self.parts_read + 1,
            may_be_partial=self.may_be_partial or part.may_be_partial,
            unreadable_fields=tuple(sorted({*self.unreadable_fields, *part.unreadable_fields})),
            **changes,
        )
