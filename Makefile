# The commands of a developer. Each installs what it needs (Debian packages, as root or through sudo, and Python
# packages in virtual environments under build/), builds what has changed, and runs.
#
#   PYTHON=3.12             the interpreter for build, demo, asan, tsan and bench: a version, a command or a path;
#                           without it python3 if supported, else the newest supported one
#                           found. A supported version that this machine has not runs in the testing root
#   ROOT=no                 leaves out the versions that only the testing root has (test, quick, dialects-check)
#   ARGS="-k fork"          further arguments for pytest (test, asan, tsan), the benchmark (bench), the fuzzers (fuzz)

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo build test everywhere quick bench compare lint format asan tsan debug-build fuzz dialects-check transparency generated torch tools docs root free-threaded clean deps-build deps-test deps-bench deps-lint deps-fuzz

TOOL := tools/py
python_option = $(if $(PYTHON),--python $(PYTHON))
root_option = $(if $(filter no,$(ROOT)),--no-root)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do \
	  printf '  make %-16s %s\n' "$$name" "$$text"; done

demo: deps-build ## build, run the example program under blockcov and print its report
	@$(TOOL) tools/demo.py $(PYTHON)

build: deps-build ## build and install for one interpreter (PYTHON=...) under build/release
	@$(TOOL) tools/builder.py --preset release $(python_option)

test: deps-test ## all tests: GoogleTest, then pytest on every supported CPython
	@$(TOOL) tools/run_tests.py $(python_option) $(root_option) -- $(ARGS)

everywhere: deps-test ## as test, and each case on each interpreter, also those that are alike on all: hours
	@$(TOOL) tools/run_tests.py --everywhere $(python_option) $(root_option) -- $(ARGS)

quick: deps-test ## as test, without the slow ones
	@$(TOOL) tools/run_tests.py --quick $(python_option) $(root_option) -- $(ARGS)

bench: deps-bench ## the parts under Google Benchmark (PARTS="--benchmark_filter=..."), then bench/overhead.py: hours
	@$(TOOL) tools/builder.py --preset release --bench --core >/dev/null
	@build/release/core/bench/blockcov_bench $(PARTS)
	@for part in probe_bench placement size_bench import_bench specialisation threads_bench pytest_bench start_bench combine_bench; do $(TOOL) bench/$$part.py $(python_option) || exit 1; done
	@$(TOOL) bench/overhead.py $(python_option) $(ARGS)

compare: deps-test ## real projects' suites under blockcov and coverage.py at once, for docs/accuracy.md: hours
	@$(TOOL) tools/compare_projects.py $(python_option) $(ARGS)

lint: deps-lint ## layers, clang-format, ruff, mypy --strict, clang-tidy
	@$(TOOL) tools/lint.py

format: deps-build ## bring C++ and Python into form
	@$(TOOL) tools/lint.py --fix

asan: deps-test ## tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(TOOL) tools/run_tests.py --sanitizer asan $(python_option) -- $(ARGS)

tsan: deps-test ## tests under ThreadSanitizer
	@$(TOOL) tools/run_tests.py --sanitizer tsan $(python_option) -- $(ARGS)

debug-build: deps-test ## tests under a debug build of CPython (Debian: python3-dbg), its assertions and counts of references
	@tools/install_deps.sh debug
	@$(TOOL) tools/run_tests.py --debug-build $(python_option) -- $(ARGS)

fuzz: deps-fuzz ## libFuzzer on the readers of data files and on the compiler (ARGS="--seconds 3600 data_files")
	@$(TOOL) tools/fuzz.py $(ARGS)

transparency: deps-test ## CPython's own tests, plain and instrumented, case by case: hours (ARGS="--part" or names of files)
	@$$($(TOOL) tools/builder.py --preset release $(python_option)) -m tests.transparency $(ARGS)

generated: deps-test ## random programs, judged by the oracle (ARGS="--programs 20000 --jobs 2")
	@$$($(TOOL) tools/builder.py --preset release $(python_option)) -W ignore -m tests.generated $(ARGS)

torch: deps-test ## TorchDynamo on measured functions: downloads torch, some 5 GB
	@$$($(TOOL) tools/builder.py --preset release --extra test $(python_option)) -m pytest -p no:cacheprovider tests/check_torch.py $(ARGS)

tools: deps-test ## all tests with debuggers, profilers and other tools, for the table of docs/transparency.md
	@$$($(TOOL) tools/builder.py --preset release --extra test $(python_option)) -m tests.tools_tried $(ARGS)

docs: ## the user guide as a site, build/docs/site/index.html; a link that leads nowhere is an error
	@$(TOOL) tools/docs.py

dialects-check: deps-build ## the opcode tables against every interpreter found
	@$(TOOL) tools/check_dialects.py $(root_option)

root: ## the testing root: Debian's newest CPython releases, for versions that this machine has not
	@$(TOOL) tools/testing_root.py make

free-threaded: ## a free-threaded CPython 3.14 in the testing root, built from Debian's sources
	@$(TOOL) tools/testing_root.py free-threaded

clean: ## remove everything that was built
	rm -rf build examples/.blockcov

deps-build:
	@tools/install_deps.sh build

deps-test:
	@tools/install_deps.sh build test
	@tools/install_deps.sh browser || echo "without a browser: the tests of HTML pages in one will be skipped"

deps-bench:
	@tools/install_deps.sh build bench

deps-fuzz:
	@tools/install_deps.sh build fuzz

deps-lint:
	@tools/install_deps.sh build test lint
