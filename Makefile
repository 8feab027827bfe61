# make run     start everything on this machine (PORT=8000)      make test    test everything
# make setup   what both need first                              make check   what the build server runs
PYTHON ?= python3
VENV := .venv
PORT ?= 8000
BIN := $(CURDIR)/$(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run setup test test-setup test-sqlite test-postgres faults bench lint types check format messages screenshots clean

run: $(VENV)/ready
	@exec $(BIN)/python manage.py up --port $(PORT)

setup: $(VENV)/ready
	@$(BIN)/python manage.py prepare

$(VENV)/ready: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	touch $@

$(VENV)/test-ready: $(VENV)/ready requirements-dev.txt
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	touch $@

test-setup: $(VENV)/test-ready
	@$(BIN)/python -m tests.servers browser

# what a database cannot change is tested once
ONCE := healing browser house forms templates templatetags aftercare management test_days.py

# the whole suite on both databases; ARGS="-k word" narrows it
test: test-sqlite test-postgres

# as many as the build server has cores: some tests bound how long something may take
JOBS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist worksteal

test-sqlite: test-setup
	$(PYTEST) $(ARGS)

test-postgres: test-setup
	$(BIN)/python -m tests.servers postgres $(PYTEST) -m "not one_machine" $(ONCE:%=--ignore tests/%) $(ARGS)

# half an hour: ours beside bare Django on both databases; needs wrk
bench: test-setup
	$(BIN)/python -m tests.bench --out docs/performance.md

# under an hour on two quiet cores, and writes docs/reliability.md; broken off, it goes on where it stopped.
# ARGS="broker mail" runs the parts whose path holds a word
faults: test-setup
	FAULTS_COUNT=5000 FAULTS_KILLS=20 CLIMB_FLAGS=1000 $(BIN)/python -m tests.faults $(ARGS)

lint: $(VENV)/test-ready
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(VENV)/test-ready
	$(BIN)/mypy

check:
	./.ci/run

format: $(VENV)/test-ready
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# for translators; needs the gettext tools. A new language: make messages LOCALE=de
messages: $(VENV)/ready
	$(BIN)/python manage.py makemessages $(if $(LOCALE),--locale $(LOCALE),--all) --no-obsolete --no-wrap --ignore '$(VENV)/*' --ignore 'var/*'
	$(BIN)/python manage.py compilemessages --ignore '$(VENV)/*'

# the pictures of every page in docs/screenshots
screenshots: test-setup
	$(BIN)/python -m tests.screenshots

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
	find aftercare tracker tests -name __pycache__ -prune -exec rm -rf {} +
