"""The documents say what the code does: their code runs, their commands exist, the ODD names what the model holds."""

import inspect
import json
import re
import shlex
from pathlib import Path

import pytest
import typer

from experiments import cli
from experiments.sweep.design import design_names, load_design_text
from model import MEASURES, PARAMETERS, RULES, scenario_names, stages
from model.scenario import load_scenario_text, parse_setting

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
ODD = ROOT / "model" / "ODD.md"
HOW_TO = ROOT / "docs" / "how-to"
OWN_LEVER = ROOT / "docs" / "tutorials" / "own_lever.md"
FOLDERS = ("docs", "model", "experiments", "benchmarks")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md")),
                    *(ROOT / "docs").rglob("*.ipynb")])  # fmt: skip

ELEMENTS = ["Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling",
            "Design concepts", "Initialization", "Input data", "Submodels"]  # fmt: skip
CONCEPTS = ["Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
            "Interaction", "Stochasticity", "Collectives", "Observation"]  # fmt: skip


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def text_of(path):
    """The text of a document; of a notebook, that between its code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    return "\n\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")


every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


def blocks_of(path, language):
    """The fenced code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(path), re.MULTILINE | re.DOTALL)


def headings_of(path):
    """The headings, without their hashes; lines in code blocks do not count."""
    outside = re.sub(r"^```.*?^```$", "", text_of(path), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^#+ +(.+?) *$", outside, re.MULTILINE)


def anchor_of(heading):
    """What GitHub makes of a heading for links to it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def plain(number):
    """A number as a reader writes it: 0.00005, not 5e-05."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def row_of_parameter(parameter):
    """The row of a parameter in the tables of the ODD."""
    low, high = parameter.plausible
    reach = "fixed" if low == high else f"{plain(low)} to {plain(high)}"
    source = "" if parameter.source == "assumed" else f" Source: {parameter.source}."
    start = " *At start.*" if parameter.at_start else ""
    return (f"| `{parameter.name}` | {plain(parameter.default)} | {parameter.unit} | {reach} | {parameter.role} | "
            f"{parameter.meaning}{source}{start} |")  # fmt: skip


def row_of_measure(measure):
    """The row of a measure in the table of the ODD."""
    return f"| `{measure.name}` | {measure.unit} | {measure.definition} |"


def stage_names():
    """The stages, which ``months_of`` numbers beside their calls."""
    calls = re.findall(r"^ +(\w+)\(.*\) +# (\d+)$", inspect.getsource(stages.months_of), re.MULTILINE)
    assert [int(number) for _, number in calls] == list(range(1, 12))
    return [name for name, _ in calls]


# README --------------------------------------------------------------------------------------------------------


def test_the_readme_is_short():
    assert text_of(README).count("\n") <= 150


def test_the_readme_says_the_same_in_both_languages():
    other = ROOT / "README.id.md"
    assert len(headings_of(README)) == len(headings_of(other))
    lines = [[line.replace(" --language id", "") for line in shell_lines(path)] for path in (README, other)]
    assert lines[0] == lines[1]
    code = [re.sub("#.*", "", "".join(blocks_of(path, "python"))) for path in (README, other)]
    assert code[0] == code[1]
    words = [re.sub(r"```.*?```", "", text_of(path), flags=re.DOTALL) for path in (README, other)]
    numbers = [sorted(re.findall(r"\d+", text)) for text in words]
    assert numbers[0] == numbers[1]


# Code blocks and commands ------------------------------------------------------------------------------------------

COMMANDS = typer.main.get_command(cli.app).commands
TWINS = [path for path in sorted(HOW_TO.glob("*.md")) if path.with_suffix(".id.md").exists()]
WITH_PYTHON = [path for path in DOCUMENTS if blocks_of(path, "python") and path != OWN_LEVER
               and path not in [one.with_suffix(".id.md") for one in TWINS]]  # fmt: skip
"""Code of the documents, but for that which needs changed sources (see test_tutorials.py), or stands in two languages."""


@pytest.mark.slow
@pytest.mark.parametrize("document", WITH_PYTHON, ids=name_of)
def test_the_code_in_a_document_runs(document, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "document"}
    for number, block in enumerate(blocks_of(document, "python"), 1):
        exec(compile(block, f"{name_of(document)}, block {number}", "exec"), namespace)  # noqa: S102 (our own)


def shell_lines(document):
    """The lines to be typed: indented ones, and those in blocks of the shell."""
    text = re.sub(r"^```(?!sh$).+\n(?s:.*?)^```$", "", text_of(document), flags=re.MULTILINE)
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line.strip() for line in [*re.findall(r"^ {4,}(\S.*)$", text, re.MULTILINE), *"".join(blocks).splitlines()]]


def fault_of(command_line):
    """What is wrong with a line that calls our command line, which is read but not run; empty where nothing is."""
    name, *arguments = shlex.split(command_line, comments=True)
    if name not in COMMANDS:
        return f"there is no command {name}"
    try:
        values = COMMANDS[name].make_context(name, arguments).params
    except typer.TyperException as error:
        return str(error)
    named = values.get("scenario") or values.get("design") or values.get("name") or ""
    known = {"run": scenario_names(), "sweep": design_names(), "parameters": PARAMETERS, "measures": MEASURES}.get(name)
    if named and known and named not in known and not named.endswith(".toml"):
        return f"there is no {named}"
    for setting in values.get("settings") or ():
        parse_setting(setting, 1)
    return ""


# The commands of OWN_LEVER are about a parameter that it adds; test_tutorials.py runs them.
@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path != OWN_LEVER], ids=name_of)
def test_commands_in_a_document_exist_with_their_options(document):
    ours = [re.sub(r"^\S*netralitas ", "", line) for line in shell_lines(document)
            if re.match(r"(\.venv[/\\](bin|Scripts)[/\\])?netralitas ", line)]  # fmt: skip
    assert {line: fault_of(line) for line in ours if fault_of(line)} == {}
    mentioned = re.findall(r"`netralitas ([a-z]\w*)", text_of(document))
    assert [name for name in mentioned if name not in COMMANDS] == []


@every_document
def test_make_targets_and_scripts_in_a_document_exist(document):
    targets = re.findall(r"^([a-z][a-z-]*):", text_of(ROOT / "Makefile"), re.MULTILINE)
    text = text_of(document)
    made = re.findall(r"(?:^ {4,}|`)make ([a-z][a-z-]*)", text, re.MULTILINE)
    assert [target for target in made if target not in targets] == []
    scripts = re.findall(r"python (scripts/\S+\.py)", text)
    assert [script for script in scripts if not (ROOT / script).exists()] == []


def test_a_fault_in_a_command_is_found():
    assert fault_of("run pilkada_2020 --set patrol=0.2  # a comment") == ""
    assert "nonsense" in fault_of("nonsense")
    assert "--moths" in fault_of("run pilkada_2020 --moths 12")
    assert "pilkada_1900" in fault_of("run pilkada_1900")


def test_every_how_to_is_there_in_both_languages():
    assert [path.name for path in sorted(HOW_TO.glob("*.md")) if not path.name.endswith(".id.md")] == [path.name for path in TWINS]


@pytest.mark.parametrize("document", TWINS, ids=name_of)
def test_a_how_to_says_the_same_in_both_languages(document):
    """What is typed, run and shown is the same; only titles, comments and the language of a report differ."""
    pair = (document, document.with_suffix(".id.md"))
    assert len(headings_of(pair[0])) == len(headings_of(pair[1]))
    typed = [list(dict.fromkeys(re.sub(" --language id| +#.*", "", line) for line in shell_lines(path))) for path in pair]
    assert typed[0] == typed[1]
    python = [[re.sub(r"\"\"\".*?\"\"\"|#.*", "", block) for block in blocks_of(path, "python")] for path in pair]
    assert python[0] == python[1]
    toml = [[re.sub(r"^(title|reference) = .*|#.*", "", block, flags=re.MULTILINE) for block in blocks_of(path, "toml")] for path in pair]
    assert toml[0] == toml[1]
    assert [path.name for path in pair[::-1]] == [re.findall(r"\]\((.+?)\)", text_of(path))[0] for path in pair]


@pytest.mark.parametrize("ending", [".md", ".id.md"])
def test_the_scenario_and_the_design_of_the_how_tos_are_right(ending):
    written = "\n".join(blocks_of(HOW_TO / f"write_a_scenario{ending}", "toml"))
    scenario = load_scenario_text(written, source="two_regions.toml")
    assert scenario.regions == 2 and len(scenario.reforms) == 1 and scenario.stylised
    [design] = blocks_of(HOW_TO / f"run_a_sweep{ending}", "toml")
    loaded = load_design_text(design, "my_question")
    assert [factor.name for factor in loaded.factors] == ["socialisation"]
    assert [outcome.name for outcome in loaded.outcomes] == ["siding"]


def test_how_to_install_names_every_make_target():
    targets = re.findall(r"^([a-z][a-z-]*):", text_of(ROOT / "Makefile"), re.MULTILINE)
    text = text_of(HOW_TO / "install.md")
    assert [name for name in targets if name != "help" and not re.search(rf"make {name}(?![\w-])", text)] == []


# ODD -----------------------------------------------------------------------------------------------------------


def test_the_odd_has_the_seven_elements_and_the_eleven_concepts():
    headings = headings_of(ODD)
    elements = [f"{number} {name}" for number, name in enumerate(ELEMENTS, 1)]
    assert [heading for heading in headings if heading in elements] == elements
    assert [heading for heading in headings if heading in CONCEPTS] == CONCEPTS


def test_the_odd_describes_the_stages_in_their_order():
    names = stage_names()
    assert re.findall(r"^\| \d+ \| `(\w+)` \|", text_of(ODD), re.MULTILINE) == names
    described = [heading for heading in headings_of(ODD) if re.match(r"7\.\d+ `", heading)]
    assert described == [f"7.{number} `{name}`" for number, name in enumerate(names, 1)]


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=lambda parameter: parameter.name)
def test_the_odd_lists_a_parameter_as_it_is(parameter):
    assert row_of_parameter(parameter) in text_of(ODD).splitlines()


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda measure: measure.name)
def test_the_odd_lists_a_measure_as_it_is(measure):
    assert row_of_measure(measure) in text_of(ODD).splitlines()


def test_the_odd_lists_no_parameter_or_measure_that_is_gone():
    listed = re.findall(r"^\| `(\w+)` \| .+ \| .+ \|$", text_of(ODD), re.MULTILINE)
    assert [name for name in listed if name not in PARAMETERS and name not in MEASURES] == []


def test_the_odd_names_every_rule_and_its_module():
    text = text_of(ODD)
    modules = {f"rules/{function.__module__.rsplit('.', 1)[-1]}.py" for function in RULES.values()}
    assert [name for name in (*RULES, *modules) if f"`{name}`" not in text] == []


def test_the_odd_names_every_scenario():
    assert [name for name in scenario_names() if f"| `{name}` |" not in text_of(ODD)] == []


# All documents -------------------------------------------------------------------------------------------------


def test_the_map_leads_to_every_document():
    docs = ROOT / "docs"
    targets = re.findall(r"\]\(([^)\s]+)\)", text_of(docs / "README.md"))
    named = {(docs / target.partition("#")[0]).resolve() for target in targets}
    wanted = [path for path in DOCUMENTS if path.is_relative_to(docs) and path.name != "README.md"]
    assert [name_of(path) for path in wanted if path not in named] == []


@every_document
def test_links_within_the_project_lead_somewhere(document):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(document)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path) if path else document
        if not file.exists() or (anchor and anchor not in map(anchor_of, headings_of(file))):
            broken.append(target)
    assert broken == []


@every_document
def test_no_document_names_a_machine(document):
    # In pieces, so that this file does not name them either.
    folders = "|".join(["root", "work", "t" + "mp", r"home/\w+", r"Users/\w+", "opt"])
    assert re.findall(rf"(?<![\w./~-])/(?:{folders})\b|[A-Z]:\\", text_of(document)) == []
