"""How the code is laid out: who may import whom, how long a module may be, and that the table of parameters is whole."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from model.parameters import GROUPS, PARAMETERS, ROLES

ROOT = Path(__file__).parent.parent
FLOORS = (
    ("model.parameters", "model.compiler", "model.pipeline", "model.randomness", "model.rules"),
    ("model.scenario", "model.population"),
    ("model.stages", "model.measures", "model.theory"),
    ("model.explanation",),
    ("model.agents",),
    ("model.engine",),
    ("model.bureaucracy",),
    ("model",),
    ("experiments",),
    ("dashboard",),
    ("app",),
    ("benchmarks",),  # which nothing imports
)
LONGEST = 1000


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def all_modules():
    paths = [ROOT / "app.py"]
    for package in ("model", "experiments", "dashboard", "benchmarks"):
        paths += sorted((ROOT / package).rglob("*.py"))
    return {module_name(path): path for path in paths if path.exists()}


MODULES = all_modules()


def floor_of(module):
    for name in (module, *(module.rsplit(".", count)[0] for count in range(1, module.count(".") + 1))):
        for floor, rooms in enumerate(FLOORS):
            if name in rooms and (name != "model" or module == "model"):
                return floor
    raise AssertionError(f"{module} stands on no floor")


def for_type_checkers_only(tree):
    inside = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            inside |= {id(inner) for statement in node.body for inner in ast.walk(statement)}
    return inside


def imported_by(module):
    """Return the modules that ``module`` imports when it runs, those imported inside functions included."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    hidden = for_type_checkers_only(tree)
    found = set()
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            submodules = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
            found |= submodules or {node.module}
    return found


IMPORTS = {module: imported_by(module) for module in MODULES}
OUR_IMPORTS = {module: found & MODULES.keys() for module, found in IMPORTS.items()}


def packages_imported_by(module):
    return {name.partition(".")[0] for name in IMPORTS[module]}


# Imports -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_nothing_from_a_higher_floor(module):
    higher = {other for other in OUR_IMPORTS[module] if floor_of(other) > floor_of(module)}
    assert not higher


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith("model")])
def test_a_module_of_the_model_imports_nothing_of_ours_but_the_model(module):
    assert all(other.startswith("model") for other in OUR_IMPORTS[module])
    assert packages_imported_by(module).isdisjoint({"tests", "experiments", "dashboard", "app"})


def test_no_module_imports_itself_in_a_circle():
    done, under_way = set(), []

    def visit(module):
        assert module not in under_way, f"circle: {' -> '.join([*under_way, module])}"
        if module in done:
            return
        under_way.append(module)
        for other in sorted(OUR_IMPORTS[module]):
            visit(other)
        under_way.pop()
        done.add(module)

    for module in MODULES:
        visit(module)
    assert done == set(MODULES)


def test_the_walk_sees_the_imports_that_are_there():
    assert {"model.rules.choice", "model.population", "model.randomness"} <= OUR_IMPORTS["model.stages.choice"]
    assert "model.engine" in OUR_IMPORTS["model.bureaucracy"]
    assert "model.scenario" not in OUR_IMPORTS["model.population"]


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith("model.rules.")])
def test_rules_know_nothing_but_numbers(module):
    assert IMPORTS[module] <= {"__future__", "math", "model.rules.mathematics"}


@pytest.mark.parametrize("module", MODULES)
def test_only_the_page_imports_solara_and_the_model_draws_nothing(module):
    packages = packages_imported_by(module)
    if not module.startswith(("dashboard", "app")):
        assert packages.isdisjoint({"solara", "reacton", "ipyvuetify", "ipyvue"})
        assert packages.isdisjoint({"dashboard", "app"})
    if module.startswith("model"):
        assert packages.isdisjoint({"matplotlib", "plotly", "typer", "rich"})


def test_importing_the_model_loads_neither_compiler_nor_page_nor_charts():
    program = "import sys, model; print(*sorted(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "model" in loaded and "numpy" in loaded
    assert loaded.isdisjoint({"numba", "llvmlite", "solara", "matplotlib", "experiments", "dashboard"})


# Modules -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_not_too_long(module):
    assert MODULES[module].read_text(encoding="utf-8").count("\n") <= LONGEST


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_it_is_for(module):
    source = MODULES[module].read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source)) or not source.strip()


def test_every_public_function_of_rules_and_stages_says_what_it_does():
    for module in MODULES:
        if not module.startswith("model."):
            continue
        for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.col_offset == 0 and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{module}.{node.name}"


# Parameters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=lambda parameter: parameter.name)
def test_a_parameter_is_complete(parameter):
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", parameter.name)
    assert parameter.role in ROLES and parameter.group in GROUPS
    assert parameter.valid[0] <= parameter.plausible[0] <= parameter.plausible[1] <= parameter.valid[1]
    assert parameter.plausible[0] <= parameter.default <= parameter.plausible[1]
    assert parameter.unit.strip() and parameter.source.strip()
    assert parameter.meaning.endswith(".") and parameter.meaning[0].isupper()
    if parameter.role == "constant":
        assert parameter.plausible[0] == parameter.plausible[1]
    else:
        assert parameter.plausible[0] < parameter.plausible[1]
    assert all(name in PARAMETERS and name != parameter.name for name, _ in parameter.needs)
    assert all(PARAMETERS[name].valid[0] <= value <= PARAMETERS[name].valid[1] for name, value in parameter.needs)


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_is_read_by_the_population_or_a_stage(name):
    read = set()
    for module in [one for one in MODULES if one.startswith(("model.stages", "model.population"))]:
        for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                read.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                read.add(node.value)
    assert name in read


def test_every_group_and_role_has_a_parameter():
    assert {parameter.group for parameter in PARAMETERS.values()} == set(GROUPS)
    assert {parameter.role for parameter in PARAMETERS.values()} == set(ROLES)
