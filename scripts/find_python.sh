#!/bin/sh
# Print the path of a Python that can set up the project, or one sentence that says what to install.
#
#     find_python.sh [PYTHON]
#
# With PYTHON (a name or a path) only that one is tried. Otherwise each name below is tried everywhere on PATH:
# a pyenv shim may exist and refuse to run while a later folder holds one that works.

wanted="Python 3.12 or 3.13"
names="python3.13 python3.12 python3 python"

# Says one line about the Python that runs it: "good|old|new|bare", its version, its path.
# "bare" is one without what makes virtual environments, as Debian packages it.
probe='
import sys
version = ".".join(str(part) for part in sys.version_info[:3])
verdict = "good"
if sys.version_info < (3, 12):
    verdict = "old"
elif sys.version_info >= (3, 15):
    verdict = "new"
else:
    try:
        import ensurepip, venv
    except ImportError:
        verdict = "bare"
# Inside an activated environment, the Python it was made from: the environment may be about to be rebuilt.
executable = getattr(sys, "_base_executable", None) or sys.executable
print("|".join([verdict, version, executable]))
'

candidates() {
    if [ -n "$1" ]; then
        command -v "$1"
        return
    fi
    for name in $names; do
        (
            IFS=:
            set -f
            for folder in $PATH; do
                [ -x "$folder/$name" ] && printf '%s\n' "$folder/$name"
            done
        )
    done
}

reports=$(
    candidates "$1" | while IFS= read -r candidate; do
        "$candidate" -c "$probe" </dev/null 2>/dev/null | grep '^[a-z]*|[0-9.]*|.'
    done
)

# The path of the first report with this verdict, or its version.
path_of() { printf '%s\n' "$reports" | sed -n "s/^$1|[^|]*|//p" | head -n 1; }
version_of() { printf '%s\n' "$reports" | sed -n "s/^$1|\([^|]*\)|.*/\1/p" | head -n 1; }

give_up() {
    printf '%s\n' "$1" >&2
    exit 1
}

if [ -n "$(path_of good)" ]; then
    path_of good
elif [ -n "$(path_of bare)" ]; then
    short=$(version_of bare | cut -d . -f 1-2)
    give_up "Python $(version_of bare) at $(path_of bare) lacks the venv module: install it (on Debian and Ubuntu: apt install python$short-venv) and run make again."
elif [ -n "$(path_of old)" ]; then
    give_up "Netralitas needs $wanted, and the Python at $(path_of old) is too old ($(version_of old)): install Python 3.13, or name one with 'make setup PYTHON=/path/to/python3.13'."
elif [ -n "$(path_of new)" ]; then
    give_up "Netralitas needs $wanted, and the Python at $(path_of new) is too new ($(version_of new)): install Python 3.13, or name one with 'make setup PYTHON=/path/to/python3.13'."
elif [ -n "$1" ]; then
    give_up "Netralitas needs $wanted, and '$1' is not a Python that runs: install Python 3.13, or name another with 'make setup PYTHON=/path/to/python3.13'."
else
    give_up "Netralitas needs $wanted, and no Python that runs was found: install Python 3.13, or name one with 'make setup PYTHON=/path/to/python3.13'."
fi
