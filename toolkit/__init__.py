"""Read, check and compare China's annual reports on open government information.

>>> import toolkit
>>> corpus = toolkit.load("data/reports")
>>> corpus.cells.filter(item="received", column="total")["value"].sum()
10367
"""

from toolkit.corpus import Corpus, load
from toolkit.errors import (
    CodebookError,
    CorrectionError,
    DocumentError,
    InstallationError,
    MissingExtraError,
    ParameterError,
    SourceError,
    ToolkitError,
)
from toolkit.form import Form, form
from toolkit.report import Report, read_report
from toolkit.storage.ingest import ingest
from toolkit.storage.store import Store, open_store

__all__ = [
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
    "form",
    "ingest",
    "load",
    "open_store",
    "read_report",
]


def __dir__() -> list[str]:
    """Names that the Tab key offers: the public ones, not the rooms behind them."""
    return __all__
