//! What a path and a line of source are: language, test or documentation, blank, comment, conditional.
