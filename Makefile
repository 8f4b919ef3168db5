# Everything runs in .venv, made from requirements.lock; nothing else on the machine changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
YEAR ?= 2022
LANGUAGE ?= zh
export UV_COMPILE_BYTECODE = 1
# Certificates are the system's and the index is pip's, as uv would not have them of itself.
export UV_SYSTEM_CERTS = 1
INDEX = $${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null)}}
UV = index="$(INDEX)"; VIRTUAL_ENV=$(abspath $(VENV)) $${index:+env UV_DEFAULT_INDEX="$$index"} $(BIN)/uv pip

.PHONY: help setup brief test lint notebooks docs extras lab lock clean

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/.ready ## Make .venv from the lock file (a minute or two)

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8'
	@$(UV) sync --quiet requirements.lock
	@$(UV) install --quiet --no-deps --editable .
	@touch $@

brief: setup ## Make the yearly brief of the bundled reports (YEAR=2022 LANGUAGE=zh)
	@$(BIN)/ogi brief --year $(YEAR) --language $(LANGUAGE)

test: setup ## Run the tests, and every notebook against its stored outputs
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest -p nbval.plugin --nbval --nbval-sanitize-with notebooks/sanitize.cfg notebooks

lint: setup ## Check style, types and the layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

notebooks: setup ## Run the notebooks and store their outputs
	$(BIN)/python notebooks/refresh.py

docs: setup ## Build the documentation site, site/index.html
	$(BIN)/python -m sphinx -q -W --keep-going docs site
	@echo site/index.html

extras: setup ## Add what reading scans and running on a cluster need
	@$(UV) install --quiet --constraint requirements.lock \
	  --editable '.[ocr,dask]'

lab: setup ## Open JupyterLab on a guided first hour
	$(BIN)/jupyter lab --ServerApp.root_dir=. notebooks/start_here.ipynb

lock: setup ## Renew requirements.lock from pyproject.toml
	@$(UV) compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
	  --group dev pyproject.toml --output-file requirements.lock

clean: ## Remove .venv and what was made
	rm -rf $(VENV) briefs site

docs/codebook.md: setup $(wildcard toolkit/codebook/*.csv) ## Renew the page made from the codebook
	$(BIN)/ogi codebook > $@
