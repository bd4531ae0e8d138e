#!/usr/bin/env python3
"""Draws the sample of messages.csv again from clones, and says whether it is the same.

usage: draw.py cargo=PATH ruff=PATH tomcat=PATH curl=PATH

Needs the four in this order, and git. The strata are plain patterns of their own: the rules of git-risk take no part.
"""

import collections
import csv
import os
import random
import re
import subprocess
import sys

SEED = 20261128
PER_REPOSITORY = 200
TIPS = {
    "cargo": "af373f761aa4e42b093c2e453078fd73c8ce54dd",
    "ruff": "fca5c7cf2cd2f8338f18b9485f936b8e9f07bd0b",
    "tomcat": "84ac9af072d4c43ebb44ccc0ceba405ad0a84903",
    "curl": "5c61e168698a72b87437d58ed728bcdea6d5db42",
}
# How many of each stratum; what is left where a stratum has fewer goes to others, below.
SIZES = {
    "names-a-change": 25,
    "revert": 20,
    "fix-type": 25,
    "key-word": 45,
    "closing-line": 25,
    "word-in-body": 25,
    "none": 35,
}
WORD = re.compile(
    r"\b(?:fix(?:es|ed|ing)?|bug(?:fix)?(?:es|s)?|bugfixing|defects?|hotfix(?:es)?|regressions?|faults?|segfaults?"
    r"|crash(?:es|ed|ing)?)\b",
    re.I,
)
NAMES = re.compile(
    r"(?im)^\s*fixes:? [0-9a-f]{7,40}\b"
    r"|(?:introduced|caused|regress\w*|broken|broke|bug)\s+(?:by|in|from|since|with)?\s*(?:commit\s+)?[0-9a-f]{7,40}\b"
    r"|follow[- ]?up (?:to|from|for) [0-9a-f]{7,40}"
)
REVERT = re.compile(r"^(?:revert|back(?:ed)? ?out)\b|this reverts commit|^revert", re.I | re.M)
TYPE = re.compile(r"^\s*(?:\[[^\]]*\]\s*)?fix(?:\([^)]*\))?!?:", re.I)
CLOSING = re.compile(
    r"(?im)^\s*(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)\b[ :]*(?:https?://\S+|[\w/.-]*#\d+|bug \d+)"
)


def stratum(message):
    subject = message.split("\n", 1)[0]
    if REVERT.search(subject) or "this reverts commit" in message.lower():
        return "revert"
    if NAMES.search(message):
        return "names-a-change"
    if TYPE.match(subject):
        return "fix-type"
    if WORD.search(subject):
        return "key-word"
    if CLOSING.search(message):
        return "closing-line"
    return "word-in-body" if WORD.search(message) else "none"


def sizes(found):
    """How many are drawn of each stratum, given how many there are."""
    take = {name: min(size, found[name]) for name, size in SIZES.items()}
    left = PER_REPOSITORY - sum(take.values())
    for name in ("key-word", "closing-line", "names-a-change", "revert", "fix-type"):
        more = min(left // 2 if name == "key-word" else left, found[name] - take[name])
        if more > 0:
            take[name] += more
            left -= more
    take["none"] += left
    return take


def draw(paths):
    source = random.Random(SEED)
    for repo, path in paths.items():
        log = ["git", "-C", path, "log", "--no-merges", "--format=%H%x01%B%x00", TIPS[repo]]
        text = subprocess.run(log, capture_output=True, check=True).stdout.decode("utf8", "replace")
        strata = collections.defaultdict(list)
        for record in text.split("\0"):
            if "\x01" in record:
                commit, message = record.strip("\n").split("\x01", 1)
                strata[stratum(message)].append((commit, message))
        found = {name: len(strata[name]) for name in SIZES}
        for name, size in sizes(found).items():
            for commit, message in source.sample(sorted(strata[name]), size):
                yield repo, commit, name, str(found[name]), str(size), message.strip()


def main():
    paths = dict(word.split("=", 1) for word in sys.argv[1:])
    if list(paths) != list(TIPS):
        sys.exit(__doc__)
    columns = ("repo", "commit", "stratum", "stratum_size", "sampled", "message")
    with open(os.path.join(os.path.dirname(__file__), "messages.csv"), encoding="utf8", newline="") as file:
        stored = [tuple(row[column] for column in columns) for row in csv.DictReader(file)]
    drawn = list(draw(paths))
    differ = [row[1] for row, other in zip(drawn, stored) if row != other]
    if len(drawn) != len(stored) or differ:
        sys.exit(f"{len(drawn)} drawn, {len(stored)} stored, different: {' '.join(differ)}")
    print(f"{len(drawn)} messages, as stored")


if __name__ == "__main__":
    main()
