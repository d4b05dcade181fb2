# Lianhu. `make help` lists what there is; docs/development.md explains it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv/bin/python
# One more than the two cores of a small machine: a test that waits for a browser or a lock leaves its core to another.
WORKERS ?= 3
# Whole files, in the order of tests/plugin.py.
DEALT = -n $(WORKERS) --dist loadfile --no-loadscope-reorder
PORT ?= 8000
export PORT

# The first Python that is new enough; PYTHON=/path/to/python chooses another.
FIND_PYTHON = for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if command -v "$$candidate" >/dev/null 2>&1 && \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	found=$$candidate; break; fi; done; \
	if [ -z "$$found" ]; then echo "Lianhu needs Python 3.11 or newer and found none. Remedy: apt-get install python3 python3-venv, or make PYTHON=/path/to/python" >&2; exit 1; fi

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

.PHONY: setup
setup: ## virtual environment with what the portal needs
	@$(FIND_PYTHON); "$$found" governance/project/bootstrap.py

.PHONY: setup-dev
setup-dev: ## the same, with what tests and checks need
	@$(FIND_PYTHON); "$$found" governance/project/bootstrap.py --dev

.PHONY: run
run: setup ## the portal with demo data on http://127.0.0.1:8000 (PORT=...)
	@exec $(VENV) -m governance.project.launch

.PHONY: demo
demo: setup ## load the demo data into the database of `make run` (ARGS=--divisions adds Chongqing)
	@$(VENV) -m governance.project.launch manage migrate --verbosity 0
	@$(VENV) -m governance.project.launch manage createcachetable --verbosity 0
	@$(VENV) -m governance.project.launch manage load_demo $(ARGS)

.PHONY: manage
manage: setup ## a management command on the database of `make run` (ARGS="check_tree")
	@$(VENV) -m governance.project.launch manage $(ARGS)

.PHONY: messages
messages: setup-dev ## merge and compile the translations, and say what is missing
	@LIANHU_TESTING=1 $(VENV) manage.py build_messages --verbosity 2

.PHONY: check
check: setup-dev ## everything but the tests: format, lint, imports, types, templates, settings, messages
	@$(VENV) -m tests.checks

# A run starts hundreds of processes; each would compile the portal anew where the machine forbids to keep bytecode.
test test-long: export PYTHONDONTWRITEBYTECODE :=

.PHONY: test
test: setup-dev ## checks, then all tests on SQLite and on PostgreSQL, with browser (BROWSER=0 leaves it out)
	@$(VENV) -m tests.chromium
	@$(VENV) -m tests.checks
	@$(VENV) -m pytest $(DEALT) --database sqlite
	@$(VENV) tests/with_postgres.py $(VENV) -m pytest $(DEALT) --database postgresql

.PHONY: test-long
test-long: setup-dev ## the whole of what `make test` proves by a part: 2,000 offline histories, 200 kills ... (hours)
	@$(VENV) -m tests.chromium
	@LIANHU_LONG=1 $(VENV) -m pytest -n $(WORKERS) --dist load -m long --database sqlite
	@LIANHU_LONG=1 $(VENV) tests/with_postgres.py $(VENV) -m pytest -n $(WORKERS) --dist load -m long --database postgresql

.PHONY: bench
bench: setup-dev ## lists, tree and import on PostgreSQL beside the bare database (ARGS=--large: 1,000,000 households)
	@$(VENV) tests/with_postgres.py $(VENV) -m tests.bench $(ARGS)

.PHONY: clean
clean: ## remove what was built; the database and its keys stay
	@rm -rf .venv var/static .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage locale/zh_Hans
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@if [ -e var/lianhu.sqlite3 ]; then echo "Kept: var/lianhu.sqlite3 (delete it to start with new demo data)"; fi
