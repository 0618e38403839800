"""Makes papers from Markdown with pandoc: pages that stand by themselves, and slides for office programs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from experiments.errors import InputError

FOLDER = Path(__file__).parent
SLIDES = "markdown"
PAPER = "markdown+gfm_auto_identifiers"
DOCUMENT = "gfm"
"""Dialects of Markdown: that of slides, that of worksheet and key, that of the documents."""
BODY, CAPTION = 2000, 1200
"""Sizes of letters in a presentation, in hundredths of a point."""
BELOW_PICTURE = re.compile(r'<p:cNvSpPr txBox="1" />.*?</p:txBody>', re.DOTALL)
WIDE = "--columns=10000"  # narrower ones would fix the widths of columns in tables


def page(markdown: str, dialect: str, template: str, folder: Path, values: Mapping[str, str]) -> str:
    """Return a page of HTML that needs no other file.

    Parameters
    ----------
    markdown : str
    dialect : str
    template : str
        A file beside this module.
    folder : pathlib.Path
        Where pictures are looked for.
    values : mapping of str to str
        What the template asks for.

    Raises
    ------
    InputError
        If pandoc is not installed.
    """
    named = [part for name, value in values.items() for part in ("--variable", f"{name}={value}")]
    return _pandoc().convert_text(markdown, "html5", dialect, extra_args=[
        "--standalone", "--embed-resources", "--section-divs", "--wrap=none", WIDE, f"--template={FOLDER / template}",
        f"--resource-path={folder}", *named])


def presentation(markdown: str, folder: Path, path: Path) -> None:
    """Write slides that PowerPoint and LibreOffice open, with the notes of the speaker."""
    whole = path.with_suffix(".whole.pptx")
    try:
        _pandoc().convert_text(markdown, "pptx", SLIDES, outputfile=str(whole), extra_args=[
            "--slide-level=1", WIDE, f"--resource-path={folder}"])
        with ZipFile(whole) as made, ZipFile(path, "w", ZIP_DEFLATED) as written:
            for part in made.infolist():
                written.writestr(part, fitted(part.filename, made.read(part)))
    finally:
        whole.unlink(missing_ok=True)


def fitted(name: str, content: bytes) -> bytes:
    """Return a part of a presentation with letters that fit: pandoc's own are too large for a slide with four sentences."""
    if name.startswith("ppt/slideMasters/slideMaster"):
        return re.sub(r'sz="2[14]00"', f'sz="{BODY}"', content.decode()).encode()
    if name.startswith("ppt/slides/slide"):
        return BELOW_PICTURE.sub(lambda found: found[0].replace("<a:rPr", f'<a:rPr sz="{CAPTION}"'), content.decode()).encode()
    return content


def _pandoc():
    try:
        import pypandoc
    except ImportError:
        raise InputError("Papers are made with pandoc, which is not installed here; this installs it: "
                         "python -m pip install -c constraints.txt -e '.[teaching]'") from None
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # so that the same slides are the same bytes
    return pypandoc
