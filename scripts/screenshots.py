"""Photographs the app in a browser without a window, page by page, to be looked at.

    python -m scripts.screenshots --out FOLDER            # every page, both languages, desktop, phone and projector
    python -m scripts.screenshots --out FOLDER --page lab --language id --screen phone
    python -m scripts.screenshots --readme                # the small pictures of the README, into docs/pictures

Nothing in the pictures depends on the clock: the same version shows the same people.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from PIL import Image

from benchmarks.browser import (
    APP,
    NO_BROWSER,
    at_rest,
    find_browser,
    headless_browser,
    served,
)
from dashboard.address import SECTIONS, STEPS, TABS
from dashboard.language import texts_of
from dashboard.page import SHOWN
from experiments.language import LANGUAGES
from experiments.lessons.catalogue import lessons

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
SCREENS = {"desktop": (1280, 800), "phone": (390, 844), "projector": (1920, 1080)}

FIRST, *OTHERS = lessons()
POLICY = "values=merit_protection:0.9"
BOTH = f"{POLICY},peer_influence:0.5&saved=severity:40.0;Surat%20sanksi"
VIEWS = {
    "lab": {"start": "", "policy": POLICY, **{f"tab_{tab}": f"{BOTH}&tab={tab}" for tab in TABS},
            "country": "scenario=indonesia", "broken": "seed=abc"},
    "region": {"start": "", "campaign": "month=58&post=105", "moved": "scenario=pilkada_2024&month=61&moves=13:severity:50.0"},
    "experiments": {"start": "", "curve": "design=certainty_or_severity", "phases": "design=oversight_and_follow_up"},
    "lessons": {"start": "", **{f"{FIRST}_{step}": f"lesson={FIRST}&step={step}" for step in STEPS},
                f"{FIRST}_lecturer": f"lesson={FIRST}&view=lecturer", **{lesson: f"lesson={lesson}" for lesson in OTHERS}},
    "about": {section: f"section={section}" for section in SECTIONS},
}
"""What is photographed of a page: for each picture's name a link."""
RUN = ("curve", "phases")
"""Pictures for which the experiment is run first."""
PREDICTED = tuple(f"{FIRST}_{step}" for step in STEPS[STEPS.index("prediction") + 1:])
"""Pictures that open to those only who have made their prediction."""

README_VIEWS = {"lab": POLICY, "region": "page=region&month=58"}
README_FOLDER = ROOT / "docs" / "pictures"
README_SIZE = {"width": 1240, "height": 820}
COLOURS = 256  # of a small picture; a page has few
WAIT = 300_000  # milliseconds; the first page may have to wait until the model is compiled


def link_of(page: str, view: str, language: str) -> str:
    """Return the query of a picture."""
    return "&".join(part for part in (f"page={page}", f"language={language}", view) if part)


def photograph(browser: Browser, url: str, folder: Path, pages: list[str], languages: list[str],
               screens: list[str]) -> Iterator[Path]:
    """Write the pictures of these pages and yield their paths."""
    for screen in screens:
        width, height = SCREENS[screen]
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        tab = context.new_page()
        for page in pages:
            for name, view in VIEWS[page].items():
                for language in languages:
                    tab.goto(f"{url}/?{link_of(page, view, language)}")
                    if name in RUN:
                        run_experiment(tab, language)
                    at_rest(tab, WAIT)
                    if name in PREDICTED and tab.locator("button.predict").count():
                        predict(tab)
                        at_rest(tab, WAIT)
                    tab.evaluate("scrollTo(0, 0)")  # a link to a person shows her at once
                    path = folder / f"{page}.{name}.{language}.{screen}.png"
                    tab.screenshot(path=path, full_page=True)
                    yield path
        context.close()


def run_experiment(tab: Page, language: str) -> None:
    """Run the experiment of a page and wait for its pictures."""
    tab.get_by_role("button", name=texts_of(language)("sweeps.run"), exact=True).click()
    tab.locator(".job[data-state=done]").wait_for(timeout=WAIT)
    tab.locator(".experiments figure img").first.wait_for(timeout=WAIT)


def predict(tab: Page) -> None:
    """Make the prediction that a link into the middle of a lesson asks for; the browser keeps it."""
    tab.locator("fieldset.options input").first.check()
    tab.locator("button.predict").click()
    tab.locator("button.predict").wait_for(state="detached", timeout=WAIT)


def photograph_for_readme(browser: Browser, url: str) -> Iterator[Path]:
    """Write the small pictures of the README in each language and yield their paths."""
    README_FOLDER.mkdir(exist_ok=True)
    tab = browser.new_context(viewport=README_SIZE, reduced_motion="reduce").new_page()
    for name, view in README_VIEWS.items():
        for language in LANGUAGES:
            tab.goto(f"{url}/?{view}&language={language}")
            at_rest(tab, WAIT)
            path = README_FOLDER / f"{name}.{language}.png"
            with Image.open(io.BytesIO(tab.screenshot())) as picture:
                picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
            yield path


def main(
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where the pictures go; made if it is missing.")] = None,
    page: Annotated[list[str] | None, typer.Option(metavar="NAME", help=f"Only this page; of {', '.join(SHOWN)}.")] = None,
    language: Annotated[list[str] | None, typer.Option(metavar="CODE", help=f"Only this; of {', '.join(LANGUAGES)}.")] = None,
    screen: Annotated[list[str] | None, typer.Option(metavar="NAME", help=f"Only this; of {', '.join(SCREENS)}.")] = None,
    readme: Annotated[bool, typer.Option("--readme", help="Write the small pictures of the README.")] = False,
) -> None:
    """Photograph the app."""
    if not readme and out is None:
        raise typer.BadParameter("say where the pictures go with --out, or ask for those of the README with --readme")
    for asked, known in ((page, SHOWN), (language, LANGUAGES), (screen, SCREENS)):
        if unknown := [name for name in asked or () if name not in known]:
            raise typer.BadParameter(f"there is no {unknown[0]!r}; there are {', '.join(known)}")
    path = find_browser()
    if path is None:
        raise typer.BadParameter(NO_BROWSER)
    with served(APP) as server, headless_browser(path) as browser:
        if readme:
            for picture in photograph_for_readme(browser, server.url):
                print(picture)
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            for picture in photograph(browser, server.url, out, page or list(SHOWN), language or list(LANGUAGES),
                                      screen or list(SCREENS)):
                print(picture)


if __name__ == "__main__":
    typer.run(main)
