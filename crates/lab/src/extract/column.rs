//! Columns of a table, whatever file they are in.

/// A column with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What it is called in files.
    pub name: String,
    /// Its values, row by row.
    pub values: Values,
}

/// Values of one kind.
#[derive(Clone, Debug)]
pub enum Values {
    /// Text; `None` is unknown.
    Text(Vec<Option<String>>),
    /// Whole numbers; `None` is unknown.
    Whole(Vec<Option<i64>>),
    /// Numbers; NaN is unknown.
    Real(Vec<f64>),
}

impl Column {
    /// A column.
    pub fn new(name: impl Into<String>, values: Values) -> Self {
        let name = name.into();
        Self { name, values }
    }
}

impl Values {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Real(values) => values.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Unknown numbers are equal, all others to the bit.
impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Whole(a), Self::Whole(b)) => a == b,
            (Self::Real(a), Self::Real(b)) => {
                let same =
                    |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
                a.len() == b.len() && a.iter().zip(b).all(same)
            }
            _ => false,
        }
    }
}
