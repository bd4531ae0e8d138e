"""Makes statistics.json: paired values, and what scipy and statsmodels say about them; and block bootstraps.

    python -m pip install numpy==2.* scipy==1.17.* scikit-learn==1.* statsmodels==0.15.*   # versions used are stored
    python make_statistics.py

Cliff's delta is `2 U / (n m) - 1` of scipy's Mann-Whitney U. The bootstrap is written here from its definition: the
published SplitMix64, circular blocks, scikit-learn's metrics, and numpy's quantiles.
"""
import json
import math
import pathlib

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy.stats import mannwhitneyu, wilcoxon
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(11)
MASK = (1 << 64) - 1


def splitmix(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def draw(seed, n):
    numbers = splitmix(seed & MASK)
    length = math.ceil(math.sqrt(n))
    places = []
    while len(places) < n:
        start = (next(numbers) * n) >> 64
        places += [(start + i) % n for i in range(length)]
    return np.array(places[:n])


def pairs(name, n, decimals, shift):
    a = np.round(0.7 + 0.05 * rng.normal(size=n) + shift, decimals)
    b = np.round(0.7 + 0.05 * rng.normal(size=n), decimals)
    test = wilcoxon(a, b)
    u = mannwhitneyu(a, b).statistic
    return {
        "name": name, "a": a.tolist(), "b": b.tolist(),
        "statistic": float(test.statistic), "p_value": float(test.pvalue),
        "cliffs_delta": float(2 * u / n**2 - 1),
    }


def bootstrap(n, draws, seed):
    x = rng.normal(size=n)
    p = np.round(1 / (1 + np.exp(-x)), 2)
    y = (rng.random(n) < p).astype(int)
    values = []
    for k in range(draws):
        i = draw(seed + k, n)
        values.append([roc_auc_score(y[i], p[i]), average_precision_score(y[i], p[i]), brier_score_loss(y[i], p[i])])
    return {
        "p": p.tolist(), "y": y.tolist(), "draws": draws, "seed": seed,
        "intervals": np.quantile(values, [0.025, 0.975], axis=0).T.tolist(),
    }


p_values = np.concatenate([rng.random(9), [0.001, 0.004, 0.004, 0.02]])
out = {
    "versions": {
        "numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__,
        "statsmodels": statsmodels.__version__,
    },
    "pairs": [
        pairs("six projects", 6, 12, 0.05),
        pairs("thirteen projects", 13, 12, 0.03),
        pairs("thirteen with ties", 13, 2, 0.02),
        pairs("seven, mostly alike", 7, 1, 0.0),
        pairs("fifty", 50, 12, 0.01),
        pairs("fifty-one", 51, 12, 0.02),
        pairs("twenty with ties", 20, 2, 0.02),
        pairs("eighty with ties", 80, 2, -0.01),
    ],
    "holm": {"p": p_values.tolist(), "corrected": multipletests(p_values, method="holm")[1].tolist()},
    "bootstrap": bootstrap(200, 150, 5),
}
pathlib.Path(__file__).with_name("statistics.json").write_text(json.dumps(out) + "\n")
