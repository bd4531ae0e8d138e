#!/bin/sh
# What there is to do for an event of GitHub: which commits, which caches, and whether to learn.
#
# Reads EVENT, PR_BASE, PR_HEAD, BASE_REF, BEFORE, REF_NAME, DEFAULT_BRANCH, INPUT_BASE, INPUT_HEAD, and writes to
# GITHUB_OUTPUT. All of these may come from a stranger, so they are data here and never part of a command.
set -eu

is_commit() {
    case $1 in
    '' | -*) return 1 ;;
    esac
    git rev-parse --quiet --verify --end-of-options "$1^{commit}" >/dev/null 2>&1
}

id_of() {
    git rev-parse --verify --end-of-options "$1^{commit}"
}

sum() {
    if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi
}

if ! is_commit HEAD; then
    echo "::error title=git-risk::there is no checkout; put actions/checkout with fetch-depth: 0 before this step"
    exit 2
fi
base=''
head=$(id_of HEAD)
learn=false
case ${EVENT:-} in
pull_request | pull_request_target)
    if is_commit HEAD^2 && [ "$(id_of HEAD^2)" = "${PR_HEAD:-}" ]; then
        # The merge that GitHub made: its first parent is the base as it is now.
        base=$(id_of HEAD^1)
    elif is_commit "${PR_BASE:-}"; then
        base=$PR_BASE
    fi
    # The base is the main branch here, whatever it is called. Lines are then told as they stand in the branch itself.
    main=refs/remotes/origin/${BASE_REF:-}
    if git check-ref-format "$main" && git rev-parse --quiet --verify "$main" >/dev/null; then
        git symbolic-ref refs/remotes/origin/HEAD "$main"
        if is_commit "${PR_HEAD:-}"; then head=$PR_HEAD; fi
    fi
    # What is not here is told by git-risk, with the depth that it takes.
    if [ -z "$base" ]; then base=${PR_BASE:-}; fi
    ;;
push)
    # A new branch has no commit before; then there is nothing to compare with.
    if is_commit "${BEFORE:-}"; then base=$BEFORE; fi
    if [ "${REF_NAME:-}" = "${DEFAULT_BRANCH:-}" ]; then learn=true; fi
    ;;
*)
    if [ "${REF_NAME:-}" = "${DEFAULT_BRANCH:-}" ]; then learn=true; fi
    ;;
esac
if [ -n "${INPUT_BASE:-}" ]; then base=$(id_of "$INPUT_BASE"); fi
if [ -n "${INPUT_HEAD:-}" ]; then head=$(id_of "$INPUT_HEAD"); fi

# What was learned is that of one version, and so is the program: its sources name it.
source=$(cd "$GITHUB_ACTION_PATH" && find Cargo.toml Cargo.lock crates models -type f | LC_ALL=C sort |
    while IFS= read -r file; do sum <"$file"; done | sum | cut -c 1-16)
program="git-risk-${RUNNER_OS:-any}-${RUNNER_ARCH:-any}-$source"
at=$base
if [ "$learn" = true ]; then at=$head; fi

{
    echo "base=$base"
    echo "head=$head"
    echo "learn=$learn"
    echo "program-key=$program"
    echo "state-prefix=$program-learned-"
    echo "state-key=$program-learned-$at"
} >>"$GITHUB_OUTPUT"
