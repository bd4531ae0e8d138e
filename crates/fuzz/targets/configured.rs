//! A name and a value of git's configuration.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| risk_fuzz::Target::run("configured", input));
