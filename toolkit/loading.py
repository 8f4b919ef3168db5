"""Many documents -> a corpus in memory; nothing is lost without a row that says so."""

import hashlib
import os
from typing import Any

import polars as pl
from tqdm import tqdm

from toolkit.check import check, prose_checks, widen
from toolkit.corpus import Corpus
from toolkit.corrections import correct, read_corrections, refuse_unused
from toolkit.errors import DocumentError, ParameterError
from toolkit.report import ID_LENGTH, Parsed, frames, parse
from toolkit.schema import DUPLICATES, FAILURES
from toolkit.source import Source, documents_of, paths_of
from toolkit.standing import placed, unused, with_standing
from toolkit.storage.store import is_store, open_store
from toolkit.years import between_names, check_years, pairs, region_checks, regions


def load(
    source: Source,
    *,
    corrections: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> Corpus[pl.DataFrame | Any]:
    """Read every document of a source, or open it if it is a store.

    What works with one works with the other, for both are a :class:`toolkit.Corpus`. The frames
    of documents are in memory, those of a store, a :class:`toolkit.Store`, are LazyFrames.

    Parameters
    ----------
    source
        A file, a folder (read recursively; names that begin with a dot are left out, and stores),
        a ZIP archive, or an iterable of these; or the folder of a store, alone.
    corrections
        A file of corrections (``sha256,table,item,column,expect,value,reason``) to apply, none
        by default. Every entry must fit a document of ``source``.
    progress
        Show a progress bar; by default only if a person is watching.

    Returns
    -------
    Corpus
        The same whatever the order in which the files were listed.

    Raises
    ------
    SourceError
        If a path that was named is not there.
    CorrectionError
        If a correction is stale or fits no cell.
    ParameterError
        If corrections are given for a store.
    """
    if isinstance(source, str | os.PathLike) and is_store(source):
        if corrections is not None:
            raise ParameterError(f"corrections: {source} is a store, give them when it is made")
        return open_store(source)
    paths = sorted(set(paths_of(source)))
    parsed: list[Parsed] = []
    failures: list[tuple[str | None, ...]] = []
    duplicates: list[tuple[str, ...]] = []
    seen: dict[str, str] = {}
    entries = read_corrections(corrections)
    for path in tqdm(paths, unit="file", disable=None if progress is None else not progress):
        for name, data in documents_of(path):
            sha256 = None if isinstance(data, DocumentError) else hashlib.sha256(data).hexdigest()
            if sha256 in seen:
                duplicates.append((name, sha256, sha256[:ID_LENGTH], seen[sha256]))
                continue
            try:
                if isinstance(data, DocumentError):
                    raise data
                parsed.append(correct(parse(data, name), entries.pop(sha256 or "", [])))
            except DocumentError as error:
                told = (error.stage, type(error).__name__, error.message)
                failures.append((name, sha256, *told))
            if sha256 is not None:
                seen[sha256] = name
    refuse_unused(entries)
    return corpus_of(
        **frames(parsed),
        failures=pl.DataFrame(failures, schema=FAILURES, orient="row"),
        duplicates=pl.DataFrame(duplicates, schema=DUPLICATES, orient="row"),
    )


def corpus_of(
    reports: pl.DataFrame, cells: pl.DataFrame, claims: pl.DataFrame, **others: pl.DataFrame
) -> Corpus[pl.DataFrame]:
    """Corpus of what was read: which reports count is told, and everything is checked."""
    known, wide = placed(reports, cells), widen(cells, between_names()).collect()
    checks = pl.concat(
        [
            check(cells),
            prose_checks(claims, cells),
            check_years(pairs(known), wide).collect(),
            region_checks(regions(known, wide)),
        ]
    )
    bare = reports.lazy().drop("standing")
    standing = with_standing(bare, unused(known, reports, cells)).collect()
    return Corpus(reports=standing, cells=cells, checks=checks, claims=claims, **others)
