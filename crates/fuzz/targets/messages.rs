//! The message of a commit, and a pattern for fixes and keys.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| risk_fuzz::Target::run("messages", input));
