"""Makes vectors.json: a made-up data set with the results of independent implementations.

    python -m pip install numpy==2.* scikit-learn==1.*   # versions used are stored in the file
    python make_vectors.py
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(2024)
n, d = 1_000, 6
x = np.clip(rng.normal(size=(n, d)) * [1, 1, 2, 0.5, 1, 1], -4, 4)
x[:, 4] = 0.9 * x[:, 0] + 0.1 * x[:, 4]
x = x.astype(np.float32).round(4).astype(np.float32).astype(np.float64)
true = np.array([0.8, -0.5, 0.3, 0.0, 0.2, 0.0])
y = (rng.random(n) < 1 / (1 + np.exp(1.5 - x @ true))).astype(int)
weight = rng.choice([1.0, 0.5, 2.0], size=n)


def kalman(x, y, weight):
    """One pass in information form: precision P and mean m, the inverse of what the crate keeps.

    P' = P + h a a', m' = m + P'^-1 a w (y - p): equal to the covariance form by Sherman and Morrison.
    """
    a = np.hstack([np.ones((len(x), 1)), x])
    precision = np.diag([10.0] + [30.0] * x.shape[1])
    mean = np.zeros(a.shape[1])
    path = []
    for row, label, w in zip(a, y, weight):
        p = 1 / (1 + np.exp(-(row @ mean)))
        path.append(p)
        precision = precision + w * p * (1 - p) * np.outer(row, row)
        mean = mean + np.linalg.solve(precision, row) * w * (label - p)
    return mean, np.linalg.inv(precision), path


mean, covariance, path = kalman(x, y, weight)
batch = LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000).fit(x, y)
out = {
    "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "x": x.tolist(),
    "y": y.tolist(),
    "weight": weight.tolist(),
    "kalman": {"mean": mean.tolist(), "covariance": covariance.tolist(), "p_before": path},
    "batch": {
        "intercept": batch.intercept_[0],
        "weights": batch.coef_[0].tolist(),
        "p": batch.predict_proba(x)[:, 1].tolist(),
    },
}
pathlib.Path(__file__).with_name("vectors.json").write_text(json.dumps(out) + "\n")
