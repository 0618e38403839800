"""Which papers there are, and how each is made."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from experiments.documents import document_name
from experiments.errors import InputError
from experiments.files import written_whole
from experiments.language import LANGUAGES, Texts
from experiments.lessons.catalogue import lessons
from experiments.teaching import pandoc, pictures
from experiments.teaching.key import Key, texts

DOCUMENTS = Path(__file__).parents[2] / "docs"
SOURCES = DOCUMENTS / "teaching"
"""Where the slides stand as Markdown, and where all papers of this version are kept."""
READ = {"guide": "teaching", "why_simulate": "explanation", "reading_an_interval": "explanation",
        "what_it_leaves_out": "explanation", "words": "reference"}  # fmt: skip
"""Documents that become pages, and their folders: the guide, and what it asks to read the evening before."""
BUILT = (*READ, "slides", "worksheet", "answer_key")
LINK = re.compile(r"(?<=\]\()([^)\s:#]+)")


def paper_name(name: str, language: str) -> str:
    """Return what a page is called."""
    return f"{name}.{language}.html"


def picture_name(name: str, language: str) -> str:
    """Return what a picture of the slides is called."""
    return f"{name}.{language}.png"


def source_of(name: str, language: str) -> str:
    """Return the Markdown of the slides, or of a document that becomes a page.

    Raises
    ------
    InputError
        If it is not there.
    """
    path = DOCUMENTS / READ.get(name, SOURCES.name) / document_name(name, language)
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise InputError(f"There is no file {path}; the papers are made in the folder of the project") from None


def document_of(name: str, language: str) -> str:
    """Return the Markdown of a document, its links leading from where the pages are; to pages where there are some."""
    here = DOCUMENTS / READ[name]
    made = {DOCUMENTS / folder / document_name(other, other_language): SOURCES / paper_name(other, other_language)
            for other, folder in READ.items() for other_language in LANGUAGES}  # fmt: skip

    def led(found: re.Match) -> str:
        target = Path(os.path.normpath(here / found[1]))
        return Path(os.path.relpath(made.get(target, target), SOURCES)).as_posix()

    return LINK.sub(led, source_of(name, language))


def slides_of(words: Texts) -> str:
    """Return the slides in Markdown, with what stands below the pictures filled in."""
    environment = Environment(autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.from_string(source_of("slides", words.language)).render(caption=pictures.captions(words))


def pages(key: Key, words: Texts, folder: Path) -> dict[str, str]:
    """Return all pages of a language by the names of their files; ``folder`` has the pictures of the slides."""
    language = words.language
    labels = {name: words(f"slides.{name}") for name in ("keys", "previous", "next", "notes", "print")}
    made = {"slides": pandoc.page(slides_of(words), pandoc.SLIDES, "slides.html", folder, {"lang": language, **labels})}
    for name in READ:
        made[name] = pandoc.page(document_of(name, language), pandoc.DOCUMENT, "paper.html", folder, values_around(words, name))
    for name in ("worksheet", "answer_key"):
        markdown = getattr(key, name)(language)
        made[name] = pandoc.page(markdown, pandoc.PAPER, "paper.html", folder, values_around(words, name))
    return {paper_name(name, language): text for name, text in made.items()}


def values_around(words: Texts, name: str) -> dict[str, str]:
    """Return what stands around a paper; a document brings its own heading."""
    if name in READ:
        heading = source_of(name, words.language).partition("\n")[0].removeprefix("# ")
        return {"lang": words.language, "kind": name, "pagetitle": f"Netralitas: {heading}"}
    heading = words(f"paper.{name}")
    return {"lang": words.language, "kind": name, "pagetitle": f"Netralitas: {heading}", "heading": heading,
            "notice": words("paper.notice")}


def write_papers(folder: Path, replicates: int) -> Iterator[Path]:
    """Write all papers into a folder, and yield where each is.

    Raises
    ------
    InputError
        If pandoc or a source is missing, or a lesson does not hold.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key = Key(tuple(lessons().values()), replicates)
    key.check()
    for language in LANGUAGES:
        words = texts(language)
        for name, figure in pictures.pictures(words).items():
            path = folder / picture_name(name, language)
            with written_whole(path) as partial:
                figure.savefig(partial, format="png", dpi=100)
            yield path
        for name, text in pages(key, words, folder).items():
            with written_whole(folder / name) as partial:
                partial.write_text(text, encoding="utf-8", newline="\n")
            yield folder / name
        path = folder / f"slides.{language}.pptx"
        with written_whole(path) as partial:
            pandoc.presentation(slides_of(words), folder, partial)
        yield path
