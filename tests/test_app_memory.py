"""What a closed page of the app leaves behind: nothing."""

import subprocess
import sys

from tests.conftest import ROOT

PROGRAM = """
import gc, threading, time, uuid, weakref
import solara, solara.server.app
from solara.server.kernel import Kernel
from solara.server.kernel_context import VirtualKernelContext
import dashboard.lab.page as lab
from dashboard.language import texts_of
from dashboard.memory import give_back_after_visits
from dashboard.visit import Visit

def wait_for(what, holds):
    end = time.monotonic() + 120
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"in vain: {what}")
        time.sleep(0.02)

class WatchedDesk(lab.Desk):
    def __init__(self):
        super().__init__()
        held.append(weakref.ref(self))

def visit_the_lab():
    context = VirtualKernelContext(id=str(uuid.uuid4()), kernel=Kernel(), session_id="test")
    with context:
        visit = Visit()
        context.app_object = solara.render(lab.PolicyLab(visit, texts_of("en")), handle_error=False)[1]
    held.extend((weakref.ref(context), weakref.ref(visit)))
    desk = held[0]
    wait_for("a result", lambda: desk().settled.value is not None)
    context.close()

gc.disable()  # what is collected is not left to chance
held, lab.Desk = [], WatchedDesk
give_back_after_visits(seconds=0.0)
visit_the_lab()
wait_for("the worker's end", lambda: not [one for one in threading.enumerate() if one.name == "policy-lab"])
wait_for("the page's end", lambda: not any(one() for one in held))
print(len(held), "gone")
"""


def test_all_that_a_closed_page_held_is_let_go_though_nobody_else_comes():
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("3 gone", 0), done.stderr
