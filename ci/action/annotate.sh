#!/bin/sh
# Tells about the commits of an event: annotations, step summary, a comment to be posted, SARIF, JSON. Learns on the main
# branch.
#
# Reads BASE, HEAD_ID, LEARN, FAIL_ABOVE, WARN_ABOVE, STRICT, RISK_FOLDER. Never fails by itself: the last step of the
# action does, when everything was shown.
set -u

out=$RISK_FOLDER/out
mkdir -p "$out"
rm -f "$out"/comment.md "$out"/risk.sarif "$out"/risk.json

set -- --format github --format "markdown=$out/comment.md" --format "sarif=$out/risk.sarif" \
    --format "json=$out/risk.json"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    set -- "$@" --format "markdown=$GITHUB_STEP_SUMMARY"
fi
if [ -n "${WARN_ABOVE:-}" ]; then
    set -- "$@" --warn-above "$WARN_ABOVE"
fi

learn=''
if [ "${LEARN:-}" = true ]; then learn=1; fi
code=0
RISK_BASE=${BASE:-} RISK_HEAD=${HEAD_ID:-HEAD} RISK_FAIL_ABOVE=${FAIL_ABOVE:-} RISK_LEARN=$learn \
    RISK_STATE=$RISK_FOLDER/learned/state GIT_RISK=${GIT_RISK:-$RISK_FOLDER/program/bin/git-risk} \
    sh "$GITHUB_ACTION_PATH/ci/any.sh" "$@" 2>"$out/said" || code=$?
cat "$out/said" >&2

if [ "$code" -gt 1 ]; then
    level=warning
    if [ "${STRICT:-}" = true ]; then level=error; fi
    # As workflow commands want it: a message is one line.
    said=$(tr -d '\r' <"$out/said" | sed 's/%/%25/g' | awk 'NR > 1 { printf "%%0A" } { printf "%s", $0 }')
    echo "::$level title=git-risk could not tell::$said"
fi

told=false
if [ -s "$out/comment.md" ]; then told=true; fi
{
    echo "exit-code=$code"
    echo "told=$told"
    echo "comment=$out/comment.md"
    if [ -f "$out/risk.sarif" ]; then echo "sarif=$out/risk.sarif"; fi
    if [ -f "$out/risk.json" ]; then echo "json=$out/risk.json"; fi
} >>"$GITHUB_OUTPUT"
