"""Errors that name the document, the place, what was expected and what stood there.

Every error is also a builtin exception, so that callers who know nothing of this
package can still catch it as what it is.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

_LISTED: Final = 20
_LIKE: Final = 8
"""Values that an error lists; of more, some like the one that was asked for."""


class ToolkitError(Exception):
    """Base of every error that this package raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the message, as on the command line, and not the way to it."""
        return [f"{type(self).__name__}: {self}"]


class CodebookError(ToolkitError, ValueError):
    """The codebook contradicts itself; nothing can be read until it is mended."""


class SourceError(ToolkitError, OSError):
    """A source that was asked for is not there or cannot be opened."""


class DocumentError(ToolkitError, ValueError):
    """A document gave no report.

    Parameters
    ----------
    message
        One sentence for a person: the place, what was expected, what stood there.
    stage
        Where it happened: ``open``, ``detect``, ``parse``, ``extract`` or ``correct``.
    source
        The document's path as it was given; filled in by whoever knows it.
    """

    def __init__(self, message: str, *, stage: str = "parse", source: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.stage = stage
        self.source = source

    def __str__(self) -> str:
        return f"{self.source}: {self.message}" if self.source else self.message


class MissingExtraError(DocumentError, ImportError):
    """A document needs an optional library; the message says what to install."""


class InstallationError(ToolkitError, ImportError):
    """A library that every installation has is not there: no document is to blame."""


class CorrectionError(ToolkitError, ValueError):
    """An entry of the corrections file is stale or fits no cell."""


class ParameterError(ToolkitError, ValueError):
    """A parameter is unknown, or its value is of the wrong kind."""


class CodeError(ToolkitError, KeyError):
    """A code was asked for that the form does not have.

    Parameters
    ----------
    message
        One sentence for a person: where, and what was asked for.
    asked
        The code.
    known
        Codes that there are; the nearest are named.
    """

    def __init__(self, message: str, asked: str, known: Iterable[str]) -> None:
        near = " or ".join(map(repr, get_close_matches(str(asked), [*dict.fromkeys(known)])))
        meant = f"; meant is perhaps {near}" if near else ""
        super().__init__(f"{message}{meant}; `ogi codebook` lists them")

    __str__ = Exception.__str__  # a KeyError's would quote the sentence


def one_of(name: str, value: object, known: Iterable[object]) -> None:
    """Refuse a value that an option cannot have.

    Raises
    ------
    ParameterError
        If the value is not among those known; the message names them.
    """
    if value not in (known := [*known]):
        raise ParameterError(f"{name}: expected {' or '.join(map(repr, known))}, found {value!r}")


def not_there(
    what: str, asked: object, known: Iterable[object], account: Mapping[str, int]
) -> ParameterError:
    """Error on a value that no report has: names those there are, of many those like it.

    It says how many of the documents ``seen`` are ``failures``: one of them may have been meant.
    """
    names = [str(one) for one in known]
    listed = names if len(names) <= _LISTED else get_close_matches(str(asked), names, _LIKE, 0.3)
    among = "" if listed == names else "among others "
    unread = " ({failures} of {seen} documents could not be read)" if account["failures"] else ""
    told = ", ".join(listed or names[:_LIKE]) + unread.format_map(account)
    return ParameterError(f"{what}; there are {among}{told}")
