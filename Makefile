# What people do with this project, in one word each. Everything else is plain cargo.

.PHONY: setup packages build demo test check bench install clean

CONFIG := .cargo/config.toml

# libtorch, and where cargo finds it. LIBTORCH=/somewhere uses that one as it is.
setup:
	python3 setup/libtorch.py

# Debian packages that only some tests need; without root or apt-get it says which tests are passed over.
packages:
	setup/packages.sh

$(CONFIG):
	python3 setup/libtorch.py

build: $(CONFIG)
	cargo build --release

demo: build
	target/release/advlab generate --digit 4 --n 1000

# One profile for everything that CI does, so that the bindings to libtorch are built once.
test: $(CONFIG)
	cargo test

check: $(CONFIG)
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

bench: $(CONFIG)
	cargo bench -p advlab-benches

install: $(CONFIG)
	cargo install --path crates/cli --locked

clean:
	cargo clean
