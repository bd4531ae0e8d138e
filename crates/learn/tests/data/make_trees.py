"""Makes trees.json: what LightGBM and scikit-learn's extra trees say of the data set in vectors.json.

Columns are rounded to one decimal.

    python -m pip install numpy==2.* lightgbm==4.* scikit-learn==1.*   # versions used are stored
    python make_trees.py
"""
import json
import pathlib

import lightgbm
import numpy as np
import sklearn
from sklearn.ensemble import ExtraTreesClassifier

here = pathlib.Path(__file__).parent
vectors = json.loads((here / "vectors.json").read_text())
x = np.array(vectors["x"]).round(1)
y, weight = np.array(vectors["y"]), np.array(vectors["weight"])

# As many bins as there are values, all columns and rows for each tree: nothing is drawn, so all is comparable.
model = lightgbm.LGBMClassifier(
    n_estimators=20,
    learning_rate=0.1,
    num_leaves=6,
    min_child_samples=15,
    min_child_weight=0.0,
    reg_lambda=5.0,
    min_data_in_bin=1,
    max_bin=1_000,
    verbose=-1,
).fit(x, y, sample_weight=weight)

# So many that what was drawn no longer matters.
extra = ExtraTreesClassifier(4_000, min_samples_leaf=10, max_features=0.5, random_state=0, n_jobs=2)
extra.fit(x, y, sample_weight=weight)

result = {
    "versions": {"lightgbm": lightgbm.__version__, "numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "boosted_logit": model.predict(x, raw_score=True).round(9).tolist(),
    "extra_p": extra.predict_proba(x)[:, 1].round(5).tolist(),
}
(here / "trees.json").write_text(json.dumps(result) + "\n")
