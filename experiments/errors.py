"""What can be wrong with what somebody typed, and what they probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """Something handed to the command line cannot be used; the message is one sentence without a full stop."""


class OutsideError(RuntimeError):
    """Something the program needs failed: a disk, a cluster; the message is one sentence without a full stop."""


def unknown(kind: str, name: str, known: Iterable[str]) -> InputError:
    """Return the error for a name that does not exist, with the nearest one that does.

    Parameters
    ----------
    kind : str
        What it would be the name of: "parameter", "measure".
    name : str
        What was typed.
    known : iterable of str
        The names there are.
    """
    near = difflib.get_close_matches(name.lower(), known, n=1)
    hint = f" (did you mean {near[0]}?)" if near else f"; 'netralitas {kind}s' lists them all"
    shown = name if len(name) <= 60 else f"{name[:40]}…"
    return InputError(f"There is no {kind} named {shown!r}{hint}")
