"""What every page says of itself: its title, its headings, its method, how to cite it."""

import hashlib

import polars as pl

from analysis.funnels import ALARM
from analysis.results import cases
from analysis.wording import value_label
from analysis.words.markdown import Markdown
from analysis.words.prose import paragraphs, say
from toolkit.agency import invented
from toolkit.form import Language


def title(year: int, language: Language, by: str = "", group: str = "") -> Markdown:
    """Title of the brief, with the group of agencies that it is about."""
    named = say("title", language, year=year)
    if by:
        named = say("group", language, title=named, group=value_label(by, group, language))
    return Markdown(f"# {named}")


def heading(section: str, language: Language) -> Markdown:
    """Heading of a section."""
    return Markdown(f"## {say(f'heading.{section}', language)}")


def method(language: Language, *of: str, confidence: float, min_n: int, strict: bool) -> Markdown:
    """How the numbers of a page were made, and what the intervals cover.

    Parameters
    ----------
    language
        Language of the text.
    of
        What the page has: ``shares``, ``compare``, ``peers``, ``years``, ``chance``.
    confidence, min_n, strict
        As in the statistics.
    """
    options = {"confidence": confidence, "min_n": cases(min_n), "alarm": ALARM}
    said = (say(f"method.{one}", language, **options) for one in ("cells", *of))
    return paragraphs(*said, say("method.strict", language) if strict else "")


def generated(reports: pl.DataFrame, language: Language) -> Markdown:
    """Say that data are generated, if any are, where nobody can overlook it."""
    n = _generated(reports)
    key = "generated.all" if n == reports.height else "generated.some"
    return Markdown(f"> {say(key, language, n=n)}") if n else Markdown()


def note(reports: pl.DataFrame, language: Language) -> str:
    """Words for the source line of a figure: that its data are generated, if any are."""
    return say("generated.caption", language) if _generated(reports) else ""


def _generated(reports: pl.DataFrame) -> int:
    names = reports.group_by("agency").len()
    return sum(n for name, n in names.iter_rows() if invented(name))


def cite(reports: pl.DataFrame, language: Language, *, title: str) -> Markdown:
    """How to cite a page, with a fingerprint of the documents."""
    from importlib.metadata import version

    if reports.height == _generated(reports):
        return say("cite.none", language)
    return say(
        "cite.text",
        language,
        title=Markdown(title.removeprefix("# ")),
        reports=reports.height,
        fingerprint=fingerprint(reports),
        version=version("ogi-toolkit"),
    )


def fingerprint(reports: pl.DataFrame) -> str:
    """Twelve hexadecimal digits that change if any of the documents does; empty without any."""
    hashes = "\n".join(sorted(reports["sha256"]))
    return hashlib.sha256(hashes.encode()).hexdigest()[:12] if hashes else ""
