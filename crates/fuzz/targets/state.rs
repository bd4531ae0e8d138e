//! A state whose checksums are right and whose content is not.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| risk_fuzz::Target::run("state", input));
