"""The reference pages say what the sources say, and a page that does not is found out."""

import importlib.util
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from experiments import cli
from experiments.language import LANGUAGES
from model import MEASURES, PARAMETERS, scenario_names

ROOT = Path(__file__).parent.parent


def loaded_script():
    spec = importlib.util.spec_from_file_location("reference_pages", ROOT / "scripts" / "reference.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.fixture(scope="module")
def script():
    return loaded_script()


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """The script, to write into another folder."""
    script = loaded_script()
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "FOLDER", tmp_path)
    return script


def ran(script, *arguments):
    app = typer.Typer()
    app.command()(script.main)
    return CliRunner().invoke(app, arguments)


def test_the_reference_is_current(script):
    assert script.out_of_date() == {}


@pytest.mark.parametrize("language", ["", ".id"])
def test_everything_is_listed(language):
    listed = {"parameters": PARAMETERS, "measures": MEASURES, "scenarios": scenario_names()}
    for page, names in listed.items():
        text = (ROOT / "docs" / "reference" / f"{page}{language}.md").read_text("utf-8")
        assert [name for name in names if f"| `{name}` |" not in text and f"## `{name}`" not in text] == [], page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_explained(script, language):
    texts = script.Texts(language, script.TEXTS)
    text = (ROOT / "docs" / "reference" / script.file_name("words", language)).read_text("utf-8")
    words = [*texts.sections["term_name"].values(), *texts.sections["words_model"], *texts.sections["words_computer"]]
    assert [word for word in words if f"| **{word}** | " not in text] == []
    english = script.Texts("en", script.TEXTS).sections
    assert all(len(texts.sections[name]) == len(english[name]) for name in ("words_model", "words_computer"))


def test_every_command_and_option_is_listed():
    text = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    for name, command in typer.main.get_command(cli.app).commands.items():
        _, _, behind = text.partition(f"\n## `netralitas {name}`\n")
        section = behind.partition("\n## ")[0]
        options = [word for option in command.params for word in option.opts if word.startswith("--")]
        assert [word for word in options if f"`{word}" not in section] == [], name


def test_a_page_that_is_out_of_date_is_named_and_written_anew(copied):
    assert ran(copied).exit_code == 0
    measures = copied.FOLDER / "measures.id.md"
    right = measures.read_text("utf-8")
    measures.write_text(right.replace("Netral", "Something else"), "utf-8")

    checked = ran(copied, "--check")
    assert checked.exit_code == 1
    assert "Out of date: measures.id.md." in checked.output
    assert measures.read_text("utf-8") != right

    written = ran(copied)
    assert written.output == "Wrote measures.id.md\n"
    assert measures.read_text("utf-8") == right
    assert ran(copied, "--check").exit_code == 0
