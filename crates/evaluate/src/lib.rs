//! The timeline with verification latency, the prequential loop and its metrics.
