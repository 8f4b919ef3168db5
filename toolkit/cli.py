"""The ``ogi`` command: a thin face on the toolkit; errors are one line, never a traceback."""

import re
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from typer.models import OptionInfo

from toolkit.errors import SourceError, ToolkitError
from toolkit.form import LANGUAGES, Language

EXAMPLES: Final = """Examples:

ogi check reports/

ogi ingest reports/ --store reports.store

ogi brief --year 2023 --language zh --source reports.store

ogi export reports.store --format csv --out export

ogi COMMAND --help says more, with an example of each.
"""

# What a terminal obeys rather than prints; lines may end.
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

app: Final = typer.Typer(
    epilog=EXAMPLES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _offer(*values: str) -> Callable[[], list[str]]:
    """Values of an option that the Tab key offers."""
    return lambda: list(values)


def _one_of(*values: str, help: str, envvar: str | None = None) -> OptionInfo:  # noqa: A002
    """Option of one of some values; another is refused in a sentence that names them."""

    def parse(value: str) -> str:
        if value in values:
            return value
        raise typer.BadParameter(f"expected {' or '.join(values)}, found {value!r}")

    made: OptionInfo = typer.Option(
        parser=parse, metavar="|".join(values), autocompletion=_offer(*values), help=help
    )
    made.envvar = envvar
    return made


_tongue: Final = partial(_one_of, *LANGUAGES, envvar="OGI_LANGUAGE")


def _say(text: object, *, err: bool = False) -> None:
    """Print a line; what a document or its name would have the terminal do is spelt out."""
    typer.echo(_CONTROL.sub(lambda found: repr(found[0])[1:-1], str(text)), err=err)


def _tell_version(asked: bool) -> None:  # noqa: FBT001
    if asked:
        from toolkit.storage.store import versions

        typer.echo("ogi-toolkit {toolkit}, codebook {codebook}".format_map(versions()))
        raise typer.Exit


_Version = Annotated[
    bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print and exit.")
]


@app.callback()
def _options(version: _Version = False) -> None:  # noqa: FBT002
    """Read, check and compare China's annual reports on open government information."""


@app.command(epilog="Example: ogi codebook > codebook.md")
def codebook() -> None:
    """Print the codes of the form's tables, rows and columns, with their labels (Markdown)."""
    from toolkit.publish.codebook_page import codebook_markdown

    typer.echo(codebook_markdown())


_Year = Annotated[int, typer.Option(help="Year that the reports are about.")]
_AnyYear = Annotated[
    int | None, typer.Option(help="Year that the reports are about.", show_default="the notebook's")
]
_Source = Annotated[
    str | None,
    typer.Option(help="Documents: a file or folder; or a store.", show_default="bundled"),
]
_Notebook = Annotated[Path | None, typer.Option(help="Notebook to run.")]
_Formats = Annotated[
    list[str], typer.Option(help="html, pdf, or html,pdf.", autocompletion=_offer("html", "pdf"))
]
_HTML: Final = ["html"]
_ZH: Final = ["zh"]
_PROVINCE: Final = ["province"]
_Parameters = Annotated[
    list[str] | None,
    typer.Option("-p", "--parameter", help="NAME=VALUE of another parameter, such as min_n=50."),
]


@app.command(epilog="Example: ogi brief --year 2022 --language zh -p by=province -p group=...")
def brief(
    year: _AnyYear = None,
    language: Annotated[Language, _tongue(help="Language of the brief.")] = "zh",
    source: _Source = None,
    output: Annotated[Path | None, typer.Option(help="Folder; default briefs/YEAR-LANG.")] = None,
    format: _Formats = _HTML,
    notebook: _Notebook = None,
    parameter: _Parameters = None,
) -> None:
    """Run the yearly brief and make a self-contained page of it."""
    from toolkit.publish.brief import NOTEBOOK, write_brief

    parts = (notebook.stem if notebook else "", str(year or ""), language)
    made = write_brief(
        output or Path("briefs", "-".join(filter(None, parts))),
        _given(parameter, source=source, year=year, language=language),
        format=_parts(format),
        notebook=notebook or NOTEBOOK,
    )
    told = " · ".join(filter(None, (made.title, made.lead)))
    _say(f"{told}\n{made.said}".replace("\N{NO-BREAK SPACE}", " ").rstrip(), err=True)
    for path in made.files:
        typer.echo(path)


@app.command(
    epilog="Example: ogi briefs --year 2022 --by nation,province --language zh,en"
    " --format html,pdf --source reports.store"
)
def briefs(  # noqa: PLR0913, PLR0917
    year: _Year,
    by: Annotated[
        list[str],
        typer.Option(
            help="nation, province, prefecture, kind, level, agency, or several.",
            autocompletion=_offer("nation", "province", "prefecture", "kind", "level", "agency"),
        ),
    ] = _PROVINCE,
    language: Annotated[
        list[str],
        typer.Option(
            help="zh, en, or zh,en.", autocompletion=_offer(*LANGUAGES), envvar="OGI_LANGUAGE"
        ),
    ] = _ZH,
    source: _Source = None,
    output: Annotated[Path | None, typer.Option(help="Folder; default briefs/YEAR.")] = None,
    format: _Formats = _HTML,
    jobs: Annotated[int | None, typer.Option(min=1, help="At a time; default all cores.")] = None,
    notebook: _Notebook = None,
    parameter: _Parameters = None,
) -> None:
    """Make the briefs of a year that changed, an index page of all and a manifest."""
    from toolkit.publish.brief import NOTEBOOK
    from toolkit.publish.briefs import write_briefs

    made = write_briefs(
        output or Path("briefs", str(year)),
        _given(parameter, source=source, year=year),
        by=_parts(by),
        languages=_parts(language),
        format=_parts(format),
        jobs=jobs,
        notebook=notebook or NOTEBOOK,
    )
    for said in dict.fromkeys(entry["said"] for entry in made.briefs if entry["said"]):
        _say(said.rstrip(), err=True)
    failed = [entry for entry in made.briefs if entry["error"]]
    for entry in failed:
        _say(f"ogi: {entry['name']}: {entry['error']}", err=True)
    n = len(made.briefs)
    counts = f"{made.made - len(failed)} made, {n - made.made} unchanged, {len(failed)} failed"
    typer.echo(f"{n} {'brief' if n == 1 else 'briefs'}: {counts}", err=True)
    typer.echo(made.index)
    if failed:
        raise typer.Exit(1)


def _parts(values: list[str]) -> list[str]:
    """Values of an option, given with commas or more than once."""
    return [part.strip() for value in values for part in value.split(",")]


def _given(pairs: list[str] | None, **options: str | int | None) -> dict[str, str | int]:
    given = {name: value for name, value in options.items() if value not in (None, "")}
    for pair in pairs or ():
        name, mark, value = (part.strip() for part in pair.partition("="))
        if not mark:
            raise typer.BadParameter(f"expected NAME=VALUE, found {pair!r}", param_hint="-p")
        if name in options:
            raise typer.BadParameter(f"{name} is an option: --{name} {value}", param_hint="-p")
        given[name] = value
    return given


@app.command(epilog="Example: ogi ingest reports/ --store reports.store --jobs 4")
def ingest(  # noqa: PLR0913, PLR0917
    source: Annotated[list[Path], typer.Argument(help="Files, folders or ZIP archives.")],
    store: Annotated[Path, typer.Option(help="Folder of the store; made if not there.")],
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; default all cores.")] = None,
    scheduler: Annotated[str, typer.Option(help="Address of a Dask scheduler to read on.")] = "",
    seconds: Annotated[float, typer.Option(min=1, help="Time that one document may take.")] = 300,
    megabytes: Annotated[int, typer.Option(min=200, help="Memory of one process.")] = 4096,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Failures anew.")] = False,  # noqa: FBT002
    corrections: Annotated[Path | None, typer.Option(help="File of corrections to apply.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,  # noqa: FBT002
    language: Annotated[Language, _tongue(help="Language of the account.")] = "en",
) -> None:
    """Read what is new in a source into a store, and account for every document."""
    from toolkit.storage.crew import dask_executor
    from toolkit.storage.ingest import account_text
    from toolkit.storage.ingest import ingest as read_into
    from toolkit.telling import say

    with dask_executor(scheduler) if scheduler else nullcontext() as executor:
        made = read_into(
            source,
            store,
            executor=executor,
            jobs=jobs,
            seconds=seconds,
            megabytes=megabytes,
            retry_failed=retry_failed,
            corrections=corrections,
            progress=False if quiet else None,
        )
    if not quiet:
        _say(account_text(made.account, language))
        if made.account["failures"]:
            _say(say("which failed, and why: ogi check {store}", language, store=store))


@app.command(epilog="Example: ogi verify reports.store")
def verify(store: Annotated[Path, typer.Argument(help="Folder of the store.")]) -> None:
    """Compare all files of a store with their digests; exit status 1 if one is damaged."""
    from toolkit.storage.disk import damaged
    from toolkit.storage.store import open_store

    files = open_store(store).files()
    found = damaged(files)
    for path, why in found.items():
        _say(f"ogi: {path} is damaged: {why}", err=True)
    if found:
        raise typer.Exit(1)
    typer.echo(f"{len(files)} files are as they were written")


@app.command(epilog="Example: ogi export reports.store --format csv --language zh --out export")
def export(
    store: Annotated[Path, typer.Argument(help="Folder of the store.")],
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    format: Annotated[
        Literal["parquet", "csv", "xlsx", "dta"],
        _one_of("parquet", "csv", "xlsx", "dta", help="Kind of files."),
    ] = "parquet",
    shape: Annotated[
        Literal["wide", "long"],
        _one_of("wide", "long", help="A row a report, or a row a cell."),
    ] = "wide",
    language: Annotated[Language | None, _one_of(*LANGUAGES, help="Labels of cells.")] = None,
) -> None:
    """Write a store's tables for R, Stata, Excel and others, with codebook and data package."""
    from toolkit.storage.export import export as write

    for path in write(store, out, format=format, shape=shape, language=language):
        typer.echo(path)


@app.command(epilog="Example: ogi check reports/ --format csv > fails.csv")
def check(
    source: Annotated[list[Path], typer.Argument(help="Files, folders or ZIP archives.")],
    format: Annotated[
        Literal["text", "json", "csv"], _one_of("text", "json", "csv", help="What to print.")
    ] = "text",
    corrections: Annotated[Path | None, typer.Option(help="File of corrections to apply.")] = None,
    language: Annotated[
        Language, _tongue(help="Language of the text; keys and codes stay.")
    ] = "en",
) -> None:
    """Print what was not read, and the checks that fail, with what is printed and where.

    Exit status 1 if a check fails.
    """
    from toolkit.loading import load
    from toolkit.review.findings import as_csv, as_json, as_text, findings
    from toolkit.telling import say, told

    corpus = load(source[0] if len(source) == 1 else source, corrections=corrections)
    for row in corpus.failures.lazy().collect().iter_rows(named=True):
        _say(f"ogi: {row['source']}: {told(row['message'], language)}", err=True)
    if not len(corpus):
        raise SourceError(
            say("no report in {sources}", language, sources=", ".join(map(str, source)))
        )
    found = findings(corpus)
    if format == "text":
        _say(as_text(found, corpus, language))
    else:
        typer.echo(as_json(found) if format == "json" else as_csv(found))
    if found:
        raise typer.Exit(1)


def main() -> None:
    """Run the command; a mistake or a bad document ends in one clear line and status 2."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # who ends it ends all it started
    try:
        app(prog_name="ogi")
    except ToolkitError as error:
        why = str(error)
    except OSError as error:  # a folder that cannot be made, a disk that is full
        why = ": ".join(filter(None, (error.filename, error.strerror or str(error))))
    except Exception as error:
        from polars.exceptions import ComputeError

        if not isinstance(error, ComputeError):
            raise
        why = f"a file of the store is damaged, or the disk is full: {error}"
    _say(f"ogi: {why}", err=True)
    sys.exit(2)


__all__ = ["app", "main"]
