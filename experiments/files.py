"""Files people ask for: checked before any work is done, and never left half-written."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from experiments.errors import InputError

TABLES = (".csv", ".parquet")
PICTURES = (".png", ".svg")


def check_target(path: Path, endings: tuple[str, ...] = TABLES + PICTURES) -> None:
    """Refuse a file that cannot be written, or has another ending, before anything is computed for it.

    Raises
    ------
    InputError
        If its ending is unknown, its folder is missing or closed, or it is there and no ordinary file.
    """
    if path.is_dir():
        raise InputError(f"--out {path} is a folder; name a file in it")
    if path.suffix.lower() not in endings:
        ending = f"ends in {path.suffix!r}" if path.suffix else "has no ending"
        known = " or ".join(filter(None, (", ".join(endings[:-1]), endings[-1])))
        raise InputError(f"--out {path} {ending}; it can be {known}")
    target = real_path(path)
    if not target.parent.is_dir():
        raise InputError(f"--out {path} cannot be written, because there is no folder {target.parent}")
    if target.exists() and not target.is_file():
        raise InputError(f"--out {path} is there already and is no ordinary file")
    if target.exists() and not os.access(target, os.W_OK):
        raise InputError(f"--out {path} is there already and may not be changed")
    try:
        partial = partial_path(target)
        partial.open("xb").close()
        partial.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        where = f"no file can be made in {target.parent} ({reason})"
        raise InputError(f"--out {path} cannot be written, because {where}") from None


def check_folder(path: Path) -> None:
    """Refuse a folder that nothing can be written to, before anything is computed; one that is missing will be made.

    Raises
    ------
    InputError
        If it is a file, or if it or the nearest folder above it that exists is closed.
    """
    existing = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    if not existing.is_dir():
        raise InputError(f"--out {path} cannot be a folder, because {existing} is a file")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise InputError(f"--out {path} cannot be written, because no file can be made in {existing}")


def real_path(path: Path) -> Path:
    """Return where a file really lies, so that a link is followed and not replaced."""
    return Path(os.path.realpath(path))


def partial_path(target: Path) -> Path:
    """Return a new name beside a file, for what is not yet complete."""
    return target.with_name(f".{target.stem[:40]}-{secrets.token_hex(4)}.partial{target.suffix}")


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary file to write, which takes its name only once it is complete.

    Parameters
    ----------
    path : pathlib.Path
        The file; what is there already is replaced, or kept if anything fails.

    Yields
    ------
    pathlib.Path
        Where to write.
    """
    target = real_path(path)
    partial = partial_path(target)
    try:
        yield partial
        if target.exists():
            shutil.copymode(target, partial)
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
