//! Change to Features, from what was known before the change.
