"""The set-up: which Python it takes, what it installs, and that it names no machine."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FINDER = ROOT / "scripts" / "find_python.sh"
NOT_CODE = {"tests", "benchmarks", "docs", "scripts", "results", "build", "dist"}

posix_only = pytest.mark.skipif(os.name != "posix", reason="make and its shell scripts are not for Windows")


def find_python(folder, *, named=""):
    """Run the finder with nothing on PATH but the commands it uses and the Pythons in one folder."""
    tools = folder.parent / "tools"
    tools.mkdir(exist_ok=True)
    for tool in ("sh", "sed", "grep", "head", "cut"):
        link = tools / tool
        if not link.exists():
            link.symlink_to(find_tool(tool))
    return subprocess.run(
        ["sh", FINDER, *([named] if named else [])],
        env={"PATH": f"{folder}{os.pathsep}{tools}"},
        capture_output=True,
        text=True,
    )


def find_tool(name):
    """The path of a command on the real PATH."""
    for folder in os.environ["PATH"].split(os.pathsep):
        if os.access(Path(folder) / name, os.X_OK):
            return Path(folder) / name
    raise FileNotFoundError(name)


def fake_python(folder, name, *, version=None, without=()):
    """Put on disk a Python that claims another version, lacks modules, or, with neither, does not run.

    Parameters
    ----------
    folder : pathlib.Path
        Where to put it.
    name : str
        Its name, such as ``python3``.
    version : tuple of int, optional
        What ``sys.version_info`` says in it.
    without : tuple of str
        Modules that cannot be imported in it.
    """
    folder.mkdir(exist_ok=True)
    executable = folder / name
    if version is None:
        lines = ["#!/bin/sh", f"echo 'pyenv: {name}: command not found' >&2", "exit 127"]
    else:
        # The finder calls: python -c PROBE
        pretence = folder / f"{name}.py"
        pretence.write_text(
            "import sys\n"
            f"sys.version_info = {version!r}\n"
            f"sys._base_executable = {str(executable)!r}\n"
            f"sys.modules.update(dict.fromkeys({tuple(without)!r}))\n"
            "exec(sys.argv[2])\n"
        )
        lines = ["#!/bin/sh", f"""exec '{sys.executable}' '{pretence}' "$@" """]
    executable.write_text("\n".join(lines) + "\n")
    executable.chmod(0o755)
    return executable


def only_sentence(result):
    """What the finder said when it refused: one line that ends as a sentence."""
    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.endswith(".")
    return line


@posix_only
class TestFindPython:
    def test_takes_a_suitable_python(self, tmp_path):
        python = fake_python(tmp_path / "bin", "python3.13", version=(3, 13, 0))
        assert find_python(tmp_path / "bin").stdout == f"{python}\n"

    def test_prefers_3_13_to_whatever_python3_is(self, tmp_path):
        fake_python(tmp_path / "bin", "python3", version=(3, 14, 0))
        python = fake_python(tmp_path / "bin", "python3.13", version=(3, 13, 0))
        assert find_python(tmp_path / "bin").stdout == f"{python}\n"

    def test_passes_over_a_shim_that_does_not_run(self, tmp_path):
        fake_python(tmp_path / "bin", "python3.13")
        python = fake_python(tmp_path / "bin", "python3", version=(3, 12, 1))
        assert find_python(tmp_path / "bin").stdout == f"{python}\n"

    def test_takes_a_path_with_spaces(self, tmp_path):
        python = fake_python(tmp_path / "my programs", "python3.12", version=(3, 12, 1))
        assert find_python(tmp_path / "my programs").stdout == f"{python}\n"

    def test_tries_only_the_python_named(self, tmp_path):
        fake_python(tmp_path / "bin", "python3.13", version=(3, 13, 0))
        old = fake_python(tmp_path / "elsewhere", "python", version=(3, 11, 7))
        said = only_sentence(find_python(tmp_path / "bin", named=str(old)))
        assert "is too old (3.11.7)" in said

    def test_refuses_a_python_that_is_too_old(self, tmp_path):
        fake_python(tmp_path / "bin", "python3", version=(3, 11, 7))
        said = only_sentence(find_python(tmp_path / "bin"))
        assert "is too old (3.11.7): install Python 3.13" in said

    def test_refuses_a_python_that_is_too_new(self, tmp_path):
        fake_python(tmp_path / "bin", "python3", version=(3, 15, 0))
        said = only_sentence(find_python(tmp_path / "bin"))
        assert "is too new (3.15.0): install Python 3.13" in said

    def test_refuses_a_python_without_venv(self, tmp_path):
        fake_python(tmp_path / "bin", "python3", version=(3, 12, 1), without=("ensurepip",))
        said = only_sentence(find_python(tmp_path / "bin"))
        assert "lacks the venv module" in said
        assert "apt install python3.12-venv" in said

    def test_names_the_lack_of_venv_rather_than_an_older_python(self, tmp_path):
        fake_python(tmp_path / "bin", "python3.12", version=(3, 12, 1), without=("ensurepip",))
        fake_python(tmp_path / "bin", "python3", version=(3, 11, 7))
        assert "lacks the venv module" in only_sentence(find_python(tmp_path / "bin"))

    def test_says_when_there_is_no_python(self, tmp_path):
        (tmp_path / "bin").mkdir()
        assert "no Python that runs was found" in only_sentence(find_python(tmp_path / "bin"))


def project_files():
    """The files git tracks or would track; all files where this is no git repository."""
    git = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if git.returncode == 0:
        names = {Path(name) for name in git.stdout.split("\0") if name}
    else:
        names = {path.relative_to(ROOT) for path in ROOT.rglob("*")}
    made_here = {".git", ".venv", "__pycache__", "netralitas.egg-info"}
    return sorted(name for name in names if (ROOT / name).is_file() and not made_here.intersection(name.parts))


def setuptools_settings():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def test_every_package_is_installed():
    packages = {
        ".".join(name.parent.parts)
        for name in project_files()
        if name.suffix == ".py" and len(name.parts) > 1 and name.parts[0] not in NOT_CODE | {".ci"}
    }
    assert packages == set(setuptools_settings()["packages"])


def test_every_data_file_is_installed():
    settings = setuptools_settings()
    installed = {
        path.relative_to(ROOT)
        for package, patterns in settings["package-data"].items()
        for pattern in patterns
        for path in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    rooms = {package.split(".")[0] for package in settings["packages"]}
    data = {name for name in project_files() if name.parts[0] in rooms and name.suffix != ".py"}
    assert data <= installed


def test_constraints_pin_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    pinned = {
        line.split("==")[0].lower()
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    assert {re.match(r"[\w-]+", requirement)[0].lower() for requirement in wanted} - {project["name"]} <= pinned


def test_no_file_names_a_machine_or_a_registry():
    # In pieces, so that this file does not name them either.
    homes = "|".join(["root", "work", r"home/\w+", r"Users/\w+", "opt/" + "pypi"])
    hosts = "|".join(["py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.org", "deb" + r"ian\.org"])
    telling = re.compile(rf"(?<![\w./~-])/(?:{homes})/|(?:{hosts})", re.IGNORECASE)
    found = []
    for name in project_files():
        text = (ROOT / name).read_bytes().decode("utf-8", errors="ignore")
        found += [f"{name}: {match[0]}" for match in telling.finditer(text)]
    assert found == []
