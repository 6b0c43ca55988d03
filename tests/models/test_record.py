"""Records are what frozen, slotted dataclasses are."""

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any, Generic, TypeVar

import pytest

from kistui.models.record import field, fields, record, replace

T = TypeVar("T")


@record
class Point:
    """A record."""

    x: int
    y: int = 2
    secret: str = field(default="hush", repr=False)
    seen: list[int] = field(default_factory=list, compare=False)

    @property
    def sum(self) -> int:
        return self.x + self.y


@record(kw_only=True)
class Named(Point):
    z: int
    when: date = date(2026, 11, 23)


@record
class Box(Generic[T]):
    inside: T


@record
class Nothing:
    """No field at all."""


@dataclasses.dataclass(frozen=True, slots=True)
class Twin:
    x: int
    y: int = 2
    secret: str = dataclasses.field(default="hush", repr=False)
    seen: list[int] = dataclasses.field(default_factory=list, compare=False)


def test_it_is_made_as_a_dataclass_is() -> None:
    assert Point(1).x == 1
    assert str(inspect.signature(Point)).count(",") == str(inspect.signature(Twin)).count(",")
    assert repr(Point(1)).removeprefix("Point") == repr(Twin(1)).removeprefix("Twin")
    assert Point.__match_args__ == Twin.__match_args__
    assert Point.__doc__ == "A record."
    assert Point(1, secret="x").secret == "x"
    assert Point(1).seen is not Point(1).seen
    assert Point(1).sum == 3
    assert Named(1, z=3) == Named(1, 2, z=3, when=date(2026, 11, 23))
    assert not hasattr(Point(1), "__dict__")
    wrongs: tuple[Any, ...] = ({}, {"x": 1, "q": 2})
    for wrong in wrongs:
        with pytest.raises(TypeError):
            Point(**wrong)
    with pytest.raises(TypeError):
        Named(1, 2, "hush", [], 3)  # type: ignore[call-arg]


def test_nothing_of_it_can_be_changed() -> None:
    one: Any = Point(1)
    for name in ("x", "new"):
        with pytest.raises(FrozenInstanceError):
            setattr(one, name, 2)
    with pytest.raises(FrozenInstanceError):
        del one.x


def test_equal_are_those_of_one_class_with_equal_values() -> None:
    assert Point(1) == Point(1, 2, seen=[5])
    assert hash(Point(1)) == hash(Point(1, seen=[5]))
    assert Point(1) != Point(1, 3)
    assert Named(1, z=1) != Point(1)
    other: object = (1, 2, "hush")
    assert Point(1) != other
    assert len({Nothing(), Nothing(), Box(1), Box(1), Box("1")}) == 3


def test_a_pattern_takes_it_apart() -> None:
    match Named(1, z=3):
        case Point(x, y):
            assert (x, y) == (1, 2)
    match Box(Point(4)):
        case Box(Point(x=x)):
            assert x == 4


@pytest.mark.parametrize("change", [replace, dataclasses.replace])
def test_it_is_replaced_copied_and_pickled(change: Any) -> None:
    one = Named(1, z=3, seen=[1])
    assert change(one, y=5, z=4) == Named(1, 5, z=4)
    assert change(one, x=one.x) == one
    with pytest.raises(TypeError):
        change(one, nothing=1)
    assert copy.copy(one) == one == copy.deepcopy(one) == pickle.loads(pickle.dumps(one))
    assert copy.deepcopy(one).seen is not one.seen


def test_dataclasses_take_it_for_one_of_theirs() -> None:
    assert dataclasses.is_dataclass(Point)
    assert [each.name for each in dataclasses.fields(Named)] == [e.name for e in fields(Named)]
    assert dataclasses.asdict(Box(Box(1))) == {"inside": {"inside": 1}}
    assert [each.name for each in dataclasses.fields(Nothing)] == []
