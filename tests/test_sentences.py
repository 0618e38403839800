"""What is wrong with a scenario is said in both languages."""

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
from experiments.language import LANGUAGES
from experiments.sentences import FILE, FOLDER, in_language
from model import ScenarioError, load_scenario
from model.scenario import load_scenario_text

ROOT = Path(__file__).parent.parent
GAP = re.compile(r"\{\d?\}")
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


def said_by_the_model():
    for path in (ROOT / "model" / "scenario.py", ROOT / "experiments" / "comparison.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ScenarioError":
                words = skeleton(node.args[0])
                if GAP.sub("", words) and not any(part in words for part in COMMAND_LINE):
                    yield words


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_model_is_there(language):
    known = {GAP.sub("{}", english) for english in sentences(language)}
    said = set(said_by_the_model())
    assert len(said) > 30
    assert sorted(said - known) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_puts_in_all_that_the_english_one_does(language):
    for english, other in sentences(language).items():
        assert sorted(GAP.findall(english)) == sorted(GAP.findall(other)), english
        assert sorted(set(GAP.findall(english))) == [f"{{{place}}}" for place in range(len(GAP.findall(english)))]


@pytest.mark.parametrize(("wrong", "said"), [
    ('title = "a"\n[parameters]\npatrol = 9e9', 'a.toml, baris 3: patrol = 9000000000.0 berada di luar yang diizinkan, 0 sampai 10 (per bulan)'),
    ('title = "a"\n[parameters]\npatroll = 1', "a.toml, baris 3: patroll bukan parameter (maksud Anda patrol?)"),
    ('title = "a"\nregions = 2\n[parameters]\npatrol = [0.1, -1]', "a.toml, baris 4: patrol di daerah 2 = -1 berada di luar yang diizinkan, "),
    ('title = "a"\nmonths = 1.5', "a.toml, baris 2: months = 1.5 bukan bilangan bulat; yang diizinkan 1 sampai 1,200 (bulan)"),
    ('title = "a"\n[[reform]]\nmonth = 5\npatrol = "x"', 'a.toml, baris 4: pada reformasi bulan 5, patrol = "x" bukan bilangan atau daftar'),
    ("", "a.toml: berkas ini kosong; skenario setidaknya punya judul"),
])
def test_errors_within_errors_are_translated(wrong, said):
    with pytest.raises(ScenarioError) as caught:
        load_scenario_text(wrong, "a.toml")
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
