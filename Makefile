# What a person types. Settings, on the command line or in the environment: SESAME_FOLDER (default .local), SESAME_PORT (default 8000;
# the other ports follow), SESAME_AGENT_EMAIL (the first agent's), SESAME_LATE_RATES, SESAME_AGENTS_NEED_FACTOR, SESAME_REGION, SESAME_REGION_SIRET
# and what follows it (the README says what they are), PYTHON.

PYTHON ?= python3.11
# Whoever sets it lets every process that starts compile all of ours anew.
unexport PYTHONDONTWRITEBYTECODE
RUN := .venv/bin/python
STAMP := .venv/.installed
PACKAGES := contracts chassis clock auditor backup gateway $(wildcard services/*) deploy/local
OURS := actions auditor backup billing chassis clock contracts declarations gateway identity local surveys

.PHONY: up demo down reset mail audit clock finance programme operator backup restore sandbox conformance test rules fuzz faults drill operate money bench year
.PHONY: asyncapi check pins

up: $(STAMP)
	@$(RUN) -m sesame_local up

demo down reset mail audit: $(STAMP)
	@$(RUN) -m sesame_local $@

# make clock TO=2027-03-05T09:00
clock: $(STAMP)
	@$(RUN) -m sesame_local clock "$(TO)"

# make finance CMD="accept 1"
finance: $(STAMP)
	@$(RUN) -m sesame_local finance $(CMD)

# make programme CMD="award contracts/examples/programme.contract-award.v1.json"
programme: $(STAMP)
	@$(RUN) -m sesame_local programme $(CMD)

# For who writes a system of the Region: make sandbox, make sandbox PARTNER=programme CMD=reset; then what it did wrong: make conformance
sandbox conformance: PARTNER ?= finance
sandbox: $(STAMP)
	@$(RUN) -m sesame_local sandbox $(PARTNER) $(CMD)

conformance: $(STAMP)
	@$(RUN) -m sesame_local conformance $(PARTNER)

# make operator CMD="billing parked list"
operator: $(STAMP)
	@$(RUN) -m sesame_local run $(CMD)

# make backup TO=../sauvegardes/2027-03-05
backup: $(STAMP)
	@$(RUN) -m sesame_local backup "$(TO)"

# make restore FROM=../sauvegardes/2027-03-05 ONLY=billing
restore: $(STAMP)
	@$(RUN) -m sesame_local restore "$(FROM)" $(ONLY)

# Everything, shared between two workers (three on two cores are slower); a part, in one: make test ARGS="tests/rules -x"
test: ARGS ?= --numprocesses 2
test: $(STAMP)
	@$(RUN) -m sesame_local fetch
	@deploy/local/chromium
	@$(RUN) -m pytest $(ARGS)

# People use all of it while processes, Kafka and PostgreSQL are killed, frozen and cut off; then what must not pass without its safeguards.
faults: KILLS ?= 100
faults: $(STAMP)
	@$(RUN) -m sesame_local fetch
	@KILLS=$(KILLS) SEED=$(SEED) $(RUN) -m pytest tests/faults/whole_system.py -s

# A backup is taken under load; a service's database, the portal's, then all six are destroyed and restored; then the auditor.
drill: $(STAMP)
	@$(RUN) -m sesame_local fetch
	@$(RUN) -m tests.operate

# What operators do, in its long forms: the drill, an upgrade of every process forward and back, rolling restarts of two replicas of everything,
# secrets that are changed, runbooks, images, the server in front, six years that pass until nobody of an action is left.
# One of them: make operate ARGS="tests/operate/long_upgrade.py"
operate: ARGS ?= $(wildcard tests/operate/long_*.py)
operate: $(STAMP)
	@$(RUN) -m sesame_local fetch
	@$(RUN) -m pytest $(ARGS) -s

# Crafted requests to every route and field of the portal; the same ones for the same SEED. make fuzz N=5000
fuzz: N ?= 100000
fuzz: SEED ?= 10
fuzz: $(STAMP)
	@$(RUN) -m sesame_local fetch
	@FUZZ=$(N) FUZZ_SEED=$(SEED) $(RUN) -m pytest tests/fuzz -s --timeout 7200

# Rules, with so many times as many examples as `make test` makes up. One service's: make rules ARGS=tests/rules/billing
rules: TIMES ?= 20
rules: ARGS ?= tests/rules --numprocesses 2
rules: $(STAMP)
	@TIMES=$(TIMES) $(RUN) -m pytest $(ARGS) --timeout 7200

# Random organisations, agents and days, beside a plain model of the money. make money N=100
money: N ?= 2000
money: $(STAMP)
	@MONEY=$(N) $(RUN) -m pytest tests/model -s --timeout 7200

# The table of tests/bench, whole; a row of it: make bench ROW="entries idle" (tests/bench/README.md), a smaller run: make bench ROW="--short home"
bench: $(STAMP)
	@$(RUN) -m sesame_local fetch
	@$(RUN) -m tests.bench $(ROW)

# A Region's year on an installation of its own, then the auditor. make year ACTIONS=20
year: ACTIONS ?= 2000
year: $(STAMP)
	@$(RUN) -m sesame_local fetch
	@$(RUN) -m tests.year --actions $(ACTIONS)

# Writes contracts/asyncapi anew: AsyncAPI of the whole and of each application, and its page. After a change of a contract, a topic, a table in app.py.
asyncapi: $(STAMP)
	@$(RUN) -m contracts
	@$(RUN) -m sesame_local asyncapi

# Format, lint, types, who imports whom, schemas and documents in step.
check: $(STAMP)
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(RUN) -m pytest tests/contracts

# Python alone is asked of the machine. Everything else is in the pins, hashes checked; our own packages are installed as they lie here.
$(STAMP): requirements.txt $(wildcard $(addsuffix /pyproject.toml,$(PACKAGES)))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || \
		{ echo "Il faut Python 3.11, et « $(PYTHON) » ne l'est pas ; installez-le, ou dites où il est : make up PYTHON=/chemin/de/python3.11" >&2; exit 1; }
	@echo "Les bibliothèques (une à deux minutes)…"
	@test -x $(RUN) || $(PYTHON) -m venv .venv > pip.log 2>&1 || \
		{ rm -rf .venv; echo "Python 3.11 ne peut pas faire d'environnement (sous Debian, il manque le paquet python3.11-venv) ; le détail est dans pip.log." >&2; exit 1; }
	@{ $(RUN) -m pip install --require-hashes -r requirements.txt && \
		$(RUN) -m pip install --no-deps --no-build-isolation $(addprefix -e ./,$(PACKAGES)); } > pip.log 2>&1 || \
		{ echo "L'installation des bibliothèques a échoué (réseau ? disque plein ?) ; le détail est dans pip.log." >&2; exit 1; }
	@touch $@

# Renews the pins.
pins: $(STAMP)
	.venv/bin/uv pip compile pyproject.toml --group build --group test --python $(RUN) --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --quiet --upgrade --output-file requirements.txt $(addprefix --no-emit-package sesame-,$(OURS))
