"""What people do and what happens to them: small functions of numbers, each named for what it returns.

A rule is ordinary Python. The engine compiles it into the stage that calls it (see ``model/compiler.py``);
uncompiled it can be stepped through, tested with a truth table, plotted, or called to explain one choice.
``RULES`` maps every rule's name to its function; any of them can be swapped for one run.
"""

from __future__ import annotations

from types import FunctionType

from model.rules import (
    careers,
    choice,
    elections,
    learning,
    mathematics,
    oversight,
    service,
)

RULES: dict[str, FunctionType] = {
    name: function
    for module in (mathematics, choice, oversight, careers, elections, learning, service)
    for name, function in vars(module).items()
    if isinstance(function, FunctionType) and function.__module__ == module.__name__
}
"""Every rule by name."""
