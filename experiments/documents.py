"""Documents written from results on disk, and those results: what evidence, calibration, findings and the like share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import InputError
from experiments.files import written_whole
from experiments.language import LANGUAGES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 80


def origin() -> dict[str, object]:
    """Return which model and which libraries results are made with, for their manifest."""
    from experiments.sweep.store import library_versions
    from model.compiler import sources_digest

    return {"model": sources_digest(), "versions": library_versions()}


def keep_table(table: dict, path: Path) -> Path:
    """Write a table as JSON, whole or not at all; return where."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as partial:
        partial.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def kept_table(path: Path, form: int, command: str) -> dict:
    """Return a table that :func:`keep_table` wrote.

    Parameters
    ----------
    path : pathlib.Path
    form : int
        The format that can be read; a table names its own in ``table["manifest"]["format"]``.
    command : str
        What makes the table anew.

    Raises
    ------
    InputError
        If there is none, or it is of another format or damaged.
    """
    try:
        table = json.loads(path.read_text("utf-8"))
        found = table["manifest"]["format"]
    except FileNotFoundError:
        raise InputError(f"{path} is not there; '{command}' makes it") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path} is damaged; remove it, and '{command}' makes it anew") from None
    if found != form:
        raise InputError(f"{path} has format {found}, and this version reads {form}")
    return table


def document_name(stem: str, language: str) -> Path:
    """Return what a document of a language is called."""
    return Path(f"{stem}.md" if language == "en" else f"{stem}.{language}.md")


def markdown_table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows))


def write_in_languages(folder: Path, stem: str, text_in: Callable[[str], str],
                       pictures_in: Callable[[str], Iterable[tuple[Path, Figure]]]) -> list[Path]:
    """Write a document and its pictures in every language, each file whole; return where they are.

    Parameters
    ----------
    folder : pathlib.Path
    stem : str
        Of the document's name.
    text_in : callable
        From a language to the document in Markdown.
    pictures_in : callable
        From a language to the pictures: where each lies below ``folder``, and what it shows.
    """
    paths = []
    for language in LANGUAGES:
        for name, figure in pictures_in(language):
            paths.append(folder / name)
            paths[-1].parent.mkdir(parents=True, exist_ok=True)
            with written_whole(paths[-1]) as partial:
                figure.savefig(partial, format="png", dpi=DOTS_PER_INCH)
        paths.append(folder / document_name(stem, language))
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        with written_whole(paths[-1]) as partial:
            partial.write_text(text_in(language), encoding="utf-8")
    return paths
