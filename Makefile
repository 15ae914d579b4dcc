# UCM Dash. `make help` lists what there is; every target may be run again at any time and does only what is missing.

VENV   := .venv
BIN    := $(VENV)/bin
# The first Python on this machine that is new enough. PYTHON=/path/to/python overrides it.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Further arguments for the program behind the target: make demo ARGS="--port 8080 --queues 12"
ARGS   ?=
# How long `make soak` and `make fuzz` run.
MINUTES ?= 10

# Tests wait for processes, browsers and PBXs more than they calculate: twice as many at a time as there are processors.
BESIDE := $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))

say     = @printf '%-10s %s\n'
pip     = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Runs a noisy command, its words kept in a log that is shown only if it fails.
quietly = >$(VENV)/$(1).log 2>&1 || { tail -n 30 $(VENV)/$(1).log; echo "$(1) failed, see $(VENV)/$(1).log"; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help demo scale-demo run test test-python test-components test-js test-asterisk soak fuzz bench screenshots lint lint-style lint-imports lint-types lint-security chromium servers clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | \
		while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

demo: $(VENV)/installed ## Try it: a simulated UCM, ready-made accounts, the address to open
	$(say) demo 'starting; Ctrl-C stops it'
	@exec $(BIN)/python manage.py demo $(ARGS)

scale-demo: $(VENV)/installed-tests servers ## Try it in several processes: two of each, PostgreSQL, Redis, two simulated PBXs
	$(say) demo 'starting; Ctrl-C stops it'
	@exec $(BIN)/python -m tests.scale_demo $(ARGS)

run: $(VENV)/installed ## Run it for real, with the PBX named in .env (see README.md)
	@exec $(BIN)/python manage.py serve $(ARGS)

test: lint test-js test-python test-components ## Everything but the real Asterisk: style, types, imports, browser modules, tests

lint: lint-style lint-imports lint-types lint-security ## Style and format, import rules, types, known weaknesses

lint-style: $(VENV)/installed-tests
	$(say) ruff 'style and format'
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo 'run: $(BIN)/ruff format .'; exit 1; }

lint-imports: $(VENV)/installed-tests
	$(say) imports 'the rules of pyproject.toml'
	@$(BIN)/lint-imports --no-logo >$(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log; exit 1; }

lint-types: $(VENV)/installed-tests
	$(say) mypy 'types'
	@$(BIN)/mypy --no-error-summary

# Ruff's rules S are bandit's too and judge line by line; bandit itself looks again for what is not minor.
lint-security: $(VENV)/installed-tests
	$(say) bandit 'weaknesses in our code'
	@$(BIN)/bandit --quiet --severity-level medium --recursive agents queues ucmdash manage.py
	$(say) pip-audit 'known weaknesses of what we install'
	@$(BIN)/python -m tests.audit

test-js: ## The browser's modules, with Node's test runner
	@if node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null; then \
		printf '%-10s %s\n' node "browser modules, $$(node --version)"; \
		said=$$(node --test tests/js/*.test.mjs 2>&1) || { echo "$$said"; exit 1; }; \
		echo "$$said" | grep -E '^(#|ℹ) (tests|pass|fail|skipped) '; \
	else printf '%-10s %s\n' skipped 'browser modules: they need Node.js 20 or newer'; test -z "$$CI"; fi

# The link and the pure board are what everything else trusts: every line and branch of them is tested.
test-python: $(VENV)/installed-tests chromium servers ## Python tests, a real Chromium among them, with coverage thresholds
	$(say) pytest 'all but the real Asterisk (make test-asterisk)'
	@$(BIN)/python -m pytest -q -n $(BESIDE) --dist loadfile --no-loadscope-reorder -m 'not asterisk' --cov --cov-report= $(ARGS)
	$(say) coverage 'at least 95 % of all, 100 % of the link and the pure board'
	@$(BIN)/coverage report --fail-under=95
	@$(BIN)/coverage report --fail-under=100 --include='agents/states.py,queues/ami/*,queues/live/*' \
		--omit='queues/live/worker.py,queues/live/clerk.py,queues/live/talking.py,queues/live/session.py,queues/live/commander.py,queues/live/desk.py,queues/live/dialling.py,queues/live/following.py,queues/live/moving.py,queues/live/talking.py,queues/live/pausing.py,queues/live/staffing.py,queues/live/flusher.py,queues/live/lease.py,queues/live/store.py,queues/live/publish.py'

test-components: $(VENV)/installed-tests servers ## What touches the database once more, on PostgreSQL and over Redis
	$(say) pytest 'once more on PostgreSQL and Redis: what touches the database'
	@$(BIN)/python -m tests.components -q -n auto --dist loadfile $(ARGS)

test-asterisk: $(VENV)/installed-tests chromium ## Link, board, commands and pages against a real Asterisk under real calls (root, Debian)
	@$(BIN)/python -m pytest -q -m asterisk tests/asterisk $(ARGS)

soak: $(VENV)/installed-tests ## Calls, clicks and random faults, compared every minute: make soak MINUTES=60
	@$(BIN)/python -W error -m tests.soak --minutes $(MINUTES) $(ARGS)

fuzz: $(VENV)/installed-tests ## Broken streams of real PBXs against codec, connection and board: make fuzz MINUTES=10
	@$(BIN)/python -W error -m tests.fuzz.streams --minutes $(MINUTES) $(ARGS)

bench: $(VENV)/installed-tests ## What the program costs, beside what others cost: one table, some minutes (ARGS="decoding")
	@$(BIN)/python -W error -m tests.bench $(ARGS)

screenshots: $(VENV)/installed-tests chromium ## Renew the pictures of README.md, some minutes
	@$(BIN)/python -m tests.screenshots $(ARGS)

clean: ## Remove what was built here; your .env and databases stay
	@rm -rf $(VENV) staticfiles htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	$(say) clean done

# --- what the above need -----------------------------------------------------------------------------------------

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed and was not found. PYTHON=/path/to/python names one.'; exit 1; }
	$(say) venv "$(VENV), $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
		echo 'Python cannot make virtual environments here. Debian and Ubuntu: apt-get install python3-venv'; exit 1; }

$(VENV)/installed: requirements.txt | $(BIN)/python
	$(say) install requirements.txt
	@$(pip) -r requirements.txt $(call quietly,pip)
	@touch $@

$(VENV)/installed-tests: tests/requirements.txt requirements.txt | $(BIN)/python
	$(say) install tests/requirements.txt
	@$(pip) -r tests/requirements.txt $(call quietly,pip)
	@touch $@ $(VENV)/installed

# Where it may not be installed the browser tests skip and say so; with CI set they fail instead.
chromium:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		printf '%-10s %s\n' install chromium; \
		{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends chromium; } \
			$(call quietly,chromium); \
	else printf '%-10s %s\n' skipped 'browser tests: no Chromium, and installing it needs root and apt (apt-get install chromium)'; fi

# Only their programs: tests start servers of their own. Where they may not be installed, tests skip as above.
servers:
	@if command -v redis-server >/dev/null && { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		printf '%-10s %s\n' install 'postgresql redis-server'; \
		{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends \
			postgresql redis-server; } $(call quietly,servers); \
	else printf '%-10s %s\n' skipped 'tests on PostgreSQL and Redis: installing them needs root and apt (apt-get install postgresql redis-server)'; fi
