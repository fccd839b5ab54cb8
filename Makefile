# The Sustainable Procurement Cupboard. `make run` serves the wiki, `make test` runs all tests.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
VENV := .venv
BIN := $(VENV)/bin
# What is installed is out of date as soon as one of these changes.
SOURCES_OF_INSTALL := setup.cfg pyproject.toml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run install test test-moin docs screenshots bench-index bench-browse bench-kept bench-readers messages clean

help:
	@echo 'make run          serve the wiki at http://$(HOST):$(PORT); makes it the first time'
	@echo '                  (PORT=8081 and HOST=0.0.0.0 choose another address)'
	@echo 'make install      only install what that needs, into $(VENV)'
	@echo 'make test         run all tests (ARGS="-k form" passes arguments to pytest)'
	@echo 'make test-moin    run the tests of Moin itself, without and with the parts of the Cupboard'
	@echo 'make docs         build the documentation into build/docs'
	@echo 'make screenshots  make its pictures anew, with Chromium'
	@echo 'make bench-index  measure the index against the one of Moin'
	@echo 'make bench-browse measure lists, facets and search (N=1000,10000 chooses sizes)'
	@echo 'make bench-kept   measure pages for anonymous readers beside stock Moin (N=10000)'
	@echo 'make bench-readers  measure what readers wait for over a slow link'
	@echo 'make messages     bring the catalogues of other languages up to date with the texts (LANGUAGE=fr begins one)'
	@echo 'make clean        delete what can be made again; the wiki stays'

install: $(VENV)/installed

run: $(VENV)/installed
	@$(BIN)/cupboard init --if-absent
	@$(BIN)/cupboard serve --host $(HOST) --port $(PORT)

test: $(VENV)/installed-test
	@$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

test-moin: $(VENV)/installed-test
	@$(BIN)/python -m tests.moin_suite $(ARGS)

docs: $(VENV)/installed-docs
	@$(BIN)/python -m sphinx -W --keep-going -n -q -b html -d build/doctrees docs build/docs
	@echo 'The documentation is in build/docs/index.html'

screenshots: $(VENV)/installed-docs $(VENV)/installed-test
	@$(BIN)/python -m docs.screenshots $(ARGS)

bench-index: $(VENV)/installed-test
	@$(BIN)/python -m benchmarks.index $(ARGS)

bench-browse: $(VENV)/installed-test
	@$(BIN)/python -m benchmarks.browse $(ARGS)

bench-kept: $(VENV)/installed-test
	@$(BIN)/python -m benchmarks.kept $(ARGS)

bench-readers: $(VENV)/installed-test
	@$(BIN)/python -m benchmarks.readers $(ARGS)

messages: $(VENV)/installed-test
	@mkdir -p build
	@$(BIN)/pybabel -q extract --mapping=pyproject.toml --keyword=L_ --keyword=N_:1,2 --add-comments=L10n: \
	  --add-location=file --sort-output --project=Cupboard --output=build/messages.pot \
	  plugin macros parsers themes wikiconfig.py
	@$(if $(LANGUAGE),$(BIN)/pybabel init --input-file=build/messages.pot --output-dir=plugin/translations --locale=$(LANGUAGE))
	@$(BIN)/pybabel update --input-file=build/messages.pot --output-dir=plugin/translations --domain=messages \
	  --no-fuzzy-matching --ignore-pot-creation-date --width=120

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .hypothesis benchmarks/out
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The Cupboard needs Python 3.11 or newer; $(PYTHON) is" \
	    "$$($(PYTHON) --version 2>/dev/null || echo missing). Name another: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'Python has no venv module. On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@echo 'Making $(VENV) ...'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# A stamp is touched last, so that an interrupted installation is done again.
$(VENV)/installed: $(VENV)/bin/python $(SOURCES_OF_INSTALL)
	@echo 'Installing the Cupboard into $(VENV) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/bin/python $(SOURCES_OF_INSTALL)
	@echo 'Installing the Cupboard and what its tests need into $(VENV) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-docs: $(VENV)/bin/python $(SOURCES_OF_INSTALL)
	@echo 'Installing the Cupboard and what its documentation needs into $(VENV) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@ $(VENV)/installed
