"""Frozen records: what `dataclass(frozen=True, slots=True)` makes, in a fraction of the time.

There are a hundred of them, and a dataclass writes and compiles the source of six methods for
each; here only `__init__` is written, when the first is made, and the others are the same for all.
`dataclasses.replace`, `fields` and `asdict` take records as they take dataclasses.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any, TypeVar, dataclass_transform, overload

import msgspec

T = TypeVar("T")

MISSING: Any = type("MISSING", (), {"__repr__": lambda _: "MISSING"})()
NO_METADATA: Mapping[str, Any] = MappingProxyType({})


class Field:
    """One field: its name, what it is where nothing is given, whether the repr shows it."""

    __slots__ = ("compare", "default", "default_factory", "is_named", "metadata", "name", "repr")

    def __init__(
        self,
        default: Any = MISSING,
        default_factory: Callable[[], Any] | None = None,
        *,
        repr: bool = True,  # noqa: A002  # as dataclasses call it
        compare: bool = True,
        metadata: Mapping[str, Any] = NO_METADATA,
    ) -> None:
        self.name = ""
        self.default = default
        self.default_factory = default_factory
        self.repr = repr
        self.compare = compare
        self.metadata = metadata
        self.is_named = False
        """Whether it is given by name alone."""


def field(
    *,
    default: Any = MISSING,
    default_factory: Callable[[], Any] | None = None,
    repr: bool = True,  # noqa: A002
    compare: bool = True,
    metadata: Mapping[str, Any] = NO_METADATA,
) -> Any:
    """Declare a field that is more than a name and a default."""
    return Field(default, default_factory, repr=repr, compare=compare, metadata=metadata)


@overload
def record(kind: type[T], /) -> type[T]: ...
@overload
def record(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(kind: Any = None, /, *, kw_only: bool = False) -> Any:
    """Make a class a frozen record of the fields it declares, after those of its bases."""
    if kind is None:
        return lambda kind: _made(kind, is_named=kw_only)
    return _made(kind, is_named=kw_only)


def fields(kind: Any) -> tuple[Any, ...]:
    """The fields of a record or its class, in order."""
    if hasattr(kind, "__struct_fields__"):
        return msgspec.structs.fields(kind)
    found: tuple[Any, ...] = kind.__record_fields__
    return found


def replace(one: T, /, **changes: Any) -> T:
    """The same record with other values."""
    if isinstance(one, msgspec.Struct):
        return msgspec.structs.replace(one, **changes)
    for each in fields(one):
        if each.name not in changes:
            changes[each.name] = getattr(one, each.name)
    return type(one)(**changes)


def _made(kind: Any, *, is_named: bool) -> Any:
    known = {each.name: each for each in getattr(kind, "__record_fields__", ())}
    own, space = tuple(kind.__annotations__), dict(kind.__dict__)
    for name in own:
        given = space.pop(name, MISSING)
        known[name] = one = given if isinstance(given, Field) else Field(given)
        one.name, one.is_named = name, is_named
    space = _METHODS | _comparing(known.values()) | space
    for name in ("__dict__", "__weakref__"):  # of the class without slots
        space.pop(name, None)
    space["__slots__"] = own
    space["__record_fields__"] = tuple(known.values())
    space["__match_args__"] = tuple(each.name for each in known.values() if not each.is_named)
    space["__dataclass_fields__"] = _DataclassFields()
    made = type(kind)(kind.__name__, kind.__bases__, space)
    made.__qualname__ = kind.__qualname__
    made.__init__ = _first_init(made)
    return made


def _first_init(kind: Any) -> Callable[..., None]:
    """What writes the real one when the first record is made: many a class has none in a run."""

    def init(self: Any, *values: Any, **named: Any) -> None:
        kind.__init__ = _init(kind)
        kind.__init__(self, *values, **named)

    return init


def _init(kind: type[Any]) -> Callable[..., None]:
    """Written out and compiled: it runs for every row of every page."""
    space: dict[str, Any] = {"MISSING": MISSING}
    head, body = ["self"], ["pass"]
    for one in sorted(fields(kind), key=lambda each: each.is_named):
        name, value = one.name, one.name
        if one.is_named and "*" not in head:
            head.append("*")
        if one.default_factory is not None:
            space[f"_new_{name}"] = one.default_factory
            value = f"_new_{name}() if {name} is MISSING else {name}"
            head.append(f"{name}=MISSING")
        elif one.default is not MISSING:
            space[f"_usual_{name}"] = one.default
            head.append(f"{name}=_usual_{name}")
        else:
            head.append(name)
        space[f"_set_{name}"] = getattr(kind, name).__set__
        body.append(f"_set_{name}(self, {value})")
    init = _compiled("__init__", head, body, space)
    init.__qualname__ = f"{kind.__qualname__}.__init__"
    return init


def _compiled(
    name: str, head: Iterable[str], body: Iterable[str], space: dict[str, Any]
) -> Callable[..., Any]:
    """A function from its source, in which there are no names but those of our own."""
    exec(f"def {name}({', '.join(head)}):\n " + "\n ".join(body), space)  # noqa: S102
    made: Callable[..., Any] = space[name]
    return made


def _comparing(all_fields: Iterable[Field]) -> dict[str, Callable[..., Any]]:
    names = [each.name for each in all_fields if each.compare]
    values = attrgetter(*names) if names else lambda _one: ()

    def equal(self: Any, other: object) -> Any:
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    def hashed(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": equal, "__hash__": hashed}


def _repr(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _frozen(_self: Any, name: str, _value: object = None) -> None:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415  # a bug, if ever

    raise FrozenInstanceError(f"cannot change {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


_METHODS: dict[str, Any] = {
    "__repr__": _repr,
    "__setattr__": _frozen,
    "__delattr__": _frozen,
    "__getstate__": _state,
    "__setstate__": _restore,
    "__replace__": replace,
}


class _DataclassFields:
    """What the functions of `dataclasses` look for, made when one of them does."""

    def __get__(self, _one: object, kind: Any) -> Any:
        from dataclasses import make_dataclass  # noqa: PLC0415

        names = [each.name for each in fields(kind)]
        like: Any = make_dataclass(kind.__name__, names, init=False, repr=False, eq=False)
        kind.__dataclass_fields__ = like.__dataclass_fields__
        return like.__dataclass_fields__
