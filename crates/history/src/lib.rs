//! Reads git: the ordered walk of changes with their hunks, read in parallel.
