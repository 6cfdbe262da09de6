# What there is to do here; `make` alone lists it. Needs Python 3.11+, make and a package index.
.DEFAULT_GOAL := help
.SUFFIXES:
SHELL := /bin/sh

VENV := .venv
PYTHON := $(VENV)/bin/python
# A change of the pins is a new name, so the set-up runs again then, and only then.
PINS := $(shell cat requirements.txt requirements-dev.txt | cksum | tr -cd '0-9')
RUN_READY := $(VENV)/ready-to-run-$(PINS)
TEST_READY := $(VENV)/ready-to-test-$(PINS)
PEERS := $(VENV)-peers
PEERS_READY := $(PEERS)/ready-$(shell cksum < benchmarks/peers/requirements.txt | tr -cd '0-9')

VAR ?= var
HOST ?= 127.0.0.1
PORT ?= 8000
DEMO ?= 1
DATA ?=

.PHONY: help run test lint types drill bench peers screenshots clean

help: ## this list
	@echo 'make TARGET'
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-14s%s\n", $$1, $$2 }'

run: $(RUN_READY) ## set up, migrate and start the service (HOST=, PORT=, VAR=, DEMO=0)
	@MODERATION_VAR='$(VAR)' exec $(PYTHON) -m moderation serve --host '$(HOST)' --port '$(PORT)' $(if $(filter 0,$(DEMO)),--no-demo)

test: $(TEST_READY) lint types ## set up, then lint, types and every test
	$(PYTHON) -m pytest -m 'not drill' --numprocesses auto --maxprocesses 4 --dist worksteal

lint: $(TEST_READY) ## ruff: style, and format as it should be
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types: $(TEST_READY) ## mypy, strict
	$(PYTHON) -m mypy

drill: $(TEST_READY) ## slow fault drills: kill -9 and the like
	@$(PYTHON) -m pytest -m drill; code=$$?; \
	if [ $$code = 5 ]; then echo 'There are no drills yet.'; else exit $$code; fi

bench: $(TEST_READY) ## speed and memory against their floors and a peer (build/benchmarks.json)
	@$(MAKE) --no-print-directory $(PEERS_READY) || \
	  echo 'THE PEER HAS NO ENVIRONMENT, as the lines above say: it will be skipped.' >&2
	@$(PYTHON) -m benchmarks run --peer $(PEERS)/bin/python --json build/benchmarks.json

peers: $(TEST_READY) $(PEERS_READY) ## an environment for other packages to be measured in; measures with DATA=folder
	@echo 'PYTHON of the peers: $(PEERS)/bin/python'
	@[ -z '$(DATA)' ] || $(PYTHON) -m training evaluate --data '$(DATA)' \
	  --peer alt-profanity-check=$(PEERS)/bin/python --out build/peers

screenshots: $(TEST_READY) ## take the pictures of docs/images again (needs Chromium)
	$(PYTHON) -m pytest -q tests/review/test_screenshots.py -k are_taken && cp build/screenshots/*.png docs/images/

clean: ## remove what was made, but for VAR
	rm -rf $(VENV) $(PEERS) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(TEST_READY): requirements.txt requirements-dev.txt | $(VENV)/made
	@echo 'Installing what the service and its tests need ...'
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@rm -f $(VENV)/ready-to-* && touch $(RUN_READY) $@

$(RUN_READY): requirements.txt | $(VENV)/made
	@echo 'Installing what the service needs ...'
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@rm -f $(VENV)/ready-to-* && touch $@

$(PEERS_READY): benchmarks/peers/requirements.txt | $(VENV)/made
	@echo 'Making $(PEERS) for the packages to be measured beside ...'
	@[ -x $(PEERS)/bin/python ] || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@rm -f $(PEERS)/ready-* && touch $@

$(VENV)/made:
	@for python in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo 'This needs Python 3.11 or newer; there is none on the PATH.' >&2; exit 1; fi; \
	echo "Making $(VENV) with $$("$$found" --version) ..."; \
	if [ -L $(VENV) ]; then echo '$(VENV) is a link: making it anew would empty the folder it leads to.' >&2; exit 1; fi; \
	"$$found" -m venv --clear $(VENV) || { echo 'The venv module does not work; on Debian, install python3-venv.' >&2; exit 1; }; \
	touch $@
