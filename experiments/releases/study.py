"""Were releases that failed the criteria followed by more fixes?

    python3 study.py FOLDER NAME=HISTORY.json ...

Each HISTORY.json is what `git risk release --history --format json` wrote. Writes summary.md and
releases.csv, one line a release, into the folder. Needs numpy and scipy. Everything is fixed here before it is looked at: which releases count, what is compared, and
by which test. No threshold is fitted.

Releases that count have at least 50 changes, a follow-up of 365 days that is over, and a share of defects found that can be
told at their date. All figures of a release are those that could be known when it was made; only the outcomes are later.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import scipy
from scipy import stats

LEAST_CHANGES = 50
DRAWS = 2_000
LEAST_RELEASES = 10
WINDOWS = (180, 365)


def rows(path):
    """The releases of a history that count, as plain numbers."""
    found = []
    for release in json.loads(Path(path).read_text())["releases"]:
        criteria = {it["name"]: it for it in release["criteria"]}
        after = {int(it["days"]): it for it in release["after"]}
        counts = (
            release["range"]["changes"] >= LEAST_CHANGES
            and after[365]["complete"]
            and criteria["found"]["verdict"] != "unknown"
        )
        row = {
            "release": release["tag"],
            "at": release["range"]["to"],
            "counts": int(counts),
            "changes": release["range"]["changes"],
            "lines": release["range"]["lines"],
            "expected": release["expected"]["by_model"]["mean"],
            "expected_low": release["expected"]["by_model"]["low"],
            "expected_high": release["expected"]["by_model"]["high"],
            "by_changes": release["expected"]["by_changes"],
            "by_lines": release["expected"]["by_lines"],
            "found": release["found"]["changes"],
            "unseen": release["found"]["unseen"]["mean"],
            "share_found": criteria["found"]["value"],
            "found_verdict": criteria["found"]["verdict"],
            "weekly_share": criteria["weekly"]["value"],
            "weekly_verdict": criteria["weekly"]["verdict"],
            "found_today": release["found_today"],
        }
        for days in WINDOWS:
            row |= {
                f"complete_{days}": int(after[days]["complete"]),
                f"expected_{days}": after[days]["expected"]["mean"],
                f"low_{days}": after[days]["expected"]["low"],
                f"high_{days}": after[days]["expected"]["high"],
                f"changes_{days}": after[days]["changes"],
                f"fixes_{days}": after[days]["fixes"],
            }
        found.append(row)
    return found


def blocks(n, seed):
    """Places of circular blocks of ceil(sqrt n) neighbours: releases next to each other are alike."""
    dice = np.random.default_rng(seed)
    length = int(np.ceil(np.sqrt(n)))
    starts = dice.integers(0, n, size=(DRAWS, -(-n // length)))
    places = (starts[:, :, None] + np.arange(length)) % n
    return places.reshape(DRAWS, -1)[:, :n]


def spearman(x, y):
    return stats.spearmanr(x, y).statistic


def interval(x, y, seed=1):
    """Spearman's rank correlation with a 95 % interval by blocks, and the share of draws on the other side of 0 twice."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    drawn = []
    for places in blocks(len(x), seed):
        a, b = stats.rankdata(x[places]), stats.rankdata(y[places])
        if a.std() > 0 and b.std() > 0:
            drawn.append(np.corrcoef(a, b)[0, 1])
    drawn = np.array(drawn)
    low, high = np.quantile(drawn, [0.025, 0.975])
    p = min(1.0, 2 * min((drawn <= 0).mean(), (drawn >= 0).mean()))
    return spearman(x, y), low, high, max(p, 1 / DRAWS)


def beside(x, y, z):
    """Rank correlation of x and y with z held fixed."""
    a, b, c = (stats.rankdata(it) for it in (x, y, z))
    left = lambda it: it - np.polyval(np.polyfit(c, it, 1), c)
    return np.corrcoef(left(a), left(b))[0, 1]


def shapes(points, x):
    """What a power relation fitted to points (by least squares of ln(1 + y)) says of x; the tool itself fits better."""
    lines, y = (np.array(it, float) for it in zip(*points))
    b, a = np.polyfit(np.log(np.maximum(lines, 1)), np.log1p(y), 1)
    return max(0.0, np.expm1(a + b * np.log(max(x, 1))))


def holm(ps):
    order = np.argsort(ps)
    adjusted, highest = np.empty(len(ps)), 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[at]))
        adjusted[at] = highest
    return adjusted


def table(head, lines):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for line in lines:
        print("| " + " | ".join(str(it) for it in line) + " |")
    print()


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    named = [it.split("=", 1) for it in sys.argv[2:]]
    data = {name: rows(path) for name, path in named}
    with (folder / "releases.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["repository", *next(iter(data.values()))[0]], lineterminator="\n")
        writer.writeheader()
        for name, found in data.items():
            for row in found:
                tidy = {key: round(it, 4) if isinstance(it, float) else it for key, it in row.items()}
                writer.writerow({"repository": name, **tidy})
    judged = {name: [it for it in found if it["counts"]] for name, found in data.items()}

    sys.stdout = (folder / "summary.md").open("w")
    print("# Release criteria against what followed\n")
    print(f"Made by `study.py` (numpy {np.__version__}, scipy {scipy.__version__}).\n")
    print("## The releases\n")
    table(
        ["repository", "releases", "that count", "first", "last", "changes (median)", "found, share (median)", "fixes in 180 days (median)", "in 365"],
        [
            (
                name,
                len(data[name]),
                len(it),
                it[0]["release"],
                it[-1]["release"],
                int(np.median([r["changes"] for r in it])),
                f"{np.median([r['share_found'] for r in it]):.2f}",
                f"{np.median([r['fixes_180'] for r in it]):.0f}",
                f"{np.median([r['fixes_365'] for r in it]):.0f}",
            )
            for name, it in judged.items()
        ],
    )

    print("## What the criteria said\n")
    lines = []
    for name, it in judged.items():
        for criterion in ("found", "weekly"):
            verdicts = [r[f"{criterion}_verdict"] for r in it]
            lines.append((name, criterion, *(verdicts.count(v) for v in ("met", "not_met", "unknown"))))
    table(["repository", "criterion", "met", "not met", "cannot be told"], lines)

    print("## Main question: fixes within 180 days per change, by the criteria\n")
    print("Rank correlation (Spearman) with a 95 % interval by blocks of neighbouring releases; p by Holm over all of this table. If a")
    print("criterion is worth something, a larger share found goes with fewer fixes (below 0) and a larger weekly share with")
    print("more (above 0).\n")
    lines, ps = [], []
    for name, it in judged.items():
        for label, key in (("share found", "share_found"), ("weekly share", "weekly_share")):
            known = [r for r in it if r[key] is not None and (key != "weekly_share" or r["weekly_verdict"] != "unknown")]
            if len(known) < LEAST_RELEASES:
                continue
            rate = [r["fixes_180"] / r["changes"] for r in known]
            rho, low, high, p = interval([r[key] for r in known], rate)
            lines.append([name, label, len(known), f"{rho:+.2f}", f"{low:+.2f} to {high:+.2f}"])
            ps.append(p)
    for line, p in zip(lines, holm(ps)):
        line.append(f"{p:.3f}")
    table(["repository", "figure", "releases", "rho", "95 %", "p (Holm)"], lines)

    print("Weekly criterion met against not met (Mann–Whitney, two-sided; A is the chance that a release that failed had more fixes")
    print("per change than one that passed):\n")
    lines = []
    for name, it in judged.items():
        for days in WINDOWS:
            groups = {
                v: [r[f"fixes_{days}"] / r["changes"] for r in it if r["weekly_verdict"] == v] for v in ("met", "not_met")
            }
            met, failed = groups["met"], groups["not_met"]
            if min(len(met), len(failed)) < 5:
                lines.append((name, days, len(met), len(failed), "–", "–", "–", "–"))
                continue
            test = stats.mannwhitneyu(failed, met, alternative="two-sided")
            lines.append(
                (
                    name,
                    days,
                    len(met),
                    len(failed),
                    f"{np.median(met):.4f}",
                    f"{np.median(failed):.4f}",
                    f"{test.statistic / len(met) / len(failed):.2f}",
                    f"{test.pvalue:.3f}",
                )
            )
    table(["repository", "days", "met", "not met", "fixes per change, met", "not met", "A", "p"], lines)

    print("## Everything beside the trivial figures\n")
    print("Spearman with the fixes that followed; in brackets with the number of changes held fixed.\n")
    figures = [
        ("changes", "changes"),
        ("new lines", "lines"),
        ("expected defects", "expected"),
        ("unseen defects", "unseen"),
        ("share found", "share_found"),
        ("weekly share", "weekly_share"),
    ]
    lines = []
    for name, it in judged.items():
        for label, key in figures:
            line = [name, label]
            for days in WINDOWS:
                known = [r for r in it if r[key] is not None]
                if len(known) < LEAST_RELEASES:
                    line += ["–", "–"]
                    continue
                x, y = [r[key] for r in known], [r[f"fixes_{days}"] for r in known]
                n = [r["changes"] for r in known]
                rho, low, high, _ = interval(x, y)
                fixed = "" if key == "changes" else f" ({beside(x, y, n):+.2f})"
                line.append(f"{rho:+.2f} [{low:+.2f}, {high:+.2f}]{fixed}")
                line.append(f"{spearman(x, [a / b for a, b in zip(y, n)]):+.2f}")
            lines.append(line)
    table(["repository", "figure", "fixes, 180 days", "per change", "fixes, 365 days", "per change"], lines)

    print("## Does the interval hold what came?\n")
    print("Changes found defective within the window after the release, against the 95 % interval told at the release.\n")
    lines = []
    for name, it in judged.items():
        for days in WINDOWS:
            inside = [r[f"low_{days}"] <= r[f"changes_{days}"] <= r[f"high_{days}"] for r in it]
            above = sum(r[f"changes_{days}"] > r[f"high_{days}"] for r in it)
            told, came = sum(r[f"expected_{days}"] for r in it), sum(r[f"changes_{days}"] for r in it)
            ends = stats.binomtest(sum(inside), len(inside)).proportion_ci(method="wilson")
            lines.append(
                (name, f"{days} days", len(it), f"{np.mean(inside):.2f} [{ends.low:.2f}, {ends.high:.2f}]", above, f"{told:.0f}", came)
            )
        last = max(r["at"] for r in it)
        old = [r for r in it if r["at"] < last - 4 * 365.25 * 86_400]
        inside = [r["expected_low"] <= r["found_today"] <= r["expected_high"] for r in old]
        if old:
            ends = stats.binomtest(sum(inside), len(inside)).proportion_ci(method="wilson")
            lines.append(
                (
                    name,
                    "all that was found by today, releases at least 5 years old",
                    len(old),
                    f"{np.mean(inside):.2f} [{ends.low:.2f}, {ends.high:.2f}]",
                    sum(r["found_today"] > r["expected_high"] for r in old),
                    f"{sum(r['expected'] for r in old):.0f}",
                    sum(r["found_today"] for r in old),
                )
            )
    table(["repository", "of", "releases", "held [95 %]", "above it", "told", "came"], lines)

    print("## Which prediction of the number is nearest?\n")
    print("Changes found defective within the window, each prediction from what was known at the release: of the tool; the rate per")
    print("change of earlier releases times the changes; and a power relation of earlier releases on the new lines. Root mean")
    print("squared error of ln(1 + n), as a factor. Releases with at least ten earlier ones whose window was over.\n")
    lines = []
    for name, it in judged.items():
        for days in WINDOWS:
            errors = {"tool": [], "changes": [], "lines": []}
            for at, r in enumerate(it):
                before = [b for b in it[:at] if b["at"] + days * 86_400 <= r["at"]]
                if len(before) < 10:
                    continue
                rate = sum(b[f"changes_{days}"] for b in before) / sum(b["changes"] for b in before)
                points = [(b["lines"], b[f"changes_{days}"]) for b in before]
                told = {"tool": r[f"expected_{days}"], "changes": rate * r["changes"], "lines": shapes(points, r["lines"])}
                for key, value in told.items():
                    errors[key].append(np.log1p(value) - np.log1p(r[f"changes_{days}"]))
            if len(errors["tool"]) < LEAST_RELEASES:
                continue
            factor = lambda key: f"×{np.exp(np.sqrt(np.mean(np.square(errors[key])))):.2f}"
            gain = np.square(errors["changes"]) - np.square(errors["tool"])
            drawn = gain[blocks(len(gain), 2)].mean(axis=1)
            low, high = np.quantile(drawn, [0.025, 0.975])
            lines.append(
                (name, days, len(gain), factor("tool"), factor("changes"), factor("lines"), f"{gain.mean():+.3f} [{low:+.3f}, {high:+.3f}]")
            )
    table(["repository", "days", "releases", "tool", "changes", "lines", "squared error of changes less that of the tool [95 %]"], lines)

    print("## New lines and the fixes that follow\n")
    print("As the tool fits them, over all releases of its list whose window is over; the error is on releases left out, as a factor.\n")
    lines = []
    for name, path in named:
        for growth in json.loads(Path(path).read_text())["growth"]:
            for it in growth["relations"]:
                lines.append(
                    (
                        name,
                        int(growth["days"]),
                        growth["releases"],
                        it["shape"] + (" (best)" if it["shape"] == growth["best"] else ""),
                        f"{it['a']:.3g}",
                        f"{it['b']:.3g}",
                        f"{it['r2']:.2f}",
                        f"×{np.exp(it['error']):.2f}",
                    )
                )
    table(["repository", "days", "releases", "shape", "a", "b", "R² of ln(1 + fixes)", "error"], lines)


main()
