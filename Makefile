# The menu. Everything runs in .venv, which the first target that needs it makes.

PYTHON ?= python3
BIN := .venv/bin
# Without compiled bytecode a start takes a second longer.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test lint format bench soak pictures messages lock clean

help:  ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/.installed  ## Chat in the terminal; with platform tokens in .env, run the bot
	@exec $(BIN)/paperwire start

test: .venv/.installed-dev  ## Run the tests, offline
	$(BIN)/python -m pytest

lint: .venv/.installed-dev  ## Check style, types, import direction and catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.installed-dev  ## Format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: .venv/.installed-dev  ## Measure speed beside peers and baselines; some minutes
	$(BIN)/python tests/benchmarks/run_benchmarks.py

soak: .venv/.installed-dev  ## Long proofs with random input; some minutes
	$(BIN)/python tests/soak/run_soak.py

pictures: .venv/.installed-dev  ## Take the README's pictures of messages; needs Chromium
	$(BIN)/python tests/pictures/take_pictures.py

messages: .venv/.installed-dev  ## Extract, update and compile the message catalogues
	$(BIN)/pybabel -q extract --project=paperwire --version=1 --copyright-holder="The paperwire authors" \
		--msgid-bugs-address=https://github.com/paperwire/paperwire/issues --last-translator="The paperwire authors" \
		--add-location=file --sort-output --no-wrap --add-comments=Translators: -o bot/locales/paperwire.pot bot handlers
	$(BIN)/pybabel -q update --ignore-pot-creation-date --no-fuzzy-matching --ignore-obsolete --no-wrap --init-missing \
		-D paperwire -l zh_Hans -i bot/locales/paperwire.pot -d bot/locales
	$(BIN)/pybabel -q compile -D paperwire -d bot/locales

lock:  ## Pin the newest allowed versions with hashes; needs uv
	uv pip compile pyproject.toml --group build $(LOCK) -o requirements.lock
	uv pip compile pyproject.toml --group dev $(LOCK) -o requirements-dev.lock

LOCK := --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

clean:  ## Remove what these targets made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "paperwire needs Python 3.11 or newer: make PYTHON=python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: .venv/.made requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q bot handlers
	@touch $@

.venv/.installed-dev: .venv/.made requirements-dev.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q bot handlers
	@touch .venv/.installed $@
