# Eight words. `make` prints them.
SHELL := /bin/sh
.DEFAULT_GOAL := words

words:
	@echo 'make run      set up all that is needed, build, start the demo hotline on loopback'
	@echo 'make test     set up all that is needed, run every test'
	@echo 'make nightly  the long part: 20,000 days of the simulation, fuzzing, WebAssembly, every look of the pages, mutants; some hours'
	@echo 'make dev      the demo from a debug build, the web pages from the vite dev server'
	@echo 'make sim      the random simulation: SEEDS=20000 FROM=1'
	@echo 'make check    formatting, lints, house rules, advisories and licences; no tests'
	@echo 'make bench    the benchmarks, printed beside the peers'"'"' figures'
	@echo 'make docs     the API documentation, openapi.json and the web types made from it'

setup-run:
	@scripts/setup run

setup-test:
	@scripts/setup test

setup-nightly:
	@scripts/setup nightly

web/dist: $(shell find web/src web/index.html web/package-lock.json web/vite.config.ts -type f 2>/dev/null)
	cd web && { test -d node_modules && test node_modules/.package-lock.json -nt package-lock.json || npm ci --no-audit --no-fund; } && npm run build
	@touch web/dist

run: setup-run web/dist
	cargo build --release --locked
	target/release/linedesk demo $(ARGS)

test: setup-test web/dist
	scripts/test

nightly: setup-nightly
	scripts/nightly

dev: setup-run web/dist
	cargo run -- demo $(ARGS) & server=$$!; trap "kill $$server" INT TERM EXIT; cd web && npm run dev

SEEDS ?= 20000
FROM ?= 1
sim:
	cargo run --release --locked -p sim -- --seeds $(SEEDS) --from $(FROM)

check:
	cargo fmt --check
	cargo fmt --check --manifest-path tests/wasm/Cargo.toml
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo check --locked --manifest-path tests/wasm/Cargo.toml --target-dir target/wasm
	cd web && npm run lint
	node scripts/supply/check.mjs

bench: web/dist
	cargo bench --locked

docs:
	cargo doc --no-deps --workspace --locked
	UPDATE_EXPECT=1 cargo test --locked --test api openapi
	cd web && npm run types

.PHONY: words setup-run setup-test setup-nightly run test nightly dev sim check bench docs
