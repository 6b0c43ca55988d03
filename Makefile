# `make check` is the gate; `.ci/run` does the same from nothing.
PYTHON ?= .venv/bin/python

.PHONY: check format lint types test snap pictures tables licences bench

check: lint types test

format:
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

lint:
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .

types:
	$(PYTHON) -m mypy
	$(PYTHON) -m mypy --platform win32 -p kistui
	$(PYTHON) -m mypy --platform darwin -p kistui

test:
	$(PYTHON) -m pytest

# Accept changed screens; read the difference before committing it.
snap:
	$(PYTHON) -m pytest tests/tui/test_pictures.py --snapshot-update --numprocesses=0

# Draw the pictures of both READMEs.
pictures:
	$(PYTHON) -m tests.screenshots

# Write the tables of keys in docs and of settings in both READMEs.
tables:
	$(PYTHON) -m tests.tables

# List the licences of all installed packages in docs/licences.md.
licences:
	$(PYTHON) -m tests.licences

# Measure kistui beside its targets into docs/bench.md; QUICK=--quick takes four minutes.
bench:
	$(PYTHON) -m bench $(QUICK)
