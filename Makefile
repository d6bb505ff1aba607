# Two commands on a fresh machine with Python 3.11 and make: `make demo` and `make test`. Each does its own set-up.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help venv demo up down test test-core test-all check format bench docs-pictures bundle clean

help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: ## Make .venv, or bring it up to date with the requirements files
	@$(PYTHON) demo/bootstrap.py

demo: venv ## Run a real clip through Airflow and print a table of what came out
	@$(BIN)/python -m demo

up: venv ## The same, and leave Airflow and its UI running until Ctrl-C
	@$(BIN)/python -m demo --keep

down: ## Stop a stack that `make up` has left running in another terminal
	@$(PYTHON) demo/down.py

test: venv ## Run the default tests: fast, no services
	@$(BIN)/python provider/console/build.py test
	@$(BIN)/python -m pytest -n auto

test-core: ## Run the tests of the core where Airflow is not installed
	@$(PYTHON) demo/bootstrap.py --venv .local/core-venv requirements-core.txt
	@HYPOTHESIS_PROFILE=few .local/core-venv/bin/python -m pytest -n auto tests/unit/core

test-all: venv ## Run every test that can run here: also real ffmpeg jobs, S3 and Airflow
	@$(BIN)/python -m pytest -m "not benchmark"

check: venv ## Lint, format check, types, import contracts and unused names, in Python and in the console
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/vulture
	@$(BIN)/python provider/console/build.py check

format: venv ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: venv ## Measure jobs beside hand-written ffmpeg commands, and queues beside bare Airflow
	@$(BIN)/python -m pytest -m benchmark -s

docs-pictures: venv ## Take the pictures of the documentation: the pages of the console after the demo's job
	@$(BIN)/python -m demo.pictures

bundle: ## Make the files that Amazon MWAA wants, in dist/mwaa: dags/ with include/, plugins.zip with wheels, requirements.txt
	@$(PYTHON) demo/mwaa_bundle.py $(if $(PYTHON_VERSION),--python-version $(PYTHON_VERSION))

clean: ## Delete what the commands above have made, downloads included
	rm -rf .venv .local provider/console/node_modules provider/src/airflow_provider_media/api/console .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
