"""A visitor's session as the page sees it: what has changed since it was last drawn."""

from __future__ import annotations

import threading
from collections.abc import Callable

import solara

from dashboard.address import in_order
from dashboard.region.session import Player, RegionSession
from dashboard.visit import Visit

SECONDS_TO_DRAW = 1.0  # a hidden page draws nothing; months then pass at this pace


class Live:
    """A session, and marks that tell panels when to draw themselves anew.

    A panel that reads a mark's ``value`` is drawn again when the mark changes.

    Attributes
    ----------
    session : RegionSession
    shown : Reactive of int
        Changes with everything that moves: months, resets.
    runs : Reactive of int
        Changes with every new run.
    levers : Reactive of int
        Changes with the levers' values.
    news : Reactive of int
        Changes when something has happened.
    selected : Reactive of int or None
        The post looked at.
    playing : Reactive of bool
        Whether months pass by themselves.
    """

    def __init__(self, session: RegionSession, visit: Visit):
        self.session = session
        self._visit = visit
        self.shown = solara.reactive(0)
        self.runs = solara.reactive(0)
        self.levers = solara.reactive(0)
        self.news = solara.reactive(0)
        self.selected: solara.Reactive[int | None] = solara.reactive(session.selected)
        self.playing = solara.reactive(False)
        self._player = Player(session, self._month_played, self._ended)
        self._drawn = threading.Event()

    # Time

    def play(self, pace: float) -> None:
        """Let months pass by themselves: ``pace`` a second, or with 0 as fast as it goes."""
        self._player.pace = pace
        self._player.play()
        self.playing.value = True

    def set_pace(self, pace: float) -> None:
        """Change how fast months pass."""
        self._player.pace = pace

    def pause(self) -> None:
        """Let no more months pass."""
        self._player.pause()
        self.playing.value = False
        self.note()

    def close(self) -> None:
        """Stop what runs in the background; the page is gone."""
        self._player.pause()

    def step(self) -> None:
        """Let one month pass."""
        self._player.pause()
        self.playing.value = False
        self.session.step()
        self._month_passed()
        self.note()

    def reset(self) -> None:
        """Begin the run again; levers that were moved keep their latest values, from the start on."""
        self.pause()
        values = {**dict(self._visit.address.value.values), **self.session.chosen}
        start = self._visit.address.value
        if self._visit.change(values=in_order(values), moves=(), month=0) and self._visit.address.value.values == start.values:
            self.session.reset()
            self._new_run()

    def note(self) -> None:
        """Let the link say where the region stands."""
        self._visit.change(month=self.session.month, moves=tuple(self.session.moves), post=self.session.selected)

    def _new_run(self) -> None:
        self.selected.value = self.session.selected
        for mark in (self.runs, self.levers, self.news, self.shown):
            mark.value += 1

    def _month_passed(self) -> None:
        self.shown.value += 1
        latest = [news for news in self.session.news[-8:] if news.month == self.session.month]
        if latest:
            self.news.value += 1
        if any(news.kind == "reform" for news in latest):
            self.levers.value += 1

    def _month_played(self) -> None:
        """Show the month and wait until it is drawn, so that months never pass faster than they can be seen."""
        self._drawn.clear()
        self._month_passed()
        self._drawn.wait(SECONDS_TO_DRAW)

    def month_drawn(self, month: object) -> None:
        """Take note that the browser has drawn a month."""
        if month == self.session.month:
            self._drawn.set()

    def _ended(self) -> None:
        self._month_passed()
        self.playing.value = False
        self.note()

    # Levers and people

    def change_levers(self, change: Callable[[], None]) -> None:
        """Do something with the session's levers and show it."""
        try:
            change()
        finally:
            self.levers.value += 1
            self.news.value += 1
            if not self.playing.value:
                self.shown.value += 1  # what people weigh for the next month has changed
                self.note()

    @property
    def can_restore(self) -> bool:
        """Whether anything stands elsewhere than in the scenario."""
        return bool(self.session.chosen or self._visit.address.value.values)

    def restore(self) -> None:
        """Give levers back the scenario's values; if it began with others, begin again without them."""
        self.change_levers(self.session.restore_levers)
        if self._visit.address.value.values:
            self.pause()
            self._visit.change(values=(), month=0, moves=())

    def select(self, post: int | None) -> None:
        """Look at a post."""
        self.session.select(post)
        self.selected.value = post
        if not self.playing.value:
            self.note()
