//! Changes that were read once, of a history that is followed by them.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| risk_fuzz::Target::run("fold", input));
