"""The documents say what the code does: README's code runs, and the ODD names everything that the model holds."""

import inspect
import re
from pathlib import Path

import pytest
import typer

from experiments import cli
from model import MEASURES, PARAMETERS, RULES, scenario_names, stages

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
ODD = ROOT / "model" / "ODD.md"
WRITTEN = [ROOT / "docs" / f"{name}{language}.md" for name in ("evidence", "calibration") for language in ("", ".id")]
DOCUMENTS = [README, ODD, ROOT / "CHANGELOG.md", ROOT / "model" / "scenarios" / "README.md", *WRITTEN,
             ROOT / "docs" / "trace.md", ROOT / "docs" / "reference" / "review_checklist.md",
             ROOT / "docs" / "explanation" / "weak_levers.md"]

ELEMENTS = ["Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling",
            "Design concepts", "Initialization", "Input data", "Submodels"]  # fmt: skip
CONCEPTS = ["Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
            "Interaction", "Stochasticity", "Collectives", "Observation"]  # fmt: skip


def text_of(path):
    return path.read_text(encoding="utf-8")


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


def row_of_parameter(parameter):
    """The row of a parameter in the tables of the ODD."""
    low, high = parameter.plausible
    reach = "fixed" if low == high else f"{low:g} to {high:g}"
    source = "" if parameter.source == "assumed" else f" Source: {parameter.source}."
    start = " *At start.*" if parameter.at_start else ""
    return (f"| `{parameter.name}` | {parameter.default:g} | {parameter.unit} | {reach} | {parameter.role} | "
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


@pytest.mark.slow
def test_the_code_in_the_readme_runs():
    blocks = blocks_of(README, "python")
    assert blocks
    namespace = {"__name__": "readme"}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"README.md, block {number}", "exec"), namespace)  # noqa: S102 (our own README)


def test_the_readme_names_every_scenario_make_target_and_command():
    text = text_of(README)
    targets = re.findall(r"^([a-z][a-z-]*):", text_of(ROOT / "Makefile"), re.MULTILINE)
    wanted = [f"`{name}`" for name in scenario_names()]
    wanted += [f"make {target}" for target in targets if target != "help"]
    wanted += [f"netralitas {command}" for command in typer.main.get_command(cli.app).commands]
    assert [name for name in wanted if not re.search(rf"{re.escape(name)}(?![\w-])", text)] == []


def test_commands_in_the_readme_exist_with_their_options():
    commands = typer.main.get_command(cli.app).commands
    lines = re.findall(r"^(?:    |\.venv\\Scripts\\)*netralitas (.+)$", text_of(README), re.MULTILINE)
    assert lines
    unknown = []
    for line in lines:
        words = line.split("#")[0].split()
        command = commands.get(words[0])
        known = [option for one in command.params for option in (*one.opts, *one.secondary_opts)] if command else []
        unknown += [line for word in words[1:] if word.startswith("-") and word not in known] if command else [line]
    assert unknown == []


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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_document_names_a_machine(document):
    # In pieces, so that this file does not name them either.
    folders = "|".join(["root", "work", "t" + "mp", r"home/\w+", r"Users/\w+", "opt"])
    assert re.findall(rf"(?<![\w./~-])/(?:{folders})\b|[A-Z]:\\", text_of(document)) == []
