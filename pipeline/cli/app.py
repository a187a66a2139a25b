"""All commands and their options. Nothing heavy is imported here, so that `--help` answers at once."""

from pathlib import Path
from typing import Annotated, Optional

import typer

app = typer.Typer(
    help="Turns the activity reports that organizations submit as PDFs into tables an analyst can trust.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Raw = Annotated[Path, typer.Argument(help="Folder of submitted PDFs.")]
Out = Annotated[Path, typer.Option("--out", help="Folder of results.")]
ParamsFile = Annotated[Optional[Path], typer.Option("--params", help="Parameters; default: params.yaml.")]  # noqa: UP045
Tables = Annotated[Path, typer.Option("--tables", help="Folder of tables.")]


@app.command(short_help="Bring the tables up to date, and print what was found.")
def run(
    raw: Raw = Path("raw"),
    out: Out = Path("extracted"),
    jobs: Annotated[Optional[int], typer.Option(min=1, help="Submissions at a time; default: one a core.")] = None,  # noqa: UP045
    engine: Annotated[Optional[str], typer.Option(help="pdfium or pdfplumber; default: as in params.yaml.")] = None,  # noqa: UP045
    params: ParamsFile = None,
    force: Annotated[
        bool, typer.Option("--force", help="Do everything again, even where nothing has changed.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when any submission failed.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and work on whatever is put into the folder.")] = False,
    engine_address: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="A dask scheduler, tcp://…, that has the work done, or local for workers on this machine."),
    ] = None,
    storage: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="With --engine-address: what all machines share, s3://…; default: the folders themselves."),
    ] = None,
) -> None:
    """Extract, segment, tag and tabulate every submission that is new or has changed, and print what was found."""
    from pipeline.cli.run import run as work

    raise typer.Exit(
        work(
            raw,
            out,
            jobs=jobs,
            engine=engine,
            params_file=params,
            force=force,
            strict=strict,
            watching=watch,
            engine_address=engine_address,
            storage=storage,
        )
    )


@app.command(short_help="Print or draw a mention, or all of a submission.")
def show(
    what: Annotated[str, typer.Argument(help="A mention_id, or the name of a submission.")],
    sections: Annotated[bool, typer.Option("--sections", help="Print the section tree of a submission.")] = False,
    why: Annotated[bool, typer.Option("--why", help="With --sections: the evidence for each heading.")] = False,
    draw: Annotated[Optional[Path], typer.Option(help="Save the page or pages as PNG in this folder.")] = None,  # noqa: UP045
    raw: Annotated[Path, typer.Option("--raw", help="Folder of submitted PDFs.")] = Path("raw"),
    out: Out = Path("extracted"),
) -> None:
    """Print or draw one mention's evidence, or what was found in a submission."""
    from pipeline.cli import show as work

    if sections or why or (draw and not work.is_mention(what)):
        raise typer.Exit(work.show_sections(what, raw, out, why=why, draw=draw))
    if not work.is_mention(what):
        raise typer.Exit(work.show_submission(what, out))
    raise typer.Exit(work.show_mention(what, raw, out, draw=draw))


@app.command(short_help="Tag a text, and print each mention.")
def tag(
    text: Annotated[str, typer.Argument(help="A text to tag.")],
    why: Annotated[bool, typer.Option("--why", help="Also what was refused, and why.")] = False,
    reference_date: Annotated[Optional[str], typer.Option(help="The day the text was written: YYYY-MM-DD.")] = None,  # noqa: UP045
    params: ParamsFile = None,
) -> None:
    """Tag a text given on the command line, and print each mention with its value and its rule."""
    from pipeline.cli.tag import tag as work

    raise typer.Exit(work(text, why=why, reference_date=reference_date, params_file=params))


@app.command("eval", short_help="Score the tables on gold.")
def evaluate(
    raw: Raw = Path("raw"),
    out: Out = Path("extracted"),
    params: ParamsFile = None,
    show: Annotated[bool, typer.Option("--show", help="List every mention missed or spurious.")] = False,
    reliability: Annotated[
        bool, typer.Option("--reliability", help="Set confidences beside the share that is right.")
    ] = False,
) -> None:
    """Score the tables on the gold in the folder of submissions, and print the figures."""
    from pipeline.cli.eval import evaluate as work

    raise typer.Exit(work(raw, out, params_file=params, show=show, reliability=reliability))


@app.command(short_help="Check that no byte has changed and every box fits.")
def verify(
    raw: Raw = Path("raw"),
    out: Out = Path("extracted"),
) -> None:
    """Check the tables: no byte has changed, and the words inside every mention's boxes spell the mention."""
    from pipeline.cli.verify import check as work

    raise typer.Exit(work(raw, out))


@app.command(short_help="Compare two extractions.")
def diff(
    old: Annotated[
        str, typer.Argument(help="Folder of tables or git revision, such as HEAD or main:extracted/tables.")
    ],
    new: Annotated[str, typer.Argument(help="The other one.")] = "extracted/tables",
    form: Annotated[str, typer.Option("--format", help="text, json, markdown or html.")] = "text",
    output: Annotated[Optional[Path], typer.Option("--output", "-o", help="File to write; default: print.")] = None,  # noqa: UP045
    why: Annotated[bool, typer.Option("--why", help="Give each change its reason.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="With text: also changes of boxes, of metadata and in derived tables.")
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="With text: changes to tell one by one.")] = 100,
    raw: Annotated[Path, typer.Option("--raw", help="Folder of submitted PDFs, for pictures in HTML.")] = Path("raw"),
    crops: Annotated[int, typer.Option(min=0, help="With html: pictures of the page to put in.")] = 2000,
) -> None:
    """Compare two extractions; exit with 0 when they are equal, 1 when they differ, 2 on an error."""
    from pipeline.cli.diff import diff as work

    raise typer.Exit(
        work(
            old,
            new,
            form=form,
            output=output,
            why=why,
            everything=everything,
            limit=limit,
            raw=raw,
            crops=crops,
        )
    )


@app.command(short_help="Look at each value beside its page, and decide.")
def review(
    old: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help="Folder of tables or git revision to compare with; without it, nothing is compared."),
    ] = None,
    new: Annotated[Optional[str], typer.Argument(help="The other one; default: the folder of results.")] = None,  # noqa: UP045
    raw: Annotated[Path, typer.Option("--raw", help="Folder of submitted PDFs, and of the decisions.")] = Path("raw"),
    out: Out = Path("extracted"),
    params: ParamsFile = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of this machine to serve at; 0 takes a free one.")
    ] = 0,
    reviewer: Annotated[str, typer.Option(help="Who reviews; asked for when not given.")] = "",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Open the review page: look at each value beside its page, and decide."""
    from pipeline.cli.review import review as work

    raise typer.Exit(work(old, new, raw, out, params_file=params, port=port, reviewer=reviewer, browser=not no_browser))


@app.command(short_help="Make gold of what a person has reviewed.")
def gold(
    names: Annotated[Optional[list[str]], typer.Argument(help="File names; default: all that are reviewed.")] = None,  # noqa: UP045
    raw: Annotated[Path, typer.Option("--raw", help="Folder of submitted PDFs.")] = Path("raw"),
    out: Out = Path("extracted"),
    params: ParamsFile = None,
    force: Annotated[bool, typer.Option("--force", help="Replace gold that is there.")] = False,
) -> None:
    """Make gold of submissions whose every mention a person has decided on."""
    from pipeline.cli.gold import make as work

    raise typer.Exit(work(names or [], raw, out, params_file=params, force=force))


@app.command(short_help="Write the tables for other programs.")
def export(
    csv: Annotated[bool, typer.Option("--csv", help="One CSV file a table.")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="One Excel workbook, a sheet a table.")] = False,
    duckdb: Annotated[bool, typer.Option("--duckdb", help="One DuckDB database.")] = False,
    sqlite: Annotated[bool, typer.Option("--sqlite", help="One SQLite database.")] = False,
    tables: Annotated[str, typer.Option("--tables", help="Names with commas between; default: all.")] = "",
    source: Annotated[Path, typer.Option("--from", help="Folder of tables.")] = Path("extracted/tables"),
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path("exports"),
) -> None:
    """Write the tables for spreadsheets and databases, with the data dictionary and a datapackage.json beside them."""
    from pipeline.cli.export import export as work
    from pipeline.exports import FORMS

    asked = {"csv": csv, "xlsx": xlsx, "duckdb": duckdb, "sqlite": sqlite}
    raise typer.Exit(work(source, out, [form for form in FORMS if asked[form]], names=tables))


@app.command("git-setup")
def git_setup() -> None:
    """Teach git to show the rows of Parquet files in its diffs."""
    from pipeline.cli.git import set_up as work

    raise typer.Exit(work())
