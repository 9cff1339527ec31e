# The front door. `make` alone says what there is.
export PKG_CONFIG_PATH := $(CURDIR)/.dependencies/pkgconfig:$(PKG_CONFIG_PATH)
# One optimised build for everything: what is tested is what runs, and nothing is compiled twice.
SWIFT_FLAGS := -c release -Xswiftc -enable-testing --explicit-target-dependency-import-check error
# Without --skip-build it compiles everything again, right after `swift build` with the same flags.
SWIFT_TEST := swift test $(SWIFT_FLAGS) --skip-build --no-parallel

.PHONY: help set-up demo build build-tests test check flags conformance conformance-self-test writer wheel dist faults faults-quick filesystems lab lab-quick browser \
	sanitize fuzz bench bench-quick bench-table
help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

set-up: ## install what is missing (apt, Arrow); asks nothing
	@scripts/set-up

demo: build ## record three episodes with a simulated arm
	@scripts/demo

build: set-up ## build Reel
	swift build $(SWIFT_FLAGS) --product reel

build-tests: set-up ## build Reel and its tests
	swift build --build-tests $(SWIFT_FLAGS)

test: build-tests ## build and test everything
	$(SWIFT_TEST)

check: set-up ## format, layers, and that what should be rare gets no commoner, as CI does
	swift format lint --strict --recursive --parallel Sources Tests Package.swift
	scripts/check-layers
	scripts/check-ratchet

flags: build-tests ## write docs/flags.md from the table of flags
	REEL_WRITE_DOCUMENTS=1 $(SWIFT_TEST) --filter FlagTableTests

conformance: build-tests ## hold Reel against LeRobot itself (needs 5 GB for LeRobot, once)
	@python=$$(scripts/lerobot-environment) && PYTHONPATH=Tests/Conformance $$python -m conformance
	@REEL_LEROBOT_PYTHON=$$(scripts/lerobot-environment) $(SWIFT_TEST) --filter 'LeRobot(Conformance|Reads)Tests|OlderTablesTests.opened'

conformance-self-test: ## the same checks on a dataset that LeRobot recorded, to test the checks
	@python=$$(scripts/lerobot-environment) && PYTHONPATH=Tests/Conformance $$python -m conformance --self-test

# A clone of huggingface/lerobot at v0.6.1; KILLS=100 kills more often.
writer: build ## let other programs record through Reel, and kill them (2 minutes); LEROBOT_SOURCE=DIRECTORY runs LeRobot's own tests
	@python=$$(scripts/lerobot-environment) && PYTHONPATH=Tests/Writer:Tests/Conformance $$python -m writer \
		$(if $(LEROBOT_SOURCE),--lerobot-source $(LEROBOT_SOURCE)) $(if $(KILLS),--kills $(KILLS))

wheel: set-up ## build a Python wheel that carries the program, in dist/ (12 minutes the first time), and try it in an empty environment
	@scripts/build-package wheel
	@scripts/try-wheel

dist: set-up ## a wheel, a .tar.gz and a .deb, in dist/; scripts/try-packages tries them in bare systems
	@scripts/build-package dist

faults: build ## break Reel in every way and report what was lost (30 minutes, needs LeRobot)
	@python=$$(scripts/lerobot-environment) && PYTHONPATH=Tests/Faults:Tests/Conformance $$python -m faults

faults-quick: build ## a cut of that (3 minutes); the cut in `make test` needs no LeRobot
	@python=$$(scripts/lerobot-environment) && PYTHONPATH=Tests/Faults:Tests/Conformance $$python -m faults --quick

filesystems: build ## record, kill and recover on overlay, xfs, FAT, NFS and others (needs root and LeRobot)
	@python=$$(scripts/lerobot-environment) && PYTHONPATH=Tests/Faults:Tests/Conformance $$python -m faults --filesystems --write

LAB = @python=$$(scripts/lerobot-environment) && PYTHONPATH=Tests/Lab:Tests/Faults:Tests/Conformance $$python -m lab
lab: build ## run Reel on the kernel's real drivers in a virtual machine (an hour; fetches QEMU and a kernel as packages)
	$(LAB) --write

lab-quick: build ## a cut of that (5 minutes)
	$(LAB) --quick

browser: build ## look at the pages in Chromium, and prove that each picture is its row's (5 minutes; fetches Chromium)
	@python=$$(scripts/browser-environment) || { [ $$? -eq 3 ] && exit 0 || exit 1; }; \
	PYTHONPATH=Tests/Browser:Tests/Faults:Tests/Conformance $$python -m browser --lerobot $$(scripts/lerobot-environment)

sanitize: set-up ## run the tests of what threads share under the thread and the address sanitizer (long)
	@scripts/sanitize

fuzz: set-up ## fuzz the readers of rows, frames, take.json and info.json; FUZZ_SECONDS=600 each
	@scripts/fuzz $${FUZZ_SECONDS:-600}

bench: build ## measure Reel beside LeRobot (30 to 45 minutes, needs LeRobot); FOOTAGE=DIRECTORY of films
	@python=$$(scripts/lerobot-environment) && $$python -m bench

bench-quick: build ## a cut of that (3 minutes)
	@python=$$(scripts/lerobot-environment) && $$python -m bench --quick

bench-table: ## write the table of bench/results.json into README.md
	@python=$$(scripts/lerobot-environment) && $$python -m bench --table
