# Needs make and Python 3.12 or 3.13 with pip. 'make help' lists what there is.

PYTHON ?=
PORT ?=

BIN := .venv/bin
READY := .venv/ready

# .venv/ready is written last and holds this folder's path: a set-up that was cut short, a moved folder and
# a Python that is gone are all noticed here, and .venv is then built anew.
ifneq ($(shell cat $(READY) 2>/dev/null && $(BIN)/python -c "" 2>/dev/null && echo works),$(CURDIR) works)
.PHONY: $(READY)
BUILD_ANEW := yes
endif

.DEFAULT_GOAL := help
.PHONY: help setup app test test-slow test-all bench clean

help:
	@echo "make app         start the app and say where to open it (PORT=8080 make app picks the port)"
	@echo "make test        the tests, without the slow ones"
	@echo "make test-slow   the slow tests"
	@echo "make test-all    all tests"
	@echo "make bench       measure speed and memory here and write benchmarks/RESULTS.md (about half an hour)"
	@echo "make setup       install into .venv what the above need (they do it themselves)"
	@echo "make clean       remove .venv and everything else that was made here"

setup: $(READY)

$(READY): pyproject.toml constraints.txt
ifdef BUILD_ANEW
	@python=$$(sh scripts/find_python.sh '$(PYTHON)') || exit 1; \
	echo "Setting up .venv with $$python: about 1.6 GB, a few minutes, only this once."; \
	rm -rf .venv && "$$python" -m venv .venv
endif
	@rm -f $@
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,bench]'
	@echo "Compiling the model: about half a minute, only after set-up and after changes to the model."
	@$(BIN)/python -c "from model import BureaucracyModel; BureaucracyModel('laboratory').step()"
	@printf '%s\n' '$(CURDIR)' > $@

app: setup
	@$(BIN)/netralitas app $(if $(PORT),--port $(PORT))

test: setup
	$(BIN)/python -m pytest -m "not slow"

# pytest says 5 where no test is slow; that is no failure.
test-slow: setup
	$(BIN)/python -m pytest -m slow || test $$? -eq 5

test-all: setup
	$(BIN)/python -m pytest

bench: setup
	@$(BIN)/netralitas bench --out benchmarks/RESULTS.md

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
