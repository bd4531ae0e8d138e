//! The rows of the changes, in memory or where they were kept before.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Gives the rows of changes that arrived long ago, so that they need not all be in memory.
///
/// A question about one change needs the rows of a thousand others at most, learning those of the changes
/// whose labels become known.
pub trait EarlierRows: fmt::Debug + Send + Sync {
    /// The raw values of consecutive changes, row after row; `None` if they are not as they were written.
    fn raw(&self, range: Range<u32>) -> Option<Vec<f64>>;

    /// The prepared values of consecutive changes, row after row; `None` if they are not as they were written.
    fn prepared(&self, range: Range<u32>) -> Option<Vec<f32>>;
}

/// Raw and prepared rows by number of the change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rows {
    pub(crate) n_raw: usize,
    pub(crate) n_prepared: usize,
    /// Changes whose rows are asked for from `earlier`; those after it are in memory.
    n_earlier: u32,
    #[serde(skip)]
    earlier: Option<Arc<dyn EarlierRows>>,
    #[serde(with = "not_known")]
    pub(crate) raw: Vec<f64>,
    pub(crate) prepared: Vec<f32>,
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
        (self.n_raw, self.n_prepared) == (other.n_raw, other.n_prepared)
            && self.n_earlier == other.n_earlier
            && self.prepared == other.prepared
            && self.raw.len() == other.raw.len()
            && self.raw.iter().zip(&other.raw).all(same)
    }
}

impl Rows {
    pub(crate) fn new(n_raw: usize, n_prepared: usize) -> Self {
        Self {
            n_raw,
            n_prepared,
            n_earlier: 0,
            earlier: None,
            raw: Vec::new(),
            prepared: Vec::new(),
        }
    }

    /// Rows of which the first `n` lie elsewhere.
    pub(crate) fn after(mut self, n: u32, earlier: Arc<dyn EarlierRows>) -> Self {
        self.n_earlier = n;
        self.earlier = Some(earlier);
        self
    }

    pub(crate) fn n_earlier(&self) -> u32 {
        self.n_earlier
    }

    /// From now on the first `n` rows, of those there are, are asked for from `earlier`.
    pub(crate) fn hand_over(&mut self, n: u32, earlier: Arc<dyn EarlierRows>) {
        let handed = n.saturating_sub(self.n_earlier) as usize;
        self.raw.drain(..handed * self.n_raw);
        self.prepared.drain(..handed * self.n_prepared);
        self.n_earlier = n;
        self.earlier = Some(earlier);
    }

    pub(crate) fn push(&mut self, raw: &[f64], prepared: &[f32]) {
        let known = |x: &f64| if x.is_finite() { *x } else { f64::NAN };
        self.raw.extend(raw.iter().map(known));
        self.prepared.extend_from_slice(prepared);
    }

    /// The raw values of consecutive changes that have arrived, row after row.
    pub(crate) fn raw(&self, range: Range<u32>) -> Result<Cow<'_, [f64]>> {
        self.gather(range, self.n_raw, &self.raw, |it, range| it.raw(range))
    }

    /// The prepared values of consecutive changes that have arrived, row after row.
    pub(crate) fn prepared(&self, range: Range<u32>) -> Result<Cow<'_, [f32]>> {
        let own = &self.prepared;
        self.gather(range, self.n_prepared, own, |it, range| it.prepared(range))
    }

    /// Values of rows of one width: those in memory are `own`, earlier ones are asked for.
    fn gather<'a, T: Copy>(
        &self,
        range: Range<u32>,
        width: usize,
        own: &'a [T],
        read: impl Fn(&dyn EarlierRows, Range<u32>) -> Option<Vec<T>>,
    ) -> Result<Cow<'a, [T]>> {
        let place = |at: u32| (at - self.n_earlier) as usize * width;
        if range.start >= self.n_earlier {
            return Ok(Cow::Borrowed(&own[place(range.start)..place(range.end)]));
        }
        let before = range.start..range.end.min(self.n_earlier);
        let n_values = before.len() * width;
        let earlier = self.earlier.as_deref();
        let mut values = earlier
            .and_then(|it| read(it, before))
            .filter(|values| values.len() == n_values)
            .ok_or(Error::RowsLost)?;
        if range.end > self.n_earlier {
            values.extend_from_slice(&own[..place(range.end)]);
        }
        Ok(Cow::Owned(values))
    }
}

/// Raw values may be NaN, *not known*, which JSON cannot say: they are saved as options.
mod not_known {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(raw: &[f64], to: S) -> Result<S::Ok, S::Error> {
        let wire = raw.iter().map(|x| x.is_finite().then_some(*x));
        wire.collect::<Vec<Option<f64>>>().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        let wire = Vec::<Option<f64>>::deserialize(from)?;
        Ok(wire.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect())
    }
}
