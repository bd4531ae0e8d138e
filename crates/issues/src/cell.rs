//! A value of JSON, as far as an issue needs it.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The texts of a value: itself, the `name` of an object, or those of the items of a list.
///
/// Nothing is refused: which values make sense is known where they are used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Whether there is anything but `null`.
    pub(crate) is_there: bool,
    pub(crate) texts: Vec<String>,
}

impl Cell {
    /// Its one text that says something.
    pub(crate) fn text(&self) -> Option<&str> {
        let first = self.texts.first().map(|text| text.trim());
        first.filter(|text| !text.is_empty())
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    fn of(text: String) -> Self {
        Self {
            is_there: true,
            texts: vec![text],
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::default())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Cell, E> {
        Ok(Cell::of(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Cell, E> {
        Ok(Cell::of(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Cell, E> {
        Ok(Cell::of(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Cell, E> {
        Ok(Cell::of(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Cell, E> {
        Ok(Cell::of(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Cell, A::Error> {
        let mut cell = Cell {
            is_there: true,
            texts: Vec::new(),
        };
        while let Some(item) = items.next_element::<Cell>()? {
            cell.texts.extend(item.texts);
        }
        Ok(cell)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Cell, A::Error> {
        let mut cell = Cell {
            is_there: true,
            texts: Vec::new(),
        };
        while let Some(name) = entries.next_key::<String>()? {
            if name == "name" {
                cell.texts = entries.next_value::<Cell>()?.texts;
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Ok(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::Cell;

    #[test]
    fn texts_are_found_in_all_kinds_of_values() {
        for (json, is_there, texts) in [
            ("null", false, &[][..]),
            ("true", true, &["true"]),
            ("12", true, &["12"]),
            ("-3", true, &["-3"]),
            ("\"a\"", true, &["a"]),
            (
                "{\"id\": 3, \"name\": \"Bug\", \"x\": {\"name\": \"y\"}}",
                true,
                &["Bug"],
            ),
            ("{}", true, &[]),
            (
                "[\"a\", {\"name\": \"b\"}, null, [\"c\"]]",
                true,
                &["a", "b", "c"],
            ),
        ] {
            let cell: Cell = serde_json::from_str(json).unwrap();
            assert_eq!(cell.is_there, is_there, "{json}");
            assert_eq!(cell.texts, texts, "{json}");
        }
    }
}
