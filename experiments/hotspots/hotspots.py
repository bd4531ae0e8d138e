"""Do the files that `git risk hotspots` names need the next fixes?

Each repository is put back to several moments of its past. There `git risk hotspots` ranks its files, by what was known
then. What came of it is read from the rows that `git-risk-lab extract` has written of the whole history: which changes
from before the moment were followed by a fix after it, and which files these fixes took lines from.

    python3 hotspots.py --git-risk PATH --work FOLDER NAME=REPO:ROWS.csv ...

writes results/hotspots.csv and prints the table of the README. Needs git and numpy. REPO is a bare repository whose HEAD
is its main branch; a clone that borrows its objects is made below FOLDER, and nothing else is written.
"""

import argparse
import collections
import csv
import json
import pathlib
import subprocess

import numpy as np

DAY = 86_400
#: Days for which the next fixes are looked at, and for which a file's own changes are counted.
AHEAD, BEHIND = 180, 365
#: Files that somebody would look at, and the share of all lines that somebody would read.
TOP, READ = 20, 0.2
#: Days before the end of a history at which it is put back, the oldest first: what was learned goes on from there.
MOMENTS = [365 * years for years in (8, 7, 6, 5, 4, 3)]
#: Of a history younger than ten years.
MOMENTS_OF_YOUNG = [912, 730, 547]


def run(*command):
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode(errors="replace")


def numstat(repo, *args):
    """Added and deleted lines with the path, one line of a file at a time; binary files are left out."""
    for line in run("git", "-C", repo, *args, "--numstat", "--format=").splitlines():
        parts = line.split("\t")
        if len(parts) == 3 and parts[0] != "-":
            yield int(parts[0]), int(parts[1]), parts[2]


def auc(scores, hit):
    """Area under the ROC curve, ties counted half."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    _, group = np.unique(scores, return_inverse=True)
    ranks = (np.bincount(group, ranks) / np.bincount(group))[group]
    n_hit = hit.sum()
    n_other = len(hit) - n_hit
    return (ranks[hit].sum() - n_hit * (n_hit + 1) / 2) / (n_hit * n_other)


def judged(scores, lines, touched):
    """How well scores rank the files that fixes touched: AUC, share of touches in the first files, and within the
    share of lines that is read if files are taken by their score a line."""
    by_score = np.lexsort((lines, -scores))
    by_density = np.lexsort((lines, -scores / lines))
    within = np.cumsum(lines[by_density]) <= READ * lines.sum()
    total = touched.sum()
    return (
        auc(scores, touched > 0),
        touched[by_score[:TOP]].sum() / total,
        touched[by_density][within].sum() / total,
    )


def study(name, repo, rows, git_risk, work):
    rows = list(csv.DictReader(open(rows)))
    first, end = (int(rows[at]["landed_time"]) for at in (0, -1))
    clone = str(work / name)
    run("git", "clone", "-q", "--bare", "--shared", repo, clone)
    branch = run("git", "-C", clone, "symbolic-ref", "HEAD").strip()
    for days in MOMENTS if end - first > 10 * 365 * DAY else MOMENTS_OF_YOUNG:
        now = end - days * DAY
        tip = run("git", "-C", repo, "rev-list", "--first-parent", "-1", f"--before={now}", "HEAD").strip()
        run("git", "-C", clone, "update-ref", branch, tip)
        answer = json.loads(run(git_risk, "hotspots", "-q", "-n", "10000000", "--repo", clone, "--format", "json"))
        steps = json.loads(run(git_risk, "status", "-q", "--repo", clone, "--format", "json"))["timeline"]["steps"]
        files = {file["path"]: at for at, file in enumerate(answer["tree"]["files"])}
        known = set(run("git", "-C", clone, "rev-list", tip).split())
        late = [row for row in rows if row["label"] == "1" and row["commit"] in known and int(row["label_time"]) > now]
        soon = [row for row in late if int(row["label_time"]) <= now + AHEAD * DAY]
        touched = np.zeros(len(files))
        for fix in sorted({row["fix_commit"] for row in soon}):
            for _, deleted, path in numstat(repo, "show", "-M", fix):
                if deleted and path in files:
                    touched[files[path]] += 1
        changes = np.zeros(len(files))
        for _, _, path in numstat(clone, "log", "--no-merges", "--no-renames", f"--since={now - BEHIND * DAY}", tip):
            if path in files:
                changes[files[path]] += 1
        column = lambda key: np.array([float(file[key]) for file in answer["tree"]["files"]])
        lines = column("lines")
        rankings = {
            "git-risk": column("risk"),
            "lines": lines,
            "lines of the last year": column("young"),
            "changes of the last year": changes,
            "changes that were fixed": column("defective"),
        }
        for ranking, scores in rankings.items():
            area, top, read = judged(scores, lines, touched)
            yield {
                "repository": name,
                "tip": tip,
                "days": days,
                "files": len(files),
                "expected": round(sum(step["unseen"] for step in steps), 2),
                "found": len(late),
                "touched": int(touched.sum()),
                "ranking": ranking,
                "auc": round(area, 4),
                "top": round(top, 4),
                "read": round(read, 4),
            }


def table(results):
    """Means over the moments of a repository; shares by the number of touches."""
    print(f"| repository | moments | defects expected, found | ranking | AUC | first {TOP} files | first {READ:.0%} of lines |")
    print("|---|--:|--:|---|--:|--:|--:|")
    groups = collections.defaultdict(lambda: collections.defaultdict(list))
    for row in results:
        groups[row["repository"]][row["ranking"]].append(row)
    for name, rankings in groups.items():
        for ranking, rows in rankings.items():
            touched = np.array([row["touched"] for row in rows])
            mean = lambda key: np.average([row[key] for row in rows], weights=touched)
            moments, found = f"{len(rows)}", f"{sum(r['expected'] for r in rows):.0f}, {sum(r['found'] for r in rows)}"
            lead = f"{name} | {moments} | {found}" if ranking == "git-risk" else " | | "
            area = np.mean([row["auc"] for row in rows])
            print(f"| {lead} | {ranking} | {area:.3f} | {mean('top'):.2f} | {mean('read'):.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--git-risk", required=True)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("repositories", nargs="+", metavar="NAME=REPO:ROWS")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    results = []
    folder = pathlib.Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    for named in args.repositories:
        name, place = named.split("=", 1)
        repo, rows = place.rsplit(":", 1)
        results += study(name, repo, rows, args.git_risk, args.work)
        with open(folder / "hotspots.csv", "w", newline="") as out:
            writer = csv.DictWriter(out, results[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(results)
    table(results)


if __name__ == "__main__":
    main()
