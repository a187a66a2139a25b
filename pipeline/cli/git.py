"""`pipeline git-setup`: teaches git to show the rows of Parquet files in `git diff`, `git log -p` and `git show`.

Git asks a *textconv* for the text of each version, which is this module run on the file. Hosts on the web ignore it.
"""

import subprocess
import sys
from pathlib import Path

from pipeline import command, store
from pipeline.revisions import RevisionError
from pipeline.views import as_lines

ATTRIBUTE = "*.parquet diff=parquet"
ATTRIBUTES = Path(".gitattributes")


def set_up() -> int:
    """Tells git, in this clone's configuration and in `.gitattributes`; returns the exit code."""

    def work() -> int:
        settings = {
            "diff.parquet.textconv": f'"{sys.executable}" -m pipeline.cli.git',
            "diff.parquet.cachetextconv": "false",  # its notes need an author, and outlive what made them
            "diff.parquet.xfuncname": "^[^ ].*$",
            "diff.parquet.binary": "true",
        }
        for name, value in settings.items():
            try:
                subprocess.run(("git", "config", "--local", name, value), check=True, capture_output=True)
            except (OSError, subprocess.CalledProcessError):
                raise RevisionError("This folder is not in a git repository. Go to the project's root.") from None
        lines = store.read_optional(ATTRIBUTES).decode("utf-8", "replace").splitlines()
        if ATTRIBUTE not in lines:
            store.write_bytes(ATTRIBUTES, "".join(f"{line}\n" for line in (*lines, ATTRIBUTE)).encode())
        print("git diff now shows the rows of Parquet files.")
        return 0

    return command.guarded(work)


def main() -> int:
    """Prints the rows of the Parquet file named on the command line."""

    def work() -> int:
        arrow = store.read_table(Path(sys.argv[1]))
        for line in as_lines.lines(arrow):
            sys.stdout.write(f"{line}\n")
        return 0

    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    return command.guarded(work)


if __name__ == "__main__":
    sys.exit(main())
