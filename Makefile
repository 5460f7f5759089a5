# Colloquy. `make help` lists the targets. Everything is installed into this folder: .venv and node_modules.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
TESTS ?= tests

.PHONY: help llama-server setup up demo test check fmt bench bench-grading bench-injection bench-ranking compliance faults hostile screenshots samples messages lock vendor clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .make/python .make/vendor ## Install what is missing (Python packages, browser libraries)

.make/python: requirements.lock pyproject.toml
	@mkdir -p .make
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Python packages…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src
	@touch $@

.make/vendor: .make/python package-lock.json scripts/copy_vendor.py src/colloquy/web/icons.py
	@echo "Installing browser libraries…"
	@$(BIN)/python scripts/npm.py ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@$(BIN)/python scripts/copy_vendor.py
	@touch $@

vendor: ## Copy the pinned browser libraries again
	@rm -f .make/vendor && $(MAKE) --no-print-directory .make/vendor

up: setup ## Start the whole product on http://127.0.0.1:8000
	@$(BIN)/colloquy up

demo: setup ## Do the main job on the sample recordings, in the terminal
	@$(BIN)/colloquy demo

test: setup ## Run the tests
	@$(BIN)/python -m pytest $(TESTS) -n 2 --dist loadgroup -q

check: setup ## Format, lint, types, import contracts: what CI runs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fmt: setup ## Format the code and mend what can be mended
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: setup ## Measure; each figure beside its bare limit, in one run
	@$(BIN)/python -m tests.bench

bench-ranking: setup ## Rank strong, middling and weak answers by the rules; how often that is a person's order
	@$(BIN)/colloquy bench ranking

bench-injection: setup ## Attempts to raise a mark: how many are found, what they gain with the rules
	@$(BIN)/colloquy bench injection

bench-grading: setup ## Compare marks of short answers with people's, held out; FILE=answers.csv
	@$(BIN)/colloquy bench grading --cross-validate --file "$${FILE:-$${COLLOQUY_GRADING_FILE:-var/graded_short_answers.csv}}"

faults: setup ## Kill workers and databases, fill disks, cut uploads, send commands in any order: the long forms
	@COLLOQUY_FAULTS=long $(BIN)/python -m pytest tests/browser/test_room_whole.py -q -n 0
	@COLLOQUY_FAULTS=long $(BIN)/python -m pytest tests/attack -q -n 0
	@COLLOQUY_EXAMPLES=300 $(BIN)/python -m pytest tests/contexts/sessions/test_any_order.py -q -n 0
	@COLLOQUY_FAULTS=long $(BIN)/python -m pytest tests/faults -q -n 0

llama-server: setup ## Build a real model server for the tests that talk to one (needs CMake and a C++ compiler)
	@$(BIN)/python scripts/llama_server.py

hostile: setup ## Send 2,000 hostile files through the pipeline and print one table (many minutes)
	@$(BIN)/python -m tests.hostile

screenshots: setup ## Every screen at 390 and 1440 px, light and dark, from the demo's data
	@$(BIN)/python scripts/screenshots.py

samples: setup ## Make the sample recordings again (needs flite)
	@$(BIN)/python scripts/make_samples.py

messages: setup ## Bring the catalogues up to date; LANGUAGE=de begins one
	@$(BIN)/python scripts/messages.py --language '$(LANGUAGE)'

compliance: setup ## Make docs/compliance/asvs.md from its table
	@$(BIN)/python scripts/compliance.py

lock: ## Resolve requirements.lock again from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --universal \
	  --python-version 3.11 --quiet --custom-compile-command "make lock" --output-file requirements.lock

clean: ## Forget caches and installed packages; var/ (your data) stays
	@rm -rf .make .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
