//! From raw features to logarithms and ratios.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// Kamei's fourteen features, in the published groups: diffusion, size, purpose, history, experience.
///
/// Source: Kamei et al., IEEE TSE 2013, table 1.
pub const KAMEI: [&str; 14] = [
    "ns", "nd", "nf", "entropy", "la", "ld", "lt", "fix", "ndev", "age", "nuc", "exp", "rexp",
    "sexp",
];

/// Places of Kamei's fourteen in a row, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Places {
    ns: usize,
    nd: usize,
    nf: usize,
    entropy: usize,
    la: usize,
    ld: usize,
    lt: usize,
    ndev: usize,
    nuc: usize,
    exp: usize,
    rexp: usize,
    sexp: usize,
}

/// Extends a row of raw features by what a linear model cannot compute itself.
///
/// For `n` raw features the derived row has `n + 12` columns: first the signed logarithm
/// `sign(x) · ln(1 + |x|)` of every raw feature in order (features of changes are counts with long
/// tails), then twelve ratios `r` of Kamei's fourteen. Ratios without an upper bound are also given as
/// signed logarithm; `max(·, 1)` keeps divisors away from 0:
///
/// | name | formula | empty case |
/// |---|---|---|
/// | `la/nf` | `log(la / max(nf, 1))`, lines added a file | 0 without added lines |
/// | `ld/nf` | `log(ld / max(nf, 1))`, lines deleted a file | 0 without deleted lines |
/// | `ld/(la+ld)` | share of deletions in the edit, `0 ..= 1` | 0 without text lines |
/// | `la/lt` | `log(la / max(lt, 1))`, growth relative to the files (Kamei's LA/LT) | `log la` for new files |
/// | `ld/lt` | `log(ld / max(lt, 1))`, part removed (Kamei's LD/LT) | 0 without deleted lines |
/// | `entropy/log2(nf)` | normalised entropy, `0 ..= 1` | 0 for fewer than two files |
/// | `nd/nf` | directories a file, `0 ..= 1` | 0 without files |
/// | `ns/nf` | subsystems a file, `0 ..= 1` | 0 without files |
/// | `ndev/nf` | `log(ndev / max(nf, 1))`, developers a file | 0 for new files |
/// | `nuc/nf` | `log(nuc / max(nf, 1))`, earlier changes a file (Kamei's NUC/NF) | 0 for new files |
/// | `sexp/exp` | `log(sexp / max(exp, 1))`, how much of the experience is here | 0 for a newcomer |
/// | `rexp/exp` | `log(rexp / max(exp, 1))`, how much of the experience is recent | 0 for a newcomer |
///
/// `lt/nf` is left out because `lt` is a mean over files already.
///
/// - **Shape**: raw rows have the length of `names`, derived rows 12 more.
/// - **Units and range**: a raw value that is NaN or infinite is not known, and so is (NaN) every column
///   that needs it; all other columns are finite.
/// - **Known at**: whatever the raw features are known at, arrival.
/// - **Source**: ratios after Kamei et al., IEEE TSE 2013, section 4.2 (normalisation of LA, LD by LT and
///   of LT, NUC by NF). **Deviation**: side by side with the raw features instead of in their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derived {
    raw_names: Vec<String>,
    places: Places,
}

/// Number of ratios.
const N_RATIOS: usize = 12;

impl Derived {
    /// Derivation for raw rows with columns `names`, among them Kamei's fourteen in any place.
    ///
    /// # Errors
    ///
    /// [`Error::MissingFeature`] for the first of [`KAMEI`] that is not there, and
    /// [`Error::RepeatedFeature`] for a name that comes twice.
    pub fn new(names: &[&str]) -> Result<Self> {
        if let Some((_, name)) = names
            .iter()
            .enumerate()
            .find(|(i, name)| names[..*i].contains(name))
        {
            return Err(Error::RepeatedFeature {
                name: (*name).to_owned(),
            });
        }
        let place = |name: &'static str| {
            names
                .iter()
                .position(|n| *n == name)
                .ok_or(Error::MissingFeature { name })
        };
        for name in KAMEI {
            place(name)?;
        }
        Ok(Self {
            raw_names: names.iter().map(|n| (*n).to_owned()).collect(),
            places: Places {
                ns: place("ns")?,
                nd: place("nd")?,
                nf: place("nf")?,
                entropy: place("entropy")?,
                la: place("la")?,
                ld: place("ld")?,
                lt: place("lt")?,
                ndev: place("ndev")?,
                nuc: place("nuc")?,
                exp: place("exp")?,
                rexp: place("rexp")?,
                sexp: place("sexp")?,
            },
        })
    }

    /// Names of the raw features, in order.
    #[must_use]
    pub fn raw_names(&self) -> &[String] {
        &self.raw_names
    }

    /// Names of the derived columns, in order: `log(la)` for a logarithm, `la/nf` for a ratio.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.raw_names
            .iter()
            .map(|n| format!("log({n})"))
            .chain(
                self.sources_of_ratios()
                    .into_iter()
                    .map(|(n, _)| n.to_owned()),
            )
            .collect()
    }

    /// Number of derived columns.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        self.raw_names.len() + N_RATIOS
    }

    /// Places of the raw features that derived column `column` is computed from, the leading one first.
    ///
    /// # Panics
    ///
    /// If there is no such column.
    #[must_use]
    pub fn source_of(&self, column: usize) -> Vec<usize> {
        assert!(column < self.n_columns(), "the derived column exists");
        if column < self.raw_names.len() {
            return vec![column];
        }
        let (_, [above, below]) = self.sources_of_ratios()[column - self.raw_names.len()];
        vec![above, below]
    }

    /// The derived row of a raw row.
    ///
    /// # Errors
    ///
    /// [`Error::RowLength`] if the row is not as long as the names.
    pub fn apply(&self, raw: &[f64]) -> Result<Vec<f64>> {
        if raw.len() != self.raw_names.len() {
            return Err(Error::RowLength {
                expected: self.raw_names.len(),
                found: raw.len(),
            });
        }
        Ok(raw
            .iter()
            .map(|x| signed_log(known(*x)))
            .chain(self.ratios(raw))
            .collect())
    }

    fn sources_of_ratios(&self) -> [(&'static str, [usize; 2]); N_RATIOS] {
        let p = &self.places;
        [
            ("la/nf", [p.la, p.nf]),
            ("ld/nf", [p.ld, p.nf]),
            ("ld/(la+ld)", [p.ld, p.la]),
            ("la/lt", [p.la, p.lt]),
            ("ld/lt", [p.ld, p.lt]),
            ("entropy/log2(nf)", [p.entropy, p.nf]),
            ("nd/nf", [p.nd, p.nf]),
            ("ns/nf", [p.ns, p.nf]),
            ("ndev/nf", [p.ndev, p.nf]),
            ("nuc/nf", [p.nuc, p.nf]),
            ("sexp/exp", [p.sexp, p.exp]),
            ("rexp/exp", [p.rexp, p.exp]),
        ]
    }

    fn ratios(&self, raw: &[f64]) -> [f64; N_RATIOS] {
        let p = &self.places;
        let at = |place: usize| known(raw[place]);
        let log_ratio = |above, below| signed_log(at(above) / at_least_one(at(below)));
        let share = |above: f64, below: f64| if below == 0.0 { 0.0 } else { above / below };
        let (la, ld, nf, entropy) = (at(p.la), at(p.ld), at(p.nf), at(p.entropy));
        let normalised_entropy = if nf < 2.0 {
            entropy * 0.0 // Still not known if the entropy is not.
        } else {
            entropy / nf.log2()
        };
        [
            log_ratio(p.la, p.nf),
            log_ratio(p.ld, p.nf),
            share(ld, la + ld),
            log_ratio(p.la, p.lt),
            log_ratio(p.ld, p.lt),
            normalised_entropy,
            share(at(p.nd), nf),
            share(at(p.ns), nf),
            log_ratio(p.ndev, p.nf),
            log_ratio(p.nuc, p.nf),
            log_ratio(p.sexp, p.exp),
            log_ratio(p.rexp, p.exp),
        ]
    }
}

/// `x` if it is a number, NaN if it is infinite.
fn known(x: f64) -> f64 {
    if x.is_finite() { x } else { f64::NAN }
}

/// `max(x, 1)` that keeps NaN.
fn at_least_one(x: f64) -> f64 {
    if x < 1.0 { 1.0 } else { x }
}

/// `sign(x) · ln(1 + |x|)`.
fn signed_log(x: f64) -> f64 {
    x.abs().ln_1p().copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// la = 30, ld = 10, nf = 4, lt = 200, nd = 2, ns = 1.
    const RAW: [f64; 14] = [
        1.0, 2.0, 4.0, 1.5, 30.0, 10.0, 200.0, 1.0, 3.0, 12.0, 8.0, 50.0, 5.0, 25.0,
    ];

    fn column(derived: &Derived, row: &[f64], name: &str) -> f64 {
        let place = derived.names().iter().position(|n| n == name);
        row[place.expect("the column exists")]
    }

    #[test]
    fn every_column_agrees_with_a_calculation_by_hand() {
        let derived = Derived::new(&KAMEI).unwrap();
        let row = derived.apply(&RAW).unwrap();
        for (name, expected) in [
            ("log(la)", 31f64.ln()),
            ("log(fix)", 2f64.ln()),
            ("la/nf", 8.5f64.ln()),
            ("ld/nf", 3.5f64.ln()),
            ("ld/(la+ld)", 0.25),
            ("la/lt", 1.15f64.ln()),
            ("ld/lt", 1.05f64.ln()),
            ("entropy/log2(nf)", 0.75),
            ("nd/nf", 0.5),
            ("ns/nf", 0.25),
            ("ndev/nf", 1.75f64.ln()),
            ("nuc/nf", 3f64.ln()),
            ("sexp/exp", 1.5f64.ln()),
            ("rexp/exp", 1.1f64.ln()),
        ] {
            let found = column(&derived, &row, name);
            assert!((found - expected).abs() < 1e-12, "{name}: {found}");
        }
    }

    #[test]
    fn an_empty_change_derives_to_zeros() {
        let derived = Derived::new(&KAMEI).unwrap();
        assert!(derived.apply(&[0.0; 14]).unwrap().iter().all(|x| *x == 0.0));
    }

    #[test]
    fn what_is_not_known_spreads_to_the_columns_that_need_it_and_no_others() {
        let derived = Derived::new(&KAMEI).unwrap();
        for unknown in 0..RAW.len() {
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                let mut raw = RAW;
                raw[unknown] = value;
                for (column, x) in derived.apply(&raw).unwrap().iter().enumerate() {
                    assert_eq!(x.is_nan(), derived.source_of(column).contains(&unknown));
                }
            }
        }
    }

    #[test]
    fn columns_are_found_by_name_and_others_get_a_logarithm() {
        let mut names = vec!["hunks"];
        names.extend(KAMEI.iter().rev());
        let derived = Derived::new(&names).unwrap();
        let mut raw = vec![-6.0];
        raw.extend(RAW.iter().rev());
        let row = derived.apply(&raw).unwrap();
        assert_eq!(row.len(), derived.n_columns());
        assert_eq!(row.len(), derived.names().len());
        assert_eq!(column(&derived, &row, "log(hunks)"), -(7f64.ln()));
        assert_eq!(column(&derived, &row, "ld/(la+ld)"), 0.25);
        assert_eq!(derived.source_of(0), [0]);
    }

    #[test]
    fn missing_and_repeated_names_and_wrong_lengths_are_refused() {
        let error = Derived::new(&["la"]).unwrap_err();
        assert_eq!(error.to_string(), "derive ratios without feature `ns`");
        let mut names = KAMEI.to_vec();
        names.push("la");
        assert!(matches!(
            Derived::new(&names),
            Err(Error::RepeatedFeature { name }) if name == "la"
        ));
        let error = Derived::new(&KAMEI).unwrap().apply(&[1.0]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "use a row of 1 columns where 14 are expected"
        );
    }
}
