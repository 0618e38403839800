"""One group in a process of its own: ``python -m benchmarks.child GROUP full|quick``.

It writes lines of JSON on standard output: how far it is, and at the end what it measured.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable

from benchmarks.catalogue import GROUPS
from benchmarks.measurement import Notebook


def main(name: str, mode: str) -> None:
    """Measure a group and write down what was found."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that servers and browsers end too
    messages = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints must not mix with the messages

    def say(**message: object) -> None:
        print(json.dumps(message), file=messages, flush=True)

    book = Notebook(quick=mode == "quick", tell=_sparing(lambda share: say(share=share)))
    GROUPS[name].module.measure(book)
    say(values=book.values, skipped=book.skipped)


def _sparing(tell: Callable[[float], None]) -> Callable[[float], None]:
    """Return a call that passes on only what is a hundredth further than the last."""
    last = 0.0

    def tell_now_and_then(share: float) -> None:
        nonlocal last
        if share >= last + 0.01:
            last = share
            tell(share)

    return tell_now_and_then


if __name__ == "__main__":
    main(*sys.argv[1:])
