#!/bin/sh
# Builds git-risk from the sources of the action, unless the cache had it.
set -eu

root=$RISK_FOLDER/program
if [ -x "$root/bin/git-risk" ] && "$root/bin/git-risk" --version; then
    exit 0
fi
if ! command -v cargo >/dev/null; then
    echo "::error title=git-risk::there is no cargo to build it with; put a step before this one that installs Rust"
    exit 2
fi
cargo install --quiet --locked --path "$GITHUB_ACTION_PATH" --root "$root"
