# The same commands on the desk and in .ci/run. Every target sets up what it needs.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8501

VENV := .venv
BIN := $(VENV)/bin
INDEX := embeddings/index
SAMPLES := $(shell find corpus/samples -type f 2>/dev/null)
ENCODER := $(wildcard embeddings/encoder/*)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help app index test check eval bench bench-peers soak clean

help: ## show these lines
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

app: $(INDEX)/CURRENT ## open the app over the sample notices at HOST:PORT (127.0.0.1:8501)
	$(BIN)/python -m streamlit run search_app.py --server.address $(HOST) --server.port $(PORT)

index: $(INDEX)/CURRENT ## build the index over the sample notices

test: $(VENV)/dev ## run all tests; installs Chromium for the browser tests where it may
	@.ci/browser
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev ## check format, style, types, and known faults of the packages used
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy indexer app corpus eval embeddings search_app.py docs/api_client.py
	$(BIN)/python .ci/audit

eval: $(VENV)/run ## score parser, retrieval and answers on the gold data; fails below eval/floors.toml
	$(BIN)/python -m eval --fail-below eval/floors.toml

bench: $(VENV)/dev ## measure how fast notices are parsed, indexed and searched, and the app answers, also as archives grow
	$(BIN)/python -m pytest bench --benchmark-only
	if [ -d ../shared/corpora ]; then $(BIN)/python -m bench.scale --clauses 10000 100000; fi

soak: $(VENV)/dev ## run what is too long for test: hundreds of kills, ten minutes of each load; writes bench/soak.md
	$(BIN)/python -m bench.soak --report bench/soak.md

bench-peers: $(VENV)/peers ## compare quality and speed with other ways to search the same clauses
	$(BIN)/python -m bench.peers --report bench/peers.md

clean: ## remove everything that these commands made; what people uploaded, corrected, judged and set up stays
	if [ -d $(INDEX) ]; then find $(INDEX) -mindepth 1 -maxdepth 1 ! -name uploads ! -name '*.jsonl' ! -name access.toml ! -name audit -exec rm -rf {} +; fi
	rmdir $(INDEX) 2>/dev/null || true
	rm -rf $(VENV) build dist .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INDEX)/CURRENT: $(VENV)/run $(SAMPLES) $(ENCODER)
	$(BIN)/python -m indexer build corpus/samples --index $(INDEX)
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "make: Python 3.11 or later is needed; name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "make: $(PYTHON) has no venv module; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps say for which lists of requirements the environment was filled.
$(VENV)/run: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/dev: requirements-dev.txt requirements-cluster.txt $(VENV)/run
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt --requirement requirements-cluster.txt
	@touch $@

$(VENV)/peers: requirements-peers.txt $(VENV)/dev
	$(BIN)/python -m pip install --quiet --requirement requirements-peers.txt
	@touch $@
