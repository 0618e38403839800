"""``python -m benchmarks``: measure, print, and write down."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.catalogue import GROUPS, Group, chosen_groups
from experiments.errors import InputError
from experiments.files import written_whole

BAD_INPUT, FAILED, INTERRUPTED = 2, 1, 130


def bench(
    quick: Annotated[bool, typer.Option(
        "--quick", help="A smoke run of a few minutes; its numbers mean little.")] = False,
    only: Annotated[list[str] | None, typer.Option(
        metavar="NAME", help=f"Only this group; may be repeated. Groups: {', '.join(GROUPS)}.")] = None,
    as_json: Annotated[bool, typer.Option(
        "--json", help="Write JSON for a program to read, numbers not rounded.")] = False,
    out: Annotated[Path | None, typer.Option(
        metavar="FILE", readable=False, help="Also write a page (.md), such as benchmarks/RESULTS.md.")] = None,
) -> None:
    """Measure how fast the model is and how much memory it takes, against the machine's limits and other tools."""
    groups = chosen_groups(only or [])
    if out is not None:
        check_page(out)
    try:
        _measure(groups, quick, as_json, out)
    except KeyboardInterrupt:
        print("Interrupted; nothing was written.", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None


def _measure(groups: list[Group], quick: bool, as_json: bool, out: Path | None) -> None:
    """Measure, print, and write the page that was asked for."""
    from benchmarks.progress import Progress
    from benchmarks.report import as_json as json_of
    from benchmarks.report import as_markdown, print_results
    from benchmarks.runner import run_groups

    with Progress(sum(group.seconds_if_quick if quick else group.seconds for group in groups)) as progress:
        results = run_groups(groups, quick, progress.tell)
    if as_json:
        print(json_of(results))
    else:
        from rich.console import Console

        print_results(Console(markup=False, highlight=False, emoji=False), results)
    if out is not None:
        with written_whole(out) as partial:
            partial.write_text(as_markdown(results), encoding="utf-8")
        print(f"Wrote {out}.", file=sys.stderr)


def check_page(path: Path) -> None:
    """Raise an InputError where no page can be written."""
    if path.suffix.lower() != ".md":
        raise InputError(f"--out writes a page, so its name must end in .md, not {path.name!r}")
    if not path.parent.is_dir():
        raise InputError(f"--out names a folder that does not exist: {path.parent}")


def main() -> None:
    """Run the command line; errors are one sentence."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the group under way ends too
    command = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    command.command()(bench)
    try:
        command(prog_name="python -m benchmarks")
    except InputError as error:
        print(f"Error: {error}.", file=sys.stderr)
        sys.exit(BAD_INPUT)
    except ModuleNotFoundError as error:
        print(f"Error: the benchmarks need the package {error.name}; "
              "pip install -c constraints.txt -e '.[bench]' installs what they need.", file=sys.stderr)
        sys.exit(FAILED)
    except OSError as error:
        print(f"Error: {error.strerror or error}{f' ({error.filename})' if error.filename else ''}.", file=sys.stderr)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
