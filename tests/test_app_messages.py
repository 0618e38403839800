"""What the app's server makes of messages that no page of ours would send."""

import asyncio
import contextlib
import json
import urllib.request

from benchmarks.visitor import Visitor
from dashboard.address import Address, query_of
from dashboard.messages import one_of

SECONDS = 240


def value_of(visitor, name):
    """The value that a slider shows."""
    return next(slider["value"] for state in visitor.widgets.values() for group in state.get("groups", ())
                for slider in group["sliders"] if slider["name"] == name)


async def move(visitor, value):
    """Move a lever as the page does and wait until the server has taken note."""
    sliders, _ = visitor.widget("groups")
    await visitor.tell(sliders, "change", {"name": "patrol", "value": value, "settled": True})
    await visitor.until(lambda: value_of(visitor, "patrol") == value, SECONDS)


@contextlib.asynccontextmanager
async def visiting(app_server, query=""):
    """A visitor who leaves at the end."""
    visitor = Visitor(app_server.url, query)
    await visitor.open()
    await visitor.until(lambda: sum("groups" in state for state in visitor.widgets.values()) == 2, SECONDS)
    try:
        yield visitor
    finally:
        await visitor.close()


def test_a_lever_is_moved_by_a_message(app_server):
    async def visit():
        async with visiting(app_server, query_of(Address(values=(("patrol", 0.2),)))) as visitor:
            assert value_of(visitor, "patrol") == 0.2
            await move(visitor, 0.15)

    asyncio.run(visit())


def test_no_message_can_name_code_to_be_run(app_server, tmp_path):
    ran = tmp_path / "ran"

    async def visit():
        async with visiting(app_server) as visitor:
            sliders, _ = visitor.widget("groups")
            await visitor.send_to(sliders, {"create_widget": ["IPython", "start_ipython"], "id": "x",
                                            "props": {"argv": ["--no-banner", "-c", f"open({str(ran)!r}, 'w').close()"]}})
            await visitor.send_to(sliders, {"update_ref": {"functionRef": "close"}, "id": sliders, "prop": "words"})
            await move(visitor, 0.15)

    asyncio.run(visit())
    assert not ran.exists()


def test_after_messages_that_are_none_others_are_served(app_server):
    async def visit():
        async with visiting(app_server) as other:
            for number, message in enumerate(("", "{", "[]", "null", '{"header": {}}', "\x00" * 100, "[" * 10_000, b"\xff" * 9)):
                async with visiting(app_server) as visitor:
                    await visitor.send_raw(message)
                    await move(other, 0.1 + 0.01 * (number + 1))

    asyncio.run(visit())


def test_after_sliders_that_make_no_sense_the_same_page_goes_on(app_server):
    async def visit():
        async with visiting(app_server) as visitor:
            sliders, _ = visitor.widget("groups")
            for data in (None, 3, "x", [], {}, {"name": "patrol"}, {"name": "__class__", "value": 1}, {"name": "patrol", "value": "1"},
                         {"name": "patrol", "value": 1e300}, {"name": "patrol", "value": -1}):
                await visitor.tell(sliders, "change", data)
                await visitor.tell(sliders, "no_such_event", data)
            await move(visitor, 0.15)

    asyncio.run(visit())


def test_of_names_only_those_that_are_offered_are_heard():
    heard = []
    hear = one_of({"lab": 1, "region": 2}, heard.append)
    for sent in (None, 3, True, [], ["lab"], {"lab": 1}, "nowhere", "region", "Lab"):
        hear(sent)
    assert heard == ["region"]


def sessions(app_server):
    """How many sessions the server keeps."""
    with urllib.request.urlopen(f"{app_server.url}/resourcez", timeout=SECONDS) as answer:
        return json.load(answer)["kernels"]["total"]


def test_a_page_that_is_closed_leaves_no_session_behind(app_server):
    async def visit():
        async with visiting(app_server):
            before = sessions(app_server)
            async with visiting(app_server), visiting(app_server):
                assert sessions(app_server) == before + 2
            for _ in range(100):
                if sessions(app_server) == before:
                    return
                await asyncio.sleep(0.1)
            raise AssertionError(sessions(app_server))

    asyncio.run(visit())
