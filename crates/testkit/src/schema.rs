//! Whether JSON is what its format asks for.

use boon::{Compiler, Schemas};
use serde_json::Value;
use std::path::Path;

/// A format of others, with its schema in `tests/schemas`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// SARIF 2.1.0.
    Sarif,
    /// Reviewdog's `DiagnosticResult`.
    RdJson,
    /// GitLab's Code Quality report.
    GitLab,
}

impl Schema {
    fn file(self) -> &'static str {
        match self {
            Self::Sarif => "sarif-2.1.0.json",
            Self::RdJson => "rdjson.json",
            Self::GitLab => "gitlab-code-quality.json",
        }
    }

    /// Reads JSON and returns it if it is valid; else what is wrong with it.
    ///
    /// # Errors
    ///
    /// What the reader or the validator says.
    pub fn check(self, text: &str) -> Result<Value, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/schemas");
        let schema = std::fs::read_to_string(folder.join(self.file()));
        let schema = schema.expect("because it is part of the repository");
        let schema = serde_json::from_str(&schema).expect("because it is JSON");
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        compiler
            .add_resource("schema.json", schema)
            .expect("because the name is a place");
        let index = compiler.compile("schema.json", &mut schemas);
        let index = index.expect("because the schema is valid itself");
        schemas
            .validate(&value, index)
            .map_err(|error| format!("{error:#}"))?;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::Schema;

    #[test]
    fn what_is_wrong_is_seen() {
        for (schema, good, bad) in [
            (
                Schema::Sarif,
                r#"{"version":"2.1.0","runs":[]}"#,
                r#"{"version":"2.1.0","runs":[{}]}"#,
            ),
            (
                Schema::RdJson,
                r#"{"diagnostics":[]}"#,
                r#"{"diagnostics":[{"message":1}]}"#,
            ),
            (Schema::GitLab, "[]", r#"[{"description":"x"}]"#),
        ] {
            assert!(schema.check(good).is_ok(), "{:?}", schema.check(good));
            assert!(schema.check(bad).is_err(), "{schema:?}");
            assert!(schema.check("{").is_err());
        }
    }
}
