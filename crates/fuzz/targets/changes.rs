//! Changes that were read once, as `risk/changes` keeps them.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| risk_fuzz::Target::run("changes", input));
