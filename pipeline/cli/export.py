"""`pipeline export`: the tables in forms that other programs read."""

from collections.abc import Sequence
from pathlib import Path

from pipeline import command, exports, schema, store
from pipeline.cli.screen import console
from pipeline.store.made import write_made


def export(tables: Path, out: Path, forms: Sequence[exports.Form], *, names: str) -> int:
    """Writes the tables in these forms, and what describes them; returns the exit code."""

    def work() -> int:
        if not forms:
            raise exports.ExportError(f"Say in which form: {', '.join('--' + form for form in exports.FORMS)}.")
        present = [name for name in schema.TABLES if (tables / f"{name}.parquet").is_file()]
        if not present:
            raise exports.ExportError(f"There are no tables in {tables}. Run `pipeline run` first, or name the folder.")
        wanted = [name.strip() for name in names.split(",") if name.strip()]
        read = {
            name: exports.as_declared(name, store.read_table(tables / f"{name}.parquet"))
            for name in exports.chosen(present, wanted)
        }
        written = exports.export(
            read,
            forms,
            write=lambda name, data: store.write_bytes(out / name, data),
            fill=lambda name, make: write_made(out / name, make),
        )
        rows = sum(arrow.num_rows for arrow in read.values())
        console().print(f"{len(read)} tables with {rows:,} rows, {len(written)} files in {out}.", soft_wrap=True)
        return 0

    return command.guarded(work)
