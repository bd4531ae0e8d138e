//! The path of a file and what it holds.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| risk_fuzz::Target::run("source", input));
