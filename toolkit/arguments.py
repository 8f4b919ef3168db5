"""Arguments at the doors of the packages: of what kind each must be, its annotation says."""

import os
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from functools import wraps
from inspect import Parameter, isfunction, signature
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from toolkit.errors import ParameterError

_NUMBERS: Final[dict[Any, Any]] = {int: Integral, float: Real}
_NAMES: Final[dict[Any, str]] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "True or False",
    NoneType: "None",
    os.PathLike: "path",
    Iterable: "list",
    Sequence: "list",
    Mapping: "dict",
}
_LISTS: Final = (list, tuple, set, frozenset)
_PLAIN: Final = (NoneType, bool, int, float, str, bytes, *_LISTS)
_SHOWN: Final = 60


def guard(space: MutableMapping[str, Any], *names: str) -> None:
    """Let functions of a package refuse what their annotations do not allow.

    Else it would fail deep inside. What they refuse is a ParameterError. Which values a
    ``Literal`` has, and what a protocol asks for, they tell better themselves.

    Parameters
    ----------
    space
        Names of the package, and what they are; changed in place.
    names
        Those of its functions; what is none is left as it is.
    """
    for name in names:
        if isfunction(space[name]):
            space[name] = _guarded(space[name])
            space[name].__module__ = space["__name__"]  # where pickle finds it again


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    known = signature(function)

    @wraps(function)
    def call(*args: Any, **options: Any) -> Any:  # noqa: ANN401
        try:
            given = known.bind(*args, **options).arguments
        except TypeError:  # the function's own names it, and what is missing or too much
            return function(*args, **options)
        for name, value in given.items():
            parameter = known.parameters[name]
            named = value if parameter.kind is Parameter.VAR_KEYWORD else {name: value}
            for one, found in named.items():
                _refuse(one, found, parameter.annotation)
        return function(*args, **options)

    return call


def _refuse(name: str, value: object, kind: object) -> None:
    if not _is(value, kind):
        plain = isinstance(value, _PLAIN)
        found = repr(value)[:_SHOWN] if plain else f"a {type(value).__name__}"
        raise ParameterError(f"{name}: expected {' or '.join(_names(kind))}, found {found}")


def _is(value: object, kind: object) -> bool:
    of, inside = get_origin(kind) or kind, get_args(kind)
    if of in (Union, UnionType):
        return any(_is(value, one) for one in inside)
    if not isinstance(of, type) or getattr(of, "_is_protocol", False):
        return True
    if isinstance(value, bool | str | bytes):  # no number, and no list of characters
        return type(value) is of or (isinstance(value, of) and of is str)
    each = value if isinstance(value, _LISTS) and inside else ()
    return isinstance(value, _NUMBERS.get(of, of)) and all(_is(one, inside[0]) for one in each)


def _names(kind: object) -> dict[str, None]:
    of, inside = get_origin(kind) or kind, get_args(kind)
    if of in (Union, UnionType):
        return {name: None for one in inside for name in _names(one)}
    if of is Literal:
        return dict.fromkeys(map(repr, inside))
    return {_NAMES.get(of, getattr(of, "__name__", str(of))): None}
