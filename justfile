# What CI runs.
ci:
    bash .ci/run

# The whole main job without an AWS account.
demo:
    cargo run -- demo

# Only the pure core: no AWS crate is compiled.
core:
    cargo test -p kakunin --no-default-features

# Write again what is generated: the report's schema, docs/checks.md.
bless:
    KAKUNIN_BLESS=1 cargo test -p kakunin --no-default-features
