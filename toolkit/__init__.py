"""Read, check and compare China's annual reports on open government information.

>>> import toolkit
>>> corpus = toolkit.load("data/reports")
>>> corpus.cells.filter(item="received", column="total")["value"].sum()
10367
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from toolkit.arguments import guard
from toolkit.errors import (
    CodebookError,
    CodeError,
    CorrectionError,
    DocumentError,
    InstallationError,
    MissingExtraError,
    ParameterError,
    SourceError,
    ToolkitError,
)
from toolkit.form import Form, form

if TYPE_CHECKING:
    from toolkit.corpus import Corpus
    from toolkit.loading import load
    from toolkit.publish.brief import write_brief
    from toolkit.publish.briefs import write_briefs
    from toolkit.publish.parameters import locate
    from toolkit.report import Report, read_report
    from toolkit.review.findings import findings
    from toolkit.storage.export import export
    from toolkit.storage.ingest import ingest
    from toolkit.storage.store import Store, open_store

_LATER: Final = {
    "Corpus": "toolkit.corpus",
    "Report": "toolkit.report",
    "Store": "toolkit.storage.store",
    "export": "toolkit.storage.export",
    "findings": "toolkit.review.findings",
    "ingest": "toolkit.storage.ingest",
    "load": "toolkit.loading",
    "locate": "toolkit.publish.parameters",
    "open_store": "toolkit.storage.store",
    "read_report": "toolkit.report",
    "write_brief": "toolkit.publish.brief",
    "write_briefs": "toolkit.publish.briefs",
}
"""Names that need Polars, imported when asked for: ``ogi`` answers half a second sooner."""

__all__ = [
    "CodeError",
    "CodebookError",
    "Corpus",
    "CorrectionError",
    "DocumentError",
    "Form",
    "InstallationError",
    "MissingExtraError",
    "ParameterError",
    "Report",
    "SourceError",
    "Store",
    "ToolkitError",
    "export",
    "findings",
    "form",
    "ingest",
    "load",
    "locate",
    "open_store",
    "read_report",
    "write_brief",
    "write_briefs",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import what is asked for."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = getattr(import_module(_LATER[name]), name)
    guard(globals(), name)
    return globals()[name]


def __dir__() -> list[str]:
    """Names that the Tab key offers: the public ones, not the rooms behind them."""
    return __all__
