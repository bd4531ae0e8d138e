//! A `.mailmap` and a `.git-blame-ignore-revs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| risk_fuzz::Target::run("mailmap", input));
