"""Makes metrics.json: scores with ties and labels, and what other implementations say about them.

    python -m pip install numpy==2.* scikit-learn==1.* scipy==1.*   # versions used are stored in the file
    python make_metrics.py

AUC, average precision, MCC and Brier score are scikit-learn's. The others are written here from their
definitions, in quadratic time where that is the definition. Effort metrics draw random orders of tied
changes where ties matter and are compared with a tolerance (`popt`, `recall20`, `ifa` of tied cases).
"""
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.stats import norm
from sklearn.metrics import average_precision_score, brier_score_loss, matthews_corrcoef, roc_auc_score

rng = np.random.default_rng(7)


def ece(p, y, bins):
    """Equal mass; members of a tie share their mean outcome."""
    order = np.argsort(p, kind="stable")
    p, y = p[order], y[order].astype(float)
    for value in np.unique(p):
        y[p == value] = y[p == value].mean()
    cuts = [len(p) * b // bins for b in range(bins + 1)]
    return sum(abs((p[a:b] - y[a:b]).sum()) for a, b in zip(cuts, cuts[1:])) / len(p)


def fading(flag, y, factor):
    """From the weighted sums at every step, not by recursion."""
    rows = []
    for t in range(1, len(y) + 1):
        recalls = []
        for c in (0, 1):
            hits = (flag[:t] == c)[y[:t] == c].astype(float)
            if len(hits) == 0:
                break
            w = factor ** np.arange(len(hits) - 1, -1, -1)
            recalls.append((hits * w).sum() / w.sum())
        else:
            rows.append([*recalls, abs(recalls[0] - recalls[1]), np.sqrt(recalls[0] * recalls[1])])
    return np.mean(rows, axis=0).tolist()


def area(order, y, effort):
    e = np.concatenate([[0], np.cumsum(effort[order])]) / effort.sum()
    f = np.concatenate([[0], np.cumsum(y[order])]) / y.sum()
    return np.trapezoid(f, e)


def effort_metrics(score, y, effort, draws):
    optimal = area(np.lexsort((effort, -y)), y, effort)
    worst = area(np.lexsort((-effort, y)), y, effort)
    popt, recall, ifa = [], [], []
    for _ in range(draws):
        order = np.lexsort((rng.random(len(y)), -score))
        popt.append(1 - (optimal - area(order, y, effort)) / (optimal - worst))
        e = np.concatenate([[0], np.cumsum(effort[order])])
        f = np.concatenate([[0], np.cumsum(y[order])])
        recall.append(np.interp(0.2 * effort.sum(), e, f) / y.sum())
        ifa.append(int(np.argmax(y[order])))
    return [float(np.mean(m)) for m in (popt, recall, ifa)]


def kernel(a, b):
    return (a > b).astype(float) + 0.5 * (a == b)


def delong(a, b, y):
    """By the definition: all pairs."""
    psi = [kernel(s[y == 1][:, None], s[y == 0][None, :]) for s in (a, b)]
    auc = [k.mean() for k in psi]
    s10 = np.cov([k.mean(axis=1) for k in psi])
    s01 = np.cov([k.mean(axis=0) for k in psi])
    s = s10 / (y == 1).sum() + s01 / (y == 0).sum()
    variance = s[0, 0] + s[1, 1] - 2 * s[0, 1]
    z = (auc[0] - auc[1]) / np.sqrt(variance)
    return {"auc_a": auc[0], "auc_b": auc[1], "variance": variance, "z": z, "p_value": 2 * norm.sf(abs(z))}


def case(name, n, decimals, rate):
    x = rng.normal(size=n)
    p = 1 / (1 + np.exp(-(x + np.log(rate / (1 - rate)))))
    y = (rng.random(n) < p).astype(int)
    p = np.round(p, decimals)
    size = np.round(np.exp(rng.normal(size=n) + 0.5 * x) * 10)
    effort = size + np.round(np.exp(rng.normal(size=n)) * 5) + 1
    flag = (p > p.mean()).astype(int)
    tied = len(np.unique(p)) < n
    popt, recall, ifa = effort_metrics(p, y, effort, 3_000 if tied else 1)
    return {
        "name": name, "tied": tied,
        "p": p.tolist(), "y": y.tolist(), "size": size.tolist(), "effort": effort.tolist(), "flag": flag.tolist(),
        "auc": roc_auc_score(y, p), "auc_size": roc_auc_score(y, size),
        "average_precision": average_precision_score(y, p),
        "mcc": matthews_corrcoef(y, flag), "brier": brier_score_loss(y, p),
        "ece": ece(p, y, 10), "fading": fading(flag, y, 0.99), "fading_9": fading(flag, y, 0.9),
        "popt": popt, "recall20": recall, "ifa": ifa, "delong": delong(p, size, y),
    }


out = {
    "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__, "scipy": scipy.__version__},
    "cases": [
        case("no ties", 300, 12, 0.3),
        case("many ties", 257, 1, 0.2),
        case("rare", 400, 2, 0.03),
    ],
}
pathlib.Path(__file__).with_name("metrics.json").write_text(json.dumps(out) + "\n")
