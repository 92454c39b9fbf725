PY := .venv/bin/python

.PHONY: help demo setup serve test test-fast bench lint lock clean

help: ## list what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup: .venv/.installed zhiheng/ui/static/vendor/.built ## virtual environment, locked dependencies, page assets

.venv/.installed: requirements-dev.lock pyproject.toml
	test -x $(PY) || python3 -m venv .venv
	.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	.venv/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

zhiheng/ui/static/vendor/.built: package-lock.json .venv/.installed
	.venv/bin/npm ci --no-audit --no-fund --loglevel=error
	$(PY) -m zhiheng.ui.assets
	touch $@

demo: setup ## load the demonstration year, print its figures, write the report and serve on 127.0.0.1:8000
	.venv/bin/zhiheng demo

serve: setup ## serve what is in the data directory
	.venv/bin/zhiheng serve

lock: ## resolve the dependencies again
	.venv/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate -q -o requirements.lock
	.venv/bin/uv pip compile pyproject.toml --group dev --group build --universal --generate-hashes --no-header --no-annotate -q -o requirements-dev.lock

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports

clean: ## remove what was built; data in var/ stays
	rm -rf .venv node_modules zhiheng/ui/static/vendor
