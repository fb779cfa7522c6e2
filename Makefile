# Everything that one does with this checkout; `make` alone lists it.
# PYTHON names the Python that makes the virtual environment (3.11 or newer).

PYTHON ?= python3
BIN := .venv/bin
# The tests bring their own database and listen where they like: nothing of the caller's settings reaches them.
FOREIGN := HOST PORT WORKERS PUBLIC_URL DATABASE_URL DATABASE_OWNER_URL DATABASE_READ_URL DATABASE_POOL_SIZE \
  DATABASE_POOL_TIMEOUT STATEMENT_TIMEOUT CHORES RENEWAL_PROGRESS_THRESHOLD LOCAL_DIR LOG_LEVEL LOG_FORMAT CORS_ORIGINS SHUTDOWN_TIMEOUT \
  OIDC_ISSUER OIDC_AUDIENCE OIDC_JWKS_URL OIDC_ROLE_CLAIM OIDC_ROLES OIDC_ORGANISATION_CLAIM OIDC_LEEWAY ASSESSMENT_WEIGHTS \
  CACHE_SIZE IMPORT_DIR IMPORT_MAX_SIZE IMPORT_QUOTA IMPORT_RETENTION_DAYS
FAST := $(wildcard tests/test_house_rules.py tests/test_migrations.py tests/test_openapi.py)
PYTEST := env $(FOREIGN:%=-u %) $(BIN)/pytest

# A checkout whose path has Thai letters works in every locale.
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: environment
environment:
	@$(PYTHON) scripts/bootstrap.py --no-database

.PHONY: bootstrap
bootstrap: ## make the virtual environment; find or install PostgreSQL with PostGIS
	@$(PYTHON) scripts/bootstrap.py

.PHONY: run
run: ## set up what is missing and run the service on http://127.0.0.1:8000 (HOST, PORT, DATABASE_URL)
	@$(PYTHON) scripts/bootstrap.py $(if $(DATABASE_URL),--no-database)
	@exec $(BIN)/smartcity run

.PHONY: test
test: bootstrap static ## set up what is missing, then every check and every test; what CI runs
	$(PYTEST) -n auto

.PHONY: static
static: environment
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: check
check: bootstrap static ## format, lint, types, layers, migrations and OpenAPI drift, without the other tests
	$(if $(FAST),$(PYTEST) -q $(FAST))

.PHONY: fmt
fmt: environment ## format the code and mend what can be mended
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

.PHONY: openapi
openapi: environment ## write openapi/openapi.json from the code
	$(BIN)/smartcity openapi

.PHONY: lock
lock: ## write lock/*.txt from pyproject.toml (needs uv)
	sh scripts/lock.sh

.PHONY: lifecycle
lifecycle: environment ## write docs/lifecycle.md from the table of moves
	$(BIN)/python scripts/draw_lifecycle.py

.PHONY: roles
roles: environment ## write docs/roles.md from the table of roles and the routes
	$(BIN)/python scripts/draw_roles.py

.PHONY: boundaries
boundaries: environment ## build the boundary files anew from their pinned sources and compare them with the committed ones
	@test -x .cache/boundaries-venv/bin/python || $(BIN)/python -m venv .cache/boundaries-venv
	.cache/boundaries-venv/bin/pip install -q --require-hashes -r lock/boundaries.txt
	.cache/boundaries-venv/bin/python scripts/build_boundaries.py --check --evaluate

.PHONY: clean
clean: ## delete what can be made again, except the private cluster's data (`smartcity db reset`)
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	find src tests scripts migrations -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: chaos
chaos: bootstrap ## kill server, worker and PostgreSQL 30 times under a load of writes, and judge what is left (KILLS, SEED)
	env $(FOREIGN:%=-u %) $(BIN)/python -m tests.chaos $(or $(KILLS),30) $(SEED)

MEASURED := env $(FOREIGN:%=-u %) $(BIN)/python -m benchmarks

.PHONY: bench
bench: bootstrap ## measure map reads, moves, lists of a million, and imports; read the plans of every list (needs wrk)
	$(MEASURED)
	$(MEASURED).moves
	$(MEASURED).lists
	$(MEASURED).imports
	$(MEASURED).plans
	$(MEASURED).map_plans

.PHONY: differential
differential: bootstrap ## compare answers of /ogc with tipg's on the same tables, plain SQL being the judge
	$(MEASURED).differential

WITH_SERVICE := env $(FOREIGN:%=-u %) $(BIN)/python -m tests.contract.with_service

.PHONY: fuzz
fuzz: bootstrap ## try the service against openapi/openapi.json for longer than `make test` does (ROLE, PATHS, EXAMPLES, SEED)
	$(WITH_SERVICE) $(BIN)/schemathesis --config-file tests/contract/$(if $(ROLE),writing,schemathesis).toml run \
	  openapi/openapi.json --url {url} $(if $(ROLE),-H '{authorization:$(ROLE)}',--include-method GET) \
	  $(if $(PATHS),--include-path-regex '$(PATHS)') \
	  --max-examples $(or $(EXAMPLES),300) --seed $(or $(SEED),$(shell date +%s))

.PHONY: conformance
conformance: bootstrap ## run the OGC's test suites against /ogc (needs Java 17, and Maven or FEATURES=JAR TILES=JAR)
	$(WITH_SERVICE) $(BIN)/python scripts/conformance.py {url} $(FEATURES:%=--features %) $(TILES:%=--tiles %)

.PHONY: lint-openapi
lint-openapi: ## lint openapi/openapi.json with Spectral and Redocly CLI (needs Node.js 20 or newer)
	sh scripts/lint_openapi.sh

.PHONY: test-clients
test-clients: bootstrap ## make, compile and use a Python and a TypeScript client (needs Node.js 20 or newer)
	$(WITH_SERVICE) sh scripts/test_clients.sh {url}
