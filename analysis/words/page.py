"""What every page says of itself: its title, its headings, its method, how to cite it."""

import hashlib

import polars as pl

from analysis.funnels import ALARM
from analysis.results import cases
from analysis.wording import value_label
from analysis.words.markdown import Markdown
from analysis.words.prose import Words, paragraphs
from toolkit.agency import invented
from toolkit.form import Language


def title(year: int, language: Language, by: str = "", group: str = "") -> Markdown:
    """Title of the brief, with the group of agencies that it is about."""
    words = Words(language)
    named = words.say("title", year=year)
    if by:
        named = words.say("group", title=named, group=value_label(by, group, language))
    return Markdown(f"# {named}")


def heading(section: str, language: Language) -> Markdown:
    """Heading of a section."""
    return Markdown(f"## {Words(language).say(f'heading.{section}')}")


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
    words = Words(language)
    options = {"confidence": confidence, "min_n": cases(min_n), "alarm": ALARM}
    said = (words.say(f"method.{one}", **options) for one in ("cells", *of))
    return paragraphs(*said, words.say("method.strict") if strict else "")


def generated(reports: pl.DataFrame, language: Language) -> Markdown:
    """Say that data are generated, if any are, where nobody can overlook it."""
    words = Words(language)
    n = _generated(reports)
    key = "generated.all" if n == reports.height else "generated.some"
    return Markdown(f"> {words.say(key, n=n)}") if n else Markdown()


def note(reports: pl.DataFrame, language: Language) -> str:
    """Words for the source line of a figure: that its data are generated, if any are."""
    return Words(language).say("generated.caption") if _generated(reports) else ""


def _generated(reports: pl.DataFrame) -> int:
    names = reports.group_by("agency").len()
    return sum(n for name, n in names.iter_rows() if invented(name))


def cite(reports: pl.DataFrame, language: Language, *, title: str) -> Markdown:
    """How to cite a page, with a fingerprint of the documents."""
    words = Words(language)
    from importlib.metadata import version

    if reports.height == _generated(reports):
        return words.say("cite.none")
    return words.say(
        "cite.text",
        title=Markdown(title.removeprefix("# ")),
        reports=reports.height,
        fingerprint=fingerprint(reports),
        version=version("ogi-toolkit"),
    )


def fingerprint(reports: pl.DataFrame) -> str:
    """Twelve hexadecimal digits that change if any of the documents does; empty without any."""
    hashes = "\n".join(sorted(reports["sha256"]))
    return hashlib.sha256(hashes.encode()).hexdigest()[:12] if hashes else ""
