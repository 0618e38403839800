"""The app as one visitor sees it, in headless Chromium on the processors that also serve it, and Mesa's own page in turns with it.

From the moment a slider moves to the first changed line, and to the full band: 16 replicates of 1,000 people over 120 months. *Lever*
computes the policy anew and finds the baseline kept; *assumption* computes both anew. The clock stops when the browser has painted.
Mesa's page (SolaraViz) draws 1,000 people of a small Mesa model on a grid and one chart, with its usual
matplotlib and at its usual 100 ms between steps (at 1 ms its page stood still when we tried).
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import TYPE_CHECKING

from benchmarks.browser import (
    APP,
    NO_BROWSER,
    find_browser,
    headless_browser,
    served,
)
from benchmarks.measurement import Notebook, Quantity, ratios
from benchmarks.subjects import SCENARIO
from experiments.comparison import FIRST_REPLICATES, REPLICATES
from experiments.server import HOST, environment
from model import load_scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUANTITIES = (
    Quantity("app_start", "Server ready after its start, model compiled", "s"),
    Quantity("app_open", "Page usable after it was asked for: both charts drawn, sliders there", "s"),
    Quantity("app_first_lever", "Lever moved to first changed line", "ms"),
    Quantity("app_first_lever_95", "Lever moved to first changed line, 95th percentile", "ms"),
    Quantity("app_first_assumption", "Assumption moved to first changed line", "ms"),
    Quantity("app_first_assumption_95", "Assumption moved to first changed line, 95th percentile", "ms"),
    Quantity("app_band_lever", "Lever moved to full band", "ms"),
    Quantity("app_band_lever_95", "Lever moved to full band, 95th percentile", "ms"),
    Quantity("app_band_assumption", "Assumption moved to full band", "ms"),
    Quantity("app_band_assumption_95", "Assumption moved to full band, 95th percentile", "ms"),
    Quantity("app_months", "Live region of 1,000 people: months drawn a second", "months/s"),
    Quantity("solaraviz_months", "SolaraViz, 1,000 people: steps drawn a second", "months/s"),
    Quantity("solaraviz_months_ratio", "Months drawn a second, against SolaraViz", "times"),
    Quantity("solaraviz_open", "SolaraViz: page drawn after it was asked for", "s"),
    Quantity("solaraviz_open_ratio", "SolaraViz's page drawn, against our page usable", "times"),
)
SOLARAVIZ = ("-m", "solara", "run", "benchmarks/solaraviz.py", "--host", HOST, "--port", "{port}", "--production", "--no-open")
WAIT = 300_000  # milliseconds; the first page may have to wait until the model is compiled
SECONDS_OF_PLAY = 5.0
FIRST_MONTHS = 2  # drawn before the clock starts
SLIDERS = {"lever": ("slider-patrol", 0.03, 0.25), "assumption": ("slider-peer_influence", 0.1, 0.6)}

# Moves a slider as a hand does, by one value, and tells when the line changed and when the band was full.
MOVE = """([id, value, full]) => new Promise((done) => {
  const slider = document.getElementById(id), chart = document.querySelector('.panel-chart [data-run]');
  const run = +chart.dataset.run, begun = performance.now(), told = {};
  const painted = (name) => requestAnimationFrame(() => setTimeout(() => {
    told[name] ??= performance.now() - begun;
    if (name === 'band') done(told);
  }));
  const watcher = new MutationObserver(() => {
    if (+chart.dataset.run <= run) return;
    if (!told.seen) { told.seen = true; painted('first'); }
    if (+chart.dataset.replicates >= full) { watcher.disconnect(); painted('band'); }
  });
  watcher.observe(chart, { attributes: true });
  slider.value = value;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  slider.dispatchEvent(new Event('change', { bubbles: true }));
})"""
USABLE = """replicates => { const chart = document.querySelectorAll('.panel-chart [data-run]')[1];
  return chart && +chart.dataset.replicates >= replicates && document.querySelector('.lever input'); }"""
MONTHS_DRAWN = """([first, seconds, months]) => new Promise((done) => {
  const canvas = document.querySelector('main canvas[data-month]');
  let begun, drawn = 0;
  const watcher = new MutationObserver(() => {
    const month = +canvas.dataset.month, now = performance.now();
    if (month < first) return;
    if (begun === undefined) begun = now; else drawn += 1;
    if (now - begun > 1000 * seconds || month === months) { watcher.disconnect(); done(1000 * drawn / (now - begun)); }
  });
  watcher.observe(canvas, { attributes: true, attributeFilter: ['data-month'] });
})"""
PICTURES_DRAWN = """([first, seconds]) => new Promise((done) => {
  let begun, drawn = -first, picture = document.querySelector('img')?.src;
  const look = () => {
    const now = performance.now(), next = document.querySelector('img')?.src;
    if (next && next !== picture) {
      picture = next;
      drawn += 1;
      if (drawn === 0) begun = now;
      else if (drawn > 0 && now - begun > 1000 * seconds) { done(1000 * drawn / (now - begun)); return; }
    }
    requestAnimationFrame(look);
  };
  look();
})"""


def measure(book: Notebook) -> None:
    """Measure starts, then both pages in turns, then sliders."""
    path = find_browser()
    if path is None:
        book.skip([quantity.name for quantity in QUANTITIES], NO_BROWSER)
        return
    starts, turns, moves = (1, 1, 3) if book.quick else (5, 5, 40)
    with served(APP) as warm, headless_browser(path) as browser:
        opened(browser, warm.url).context.close()  # compiles what has to be
    book.tell(0.1)
    for repeat in range(starts):
        with served(APP) as server:
            book.add("app_start", server.seconds)
        book.tell(0.1 + 0.15 * (repeat + 1) / starts)
    with (served(APP) as ours, served(SOLARAVIZ, environment()) as theirs, headless_browser(path) as browser):
        for repeat in range(turns):
            in_turns(book, browser, ours.url, theirs.url)
            book.tell(0.25 + 0.4 * (repeat + 1) / turns)
        book.add("solaraviz_months_ratio", ratios(book.values["app_months"], book.values["solaraviz_months"]))
        book.add("solaraviz_open_ratio", ratios(book.values["solaraviz_open"], book.values["app_open"]))
        move_sliders(book, browser, ours.url, moves)


def in_turns(book: Notebook, browser: Browser, ours: str, theirs: str) -> None:
    """Open both pages as new visitors, and let months pass in both."""
    page = opened(browser, ours, book)
    page.context.close()
    book.add("app_months", months_drawn(browser, ours))
    book.add("solaraviz_months", steps_drawn(browser, theirs, book))


def opened(browser: Browser, url: str, book: Notebook | None = None) -> Page:
    """Open the policy lab as a new visitor and wait until it can be used."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(WAIT)
    page.goto(url)
    page.wait_for_function(USABLE, arg=FIRST_REPLICATES)
    if book is not None:
        book.add("app_open", since_navigation(page))
    page.wait_for_function(USABLE, arg=REPLICATES)
    return page


def since_navigation(page: Page) -> float:
    """Return the seconds from the moment the page was asked for to its next painting."""
    return page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now() / 1000))))")


def months_drawn(browser: Browser, url: str) -> float:
    """Return how many months a second the live region draws as fast as it goes."""
    months = load_scenario(SCENARIO).months
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{url}/?page=region&scenario={SCENARIO}")
    page.locator("main canvas[data-month='0']").wait_for()
    page.get_by_label("Speed").select_option("0")
    page.evaluate(f"() => {{ window.drawn = ({MONTHS_DRAWN})([{FIRST_MONTHS}, {SECONDS_OF_PLAY}, {months}]); }}")
    page.get_by_role("button", name="Play", exact=True).click()
    drawn = page.evaluate("() => window.drawn")
    page.context.close()
    return drawn


def steps_drawn(browser: Browser, url: str, book: Notebook) -> float:
    """Return how many steps a second SolaraViz draws; write down how long its page took to open."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(WAIT)
    page.goto(url)
    page.wait_for_function("() => document.querySelectorAll('img').length >= 2")
    book.add("solaraviz_open", since_navigation(page))
    page.evaluate(f"() => {{ window.drawn = ({PICTURES_DRAWN})([{FIRST_MONTHS}, {SECONDS_OF_PLAY}]); }}")
    page.get_by_role("button", name="▶").click()
    steps = page.evaluate("() => window.drawn")
    page.context.close()
    return steps


def move_sliders(book: Notebook, browser: Browser, url: str, moves: int) -> None:
    """Move a lever and an assumption in turn, each time to a value that was not there before."""
    page = opened(browser, url)
    move(page, SLIDERS["lever"][0], SLIDERS["lever"][2])  # so that there is a policy
    found: dict[str, list[dict[str, float]]] = {"lever": [], "assumption": []}
    for repeat in range(moves):
        for kind, value in new_values(repeat, moves):
            found[kind].append(move(page, SLIDERS[kind][0], value))
        book.tell(0.65 + 0.35 * (repeat + 1) / moves)
    page.context.close()
    for kind, times in found.items():
        for name in ("first", "band"):
            values = [one[name] for one in times]
            book.add(f"app_{name}_{kind}", values)
            book.add(f"app_{name}_{kind}_95", percentile_95(values))


def new_values(repeat: int, moves: int) -> Iterator[tuple[str, float]]:
    """Yield for each slider a value that no other repeat has."""
    for kind, (_, low, high) in SLIDERS.items():
        yield kind, round(low + (high - low) * (repeat + 0.5) / moves, 3)


def move(page: Page, slider: str, value: float) -> dict[str, float]:
    """Return milliseconds from a slider's move to the first changed line ("first") and to the full band ("band")."""
    return page.evaluate(MOVE, [slider, value, REPLICATES])


def percentile_95(values: list[float]) -> float:
    """Return the value that 95% do not exceed."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]
