//! Scores and evaluations as text and JSON.
