//! Online and batch logistic models, causal scaling, thresholds: pure numbers.
