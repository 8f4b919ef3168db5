"""Arguments of another kind are refused at the door, with what was expected and found."""

import inspect
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from IPython.core.interactiveshell import InteractiveShell

import analysis
import toolkit
from analysis import figures, selection, tables
from tests.conftest import BUNDLED
from toolkit.errors import ParameterError

CORPUS = toolkit.load(BUNDLED, progress=False)
SHARES = analysis.outcomes(CORPUS)

REFUSED: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], str]] = [
    (toolkit.load, (None,), {}, "source: expected text or path or list, found None"),
    (toolkit.load, (3,), {}, "source: expected text or path or list, found 3"),
    (toolkit.load, ([None],), {}, "source: expected text or path or list, found [None]"),
    (toolkit.load, (b"data",), {}, "source: expected text or path or list, found b'data'"),
    (toolkit.read_report, (CORPUS,), {}, "path: expected text or path, found a Corpus"),
    (toolkit.export, (CORPUS, "x"), {}, "store: expected Store or text or path, found a Corpus"),
    (toolkit.findings, (None,), {}, "corpus: expected Corpus, found None"),
    (toolkit.findings, (CORPUS,), {"year": "2022"}, "year: expected whole number or None"),
    (toolkit.ingest, ("x", "y"), {"jobs": True}, "jobs: expected whole number or None, found True"),
    (toolkit.write_brief, ("x", None), {}, "given: expected dict, found None"),
    (toolkit.write_briefs, ("x", {}), {"by": "province"}, "by: expected list, found 'province'"),
    (analysis.outcomes, (CORPUS,), {"by": None}, "by: expected text or list, found None"),
    (analysis.outcomes, (CORPUS,), {"by": ["year", 3]}, "found ['year', 3]"),
    (analysis.outcomes, (CORPUS,), {"strict": "no"}, "strict: expected True or False, found 'no'"),
    (analysis.outcomes, (CORPUS,), {"confidence": "0.9"}, "confidence: expected number"),
    (analysis.trend, (CORPUS,), {"of": 3}, "of: expected text, found 3"),
    (analysis.residuals, (CORPUS,), {}, "shares: expected DataFrame, found a Corpus"),
    (figures.outcomes, (None,), {}, "shares: expected DataFrame, found None"),
    (figures.outcomes, (SHARES,), {"ax": "x"}, "ax: expected Axes or None, found 'x'"),
    (tables.table, (SHARES,), {"most": "3"}, "most: expected whole number, found '3'"),
    (selection.only, (CORPUS,), {"agency": None}, "agency: expected text or whole number"),
    (selection.between, (CORPUS, "2022"), {}, "first: expected whole number, found '2022'"),
    (selection.between, (None, 2022), {}, "expected a corpus, as toolkit.load returns it"),
]


@pytest.mark.parametrize(("function", "given", "options", "told"), REFUSED)
def test_another_kind_of_argument_is_refused(
    function: Callable[..., Any], given: tuple[Any, ...], options: dict[str, Any], told: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        function(*given, **options)
    assert told in str(caught.value)


def test_what_is_of_the_kind_is_taken() -> None:
    one = min(BUNDLED.glob("*2022*"))
    for source in (one, str(one), [one], (str(p) for p in (one,)), pl.Series([str(one)])):
        assert len(toolkit.load(source, progress=False)) == 1
    assert analysis.outcomes(CORPUS, min_n=np.int64(5), confidence=1 / 2).height
    assert analysis.outcomes(CORPUS, by=("year", "kind"), confidence=np.float64(0.9)).height
    assert len(toolkit.findings(CORPUS, year=np.int32(2024))) == 1  # type: ignore[arg-type]


def test_what_is_missing_or_too_much_the_function_says_itself() -> None:
    with pytest.raises(TypeError, match=r"^homogeneity\(\) missing 1 required keyword-only"):
        analysis.homogeneity(CORPUS)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^outcomes\(\) got an unexpected keyword argument 'of'"):
        analysis.outcomes(CORPUS, of="received")  # type: ignore[call-arg]


@pytest.mark.parametrize("package", [toolkit, analysis, figures])
def test_every_public_function_stands_behind_the_door_and_can_be_sent(package: Any) -> None:
    public = [getattr(package, name) for name in package.__all__]
    functions = [each for each in public if inspect.isfunction(each) and each is not toolkit.form]
    assert len(functions) >= 9
    for function in functions:
        assert hasattr(function, "__wrapped__"), function
        assert pickle.loads(pickle.dumps(function)) is function  # noqa: S301
        assert function.__doc__


def test_a_brief_takes_paths_as_text(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="unknown parameter 'yaer'"):
        toolkit.write_brief(str(tmp_path), {"yaer": 2022}, notebook=str(NOTEBOOK))
    with pytest.raises(ParameterError, match="unknown parameter 'yaer'"):
        toolkit.write_briefs(str(tmp_path), {"yaer": 2022}, notebook=str(NOTEBOOK))


NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "brief.ipynb"


def test_a_notebook_shows_the_message_and_not_the_way_to_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shell = InteractiveShell()
    shell.run_cell("import toolkit\ntoolkit.load('no\\u4e0dsuch')")
    shown = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()
    assert shown == [f"SourceError: no such file or folder: no不such (looked in {Path.cwd()})"]
