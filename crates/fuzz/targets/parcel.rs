//! What was learned, as `git risk state export` writes it.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| risk_fuzz::Target::run("parcel", input));
