# make check   the fast set: style, types, layers, tests          (what the README's test command runs)
# make full    all of it: the slow tests, all measurements, fuzzing; docs/full-run.md says how it ended (hours)
# make samples the sample contracts' PDF and DOCX made again from their sources (needs LibreOffice)
# make format  the code set as `make check` wants it
#
# Each target makes .venv first when it is not there or pyproject.toml is newer.
# Another interpreter: make check PYTHON=python3.13   Another place for it: make check VENV=/somewhere

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= auto

CHECKED := dpa_checker tests sample_contracts $(wildcard api benchmarks)

.DEFAULT_GOAL := check
.DELETE_ON_ERROR:
.PHONY: venv style types layers security dependencies check full accuracy speed fuzz samples format clean

venv: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "dpa-checker needs Python 3.11 to 3.13: make PYTHON=python3.13 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

style: $(STAMP)
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

security: $(STAMP)
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml $(wildcard dpa_checker api)

# Known flaws of what is installed; asks the advisory database, so it wants the network.
dependencies: $(STAMP)
	$(BIN)/python -m benchmarks.full.dependencies

# pytest comes last, so that its summary is the closing line.
check: $(STAMP)
	@$(MAKE) --no-print-directory style types layers security
	@$(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow"

full: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench,ocr]'
	$(BIN)/python -m benchmarks.full --output docs/full-run.md --date "$$(date +%Y-%m-%d)"

accuracy: $(STAMP)
	@if [ -d benchmarks/accuracy ]; then $(BIN)/python -m benchmarks.accuracy; \
	else echo "benchmarks/accuracy is not there: left out"; fi

# The speed floor is a tokeniser of the bench extra.
speed: $(STAMP)
	@if [ -d benchmarks/speed ]; then \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]' && \
	  $(BIN)/python -m benchmarks.speed; \
	else echo "benchmarks/speed is not there: left out"; fi

fuzz: $(STAMP)
	@if [ -d benchmarks/fuzz ]; then $(BIN)/python -m benchmarks.fuzz; \
	else echo "benchmarks/fuzz is not there: left out"; fi

samples:
	$(PYTHON) sample_contracts/build.py

format: $(STAMP)
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

clean:
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
