#!/bin/sh
# git-risk in any CI: takes over what was learned, tells about a range of commits, and learns on the main branch.
#
#   RISK_BASE=origin/main sh ci/any.sh --format text --format sarif=risk.sarif
#
# Arguments go to `git risk annotate`. The rest is told by the environment:
#   RISK_BASE        what the commits are compared with; without it nothing is told
#   RISK_HEAD        the last commit [HEAD]
#   RISK_STATE       a file that the CI keeps between runs: what was learned
#   RISK_LEARN       1 on the main branch: learn what is new, and write RISK_STATE
#   RISK_FAIL_ABOVE  exit with 1 if a commit reaches this, as "p95 x4"
#   GIT_RISK         the program [git-risk]
#
# Exit codes are those of git-risk: 0 it ran, 1 a commit reached RISK_FAIL_ABOVE, 2 it could not tell.
set -u

risk=${GIT_RISK:-git-risk}
state=${RISK_STATE:-}
code=0

# What lies here already is as new as what was kept, or newer.
if [ -n "$state" ] && [ -f "$state" ] && ! "$risk" state >/dev/null 2>&1; then
    "$risk" state import "$state" >&2 || echo "git-risk: what was kept cannot be used here; learning anew" >&2
fi

if [ -n "${RISK_BASE:-}" ]; then
    if [ -n "${RISK_FAIL_ABOVE:-}" ]; then
        set -- "$@" --fail-above "$RISK_FAIL_ABOVE"
    fi
    "$risk" annotate "$@" -- "$RISK_BASE..${RISK_HEAD:-HEAD}" || code=$?
fi

if [ "${RISK_LEARN:-}" = 1 ]; then
    if "$risk" train "${RISK_HEAD:-HEAD}" >/dev/null; then
        if [ -n "$state" ]; then
            mkdir -p "$(dirname "$state")" && "$risk" state export "$state" >&2 || code=2
        fi
    else
        code=2
    fi
fi

exit "$code"
