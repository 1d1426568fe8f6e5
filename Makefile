# The environment lives in .venv/ and is made on first use from the pinned requirements.txt.
# Nothing else is needed than Python 3.11-3.13 and make. Choose a Python: make report PYTHON=python3.12

VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
WORKERS ?= 2
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	2>/dev/null && echo "$$p" && break; done)
PYTEST = $(PY) -m pytest -n $(WORKERS) --dist loadfile

# uv installs in a third of pip's time and asks the index that pip is set to; where it cannot, pip does it.
define install
index="$${PIP_INDEX_URL:-$$($(PY) -m pip config get global.index-url 2>/dev/null)}"; \
UV_DEFAULT_INDEX="$$index" $(PY) -m uv pip install -q --python $(PY) --compile-bytecode $(1) || \
$(PY) -m pip install -qq $(1)
endef

# An environment that was made in another folder, or whose Python is gone, is made ready again.
ifneq ($(shell test -x $(PY) && cat $(READY) 2>/dev/null),$(CURDIR))
$(READY): again
endif

.DEFAULT_GOAL := help
.PHONY: help report test soak lint lab lock clean again

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

report: $(READY) ## the demo client's report, into reports/
	@$(VENV)/bin/salesmgmt report data/demo

test: $(READY) ## every test and documented example; long suites are sampled
	@$(PYTEST) -rs

soak: $(READY) $(VENV)/.spark ## the same with the long suites whole, and their figures
	@SALESMGMT_SOAK=1 $(PYTEST) -rsP

lint: $(READY) ## style, format and types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy salesmgmt

lab: $(VENV)/.lab ## JupyterLab on the notebooks (installs it into .venv the first time)
	@$(PY) -m jupyterlab notebooks

lock: $(READY) ## resolve requirements*.txt again from pyproject.toml
	@$(PY) -m uv pip compile -q pyproject.toml --group setup --extra dev --upgrade --python-version 3.11 \
		--no-header --no-annotate -o $(VENV)/oldest.txt
	@$(PY) -m uv pip compile -q pyproject.toml --group setup --extra dev --upgrade --python-version 3.11 \
		--universal --generate-hashes --no-annotate --custom-compile-command "make lock" \
		-c $(VENV)/oldest.txt -o requirements.txt
	@$(PY) -m uv pip compile -q pyproject.toml --extra lab --upgrade --python-version 3.11 \
		--universal --generate-hashes --no-annotate --custom-compile-command "make lock" \
		-c requirements.txt -o requirements-lab.txt
	@$(PY) -m uv pip compile -q pyproject.toml --group spark-server --extra spark --upgrade --python-version 3.11 \
		--universal --generate-hashes --no-annotate --custom-compile-command "make lock" \
		-c requirements.txt -o requirements-spark.txt

clean: ## remove caches and build leavings; .venv/ and your reports/ stay
	@rm -rf .mypy_cache .pytest_cache .ruff_cache build dist salesmgmt.egg-info
	@find salesmgmt tests data benchmarks notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \) \
		-type d -prune -exec rm -rf {} +

$(READY): requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "salesmgmt needs Python 3.11, 3.12 or 3.13 with venv" \
		"(Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo "Setting up $(VENV)/ with $(PYTHON): about half a minute, this once." >&2
	@$(PY) -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear $(VENV)
	@awk '/^[^ #]/ {keep = /^uv==/} keep' requirements.txt > $(VENV)/uv.txt
	@$(PY) -m pip install -qq --require-hashes -r $(VENV)/uv.txt
	@$(call install,--require-hashes -r requirements.txt)
	@$(call install,--no-deps --no-build-isolation -e .)
	@printf '%s' "$(CURDIR)" > $@

$(VENV)/.lab: requirements-lab.txt $(READY)
	@$(call install,--require-hashes -r requirements-lab.txt)
	@touch $@

# Its server needs Java besides. Where either is lacking, the tests that need it skip and say so.
$(VENV)/.spark: requirements-spark.txt $(READY)
	@{ $(call install,--require-hashes -r requirements-spark.txt); } && touch $@ || \
		echo "Spark could not be installed: its tests will skip." >&2

again:
