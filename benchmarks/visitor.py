"""Visitors of a Solara page without a browser: they speak to the server as a browser does, and draw nothing.

Thirty browsers on the machine that also serves them would measure themselves. In a class each has a computer of its own; what they
share is the server, and that gets the same messages from these visitors as from browsers.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

SECONDS_TO_OPEN = 120.0


class Visitor:
    """One open page.

    Parameters
    ----------
    url : str
        The server's, without a slash at the end.
    query : str
        Of the link.

    Attributes
    ----------
    widgets : dict of str to dict
        What the page consists of: each widget's state by its id.
    updates : list of (float, dict)
        What has changed, with the moment at which it arrived; whoever reads it may empty it.
    """

    def __init__(self, url: str, query: str = ""):
        self._url = url
        self._query = query
        self._page, self._kernel = uuid.uuid4().hex, str(uuid.uuid4())
        self.widgets: dict[str, dict[str, Any]] = {}
        self.updates: list[tuple[float, dict[str, Any]]] = []
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task | None = None
        self._news = asyncio.Condition()
        self._started = False

    async def open(self) -> None:
        """Open the page and wait until the server has sent it."""
        cookie = await asyncio.to_thread(self._fetch)
        self._socket = await connect(
            f"{self._url.replace('http', 'ws', 1)}/jupyter/api/kernels/{self._kernel}/channels?session_id={self._page}",
            additional_headers={"Cookie": cookie}, max_size=None, ping_interval=None, open_timeout=SECONDS_TO_OPEN)
        self._reader = asyncio.create_task(self._read())
        control = uuid.uuid4().hex
        await self._send("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        await self._send("comm_msg", {"comm_id": control, "data": {"method": "run", "args": {
            "path": f"/?{self._query}", "appName": None, "themes": {"light": {}, "dark": {}}, "dark": False}}})
        await self.until(lambda: self._started, SECONDS_TO_OPEN)

    def _fetch(self) -> str:
        """Get the page itself and return its cookies."""
        with urllib.request.urlopen(f"{self._url}/?{self._query}", timeout=SECONDS_TO_OPEN) as answer:
            return "; ".join(one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie") or ())

    async def close(self) -> None:
        """Close the page, as a browser does: it tells the server and does not look at the answer."""
        request = urllib.request.Request(f"{self._url}/_solara/api/close/{self._kernel}?session_id={self._page}", method="POST")
        with contextlib.suppress(urllib.error.HTTPError):
            await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=SECONDS_TO_OPEN).close())
        await self._socket.close()
        await self._reader

    @property
    def connected(self) -> bool:
        """Whether the server still holds the line."""
        return not self._reader.done()

    def widget(self, *keys: str) -> tuple[str, dict[str, Any]]:
        """Return id and state of the newest widget whose state has all these keys.

        Raises
        ------
        LookupError
            If there is none.
        """
        for name, state in reversed(self.widgets.items()):
            if set(keys) <= state.keys():
                return name, state
        raise LookupError(keys)

    async def tell(self, widget: str, event: str, data: Any) -> None:
        """Send an event of a component of ours."""
        await self.send_to(widget, {"event": event, "data": data})

    async def send_to(self, widget: str, content: Any) -> None:
        """Send a message to a widget."""
        await self._send("comm_msg", {"comm_id": widget, "data": {"method": "custom", "content": content}})

    async def until(self, holds, seconds: float) -> float:
        """Wait until something holds and return the seconds that took.

        Raises
        ------
        TimeoutError
            If it does not in time, or the line is cut.
        """
        begun = time.perf_counter()
        async with asyncio.timeout(seconds), self._news:
            while not holds():
                if not self.connected:
                    raise TimeoutError("the server has closed the line")
                await self._news.wait()
        return time.perf_counter() - begun

    async def _send(self, kind: str, content: dict[str, Any]) -> None:
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": self._page, "version": "5.2",
                  "date": "2026-01-01T00:00:00.000Z"}
        await self.send_raw(json.dumps({"channel": "shell", "header": header, "parent_header": {}, "metadata": {},
                                            "content": content, "buffers": []}))

    async def send_raw(self, message: str | bytes) -> None:
        """Send something as it is."""
        await self._socket.send(message)

    async def _read(self) -> None:
        """Take what the server sends until the line is closed."""
        try:
            async for message in self._socket:
                self._take(message)
                async with self._news:
                    self._news.notify_all()
        finally:
            async with self._news:
                self._news.notify_all()

    def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):  # with buffers behind it; its head says where the text lies
            count = int.from_bytes(message[:4], "big")
            ends = [int.from_bytes(message[4 * place:4 * place + 4], "big") for place in range(1, count + 1)]
            message = message[ends[0]:ends[1] if count > 1 else None].decode("utf-8")
        found = json.loads(message)
        content, kind = found["content"], found["header"]["msg_type"]
        if kind == "comm_open":
            self.widgets[content["comm_id"]] = content["data"].get("state", {})
        elif kind == "comm_close":
            self.widgets.pop(content["comm_id"], None)
        elif kind == "comm_msg":
            data = content["data"]
            if data.get("method") == "update":
                self.widgets.setdefault(content["comm_id"], {}).update(data["state"])
                self.updates.append((time.perf_counter(), data["state"]))
            elif data.get("method") == "finished":
                self._started = True
