"""Texts, pictures and the report of sweeps: whole in both languages, labelled, and sufficient to themselves."""

import json
import re
import string
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from typer.testing import CliRunner

from experiments.analysis import pictures
from experiments.analysis.curves import response_curve
from experiments.analysis.effects import paired_effect
from experiments.analysis.findings import findings_of
from experiments.analysis.hysteresis import hysteresis_loop
from experiments.analysis.language import FOLDER, texts_of
from experiments.analysis.phase import phase_map
from experiments.analysis.report import YEAR, data_address, report_of
from experiments.analysis.sensitivity import DUMMY, FactorIndex, Sensitivity
from experiments.analysis.trial import trial_replicates
from experiments.charts import STYLE
from experiments.cli import app
from experiments.errors import InputError
from experiments.language import LANGUAGES, PER_CENT, unit_of_parameter
from experiments.sweep import commands
from experiments.sweep.design import READY_FOLDER, SAMPLED, design_names, load_design
from experiments.sweep.plan import Plan
from experiments.sweep.results import open_results
from model.measures import CATEGORIES, MEASURES, PLACES
from model.parameters import PARAMETERS

ROOT = Path(__file__).parent.parent


# Texts ---------------------------------------------------------------------------------------------------------


def keys_of(language):
    sections = tomllib.loads((FOLDER / f"report.{language}.toml").read_text("utf-8"))
    return {f"{section}.{key}": text for section, texts in sections.items() for key, text in texts.items()}


def words_in_braces(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_all_languages_have_all_texts_with_the_same_words_to_fill_in():
    english = keys_of("en")
    for language in LANGUAGES:
        other = keys_of(language)
        assert other.keys() == english.keys()
        assert {key: words_in_braces(text) for key, text in other.items()} == {
            key: words_in_braces(text) for key, text in english.items()}
        assert all(text.strip() for text in other.values())
    assert {path.stem for path in FOLDER.glob("*.toml")} == {f"report.{language}" for language in LANGUAGES}


def test_few_texts_are_the_same_in_both_languages():
    english, indonesian = keys_of("en"), keys_of("id")
    same = {key for key in english if english[key] == indonesian[key] and re.search("[a-z]{4}", english[key])}
    assert same <= {"report.commit_clean", "report.index_pawn", "report.title"}


def test_every_text_is_used():
    sources = "\n".join(path.read_text("utf-8") for path in FOLDER.parent.glob("*.*"))
    unused = []
    for key in keys_of("en"):
        section, _, name = key.partition(".")
        stems = [name, *(name[:place] for place, letter in enumerate(name) if letter == "_")]
        if not any(
            re.search(rf'["\'{{. ]{re.escape(stem)}\b', sources) or f"{section}.{stem}_" in sources for stem in stems
        ):
            unused.append(key)
    assert unused == []


def test_the_models_words_are_all_in_indonesian():
    sections = texts_of("id").sections
    assert set(sections["measure"]) == set(MEASURES)
    assert set(sections["parameter"]) == {*PARAMETERS, DUMMY}
    assert set(sections["category"]) == {*PLACES, *(name for names in CATEGORIES.values() for name in names)}
    units = {*map(unit_of_parameter, PARAMETERS), *(one.unit for one in MEASURES.values())}
    assert set(sections["unit"]) == units and set(texts_of("en").sections["unit"]) <= units
    assert set(PER_CENT) <= units


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_measures_are_in_per_cent(language):
    assert [name for name in PARAMETERS if "%" in texts_of(language).unit(unit_of_parameter(name))] == []
    assert texts_of(language).unit(MEASURES["vacant_posts"].unit).startswith("%")


def test_a_parameter_has_one_spelling_in_english():
    assert texts_of("en").parameter("oversight_capacity") == "Oversight capacity"


@pytest.mark.parametrize(("language", "written"), [("en", "−1,234.50"), ("id", "−1.234,50")])
def test_a_number_is_written_as_in_the_language(language, written):
    texts = texts_of(language)
    assert texts.number(-1234.5) == written
    assert texts.number(-0.001) == texts.number(0.0)
    assert texts.number(float("nan")) == "–"
    assert texts.plain(0.25) == {"en": "0.25", "id": "0,25"}[language] and texts.plain(8.0) == "8"


# Pictures ------------------------------------------------------------------------------------------------------


def noisy(shape):
    return np.random.default_rng(2).normal(size=shape)


def a_picture(kind, texts):
    share, lever = pictures.Axis("Taking sides", "share of staff"), pictures.Axis("Patrol", "per month")
    second = pictures.Axis("Capacity", "cases per 1,000 staff and month")
    if kind == "curves":
        lines = [(f"{number}", response_curve(np.arange(4.0), 0.2 + 0.01 * noisy((4, 9)))) for number in range(6)]
        return pictures.picture_of_curves("T", lever, [pictures.CurvePanel(share, lines, 0.2)] * 5, texts, "N", "Lines")
    if kind == "phases":
        rows = [np.linspace(0.0, 0.2, 5), np.array([0.0, 0.0, 0.0, 0.2, 0.2])] * 2  # one slides, the next tips
        values = 0.2 + np.array(rows)[:, :, None] + 0.01 * noisy((4, 5, 9))
        return pictures.picture_of_phases(
            "T", lever, second, share, phase_map(np.arange(5), np.arange(4), values), texts
        )
    if kind == "loops":
        loop = hysteresis_loop(np.arange(4.0), 0.3 + 0.01 * noisy((4, 9)), 0.2 + 0.01 * noisy((4, 9)))
        return pictures.picture_of_loops("T", lever, share, [("One", loop), ("Two", loop)], texts)
    if kind == "sensitivity":
        indices = [FactorIndex(name, 0.1, 0.05, 0.2, 0.1, 0.01) for name in ("patrol", "severity", DUMMY)]
        found = Sensitivity("morris", tuple(indices), True, 40, 0)
        return pictures.picture_of_sensitivity("T", [(share, found)] * 2, {"patrol": "Patrol"}, texts)
    if kind == "trial":
        lots = np.tile(np.arange(10) < 5, (6, 1))
        found = trial_replicates(noisy((6, 10)), lots, np.zeros(6), noisy((6, 10)))
        return pictures.picture_of_trial("T", [(share, found)], texts)
    effects = [(f"Point {number}", paired_effect(noisy(9), np.zeros(9) + number)) for number in range(4)]
    return pictures.picture_of_effects("T", [(share, effects)], texts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["curves", "phases", "loops", "sensitivity", "trial", "effects"])
def test_a_picture_is_titled_labelled_and_says_what_it_is(kind, language):
    texts = texts_of(language)
    figure = a_picture(kind, texts)
    assert figure.get_suptitle() == "T"
    assert any(texts("picture.disclaimer") in text.get_text() for text in figure.texts)
    for ax in figure.axes:
        assert ax.get_xlabel() and ax.get_title(loc="left")
        named = ax.get_ylabel() or (kind == "loops" and ax is not figure.axes[0]) or ax.get_yticklabels()[0].get_text()
        assert named
    shown = " ".join([ax.get_xlabel() + ax.get_ylabel() + ax.get_title(loc="left") for ax in figure.axes])
    unit = {"sensitivity": "number.points", "trial": "number.points", "effects": "number.points"}.get(kind)
    assert (texts(unit) if unit else texts.unit("share of staff")) in shown.replace("\n", " ")
    assert data_address(figure) == data_address(a_picture(kind, texts))


@pytest.mark.parametrize("kind", ["curves", "phases", "loops", "sensitivity", "trial", "effects"])
def test_nothing_in_a_picture_is_cut_off_at_its_edge(kind):
    figure = a_picture(kind, texts_of("id"))
    with matplotlib.rc_context(STYLE):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
    whole = figure.bbox
    for ax in figure.axes:
        for text in (ax.xaxis.label, ax.yaxis.label, ax.title, ax._left_title):
            box = text.get_window_extent(renderer)
            assert not text.get_text() or (box.x0 >= whole.x0 - 1 and box.x1 <= whole.x1 + 1), text.get_text()
    assert all(legend.get_window_extent(renderer).x1 <= whole.x1 for legend in figure.legends)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_about_a_map_names_its_outcome(language):
    assert all("{outcome}" in sentence for sentence in texts_of(language).sections["phase"].values())


@pytest.mark.parametrize("letters", [8, 30])
def test_a_legend_is_as_legible_and_within_the_picture_however_long_its_words(letters):
    texts = texts_of("en")
    lines = [(f"{number} ".ljust(letters, "m"), response_curve(np.arange(4.0), 0.2 + 0.01 * noisy((4, 9)))) for number in range(6)]
    share = pictures.Axis("Taking sides", "share of staff")
    figure = pictures.picture_of_curves("T", pictures.Axis("Patrol", "per month"), [pictures.CurvePanel(share, lines)], texts)
    with matplotlib.rc_context(STYLE):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    (legend,) = figure.legends
    drawn, (ax,) = legend.get_window_extent(), figure.axes
    assert drawn.x1 <= figure.bbox.x1 and drawn.y1 <= ax.xaxis.label.get_window_extent().y0 + 1
    assert {text.get_fontsize() for text in legend.get_texts()} == {STYLE["legend.fontsize"]}


def test_lines_differ_in_dash_and_mark_so_that_black_and_white_will_do():
    assert len({dash for _, dash, _ in pictures.LINES}) == len(pictures.LINES)
    assert len({mark for _, _, mark in pictures.LINES}) == len(pictures.LINES)


# Ready designs -------------------------------------------------------------------------------------------------


def test_the_questions_that_were_promised_are_there():
    assert {"oversight_and_follow_up", "certainty_or_severity", "who_sanctions", "rotation_ban", "patrol_visible",
            "whistleblowers", "merit_or_enforcement", "contract_tenure", "laboratory_loop", "which_levers_matter",
            "regional_trial"} <= set(design_names())  # fmt: skip
    assert {load_design(name).kind for name in design_names()} >= {"factorial", "morris", "trial"}


@pytest.mark.parametrize("name", design_names())
def test_the_list_of_designs_has_a_ready_design_with_its_number_of_runs(name):
    text = (READY_FOLDER / "README.md").read_text("utf-8")
    assert re.search(rf"^\| `{name}` \| .+ \| {Plan(load_design(name)).most_runs:,} \|$", text, re.MULTILINE)


@pytest.mark.parametrize("name", design_names())
def test_a_ready_design_is_told_in_both_languages(name):
    design = load_design(name)
    pairs = [design.texts[what] for what in ("title", "question", "description")]
    pairs += [outcome.labels for outcome in design.outcomes]
    pairs += [factor.labels for factor in design.factors if factor.sets]
    pairs += [arm.labels for arm in (design.trial.arms[1:] if design.trial else ())]
    for texts in pairs:
        assert set(texts) == set(LANGUAGES) and texts["en"] != texts["id"]
    assert design.text("question", "en").endswith("?") and design.text("question", "id").endswith("?")
    assert design.references
    assert len({outcome.label("en") for outcome in design.outcomes}) == len(design.outcomes)


def test_equal_cost_is_equal_by_the_prices_that_the_description_names():
    def extra(design, point):
        values = design.factors[0].settings(point)
        own = {name: parameter.default for name, parameter in PARAMETERS.items()} | values
        return (own["patrol"] - 0.1) * own["cost_patrol"] + (own["oversight_capacity"] - 8.0) * own[
            "cost_capacity"
        ], own

    for point in np.linspace(0.0, 1.0, 6):
        cost, own = extra(load_design("certainty_or_severity"), point)
        assert cost + 0.03 * (own["severity"] - 25.0) / 25.0 == pytest.approx(0.03)
        cost, own = extra(load_design("merit_or_enforcement"), point)
        assert cost + 0.12 * (own["merit_protection"] - 0.25) == pytest.approx(0.06)


# Reports -------------------------------------------------------------------------------------------------------

SMALL = {r"^staff = \d+": "staff = 60", r"^replicates = \d+": "replicates = 3", r"^size = \d+": "size = 2",
         r"^regions = \d+": "regions = 8", r"^hold = \d+": "hold = 3", r"^measured = \d+": "measured = 2"}  # fmt: skip


@pytest.fixture(scope="module")
def small_results(tmp_path_factory):
    """The results of a ready design on few people, made once."""
    made = {}

    def results(name):
        if name not in made:
            made[name] = small_sweep(name, tmp_path_factory.mktemp(name))
        return made[name]

    return results


def small_sweep(name, folder, **options):
    """Run a ready design on few people in a folder, and return where its results are."""
    text = (READY_FOLDER / f"{name}.toml").read_text("utf-8")
    for pattern, small in SMALL.items():
        text = re.sub(pattern, small, text, flags=re.MULTILINE)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    commands.sweep(str(folder / f"{name}.toml"), folder / "results", say=lambda sentence: None, **options)
    return folder / "results"


class Page(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self, text):
        super().__init__()
        self.language, self.addresses, self.pictures, self.headings, self.texts = "", [], [], [], []
        self._open, self._foreign = [], 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "html":
            self.language = found["lang"]
        self.addresses += [found[name] for name in ("src", "href", "srcset", "action", "data") if name in found]
        assert tag not in ("script", "link", "iframe", "object", "embed")
        if tag == "img":
            self.pictures.append(found)
        if tag not in ("img", "meta"):
            self._open.append((tag, "lang" in found and tag != "html"))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, text):
        tags = [tag for tag, _ in self._open]
        if "style" in tags or not text.strip():
            return
        if tags[-1] == "h2":
            self.headings.append(text.strip())
        if not any(foreign for _, foreign in self._open):
            self.texts.append(text.strip())


@pytest.mark.slow
@pytest.mark.parametrize("name", design_names())
def test_a_ready_design_becomes_a_report_in_both_languages(small_results, name):
    results = open_results(small_results(name))
    for language in LANGUAGES:
        texts = texts_of(language)
        html = report_of(results, language)
        page = Page(html)
        assert page.language == language
        assert page.addresses and all(address.startswith("data:image/png;base64,") for address in page.addresses)
        assert not re.search(r"url\(|@import|https?://(?!doi)", html.split("</style>")[0])
        assert page.pictures and all(len(picture["alt"]) > 20 for picture in page.pictures)
        wanted = ("question", "design", "found", "pictures", "numbers", "limits", "settings", "references", "citation")
        assert page.headings == [texts(f"report.{key}") for key in wanted]
        body = " ".join(page.texts)
        assert results.design.text("question", language) in page.texts
        assert texts("limits.ethics") in page.texts and texts("limits.laboratory") in page.texts
        assert not re.search(r"\{\w*\}|\bnan\b|\bNone\b", body)
        assert f"{results.design.seed}" in body and results.manifest["versions"]["numpy"] in body
        for outcome in results.design.outcomes:
            assert outcome.labels[language] in body
        other = next(one for one in LANGUAGES if one != language)
        assert results.design.text("title", other) not in body
        assert not any(texts_of(other)(f"report.{key}") in page.headings for key in wanted if key != "citation")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["oversight_and_follow_up", "regional_trial"])
def test_a_sweep_that_is_not_done_is_reported_as_far_as_it_is(tmp_path, name):
    results = small_sweep(name, tmp_path, chunk_seconds=0.03)
    journal = results / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    assert len(lines) > 4
    told = []
    for share in (0.0, 0.5, 0.9, 1.0):
        journal.write_bytes(b"".join(lines[:round(share * len(lines))]))
        opened = open_results(results)
        notice = texts_of("en")("report.incomplete", done=opened.done, planned=opened.planned)
        try:
            assert (notice in report_of(opened)) == (opened.done < opened.planned)
            told.append(True)
        except InputError as error:
            assert "holds no" in str(error)
            told.append(False)
    assert not told[0] and told[-1]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_the_same_each_time(small_results, language):
    results = small_results("who_sanctions")
    assert report_of(open_results(results), language) == report_of(open_results(results), language)


@pytest.mark.slow
def test_a_sample_without_morris_is_analysed_by_sobol_or_pawn(tmp_path):
    for kind, method, size in (("saltelli", "sobol", 4), ("latin_hypercube", "pawn", 24)):
        design = tmp_path / f"{kind}.toml"
        design.write_text(f'title = "T"\nscenario = "pilkada_2020"\nkind = "{kind}"\nsize = {size}\nstaff = 60\n'
                          "months = 60\nreplicates = 2\n[vary]\npatrol = {low = 0, high = 1}\n"
                          'severity = {low = 5, high = 60, scale = "log"}\n[outcomes]\nsiding = "siding_share"\n')
        commands.sweep(str(design), tmp_path / kind, say=lambda sentence: None)
        done = CliRunner().invoke(app, ["sensitivity", str(tmp_path / kind), "--json"])
        facts = json.loads(done.stdout)["siding"]
        assert done.exit_code == 0 and facts["method"] == method
        assert set(facts["factors"]) == {"patrol", "severity", DUMMY}
        assert findings_of(open_results(tmp_path / kind), texts_of("id")).sentences


@pytest.mark.slow
def test_points_of_a_table_are_shown_as_effects(tmp_path):
    design = tmp_path / "table.toml"
    design.write_text(
        'title = "T"\nscenario = "pilkada_2020"\nkind = "table"\nstaff = 60\nmonths = 60\nreplicates = 3\n'
        '[baseline]\n[[point]]\nname = "As it is"\n[[point]]\nname = "Much"\nname_id = "Banyak"\n'
        'patrol = 0.2\n[outcomes]\nsiding = "siding_share"\n'
    )
    commands.sweep(str(design), tmp_path / "out", say=lambda sentence: None)
    found = findings_of(open_results(tmp_path / "out"), texts_of("id"))
    assert [picture.name for picture in found.pictures] == ["effects"]
    assert found.sentences[-1] == texts_of("id")("effect.rounded")
    assert any("Banyak" in cell for row in found.tables[0].rows for cell in row)


@pytest.mark.slow
def test_the_commands_write_what_they_say(small_results, tmp_path):
    trial, screening = small_results("regional_trial"), small_results("which_levers_matter")
    run = CliRunner().invoke
    page = tmp_path / "page.html"
    done = run(app, ["report", str(trial), "--language", "id", "--out", str(page)])
    assert done.exit_code == 0 and page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert run(app, ["report", str(trial)]).exit_code == 0 and (trial / "report_en.html").exists()
    picture = tmp_path / "trial.png"
    done = run(app, ["trial", str(trial), "--out", str(picture)])
    assert done.exit_code == 0 and picture.read_bytes().startswith(b"\x89PNG") and "truth" in done.stdout
    facts = json.loads(run(app, ["trial", str(trial), "--json"]).stdout)
    arm = facts["siding"]["independent_body"]
    assert len(arm["estimates"]) == len(arm["adjusted"]) == len(arm["truths"]) == 3
    assert all(one["treated"] == one["control"] == 4 for one in arm["estimates"])
    facts = json.loads(run(app, ["sensitivity", str(screening), "--json"]).stdout)
    assert facts["siding"]["method"] == "morris" and facts["siding"]["factors"][DUMMY]["value"] == 0.0
    for words, status in ((["trial", str(screening)], 2), (["sensitivity", str(trial)], 2),
                          (["report", str(tmp_path / "none")], 2), (["report", str(trial), "--out", "page.pdf"], 2),
                          (["trial", str(trial), "--out", "table.csv"], 2)):  # fmt: skip
        assert run(app, words).exit_code == status, words


def test_an_unknown_language_is_refused_in_words():
    with pytest.raises(InputError, match="none of en, id"):
        report_of(None, "fr")


def test_the_citation_is_that_of_the_citation_file():
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f'title: "{texts_of("en")("report.title")}"' in text
    assert re.search(r'- name: "The Netralitas authors"', text) and "The Netralitas authors" in texts_of("en")(
        "report.cite"
    )
    assert "license: MIT" in text and YEAR >= 2026
    assert {load_design(name).kind for name in design_names()} & set(SAMPLED)
