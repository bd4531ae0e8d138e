//! Which changes are fixes, who wrote each line, and which changes induced each fix.
