# Everything a newcomer needs: `make rehearse` and `make test`. Nothing has to be installed by hand but
# Node 20 or newer, Python 3.11 to 3.14, and make.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PLATFORM ?= platform.yaml
VENV := .venv
PYTHON ?= python3
# Nothing but the very files that the lists name, and none that runs code of its own to be installed.
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
TSX := node --import tsx
# npm's packages and the templates beside Python's packages: each waits for the network in turn.
SIDE_BY_SIDE := $(MAKE) --no-print-directory --jobs=2
SOURCES := $(shell find bin lib core documents adapters lambda state-machine tools -type f 2>/dev/null) \
	$(shell find microservices -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: help deploy destroy rehearse play test drills soak prove mutate fuzz permissions concurrency synth check docs clean setup setup-test

help: ## Lists what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

rehearse: ## Runs the walkthrough: three releases of a real application under real load
	@$(SIDE_BY_SIDE) cdk.out/.synthesized $(VENV)/.rehearsal
	@$(TSX) bin/canary.ts rehearse $(ARGS)

play: ## Keeps the sample application up: push to its repositories, watch its live page
	@$(SIDE_BY_SIDE) cdk.out/.synthesized $(VENV)/.rehearsal
	@$(TSX) bin/canary.ts rehearse --interactive $(ARGS)

test: ## Type check, lint, import rules, generated docs, all tests
	@$(SIDE_BY_SIDE) setup-test cdk.out/.synthesized
	@$(TSX) tools/check.ts
	@npx --no-install jest --ci

drills: setup-test cdk.out/.synthesized ## The drill matrix: whole rehearsals on real processes and a real Envoy
	@rm -rf out/drills && mkdir -p out/drills
	@DRILLS=1 npx --no-install jest --ci --json --outputFile=out/drills/jest.json test/drills; \
	status=$$?; $(TSX) tools/drills.ts && exit $$status

prove: node_modules/.installed ## Every fault at every point of a rollout, then bad input; a part of it with SEED= RUNS= SECONDS= SCENARIO= PLAY=
	@$(TSX) test/prove/main.ts
	@$(if $(strip $(RUNS)$(SECONDS)$(SINGLES)$(SCENARIO)$(PLAY)),true,$(TSX) test/prove/input/main.ts)

mutate: node_modules/.installed ## Takes every safety rule out in turn: the exploration must miss each (ARGS='--only 4.2 --seconds 60')
	@$(TSX) test/prove/mutation/run.ts $(ARGS)

fuzz: node_modules/.installed ## Generates bad input for every schema and every function (SEED= RUNS= SUBJECT= AT=)
	@$(TSX) test/prove/input/main.ts

soak: setup-test cdk.out/.synthesized ## 200 rollouts through one rehearsal: nothing may leak (ROLLOUTS=200)
	@node --expose-gc --import tsx test/soak/main.ts $(ROLLOUTS)

permissions: node_modules/.installed ## Compares what every role may do with what it does in runs through every branch
	@$(TSX) test/prove/permissions/main.ts

concurrency: node_modules/.installed ## 50 services release at once under AWS's rates; what releases cost from 1 to 500 (ARGS=services)
	@$(TSX) bench/concurrency.ts $(ARGS)

synth: cdk.out/.synthesized ## Bundles the functions and writes the templates to cdk.out

deploy: node_modules/.installed ## Deploys the environment of platform.yaml: checks, preview, one question
	@$(TSX) bin/canary.ts deploy --platform $(PLATFORM) $(ARGS)

destroy: node_modules/.installed ## Deletes everything of the environment, and proves that nothing is left
	@$(TSX) bin/canary.ts destroy --platform $(PLATFORM) $(ARGS)

check: setup-test cdk.out/.synthesized ## What `make test` checks beside the tests
	@$(TSX) tools/check.ts

docs: cdk.out/.synthesized ## Writes the generated reference pages and JSON Schemas
	@$(TSX) tools/docs.ts --write

setup: node_modules/.installed $(VENV)/.rehearsal ## Installs what the rehearsal needs
setup-test: node_modules/.installed $(VENV)/.rehearsal $(VENV)/.test

clean: ## Removes everything that was made
	rm -rf cdk.out dist out node_modules $(VENV)

node_modules/.installed: package.json package-lock.json
	@command -v npm > /dev/null || { echo "npm is missing: install Node.js 20 or newer"; exit 1; }
	@node -e 'if (Number(process.versions.node.split(".")[0]) < 20) { console.error("Node " + process.version + " is too old: 20 or newer is needed"); process.exit(1); }'
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/bin/python:
	@command -v $(PYTHON) > /dev/null || { echo "$(PYTHON) is missing: install Python 3.11 to 3.14"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 14) or sys.exit("$(PYTHON) is Python %d.%d: 3.11 to 3.14 is needed, for which PostgreSQL and Valkey come as packages; make PYTHON=python3.12 names another" % v)'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "python3 -m venv does not work here: on Debian and Ubuntu install python3-venv"; exit 1; }

$(VENV)/.rehearsal: requirements.txt | $(VENV)/bin/python
	$(VENV)/bin/python $(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-test.txt | $(VENV)/.rehearsal
	$(VENV)/bin/python $(PIP_INSTALL) -r requirements-test.txt
	@touch $@

cdk.out/.synthesized: node_modules/.installed $(SOURCES) $(PLATFORM) cdk.json
	@$(TSX) tools/synth.ts --platform $(PLATFORM) --out cdk.out
	@touch $@
