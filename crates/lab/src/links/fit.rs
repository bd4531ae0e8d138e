//! Learns what candidates are weighed by.

use super::fixes::Fixes;
use crate::error::{Error, Result};
use crate::table::{Column, Table};
use risk_szz::{N_SIGNS, Signs, Weights};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// One fix with its candidates, of which one is known to have induced the fault, or none.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What is known of each candidate.
    pub candidates: Vec<Signs>,
    /// Which one it is; `None` if it is not among them.
    pub chosen: Option<usize>,
    /// How much the fix counts.
    pub weight: f64,
}

/// Reads the candidates of known fixes, as [`candidates_table`](super::candidates_table) writes them.
///
/// Fixes of one repository count together for no more than `cap` fixes, so that a large project does not speak for all.
/// A fix of which no candidate was found is one whose inducing change is not among them.
///
/// # Errors
///
/// [`Error::Csv`], [`Error::MissingColumn`], [`Error::Value`].
pub fn choices(path: &Path, bytes: &[u8], pairs: &Fixes, cap: f64) -> Result<Vec<Choice>> {
    let table = Table::of(path, bytes)?;
    let (repo, fix, inducing) = (
        table.column("repo")?,
        table.column("fix")?,
        table.column("inducing")?,
    );
    let signs = Weights::SIGNS.into_iter().map(|name| table.column(name));
    let signs: Vec<Column> = signs.collect::<Result<_>>()?;
    let mut known: BTreeMap<(String, String), (Vec<&str>, Choice)> = BTreeMap::new();
    for pair in &pairs.all {
        let empty = Choice {
            candidates: Vec::new(),
            chosen: None,
            weight: 1.0,
        };
        let key = (pair.repo.clone(), pair.id.clone());
        let of_fix = known.entry(key).or_insert((Vec::new(), empty));
        of_fix.0.extend(pair.inducing.as_deref());
    }
    for row in table.rows() {
        let key = (row.text(repo).to_owned(), row.text(fix).to_owned());
        let Some((inducers, choice)) = known.get_mut(&key) else {
            continue;
        };
        let mut values = [0.0; N_SIGNS];
        for (value, &sign) in values.iter_mut().zip(&signs) {
            *value = row.number(sign)?;
        }
        let is_known = inducers.iter().any(|it| row.text(inducing).starts_with(it));
        if is_known && choice.chosen.is_none() {
            choice.chosen = Some(choice.candidates.len());
        }
        choice.candidates.push(values);
    }
    let mut of_repository: BTreeMap<String, f64> = BTreeMap::new();
    for (repo, _) in known.keys() {
        *of_repository.entry(repo.clone()).or_insert(0.0) += 1.0;
    }
    let choices = known.into_iter().map(|((repo, _), (_, choice))| Choice {
        weight: (cap / of_repository[&repo]).min(1.0),
        ..choice
    });
    Ok(choices.filter(|it| !it.candidates.is_empty()).collect())
}

/// Coefficients: that of none first.
const N: usize = N_SIGNS + 1;

/// Steps of Newton's method before it is given up.
const MAX_STEPS: usize = 100;

/// Learns the weights by maximum likelihood with a ridge.
///
/// Minimised is `-Σ ωₖ ln P(choice k) + ½ λ Σ (βⱼ sⱼ)²`, with `sⱼ` the standard deviation of sign j over all candidates;
/// by Newton's method with halved steps, for the likelihood of a conditional logit is concave.
///
/// # Errors
///
/// [`Error::Table`] if there are no choices, or the method does not come to an end.
pub fn fit(choices: &[Choice], ridge: f64) -> Result<Weights> {
    let failed = |what: &str| Error::Table {
        path: "the candidates".into(),
        what: what.to_owned(),
    };
    if choices.is_empty() {
        return Err(failed("there is no fix with a candidate"));
    }
    let penalty = penalties(choices, ridge);
    let mut beta = [0.0; N];
    let mut here = objective(choices, &penalty, &beta);
    for _ in 0..MAX_STEPS {
        let (gradient, hessian) = slopes(choices, &penalty, &beta);
        let step =
            solve(hessian, gradient).ok_or_else(|| failed("the signs depend on each other"))?;
        let mut length = 1.0;
        let next = loop {
            let mut there = beta;
            for (to, by) in there.iter_mut().zip(&step) {
                *to -= length * by;
            }
            let value = objective(choices, &penalty, &there);
            if value <= here {
                break Some((there, value));
            }
            length /= 2.0;
            if length < 1e-9 {
                break None;
            }
        };
        let Some((there, value)) = next else { break };
        let gain = here - value;
        (beta, here) = (there, value);
        if gain < 1e-10 * here.abs() {
            break;
        }
    }
    let mut coefficients = [0.0; N_SIGNS];
    coefficients.copy_from_slice(&beta[1..]);
    Ok(Weights {
        none: beta[0],
        coefficients,
    })
}

/// `λ sⱼ²`; none for the first, which is free, and a little for signs that never vary.
fn penalties(choices: &[Choice], ridge: f64) -> [f64; N] {
    let rows = || choices.iter().flat_map(|it| &it.candidates);
    let n = rows().count() as f64;
    let mut penalty = [0.0; N];
    for sign in 0..N_SIGNS {
        let mean = rows().map(|row| row[sign]).sum::<f64>() / n;
        let variance = rows().map(|row| (row[sign] - mean).powi(2)).sum::<f64>() / n;
        penalty[sign + 1] = ridge * variance.max(1e-6);
    }
    penalty
}

/// `ln P` of each option, none first.
fn logs(choice: &Choice, beta: &[f64; N]) -> Vec<f64> {
    let logit = |row: &Signs| row.iter().zip(&beta[1..]).map(|(x, b)| x * b).sum();
    let logits = std::iter::once(beta[0]).chain(choice.candidates.iter().map(logit));
    let logits: Vec<f64> = logits.collect();
    let highest = logits
        .iter()
        .fold(f64::NEG_INFINITY, |max, &it| max.max(it));
    let total: f64 = logits.iter().map(|it| (it - highest).exp()).sum();
    logits.iter().map(|it| it - highest - total.ln()).collect()
}

fn objective(choices: &[Choice], penalty: &[f64; N], beta: &[f64; N]) -> f64 {
    let loss = |it: &Choice| -it.weight * logs(it, beta)[it.chosen.map_or(0, |at| at + 1)];
    let ridge = penalty.iter().zip(beta).map(|(p, b)| 0.5 * p * b * b);
    choices.iter().map(loss).sum::<f64>() + ridge.sum::<f64>()
}

/// Gradient and Hessian.
fn slopes(choices: &[Choice], penalty: &[f64; N], beta: &[f64; N]) -> ([f64; N], Vec<[f64; N]>) {
    let mut gradient = [0.0; N];
    let mut hessian = vec![[0.0; N]; N];
    for j in 0..N {
        gradient[j] = penalty[j] * beta[j];
        hessian[j][j] = penalty[j];
    }
    for choice in choices {
        let shares = logs(choice, beta);
        let mut mean = [0.0; N];
        for (at, log) in shares.iter().enumerate() {
            let p = log.exp();
            let x = option(choice, at);
            let is_chosen = f64::from(u8::from(at == choice.chosen.map_or(0, |it| it + 1)));
            for j in (0..N).filter(|&j| x[j] != 0.0) {
                gradient[j] += choice.weight * (p - is_chosen) * x[j];
                mean[j] += p * x[j];
                for k in (0..=j).filter(|&k| x[k] != 0.0) {
                    hessian[j][k] += choice.weight * p * x[j] * x[k];
                }
            }
        }
        for j in 0..N {
            for k in 0..=j {
                hessian[j][k] -= choice.weight * mean[j] * mean[k];
            }
        }
    }
    (gradient, hessian)
}

fn option(choice: &Choice, at: usize) -> [f64; N] {
    let mut x = [0.0; N];
    match at.checked_sub(1) {
        None => x[0] = 1.0,
        Some(at) => x[1..].copy_from_slice(&choice.candidates[at]),
    }
    x
}

/// Solves `H d = g` by Cholesky's method, of which the lower half is given; `None` if `H` is not positive definite.
fn solve(mut lower: Vec<[f64; N]>, mut g: [f64; N]) -> Option<[f64; N]> {
    for j in 0..N {
        for k in 0..=j {
            let known: f64 = (0..k).map(|i| lower[j][i] * lower[k][i]).sum();
            let rest = lower[j][k] - known;
            lower[j][k] = match j == k {
                true if rest <= 0.0 => return None,
                true => rest.sqrt(),
                false => rest / lower[k][k],
            };
        }
    }
    for j in 0..N {
        let known: f64 = (0..j).map(|i| lower[j][i] * g[i]).sum();
        g[j] = (g[j] - known) / lower[j][j];
    }
    for j in (0..N).rev() {
        let known: f64 = (j + 1..N).map(|i| lower[i][j] * g[i]).sum();
        g[j] = (g[j] - known) / lower[j][j];
    }
    Some(g)
}

/// The weights as `crates/szz/src/fitted.rs` has them.
pub fn source(weights: &Weights) -> String {
    let mut text = String::from(HEAD);
    let _ = writeln!(text, "    none: {:.4},\n    coefficients: [", weights.none);
    for (name, value) in Weights::SIGNS.iter().zip(&weights.coefficients) {
        let _ = writeln!(text, "        {value:.4}, // {name}");
    }
    text + "    ],\n};\n"
}

const HEAD: &str = "\
//! The coefficients that the default variant weighs candidates by.
//!
//! Written by `git-risk-lab weigh`; what they come of is told in `docs/design/links.md`.

use crate::weigh::Weights;

/// The coefficients, in the order of [`Weights::SIGNS`].
pub(crate) static FITTED: Weights = Weights {
";

#[cfg(test)]
mod tests {
    use super::{Choice, fit};
    use risk_szz::N_SIGNS;

    /// Candidates that differ in the first sign alone.
    fn choice(values: &[f64], chosen: Option<usize>) -> Choice {
        let row = |&value: &f64| {
            let mut row = [0.0; N_SIGNS];
            row[0] = value;
            row
        };
        Choice {
            candidates: values.iter().map(row).collect(),
            chosen,
            weight: 1.0,
        }
    }

    #[test]
    fn frequencies_come_back_as_probabilities() {
        // Of two candidates that differ in one sign, the one with it is right in 6 of 10, the other in 1, none in 3.
        let mut choices = vec![choice(&[1.0, 0.0], Some(0)); 6];
        choices.extend(vec![choice(&[0.0, 1.0], None); 3]);
        choices.push(choice(&[0.0, 1.0], Some(0)));
        let weights = fit(&choices, 1e-9).unwrap();
        let found = weights.probabilities(&choices[0].candidates);
        assert!((found[0] - 0.6).abs() < 1e-4, "{found:?}");
        assert!((found[1] - 0.1).abs() < 1e-4, "{found:?}");
    }

    #[test]
    fn the_ridge_holds_back_what_separates() {
        let choices = vec![choice(&[1.0, 0.0], Some(0)); 20];
        let loose = fit(&choices, 0.1).unwrap().coefficients[0];
        let tight = fit(&choices, 10.0).unwrap().coefficients[0];
        assert!(loose > tight && tight > 0.0 && loose < 20.0);
        assert!(fit(&[], 1.0).is_err());
    }
}
