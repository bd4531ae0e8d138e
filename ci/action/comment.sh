#!/bin/sh
# Keeps one comment at a pull request: writes it, edits it in place, or takes it away when there is nothing to tell.
#
# Reads COMMENT (a file), EXIT_CODE, NUMBER, AUTHOR, GITHUB_REPOSITORY, and GH_TOKEN for gh. Where the token may only
# read, as for pull requests from forks, it says so and goes on.
set -u

case ${NUMBER:-} in
'' | *[!0-9]*) exit 0 ;;
esac
# What could not be told must not take away what was told before.
if [ "${EXIT_CODE:-0}" -gt 1 ]; then
    exit 0
fi

give_up() {
    echo "::notice title=git-risk::$1; what there is to tell is in the summary of this run"
    exit 0
}

if ! command -v gh >/dev/null; then
    give_up "there is no gh to write a comment with"
fi
comments=repos/$GITHUB_REPOSITORY/issues
# Anyone can write the mark into a comment; only our own are touched.
# shellcheck disable=SC2016 # $ENV is for jq
own='.[] | select(.user.login == $ENV.AUTHOR and (.body | startswith("<!-- git-risk -->"))) | .id'
export AUTHOR
found=$(gh api --paginate "$comments/$NUMBER/comments?per_page=100" --jq "$own" 2>/dev/null) ||
    give_up "the comments could not be read"
first=$(printf '%s\n' "$found" | head -n 1)

if [ -s "$COMMENT" ]; then
    if [ -n "$first" ]; then
        gh api --silent --method PATCH "$comments/comments/$first" -F "body=@$COMMENT" 2>/dev/null
    else
        gh api --silent --method POST "$comments/$NUMBER/comments" -F "body=@$COMMENT" 2>/dev/null
    fi || give_up "the comment could not be written (a token for a fork may only read; others need pull-requests: write)"
elif [ -n "$first" ]; then
    gh api --silent --method DELETE "$comments/comments/$first" 2>/dev/null ||
        give_up "the comment of an earlier run could not be taken away"
fi
