"""Makes vectors.json: a made-up data set with the results of independent implementations.

    python -m pip install numpy==2.* scikit-learn==1.* scipy==1.* lifelines==0.30.*   # versions used are stored
    python make_vectors.py
"""
import json
import pathlib

import lifelines
import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize
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


def soft_labels(x, y, seed):
    """Labels as a batch fit has them: fixes are certain, silence grows more certain with age."""
    rng = np.random.default_rng(seed)
    age = np.sort(rng.uniform(0, 2_000, size=len(y)))[::-1].round(1)
    target = np.where((y == 1) & (rng.random(len(y)) < 0.7), 1.0, (0.4 / (1 + age / 150)).round(4))
    return target, (0.5 ** (age / 730)).round(6)


def ridge(x, target, weight, penalty):
    """Each row twice, once defective and once clean."""
    ones, zeros = np.ones(len(x)), np.zeros(len(x))
    return LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=10_000, solver="newton-cholesky").fit(
        np.vstack([x, x]),
        np.concatenate([ones, zeros]),
        sample_weight=np.concatenate([weight * target, weight * (1 - target)]),
    )


def penalised(design, target, weight, centre, precision):
    """The objective as it is written down, given to a general minimiser."""

    def loss(b):
        eta = design @ b
        return (weight * (np.logaddexp(0, eta) - target * eta)).sum() + (precision * (b - centre) ** 2).sum() / 2

    def slope(b):
        return design.T @ (weight * (1 / (1 + np.exp(-(design @ b))) - target)) + precision * (b - centre)

    found = minimize(loss, centre, jac=slope, method="BFGS", options={"gtol": 1e-9, "maxiter": 10_000})
    assert np.abs(slope(found.x)).max() < 1e-5, found
    return found.x


def latencies(seed):
    """Fixes of changes over ten years, seen at day 3,650, with the reverse-time product limit of lifelines.

    Time runs to `horizon - latency`, entered late at `horizon - age`. The fix at once is a row of weight 1 that is
    there from the beginning. No latency equals an age, where rounding would decide who is at risk.
    """
    rng = np.random.default_rng(seed)
    now = 3_650.0
    arrived = rng.uniform(0, now, size=600).round(2) + 0.005
    latency = rng.exponential(1 / rng.uniform(0.001, 0.05, size=600)).round(1)
    latency[rng.random(600) < 0.1] = 1.0
    seen = arrived + latency <= now
    age, value = now - arrived[seen], latency[seen]
    horizon = now + 1
    curve = lifelines.KaplanMeierFitter().fit(
        np.append(horizon - value, horizon),
        entry=np.append(horizon - age, 0.0),
        weights=np.append(0.5 ** (age / 365.25), 1.0),
    )
    at = np.unique(value)
    share = curve.predict(horizon - at - 1e-4).to_numpy()
    return {
        "now": now,
        "arrived_at": arrived.tolist(),
        "fixed_at": (arrived + latency).tolist(),
        "at": at.tolist(),
        "share": share.tolist(),
    }


target, decay = soft_labels(x, y, 7)
fitted = ridge(x, target, decay, 3.0)
means = np.array([0.5, 0.0, -0.5, 1.0, 0.0, 0.25])
constant = np.ones((n, 1))
drawn = penalised(
    np.hstack([constant, x]), target, decay, np.append(0, means), np.append(0, np.full(d, 30.0))
)
logit = (1.7 * (x @ true) + 0.6).round(6)
corrected = penalised(np.column_stack([constant, logit]), target, decay, np.array([0.0, 1.0]), np.full(2, 10.0))
out = {
    "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__, "scipy": scipy.__version__,
                 "lifelines": lifelines.__version__},
    "x": x.tolist(),
    "y": y.tolist(),
    "weight": weight.tolist(),
    "kalman": {"mean": mean.tolist(), "covariance": covariance.tolist(), "p_before": path},
    "batch": {
        "intercept": batch.intercept_[0],
        "weights": batch.coef_[0].tolist(),
        "p": batch.predict_proba(x)[:, 1].tolist(),
    },
    "soft": {
        "target": target.tolist(),
        "weight": decay.tolist(),
        "intercept": fitted.intercept_[0],
        "weights": fitted.coef_[0].tolist(),
        "p": fitted.predict_proba(x)[:, 1].tolist(),
        "means": means.tolist(),
        "drawn": drawn.tolist(),
    },
    "calibration": {"logit": logit.tolist(), "shift": corrected[0], "slope": corrected[1]},
    "latency": latencies(11),
}
pathlib.Path(__file__).with_name("vectors.json").write_text(json.dumps(out) + "\n")
