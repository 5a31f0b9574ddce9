# custody: `make demo` and `make test` set up what they need. On a fresh machine: python3 (with venv) and make.

PYTHON ?= python3
JOBS   ?= auto

# Which coverage makes `make test` fail, in percent of lines and branches.
COVERAGE_PURE ?= 100
COVERAGE_REST ?= 95

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
BENCH_BIN := .venv-bench/Scripts
else
BIN := .venv/bin
BENCH_BIN := .venv-bench/bin
endif

# A PYTHON that was asked for is the only one tried; else a newer one beside an old python3 will do.
ifeq ($(origin PYTHON),file)
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11
else
PYTHONS := $(PYTHON)
endif

PURE := custody/errors.py,custody/model/*,custody/report/*,custody/format/*,custody/trust/*,custody/proof/*,custody/verification/*

# Folders of scripts.
SCRIPTS := $(patsubst %/,%,$(sort $(dir $(wildcard benchmarks/*.py examples/*.py tools/*.py))))

# Generated files: each generator remakes them, and with --check only compares.
SCHEMA_GENERATOR := tools/make_schemas.py
VECTOR_GENERATOR := tests/vectors/generate.py

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test lint types layers deps schemas schemas-check spec spec-check vectors vectors-check tests appends bench deep pages custody-machine format lock clean

help:           ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

# --------------------------------------------------------------------------------------------------- set up
# $(call venv,FOLDER,BIN,REQUIREMENTS): an environment with the locked distributions, or a reason why not.
define venv
	@if [ -x $(2)/python ]; then exit 0; fi; \
	for python in $(PYTHONS); do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "python: expected 3.11 or later, found none of: $(PYTHONS)"; \
	    echo "hint: make PYTHON=/path/to/python3.12"; exit 4; \
	fi; \
	echo "$(1): $$($$found --version), $(3)"; \
	$$found -m venv --clear $(1) || { rm -rf $(1); echo "hint: install python3-venv, then run make again"; exit 4; }
	@$(2)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(3)
endef

setup: .venv/.stamp ## the environment for everything else, from the lock

.venv/.stamp: pyproject.toml requirements/dev.txt
	$(call venv,.venv,$(BIN),requirements/dev.txt)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

.venv-bench/.stamp: requirements/bench.txt
	$(call venv,.venv-bench,$(BENCH_BIN),requirements/bench.txt)
	@touch $@

# ---------------------------------------------------------------------------------------------------- checks
demo: setup     ## seal example evidence, stamp it, verify it, tamper with a copy
	@$(BIN)/python -m examples.demo

test: lint types layers deps schemas-check spec-check vectors-check tests ## everything that must hold before a change lands

lint: setup     ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup    ## mypy, strict
	$(BIN)/mypy conftest.py custody tests $(SCRIPTS)

layers: setup   ## import-linter: the layers of the design
	$(BIN)/lint-imports --no-logo

deps: setup     ## deptry: nothing undeclared, nothing unused
	$(BIN)/deptry custody

schemas-check: setup ## the JSON Schemas are what their generator makes
	@if [ -f $(SCHEMA_GENERATOR) ]; then $(BIN)/python $(SCHEMA_GENERATOR) --check; fi

spec-check: setup ## the generated parts of the specification are what the code says
	@$(BIN)/python -m tools.make_spec --check

vectors-check: setup ## the test vectors are what their generator makes
	@if [ -f $(VECTOR_GENERATOR) ]; then $(BIN)/python $(VECTOR_GENERATOR) --check; fi

schemas: setup  ## remake the JSON Schemas
	@$(BIN)/python $(SCHEMA_GENERATOR)

spec: setup     ## remake the generated parts of the specification
	@$(BIN)/python -m tools.make_spec

vectors: setup  ## remake the test vectors
	@$(BIN)/python $(VECTOR_GENERATOR)

# The laws run beside it, unmeasured: thousands of examples of one fact take three times as long when each line is counted.
tests: setup    ## pytest with branch coverage
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(JOBS) --dist loadfile --ignore tests/laws
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile tests/laws
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=$(COVERAGE_PURE) --include='$(PURE)'
	$(BIN)/coverage report --fail-under=$(COVERAGE_REST) --omit='$(PURE)'

deep: setup     ## the properties with 10,000 examples each, and the attacks that take minutes
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -n $(JOBS) --dist loadfile tests/laws tests/attacks

appends: setup  ## 8 writers of one log, 250 events each, one of them killed every second
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -s -k two_thousand tests/attacks/test_appending_at_risk.py

custody-machine: setup ## 10,000 stories of honest and 10,000 of dishonest custodians, against a model of the rules
	CUSTODY_RUNS=10000 $(BIN)/python -m pytest tests/laws/test_custody_machine.py

pages: setup    ## pages under axe-core in a browser (needs npm and chromium)
	@mkdir -p build/axe && cp tests/axe/package.json tests/axe/package-lock.json build/axe/
	npm ci --silent --no-audit --no-fund --ignore-scripts --prefix build/axe
	CUSTODY_AXE=build/axe/node_modules/axe-core/axe.min.js $(BIN)/python -m pytest tests/interop/test_pages_by_axe.py

bench: setup .venv-bench/.stamp ## timings against the tools that people use today
	$(BIN)/python -m benchmarks.run --peers $(BENCH_BIN)

# ------------------------------------------------------------------------------------------------------ care
format: setup   ## let ruff write the format and its safe fixes
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock:           ## renew requirements/*.txt (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock' \
	    --upgrade --all-extras --group dev -o requirements/dev.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock' \
	    --upgrade -c requirements/dev.txt -o requirements/core.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock' \
	    --upgrade --group bench -o requirements/bench.txt

clean:          ## remove everything that make made
	rm -rf .venv .venv-bench .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find custody tests examples -name __pycache__ -prune -exec rm -rf {} +
