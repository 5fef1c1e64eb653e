# Jalur. `make help` lists what there is; everything works on a fresh machine with Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
.DEFAULT_GOAL := help
.PHONY: help setup run demo fmt format lint types arch static test test-browser check screenshots words lock

help: ## Show what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) ## Make .venv with everything that Jalur and its tests need, by locked hashes

$(STAMP): requirements-dev.lock pyproject.toml $(addprefix adapters/web/assets/,package-lock.json app.scss app.js)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Jalur needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m adapters.web.building
	@touch $(STAMP)

run: setup ## Fill an office with two days' work (once), then serve it until Ctrl-C
	$(BIN)/jalur demo --days 2 --dossiers 80 --if-empty
	$(BIN)/jalur up

demo: setup ## Five simulated working days of a city's office, in a folder of its own
	JALUR_HOME=$${JALUR_HOME:-var/demo} $(BIN)/jalur demo --days 5

fmt: setup ## Write the code in its one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

format: setup ## Check the format
	$(BIN)/ruff format --check .

lint: setup ## Check for likely mistakes
	$(BIN)/ruff check .

types: setup ## Check types, strictly
	$(BIN)/mypy

arch: setup ## Check that imports go flows -> adapters -> lanes -> domain, and the configuration
	$(BIN)/lint-imports
	$(BIN)/jalur config check

static: format lint types arch ## Everything of check but the tests

test: setup ## Run every test but those in a browser, on all cores
	$(BIN)/pytest -n logical --dist loadfile --no-loadscope-reorder -m "not browser"

test-browser: setup ## Run the tests in a real browser; finds a Chromium, or installs Debian's
	$(BIN)/python tests/browser/chromium.py
	$(BIN)/pytest tests/browser

check: static test test-browser ## What CI runs

screenshots: setup ## Pictures of the main pages into docs/screenshots, of the office that `make run` serves
	$(BIN)/python tests/browser/screenshots.py $${JALUR_WEB:-http://127.0.0.1:8000}

words: setup ## Bring the catalogues of the pages' words up to date
	$(BIN)/python -m adapters.web.catalogues

lock: setup ## Renew both lock files (with hashes, without index addresses)
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --group dev pyproject.toml -o requirements-dev.lock
