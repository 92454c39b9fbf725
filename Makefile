PY := .venv/bin/python
PYTEST := .venv/bin/pytest -q
# Tests never touch the data of an installation.
test test-fast pictures mutations: export ZHIHENG_DATA_DIR = $(CURDIR)/var/test
# What Python compiles is kept for the next worker, the other database, the browser and every process a test starts.
test test-fast pictures: export PYTHONDONTWRITEBYTECODE =
test test-fast pictures: export PYTHONPYCACHEPREFIX = $(CURDIR)/var/pycache

.PHONY: help demo setup serve test test-fast pictures mutations browser bench torture load lint lock clean

help: ## list what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup: .venv/.installed zhiheng/ui/static/vendor/.built ## virtual environment, locked dependencies, page assets

.venv/.installed: requirements-dev.lock pyproject.toml
	test -x $(PY) || python3 -m venv .venv
	.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	.venv/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(PY) -m zhiheng.screening.engine.jit
	touch $@

zhiheng/ui/static/vendor/.built: package-lock.json zhiheng/ui/assets.py zhiheng/ui/echarts.mjs .venv/.installed
	.venv/bin/npm ci --no-audit --no-fund --loglevel=error
	$(PY) -m zhiheng.ui.assets
	touch $@

demo: setup ## load the demonstration year, print its figures, write the report and serve on 127.0.0.1:8000
	.venv/bin/zhiheng demo

serve: setup ## serve what is in the data directory
	.venv/bin/zhiheng serve

# One more than there are processors: journeys wait for a browser, PostgreSQL's tests for its server, others for processes they start.
WORKERS = $(shell expr $$(nproc) + 1)
SPREAD = -n $(WORKERS) --dist worksteal

test: setup lint browser ## everything: lint, law book, tests on SQLite and PostgreSQL, browser journeys
	$(MAKE) test-fast
	$(PYTEST) tests/e2e $(SPREAD)

pictures: setup browser ## the browser journeys, with pictures of the pages they see in tests/e2e/screenshots
	ZHIHENG_PICTURES=1 $(PYTEST) tests/e2e $(SPREAD)

# What each test asks of the database: what PostgreSQL is asked again is chosen by it (tests/cover.py).
ASKED = var/statements
test-fast: setup ## the part without a browser, on both databases
	.venv/bin/zhiheng check_book
	$(PYTEST) -m "not browser" $(SPREAD) --note-statements $(ASKED)
	$(PY) scripts/with_postgres.py $(PYTEST) -m "not browser" $(SPREAD) --covering $(ASKED)

mutations: setup ## plant faults, one after another, and say which the tests without a browser let through
	$(PY) -m tests.mutations

browser: ## Debian's Chromium and Chinese fonts, installed when missing and allowed
	sh scripts/browser.sh

bench: setup ## measure the goals and write docs/benchmarks.md
	$(PY) -m bench

SECONDS = 600
KILLS = 200
MUTATIONS = 20000
OFFICERS = 200
FEW_OFFICERS = 50
torture: setup ## properties at depth, load, kills, races, tampering and mutations, an hour; SECONDS=240 KILLS=60 for a shorter form
	$(PY) -m bench.torture all --seconds $(SECONDS) --kills $(KILLS) --mutations $(MUTATIONS)

load: setup ## 200 officers on PostgreSQL, then 50 on SQLite, ten minutes each and the loading before; SECONDS=90 OFFICERS=40 for a look
	$(PY) scripts/with_postgres.py --durable $(PY) -m bench.torture load --officers $(OFFICERS) --seconds $(SECONDS)
	$(PY) -m bench.torture load --officers $(FEW_OFFICERS) --seconds $(SECONDS)

lock: ## resolve the dependencies again
	.venv/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate -q -o requirements.lock
	.venv/bin/uv pip compile pyproject.toml --group dev --group build --universal --generate-hashes --no-header --no-annotate -q -o requirements-dev.lock

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports

clean: ## remove what was built; data in var/ stays
	rm -rf .venv node_modules zhiheng/ui/static/vendor
