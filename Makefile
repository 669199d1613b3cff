# Loco: how to run it, test it and keep it tidy. "make help" lists the targets.

GUESTS ?= 3
# Further words for `loco up`, or for `swift test`.
ARGS ?=
# Set to 1 where packages are installed in another way than by apt.
SKIP_PACKAGES ?=

SWIFT ?= swift
DEMO_IMAGE := .build/demo/loco-demo.img
VENV := .build/venv
SWIFT_SOURCES := Package.swift $(wildcard Sources Tests benchmark)
PYTEST_FOLDERS := $(wildcard Tests/Browser Tests/Deployment Tests/EndToEnd) demo scripts

# What the thread sanitizer reports.
RACES := $(CURDIR)/.build/races

# Programming errors that GLib reports end the test run instead of scrolling by.
TEST_ENVIRONMENT := G_DEBUG=fatal-criticals LOCO_TEST_DEMO_IMAGE=$(CURDIR)/$(DEMO_IMAGE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run build demo test test-swift test-browser test-faults test-images lint format bench sanitize clean \
	deps-run deps-test check-swift

help: ## show this list
	@echo "usage: make TARGET [GUESTS=3] [ARGS='...']"
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1|\2/' | column -t -s '|'

run: deps-run build ## start the gateway with GUESTS demo guests; Ctrl-C ends it all
	@exec .build/release/loco up --guests $(GUESTS) $(ARGS)

build: check-swift demo ## build the loco program (release) and the demo guest
	$(SWIFT) build -c release --product loco

demo: $(DEMO_IMAGE) ## build the demo guest's disk image

$(DEMO_IMAGE): $(wildcard demo/*.asm) demo/build.sh
	demo/build.sh $@

test: test-swift test-browser ## all tests: modules, browsers, end to end, the demo guest

test-swift: deps-test check-swift demo ## the modules' own tests; ARGS='--filter Probe' picks some
	$(SWIFT) build --build-tests
	$(TEST_ENVIRONMENT) SWIFT=$(SWIFT) scripts/test-swift $(ARGS)

test-browser: deps-test check-swift demo $(VENV)/installed ## tests with real browsers and real guests
	$(SWIFT) build --product loco
	$(SWIFT) build --product bench
	$(TEST_ENVIRONMENT) $(VENV)/bin/pytest $(addprefix -c ,$(wildcard Tests/pytest.ini)) --reruns 1 $(PYTEST_FOLDERS)

test-faults: deps-test check-swift demo $(VENV)/installed ## the fault tests at full length: 10 minutes without a false alarm, too
	$(SWIFT) build --product loco
	$(SWIFT) build --product bench
	LOCO_LONG_TESTS=1 $(TEST_ENVIRONMENT) $(VENV)/bin/pytest -c Tests/pytest.ini -k fault Tests/EndToEnd

test-images: deps-test check-swift demo $(VENV)/installed ## the images' packages, in a bare Debian; needs root and Debian's archive
	$(SWIFT) build --product loco
	LOCO_LONG_TESTS=1 $(TEST_ENVIRONMENT) $(VENV)/bin/pytest -c Tests/pytest.ini Tests/Deployment/test_bare_debian.py

$(VENV)/installed: Tests/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

lint: check-swift ## check formatting, and callbacks that C would call wrongly
	$(SWIFT) format lint --strict -r $(SWIFT_SOURCES)
	scripts/lint-trampolines $(wildcard Sources Tests benchmark)

format: check-swift ## format the Swift sources in place
	$(SWIFT) format -i -r $(SWIFT_SOURCES)

bench: deps-test build ## measure costs and delays; ARGS='codecs --quick', 'viewers', 'idle', 'latency --shaped', 'roles --guests 9' ...
	$(SWIFT) build -c release --product bench
	.build/release/bench $(or $(ARGS),codecs)

# TSan and ASan exclude each other, and each needs everything compiled its way: a build folder for each.
sanitize: deps-test check-swift demo ## the modules' tests under the thread and the address sanitizer
	rm -f $(RACES).*
	$(TEST_ENVIRONMENT) TSAN_OPTIONS="suppressions=$(CURDIR)/Tests/tsan.suppressions log_path=$(RACES) exitcode=0" \
		$(SWIFT) test --no-parallel --sanitize=thread --scratch-path .build/thread $(ARGS)
	scripts/judge-races $(RACES)
	$(TEST_ENVIRONMENT) ASAN_OPTIONS=detect_leaks=0 \
		$(SWIFT) test --no-parallel --sanitize=address --scratch-path .build/address $(ARGS)

clean: ## remove everything that was built
	rm -rf .build

deps-run: ## install the Debian packages that running needs
	@$(if $(SKIP_PACKAGES),:,scripts/install-packages build run hub pages)

deps-test: ## install the Debian packages that the tests need
	@$(if $(SKIP_PACKAGES),:,scripts/install-packages build run hub pages test)

check-swift:
	@scripts/check-swift
