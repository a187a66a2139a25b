# make run    own virtual environment, install, the pipeline over raw/, and what was found
# make test   format, lint, types, tests: what CI runs; it changes nothing
# make fix    format and mend what can be mended by machine
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test check fix bench bench-large bench-all notebook lock samples clean

run: $(VENV)/.run
	$(BIN)/pipeline run

test: $(VENV)/.dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/pytest -n auto

fix: $(VENV)/.dev
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks.report --write

# The same up to 10,000 submissions: half an hour of one core.
bench-large: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks.report --write --submissions 1 10 100 1000 10000

# Each subject on its own: ratios to what others use.
bench-all: $(VENV)/.dev
	for bench in tests/benchmarks/bench_*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

notebook: $(VENV)/.dev
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks

samples: $(VENV)/.dev
	$(BIN)/python raw/_sources/build.py

# Pins and hashes of everything; the second file agrees with the first.
lock: $(VENV)/.dev
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml --extra ocr --extra review --group build $(COMPILE) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --all-extras --group build --constraint requirements.lock $(COMPILE) -o requirements-dev.lock
COMPILE := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

# Compiled here, once: where PYTHONDONTWRITEBYTECODE is set, every run would do it again.
$(VENV)/.run: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-build-isolation --no-deps --editable .
	$(BIN)/python -m compileall -q pipeline
	touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-build-isolation --no-deps --editable .
	$(BIN)/python -m compileall -q pipeline
	touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) extracted/pages extracted/sections extracted/mentions extracted/run.json
