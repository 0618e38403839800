"""What is wrong with a scenario or a design is said in both languages."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.language import texts_of
from experiments.comparison import within_limits
from experiments.errors import InputError
from experiments.language import LANGUAGES
from experiments.jobs import checked_plan
from experiments.sentences import FILE, FOLDER, GAP, KINDS, in_language
from model import ScenarioError, load_scenario
from model.scenario import load_scenario_text

ROOT = Path(__file__).parent.parent
SAID = {"ScenarioError": ("model/scenario.py", "experiments/comparison.py"),
        "DesignError": ("experiments/sweep/design.py", "experiments/sweep/entries.py", "experiments/sweep/points.py"),
        "InputError": ("experiments/jobs.py", "experiments/analysis/findings.py")}
"""The errors that a visitor of the app can meet, and where they are raised."""
OTHERS = [language for language in LANGUAGES if language != "en"]
COMMAND_LINE = ("--set", "use the option", "write it into a scenario file", "is given no value")


def sentences(language):
    return tomllib.loads((FOLDER / FILE.format(language=language)).read_text("utf-8"))["sentence"]


def skeleton(node):
    """Return the words of a text in the sources, with {} for what is put in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join("{}" if isinstance(part, ast.FormattedValue) else str(part.value) for part in node.values)
    if isinstance(node, ast.BinOp):
        return skeleton(node.left) + skeleton(node.right)
    return "{}"


def said_by_the_program():
    for error, files in SAID.items():
        for file in files:
            for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == error:
                    words = skeleton(node.args[0])
                    if re.search("[a-z]", words) and not any(part in words for part in COMMAND_LINE):
                        yield words


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_program_is_there(language):
    known = {GAP.sub("{}", english) for english in sentences(language)}
    said = set(said_by_the_program())
    assert len(said) > 110 and "{}: {}" in known
    assert sorted(words for words in said if not {words, words.removeprefix("{}: ")} & known) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_puts_in_all_that_the_english_one_does(language):
    for english, other in sentences(language).items():
        places = [place for place, _ in GAP.findall(english)]
        assert sorted(places) == sorted(place for place, _ in GAP.findall(other)), english
        assert places == [str(place) for place in range(len(places))]
        assert {kind for _, kind in GAP.findall(english)} <= KINDS.keys() and ":" not in "".join(kind for _, kind in GAP.findall(other))


@pytest.mark.parametrize(("wrong", "said"), [
    ('title = "a"\n[parameters]\npatrol = 9e9', 'a.toml, baris 3: patrol = 9000000000.0 berada di luar yang diizinkan, 0 sampai 10 (per bulan)'),
    ('title = "a"\n[parameters]\npatroll = 1', "a.toml, baris 3: patroll bukan parameter (maksud Anda patrol?)"),
    ('title = "a"\nregions = 2\n[parameters]\npatrol = [0.1, -1]', "a.toml, baris 4: patrol di daerah 2 = -1 berada di luar yang diizinkan, "),
    ('title = "a"\nmonths = 1.5', "a.toml, baris 2: months = 1.5 bukan bilangan bulat; yang diizinkan 1 sampai 1.200 (bulan)"),
    ('title = "a"\n[[reform]]\nmonth = 5\npatrol = "x"', 'a.toml, baris 4: pada reformasi bulan 5, patrol = "x" bukan bilangan atau daftar'),
    ("", "a.toml: berkas ini kosong; skenario setidaknya punya judul"),
    ('title = "a"\nstaff = 1', "a.toml, baris 2: staff = 1 berada di luar yang diizinkan, 2 sampai 2.000.000 (orang di tiap daerah)"),
    ('title = "a"\nseed = -1', "a.toml, baris 2: seed = -1 berada di luar yang diizinkan, 0 sampai 18.446.744.073.709.551.615 (bilangan bulat)"),
    ('title = "a"\nregions = 0', "a.toml, baris 2: regions = 0 berada di luar yang diizinkan, 1 sampai 100.000 (daerah)"),
    ('title = "a"\n[parameters]\nshare_executive = 2', "a.toml, baris 3: share_executive = 2 berada di luar yang diizinkan, 0 sampai 1 (proporsi jabatan)"),
    ("title", "a.toml: ini bukan TOML: sesudah nama harus ada tanda = (di akhir berkas, baris 1)"),
    ('title = "a"\ntitle = "b"', "a.toml: ini bukan TOML: nama ini sudah diberi nilai (di akhir berkas, baris 2)"),
])
def test_errors_within_errors_are_translated(wrong, said):
    with pytest.raises(ScenarioError) as caught:
        load_scenario_text(wrong, "a.toml")
    assert in_language(str(caught.value), texts_of("id")).startswith(said)
    assert in_language(str(caught.value), texts_of("en")) == str(caught.value)


DESIGN = 'title = "T"\nkind = "factorial"\nstaff = 40\nmonths = 24\n[vary]\npatrol = [0, 0.1]\n[outcomes]\nsiding = "siding_share"\n'


@pytest.mark.parametrize(("good", "wrong", "said"), [
    (DESIGN, "", "design: title tidak ada"),
    ("[vary]", "vary", "design: ini bukan TOML: sesudah nama harus ada tanda = (baris 5, kolom 5)"),
    ("factorial", "factoral", 'design: kind = "factoral" bukan salah satu dari factorial, latin_hypercube, sobol, morris, saltelli, table, trial '
                              "(maksud Anda factorial?)"),
    ("kind", "kin", "design: kin bukan isi rancangan (maksud Anda kind?)"),
    ("patrol", "patrl", "design: vary.patrl: patrl bukan parameter (maksud Anda patrol?)"),
    ("0.1]", "10.5]", "design: vary.patrol.values = 10.5 berada di luar yang diizinkan, 0 sampai 10 (per bulan)"),
    ("[0, 0.1]", "{ low = 0.5, high = 0.25, levels = 2 }", "design: vary.patrol: low = 0,5 lebih besar daripada high = 0,25"),
    ("[0, 0.1]", "{ low = 0, high = 1, levels = 1 }", "design: vary.patrol.levels = 1 bukan bilangan bulat dari 2 sampai 10.000"),
    ("months = 24", "months = 2400", "design: months = 2400 bukan bilangan bulat dari 1 sampai 1.200"),
    ("staff = 40", "staff = 1", "design: staff = 1 berada di luar yang diizinkan, 2 sampai 2.000.000 (orang di tiap daerah)"),
    ('"siding_share"', '{ measure = "siding_share", when = "vote" }',
     'design: outcomes.siding.when = "vote" bukan bulan mana pun dari skenario ini, yang punya bulan 1 sampai 24 dan tidak punya pemungutan suara'),
    ('"siding_share"', '{ measure = "siding_share", when = "soon" }',
     'design: outcomes.siding.when = "soon" bukan salah satu dari all, final, last year, campaign, vote, daftar bulan, atau awal-akhir seperti 49-60'),
    ('"siding_share"', '{ measure = "zzz" }', "design: outcomes.siding.measure = \"zzz\" bukan ukuran; semuanya disebut oleh 'netralitas measures'"),
    ("[vary]", 'replicates = 90000\n[vary]', "rancangan ini punya 180.000 simulasi, yang memakan waktu kira-kira "),
])
def test_what_is_wrong_with_a_design_is_translated(good, wrong, said):
    with pytest.raises(InputError) as caught:
        checked_plan(DESIGN.replace(good, wrong, 1))
    assert in_language(str(caught.value), texts_of("id")).startswith(said)
    assert in_language(str(caught.value), texts_of("en")) == str(caught.value)


def test_the_limits_of_the_app_are_said():
    with pytest.raises(ScenarioError) as caught:
        within_limits(load_scenario("pilkada_2020").replace(months=1000))
    assert in_language(str(caught.value), texts_of("id")).startswith("months = 1000 lebih dari")


@given(st.text(max_size=200))
def test_any_text_survives(text):
    assert isinstance(in_language(text, texts_of("id")), str)
    assert in_language(text, texts_of("en")) == text
