"""What the project says of itself: citation, software metadata, the documents for reviewers."""

import importlib.util
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
CODEMETA = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
TRACE = ROOT / "docs" / "trace.md"
CHECKLIST = ROOT / "docs" / "reference" / "review_checklist.md"
WEAK_LEVERS = ROOT / "docs" / "explanation" / "weak_levers.md"

TRACE_ELEMENTS = ["Problem formulation", "Model description", "Data evaluation", "Conceptual model evaluation",
                  "Implementation verification", "Model output verification", "Model analysis",
                  "Model output corroboration"]  # fmt: skip


def test_the_citation_is_that_of_this_project():
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] == "software"
    assert CITATION["title"].partition(":")[0].lower() == PROJECT["name"]
    assert str(CITATION["version"]) == PROJECT["version"]
    assert CITATION["license"] == PROJECT["license"]
    assert CITATION["keywords"] == PROJECT["keywords"]
    assert [author["name"] for author in CITATION["authors"]] == [author["name"] for author in PROJECT["authors"]]


def test_the_citation_has_what_its_format_requires():
    assert {"cff-version", "message", "title", "authors"} <= set(CITATION)
    for reference in CITATION["references"]:
        assert {"type", "title", "authors"} <= set(reference)
        assert re.fullmatch(r"10\.\d{4,9}/\S+", reference["doi"]), reference["title"]


def test_the_software_metadata_are_those_of_this_project():
    assert CODEMETA["@context"] == "https://w3id.org/codemeta/3.0"
    assert CODEMETA["@type"] == "SoftwareSourceCode"
    assert CODEMETA["name"] == PROJECT["name"]
    assert CODEMETA["version"] == PROJECT["version"]
    assert CODEMETA["license"] == f"https://spdx.org/licenses/{PROJECT['license']}"
    assert CODEMETA["description"] == PROJECT["description"]
    assert CODEMETA["keywords"] == PROJECT["keywords"]
    assert CODEMETA["runtimePlatform"] == f"Python {PROJECT['requires-python']}"
    assert [author["name"] for author in CODEMETA["author"]] == [author["name"] for author in PROJECT["authors"]]
    assert set(CODEMETA["softwareRequirements"]) <= set(PROJECT["dependencies"])


def test_the_trace_document_has_its_eight_elements():
    headings = re.findall(r"^## (\d+ .+)$", TRACE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [f"{number} {name}" for number, name in enumerate(TRACE_ELEMENTS, 1)]


@pytest.mark.parametrize("document", [TRACE, CHECKLIST, WEAK_LEVERS], ids=lambda path: path.name)
def test_files_that_a_document_names_exist(document):
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|toml|md|txt|json|cff))`", document.read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_tables_of_the_weak_levers_are_those_of_the_results_beside_them():
    spec = importlib.util.spec_from_file_location("weak_levers", ROOT / "scripts" / "weak_levers.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    text = WEAK_LEVERS.read_text(encoding="utf-8")
    assert script.with_tables(text) == text
    kept = json.loads(script.RESULTS.read_text(encoding="utf-8"))
    assert list(kept) == list(script.TABLES) and all(one["manifest"]["model"] for one in kept.values())


def test_every_table_of_the_weak_levers_stands_in_its_document():
    script = (ROOT / "scripts" / "weak_levers.py").read_text(encoding="utf-8")
    tables = re.findall(r"^def (\w+)\(pairs: int\) -> Iterator\[Row\]:", script, re.MULTILINE)
    text = WEAK_LEVERS.read_text(encoding="utf-8")
    assert tables
    for table in tables:
        filled = re.findall(rf"<!-- {table} -->\n\|.+\|\n\|(?:---\|)+\n(?:\|.+\|\n)+<!-- end -->", text)
        assert len(filled) == 1, table
