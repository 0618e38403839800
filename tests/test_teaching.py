"""The papers of a class: whole in both languages, current, without a number by hand, and right when printed."""

from __future__ import annotations

import re
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from experiments.errors import InputError
from experiments.language import LANGUAGES
from experiments.lessons import telling
from experiments.lessons.answers import amount_of, is_right, right_options
from experiments.lessons.catalogue import Choice, lessons
from experiments.teaching import pandoc, papers
from experiments.teaching.commands import run_teaching
from experiments.teaching.key import LETTERS, Key, texts

FOLDER = papers.SOURCES
LARGEST = 300_000  # bytes: small enough to be kept beside the sources
IN_TWO_LANGUAGES = pytest.mark.parametrize("language", LANGUAGES)
QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”‘’\"'"))
COMMAND = "netralitas teaching --out docs/teaching"


@pytest.fixture(scope="module")
def key():
    return Key(tuple(lessons().values()))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with all papers, as they are made now."""
    folder = tmp_path_factory.mktemp("papers")
    return folder, list(run_teaching(folder, Key.replicates))


class Page(HTMLParser):
    """What a page says, and what it loads."""

    def __init__(self, path: Path):
        super().__init__()
        self.said, self.loads, self.open, self.headings = [], [], [], []
        self.feed(path.read_text("utf-8"))
        self.text = " ".join(" ".join(self.said).split())

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.loads += [value for name, value in attributes if name in ("src", "data") or (name == "href" and tag == "link")]
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.said.append(data)


def page(name, language, folder=FOLDER):
    return Page(folder / papers.paper_name(name, language))


def plain(markdown):
    """A text without the marks of Markdown and the kinds of quotation marks, to be found in what a page says."""
    words = re.sub(r"[*_`]|^(?:- |\d\. )", "", markdown, flags=re.MULTILINE)
    return " ".join(words.split()).translate(QUOTATION_MARKS)


def said(name, language):
    return re.sub(r" (?=[.,:;?!)])", "", page(name, language).text.translate(QUOTATION_MARKS))


# Current -------------------------------------------------------------------------------------------------------


def parts_of(path):
    """What can be compared of a file on another computer: all but the pixels of pictures."""
    if path.suffix == ".pptx":
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist() if re.match(r"ppt/(notesS|s)lides/[^/]+\.xml", name)}
    return {"": re.sub(r"data:image/png;base64,[\w+/=]+", "", path.read_text("utf-8"))}


@pytest.mark.slow
def test_the_papers_are_what_sources_lessons_and_model_give(built):
    folder, paths = built
    stale = [path.name for path in paths if path.suffix != ".png" and parts_of(path) != parts_of(FOLDER / path.name)]
    assert stale == [], f"'{COMMAND}' writes them anew"
    assert {path.name for path in FOLDER.iterdir() if path.suffix != ".md"} == {path.name for path in paths}


def test_the_answer_key_is_what_the_model_gives(key):
    for language in LANGUAGES:
        words = texts(language)
        values = papers.values_around(words, "answer_key")
        made = pandoc.page(key.answer_key(language), pandoc.PAPER, "paper.html", FOLDER, values)
        assert made == (FOLDER / papers.paper_name("answer_key", language)).read_text("utf-8"), f"'{COMMAND}' writes it anew"


# Whole ---------------------------------------------------------------------------------------------------------


@IN_TWO_LANGUAGES
@pytest.mark.parametrize("name", papers.BUILT)
def test_a_paper_needs_no_other_file_and_is_small(name, language):
    path = FOLDER / papers.paper_name(name, language)
    assert path.stat().st_size < LARGEST
    found = Page(path)
    assert [target for target in found.loads if not target.startswith("data:")] == []
    assert f'<html lang="{language}">' in path.read_text("utf-8")
    assert "{" not in found.text and "}" not in found.text


@IN_TWO_LANGUAGES
@pytest.mark.parametrize("name", papers.BUILT)
def test_links_of_a_paper_lead_somewhere(name, language):
    text = (FOLDER / papers.paper_name(name, language)).read_text("utf-8")
    targets = {target for target in re.findall(r'<a\s[^>]*?href="([^"#:]+)[^":]*"', text)}
    assert [target for target in targets if not (FOLDER / target).exists()] == []
    read = {name for name in papers.READ for target in targets if re.search(rf"\b{name}(\.\w+)?\.md$", target)}
    assert read == set()  # a page, where there is one


@pytest.mark.parametrize("name", papers.BUILT)
def test_a_paper_has_the_same_parts_in_both_languages(name):
    english, other = (page(name, language) for language in LANGUAGES)
    assert english.headings == other.headings
    tags = [re.findall(r"<(?:tr|li|blockquote|img|section)\b", (FOLDER / papers.paper_name(name, language)).read_text("utf-8"))
            for language in LANGUAGES]
    assert tags[0] == tags[1]


@IN_TWO_LANGUAGES
def test_worksheet_and_key_have_every_lesson_and_question(language):
    worksheet, answers = said("worksheet", language), said("answer_key", language)
    for lesson in lessons().values():
        asked = [lesson.title, lesson.asks, *(question.text for question in lesson.questions)]
        for text in [*asked, lesson.prediction.text, *lesson.debrief.discuss]:
            assert plain(text[language]) in worksheet, lesson.name
        for text in asked:
            assert plain(text[language]) in answers, lesson.name
        options = [option for question in lesson.questions if isinstance(question, Choice) for option in question.options]
        assert [option for option in options if plain(option.text[language]) not in worksheet] == []


@IN_TWO_LANGUAGES
def test_the_worksheet_does_not_tell_the_answer(key, language):
    worksheet = key.worksheet(language)
    for lesson in key.lessons:
        explained = [option.explains for question in lesson.questions if isinstance(question, Choice) for option in question.options]
        for text in [*explained, lesson.reveal, lesson.debrief.text]:
            assert telling.filled(text[language], key.outcomes[lesson.name], language) not in worksheet


@IN_TWO_LANGUAGES
def test_the_key_marks_what_the_app_accepts(key, language):
    words, markdown = texts(language), key.answer_key(language)
    for lesson in key.lessons:
        outcomes = key.outcomes[lesson.name]
        for question in lesson.questions:
            if isinstance(question, Choice):
                [right] = right_options(question, outcomes)
                assert f"**{words('key.right')}: {LETTERS[right]}. {question.options[right].text[language]}.**" in markdown
                continue
            amount = amount_of(outcomes[question.contrast], question.of)
            assert is_right(question, amount.low, outcomes) and is_right(question, amount.high, outcomes)
            low, value = (words.number(number, amount.decimals) for number in (amount.low, amount.value))
            high = telling.with_unit(amount.high, amount, question.of, language)
            assert f"**{words('key.accepted', low=low, high=high, value=value)}**" in markdown


@IN_TWO_LANGUAGES
def test_the_key_says_where_its_numbers_come_from(key, language):
    markdown = key.answer_key(language)
    for lesson in key.lessons:
        for outcome in key.outcomes[lesson.name].values():
            contrast = outcome.asked.contrast
            [basis, *_] = [line for line in markdown.splitlines() if f"`{contrast.scenario}`" in line]
            scenario = contrast.settings()[0]
            assert texts(language)(f"key.{scenario.mode}") in markdown
            assert f"{len(outcome.first.values)} " in basis and str(scenario.months) in basis


# Guide and slides ----------------------------------------------------------------------------------------------


@IN_TWO_LANGUAGES
@pytest.mark.parametrize("name", ["guide", "slides"])
def test_guide_and_slides_name_no_result_by_hand(name, language):
    text = papers.source_of(name, language)
    shares = set(re.findall(r"[\d.,]+ ?%", text)) - {"20%", "15%"}  # what a percentage point is
    assert shares == set()
    assert re.findall(r"(?<![\d.])\d+[.,]\d+(?!\d*[–-])(?![\d.])", re.sub(r"\d[.:]\d\d–\d[.:]\d\d", "", text)) == []


def minutes_of(text):
    hours, _, minutes = text.replace(":", ".").rpartition(".")
    return 60 * int(hours or 0) + int(minutes)


@IN_TWO_LANGUAGES
def test_the_plans_fill_their_time(language):
    rows = re.findall(r"^\| ([\d.:]+)–([\d.:]+) \|", papers.source_of("guide", language), re.MULTILINE)
    plans = []
    for start, end in rows:
        if minutes_of(start) == 0:
            plans.append([])
        plans[-1].append((minutes_of(start), minutes_of(end)))
    assert [plan[-1][1] for plan in plans] == [50, 90, 240, 50]  # the last is the hearing
    for plan in plans:
        assert [end for _, end in plan[:-1]] == [start for start, _ in plan[1:]]


@IN_TWO_LANGUAGES
def test_the_plans_give_each_lesson_the_minutes_it_needs(language):
    needed = {lesson.title[language]: lesson.minutes for lesson in lessons().values()}
    rows = re.findall(r"^\| ([\d.:]+)–([\d.:]+) \| (.+) \| (?:app|aplikasi) \|$", papers.source_of("guide", language), re.MULTILINE)
    given = [(title, minutes_of(end) - minutes_of(start)) for start, end, what in rows for title in re.findall(r"\*([^*]+\?)\*", what)]
    assert len(given) >= 12
    assert [title for title, minutes in given if minutes < needed[title]] == []


@IN_TWO_LANGUAGES
def test_the_guide_asks_about_every_lesson_in_their_order(language):
    section = re.split(r"^## ", papers.source_of("guide", language), flags=re.MULTILINE)
    [asked] = [re.findall(r"^### (.+)$", text, re.MULTILINE) for text in section if text.count("\n### ") >= 12]
    assert len(asked) == 12
    titles = [lesson.title[language] for lesson in lessons().values()]
    assert titles == [asked[lesson.number - 1] for lesson in lessons().values()]
    named = re.findall(r"(?<!\*)\*([^*\n]+\?)\*(?!\*)", papers.source_of("guide", language))
    assert [title for title in named if title not in titles] == [] and len(named) > 10


def test_every_slide_has_notes_and_every_picture_says_where_it_comes_from():
    for language in LANGUAGES:
        slides = re.split(r"^# ", papers.slides_of(texts(language)), flags=re.MULTILINE)[1:]
        assert all("::: notes" in slide for slide in slides)
        captions = re.findall(r"!\[(.+?)\]\(\w+\.\w+\.png\)", "".join(slides))
        assert len(captions) == 2 and all("`pilkada_2020`" in caption and "16" in caption for caption in captions)


# Printed and projected -----------------------------------------------------------------------------------------


@IN_TWO_LANGUAGES
def test_a_lesson_is_one_sheet_of_two_sides(browser, language):
    page = browser.new_page()
    page.goto((FOLDER / papers.paper_name("worksheet", language)).as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type ?/Page\b", printed)) == 2 * len(lessons())


@IN_TWO_LANGUAGES
def test_slides_are_led_with_keys_and_show_notes_on_demand(browser, language):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto((FOLDER / papers.paper_name("slides", language)).as_uri())
    slides, notes = page.locator("section"), page.locator(".notes")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("Math.abs(document.querySelectorAll('section')[2].getBoundingClientRect().top) < 5")
    assert notes.nth(1).is_hidden()
    page.keyboard.press("n")
    assert notes.nth(1).is_visible()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("Math.abs(document.querySelectorAll('section')[1].getBoundingClientRect().top) < 5")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type ?/Page\b", printed)) == slides.count()


@IN_TWO_LANGUAGES
@pytest.mark.parametrize("name", papers.BUILT)
def test_a_paper_can_be_read_on_a_phone(browser, name, language):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((FOLDER / papers.paper_name(name, language)).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@IN_TWO_LANGUAGES
def test_the_presentation_has_the_notes_of_the_speaker_and_letters_that_fit(language):
    slides = papers.source_of("slides", language)
    with zipfile.ZipFile(FOLDER / f"slides.{language}.pptx") as archive:
        names = archive.namelist()
        master = archive.read("ppt/slideMasters/slideMaster1.xml").decode()
        captions = [text for name in names if name.startswith("ppt/slides/slide")
                    for text in re.findall(r'txBox="1".*?</p:txBody>', archive.read(name).decode(), re.DOTALL)]
    assert len([name for name in names if name.startswith("ppt/notesSlides/notesSlide")]) == slides.count("::: notes")
    assert f'sz="{pandoc.BODY}"' in master and 'sz="2400"' not in master
    assert len(captions) == 2 and all(f'<a:rPr sz="{pandoc.CAPTION}"' in caption for caption in captions)


# What cannot be done -------------------------------------------------------------------------------------------


def test_without_pandoc_a_sentence_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    with pytest.raises(InputError, match=r"pip install .*\[teaching\]"):
        pandoc.page("text", pandoc.PAPER, "paper.html", FOLDER, {})


def test_too_few_replicates_are_refused(tmp_path):
    with pytest.raises(InputError, match="too few for an interval"):
        list(run_teaching(tmp_path, 1))
