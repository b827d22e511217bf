# `make` lists the commands. Each installs the packages it needs, once, into .venv, .venv-codegen …

PYTHON ?= python3

DEV := .venv/bin/python
CODEGEN := .venv-codegen/bin/python
# Types that other packages lack, pydantic and the standard library included, are not reported.
VERIFY_TYPES = env PATH="$(CURDIR)/.venv/bin:$$PATH" $(DEV) -m pyright --ignoreexternal --verifytypes
DEV_READY := .venv/ready
CODEGEN_READY := .venv-codegen/ready

# The versions of Python that `make matrix` looks for.
VERSIONS := $(filter-out $(EXCEPT),3.11 3.12 3.13 3.14)
VERSIONS_READY := $(VERSIONS:%=.venv-%/ready)
VERSIONS_PINS := $(VERSIONS:%=.venv-%/pins)

# Nothing of the caller's Python, active environment or pip settings reaches the two environments.
unexport MYPYPATH PYTHONHOME PYTHONPATH PYTHONSAFEPATH VIRTUAL_ENV
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_USER := 0
# pyright and its node come from the pinned wheels; it need not ask for newer ones.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.PHONY: help format generate regenerate check check-generated prose test slow-tests matrix vendor-tests bench demo
.DELETE_ON_ERROR:

help:
	@echo 'make format     format the code, and fix what ruff can fix'
	@echo 'make generate   write the generated code and pages again, after a change to'
	@echo '                schema.graphql, queries/, authing_users/_codegen/, authing_users/_async/ or'
	@echo '                authing_users/emulator/'
	@echo 'make regenerate HOST=https://core.authing.cn'
	@echo '                follow the schema of a server: pull it, compare it, generate, and print the'
	@echo '                paragraph for CHANGELOG.md'
	@echo 'make check      check lint, formatting, wording, types, and that the generated files are'
	@echo '                up to date'
	@echo 'make check-generated  check only that the generated files are up to date'
	@echo 'make prose      check the wording of documents, docstrings and comments'
	@echo 'make test       run the tests, except for the slow ones;'
	@echo '                make test ARGS="-k name" runs a selection of all tests,'
	@echo '                make test COVERAGE=yes measures the coverage'
	@echo 'make slow-tests  run the tests that take long, or need environments of their own'
	@echo 'make matrix     run the tests on each installed Python of 3.11, 3.12, 3.13 and 3.14;'
	@echo '                ARGS goes to pytest, EXCEPT=3.11 leaves a version out'
	@echo 'make vendor-tests  run the vendor'\''s Python and JavaScript SDKs against the emulator;'
	@echo '                needs Node'
	@echo 'make bench      measure the client beside httpx, gql, the stock generated client and the'
	@echo '                vendor'\''s SDK; ARGS=--quick for a short run, ARGS=--write for the docs'
	@echo 'make demo       run the client against the local emulator'
	@echo
	@echo 'To use another Python, 3.11 or newer: rm -rf .venv*; make PYTHON=python3.13 test'

format: $(DEV_READY)
	$(DEV) -m ruff check --fix
	$(DEV) -m ruff format

generate: $(DEV_READY) $(CODEGEN_READY)
	$(CODEGEN) -m authing_users generate
	$(DEV) -m scripts.derive_sync
	$(DEV) -m scripts.stub_operations
	$(DEV) -m scripts.emulator_coverage
	$(DEV) -m scripts.error_codes

regenerate: $(DEV_READY) $(CODEGEN_READY)
	@$(DEV) -m scripts.regenerate $(if $(HOST),--host '$(HOST)')

# Shell code for the checks: all steps run, and the last line names those that failed.
BEGIN_STEPS := failed=; step() { name=$$1; shift; echo "== $$name"; "$$@" || failed="$$failed, $$name"; }
END_STEPS = if [ -n "$$failed" ]; then echo "make $@ failed: $${failed\#, }" >&2; exit 1; fi; \
	echo 'make $@: all passed'
GENERATED_STEPS := \
	step 'generated client' $(CODEGEN) -m authing_users generate --check; \
	step 'sync twin' $(DEV) -m scripts.derive_sync --check; \
	step 'types of authing_stub' $(DEV) -m scripts.stub_operations --check; \
	step 'emulator coverage page' $(DEV) -m scripts.emulator_coverage --check; \
	step 'tables of error codes' $(DEV) -m scripts.error_codes --check



# pyright takes as long as all other steps, so it runs beside them.
START_PYRIGHT := output=$$(mktemp); $(DEV) -m pyright >"$$output" 2>&1 & pyright=$$!; \
	pyright() { wait $$pyright; status=$$?; cat "$$output"; rm -f "$$output"; return $$status; }

check: $(DEV_READY) $(CODEGEN_READY)
	@$(BEGIN_STEPS); $(START_PYRIGHT); \
	step 'ruff check' $(DEV) -m ruff check; \
	step 'ruff format' $(DEV) -m ruff format --check; \
	step 'prose' $(DEV) -m scripts.check_prose; \
	step 'mypy' $(DEV) -m mypy $(wildcard authing_users benchmarks examples scripts tests vendor_tests); \
	step 'mypy codegen' $(CODEGEN) -m mypy --cache-dir .mypy_cache/codegen --follow-imports silent \
	  $(wildcard authing_users/_codegen/*.py authing_users/_codegen/*/*.py); \
	step 'pyright, public interface' $(VERIFY_TYPES) authing_users; \
	step 'pyright, generated interface' $(VERIFY_TYPES) authing_graphql; \
	step 'public interface since the last tag' $(DEV) -m scripts.public_interface; \
	$(GENERATED_STEPS); \
	step 'pyright' pyright; \
	$(END_STEPS)

check-generated: $(DEV_READY) $(CODEGEN_READY)
	@$(BEGIN_STEPS); $(GENERATED_STEPS); $(END_STEPS)

prose: $(DEV_READY)
	@$(DEV) -m scripts.check_prose

PYTEST := -m pytest --numprocesses auto

# Measuring the coverage nearly doubles the time of the tests.
test: $(DEV_READY) $(CODEGEN_READY)
ifdef COVERAGE
	@$(DEV) -m coverage erase
	$(DEV) -m coverage run $(PYTEST) -m 'not slow'
	@$(DEV) -m coverage combine --quiet
	@$(DEV) -m coverage report
else
	$(DEV) $(PYTEST) $(if $(ARGS),$(ARGS),-m 'not slow')
endif

slow-tests: $(DEV_READY) $(CODEGEN_READY)
	$(DEV) $(PYTEST) -m slow $(ARGS)

matrix: $(DEV_READY) $(CODEGEN_READY)
	@$(DEV) -m scripts.matrix $(VERSIONS) -- $(ARGS)

# The vendor's old packages stay in an environment, and a folder, of their own.
vendor-tests: $(DEV_READY) $(CODEGEN_READY) .venv-vendor/ready vendor_tests/node/node_modules/.package-lock.json
	$(DEV) -m pytest vendor_tests $(ARGS)

bench: .venv-bench/ready .venv-vendor/ready build/bench/ready
	@.venv-bench/bin/python -m benchmarks $(ARGS)

demo: $(DEV_READY)
	@$(DEV) -m examples.demo

# A file named `ready` is written last, so an interrupted install is done again. Changed pins make a
# new environment; a changed pyproject.toml only renews the editable install.
$(DEV_READY): .venv/pins
.venv-bench/ready: .venv-bench/pins
$(CODEGEN_READY): .venv-codegen/pins
$(VERSIONS_READY): .venv-%/ready: .venv-%/pins
$(DEV_READY) $(CODEGEN_READY) .venv-bench/ready $(VERSIONS_READY): pyproject.toml
	@$(@D)/bin/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

.venv/pins $(VERSIONS_PINS): requirements/dev.txt
.venv-bench/pins: requirements/bench.txt
.venv-codegen/pins: requirements/codegen.txt
.venv/pins .venv-bench/pins .venv-codegen/pins $(VERSIONS_PINS):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'authing-users needs Python 3.11 or newer, and $(PYTHON) is not. Name one: make PYTHON=python3.13' >&2; \
	  exit 1; }
	@echo 'Installing $< into $(@D) (about half a minute)'
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install -qq --require-hashes --requirement $<
	@touch $@

# Two of the vendor's packages are built here; what builds them is pinned as well, and goes first.
.venv-vendor/ready: requirements/vendor.txt requirements/vendor.build.txt
	@echo 'Installing $< into $(@D)'
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install -qq --require-hashes --requirement requirements/vendor.build.txt
	@$(@D)/bin/python -m pip install -qq --require-hashes --no-build-isolation --requirement $<
	@touch $@

# The stock package, which ariadne-codegen writes from the same sources without further settings.
build/bench/ready: $(CODEGEN_READY) schema.graphql $(shell find queries -name '*.graphql') \
    benchmarks/stock_sync.toml benchmarks/stock_async.toml
	@rm -rf $(@D)
	@mkdir -p $(@D)
	@$(CODEGEN) -m ariadne_codegen --config benchmarks/stock_sync.toml >/dev/null
	@$(CODEGEN) -m ariadne_codegen --config benchmarks/stock_async.toml >/dev/null
	@touch $@

vendor_tests/node/node_modules/.package-lock.json: vendor_tests/node/package-lock.json
	@echo 'Installing $< into $(@D)'
	@cd vendor_tests/node && npm ci --silent
	@touch $@
