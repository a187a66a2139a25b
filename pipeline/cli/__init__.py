"""The command line: one module a group of commands, each imported only when its command runs."""

from pipeline.cli.app import app


def main() -> None:
    """Runs the command that the arguments name."""
    app(prog_name="pipeline")
