//! A `.gitattributes`, a pattern of the configuration, and paths.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| risk_fuzz::Target::run("attributes", input));
