//! Two versions of a file, and the edit between them.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| risk_fuzz::Target::run("lines", input));
