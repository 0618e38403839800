"""One visitor: the choices made, the way back from them, and the link that holds them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import solara

from dashboard.address import (
    Address,
    AddressError,
    address_of,
    check,
    language_of,
    query_of,
)

UNDOABLE = ("scenario", "upload", "seed", "values", "saved")
MOST_UNDONE = 100


class Visit:
    """What one visitor has chosen; nothing of it is shared with another.

    Parameters
    ----------
    query : str or None
        Of the link that was opened.

    Attributes
    ----------
    address : Reactive of Address
        The choices. A panel that reads its ``value`` is drawn again when it changes.
    problem : Reactive of AddressError or None
        Why a link or a choice could not be used.
    """

    def __init__(self, query: str | None = None):
        self.address = solara.reactive(Address())
        self.problem: solara.Reactive[AddressError | None] = solara.reactive(None)
        self._before: list[Address] = []
        self._can_undo = solara.reactive(False)
        self._dragged_from: Address | None = None
        self.open(query)

    def open(self, query: str | None) -> None:
        """Take the choices of a link; one that cannot be read leaves the usual ones and says why."""
        try:
            self.address.value, self.problem.value = address_of(query), None
        except AddressError as error:
            self.address.value, self.problem.value = Address(language=language_of(query)), error

    @property
    def query(self) -> str:
        """What the link says now."""
        return query_of(self.address.value)

    def change(self, settled: bool = True, **changes: Any) -> bool:
        """Make choices; ones that cannot be used change nothing, say why in ``problem`` and return False.

        Parameters
        ----------
        settled : bool
            False while a slider is dragged: the whole drag is one step for ``undo``.
        **changes
            Attributes of :class:`Address`.
        """
        before = self.address.value
        after = replace(before, **changes)
        if after == before and self._dragged_from is None:
            return True
        try:
            check(after)
        except AddressError as error:
            self.problem.value = error
            return False
        begun = self._dragged_from or before
        self._dragged_from = None if settled else begun
        if settled and any(getattr(after, name) != getattr(begun, name) for name in UNDOABLE):
            self._before = [*self._before[-MOST_UNDONE + 1:], begun]
            self._can_undo.value = True
        self.address.value, self.problem.value = after, None
        return True

    def set_value(self, name: str, value: float | None, settled: bool = True) -> bool:
        """Change one parameter, or with None leave it to the preset."""
        return self.change(settled, values=self.address.value.with_value(name, value).values)

    def choose_preset(self, scenario: str) -> None:
        """Take another ready scenario as it is."""
        self.change(scenario=scenario, upload="", values=(), seed=None, month=0, moves=(), post=None)

    def reset(self) -> None:
        """Go back to the preset as it is."""
        self.change(values=(), seed=None, month=0, moves=())

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._can_undo.value

    def undo(self) -> None:
        """Take back the last change of scenario, seed, levers, assumptions or saved scenarios."""
        if self._before:
            earlier = self._before.pop()
            self._can_undo.value = bool(self._before)
            self.address.value = replace(self.address.value, **{name: getattr(earlier, name) for name in UNDOABLE})
            self.problem.value = None
