//! Texts of strangers in every format that is written.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| risk_fuzz::Target::run("report", input));
