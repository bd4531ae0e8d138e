//! Links beside pairs that are known from elsewhere.

use super::fixes::Fixes;
use crate::error::Result;
use crate::table::Table;
use risk_evaluate::Bootstrap;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// Links by variant, repository and fix: a fix that was traced is there, even without a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    by_variant: BTreeMap<String, BTreeMap<(String, String), BTreeSet<String>>>,
}

impl Links {
    /// Reads a table as [`links_table`](super::links_table) writes it; `path` is what messages call it.
    ///
    /// # Errors
    ///
    /// [`Error::Csv`](crate::Error::Csv), [`Error::MissingColumn`](crate::Error::MissingColumn).
    pub fn read(path: &Path, bytes: &[u8]) -> Result<Self> {
        let table = Table::of(path, bytes)?;
        let (repo, fix) = (table.column("repo")?, table.column("fix")?);
        let (variant, inducing) = (table.column("variant")?, table.column("inducing")?);
        let mut links = Self::default();
        for row in table.rows() {
            let of_variant = row.text(variant).to_owned();
            let of_variant = links.by_variant.entry(of_variant).or_default();
            let of_fix = (row.text(repo).to_owned(), row.text(fix).to_owned());
            let of_fix = of_variant.entry(of_fix).or_default();
            if !row.text(inducing).is_empty() {
                of_fix.insert(row.text(inducing).to_owned());
            }
        }
        Ok(links)
    }
}

/// One fix that is known, and what a variant made of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Compared {
    known: u32,
    linked: u32,
    right: u32,
}

/// How the links of a variant stand to the known pairs of one language, or of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// The variant.
    pub variant: String,
    /// The language as the pairs tell it; `all` for all of them.
    pub language: String,
    /// Fixes.
    pub n_fixes: usize,
    /// Known pairs.
    pub n_known: u32,
    /// Links.
    pub n_links: u32,
    /// Links that are known pairs.
    pub n_right: u32,
    /// `right / links`, `right / known`, and their harmonic mean; `None` where a divisor is 0.
    pub figures: [Option<f64>; 3],
    /// 95 % intervals of these, by a bootstrap over blocks of fixes.
    pub intervals: [Option<(f64, f64)>; 3],
}

/// What was compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Oracle {
    /// By variant, all languages first.
    pub agreements: Vec<Agreement>,
    /// Fixes of the pairs that no link was sought for.
    pub n_untraced: usize,
}

impl Oracle {
    /// Compares links with pairs.
    ///
    /// Ids agree if one is the start of the other. Blocks of the bootstrap are neighbours by repository, for fixes of one
    /// project are alike.
    pub fn of(pairs: &Fixes, links: &Links, bootstrap: Bootstrap) -> Self {
        let mut known: BTreeMap<(String, String), (String, BTreeSet<String>)> = BTreeMap::new();
        for pair in &pairs.all {
            let key = (pair.repo.clone(), pair.id.clone());
            let of_fix = known.entry(key).or_default();
            of_fix.0.clone_from(&pair.language);
            of_fix.1.extend(pair.inducing.clone());
        }
        let mut oracle = Self::default();
        let mut traced: BTreeSet<&(String, String)> = BTreeSet::new();
        for (variant, found) in &links.by_variant {
            let mut all: Vec<Compared> = Vec::new();
            let mut by_language: BTreeMap<&str, Vec<Compared>> = BTreeMap::new();
            for (key, (language, inducing)) in &known {
                let Some(linked) = links_of(found, key) else {
                    continue;
                };
                traced.insert(key);
                let agrees = |link: &&String| inducing.iter().any(|known| same(known, link));
                let compared = Compared {
                    known: inducing.len() as u32,
                    linked: linked.len() as u32,
                    right: linked.iter().filter(agrees).count() as u32,
                };
                all.push(compared);
                by_language.entry(language).or_default().push(compared);
            }
            let rows = std::iter::once(("all", all)).chain(by_language);
            for (language, compared) in rows.filter(|(_, it)| !it.is_empty()) {
                let agreement = agreement(variant, language, &compared, bootstrap);
                oracle.agreements.push(agreement);
            }
        }
        oracle.n_untraced = known.len() - traced.len();
        oracle
    }

    /// The figures as a table of comma-separated values.
    pub fn csv(&self) -> String {
        let mut text = String::from(
            "variant,language,fixes,known,links,right,precision,precision_low,precision_high,\
             recall,recall_low,recall_high,f1,f1_low,f1_high\n",
        );
        let told = |value: Option<f64>| value.map_or_else(String::new, |it| format!("{it:.4}"));
        for it in &self.agreements {
            let _ = write!(
                text,
                "{},{},{},{},{},{}",
                it.variant, it.language, it.n_fixes, it.n_known, it.n_links, it.n_right
            );
            for (value, interval) in it.figures.iter().zip(&it.intervals) {
                let (low, high) = (interval.map(|it| it.0), interval.map(|it| it.1));
                let _ = write!(text, ",{},{},{}", told(*value), told(low), told(high));
            }
            text.push('\n');
        }
        text
    }

    /// The figures as a table for people.
    pub fn markdown(&self) -> String {
        let mut text = String::from(
            "| variant | language | fixes | links | precision | recall | F1 |\n|---|---|--:|--:|--:|--:|--:|\n",
        );
        for it in &self.agreements {
            let figure = |k: usize| match (it.figures[k], it.intervals[k]) {
                (None, _) => "–".to_owned(),
                (Some(value), None) => format!("{value:.3}"),
                (Some(value), Some((low, high))) => format!("{value:.3} ({low:.2}–{high:.2})"),
            };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} | {} |",
                it.variant,
                it.language,
                it.n_fixes,
                it.n_links,
                figure(0),
                figure(1),
                figure(2)
            );
        }
        if self.n_untraced > 0 {
            let _ = writeln!(
                text,
                "\n{} fixes of the pairs were not traced.",
                self.n_untraced
            );
        }
        text
    }
}

type OfFixes = BTreeMap<(String, String), BTreeSet<String>>;

/// The links of a fix whose id may be written shorter in the pairs.
fn links_of<'l>(found: &'l OfFixes, key: &(String, String)) -> Option<&'l BTreeSet<String>> {
    let from = found.range(key.clone()..).next();
    let fits = |it: &&(String, String)| (it.0 == key.0 || key.0.is_empty()) && same(&it.1, &key.1);
    from.filter(|(it, _)| fits(it)).map(|(_, links)| links)
}

fn same(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

fn agreement(variant: &str, language: &str, all: &[Compared], bootstrap: Bootstrap) -> Agreement {
    let sums = |places: &mut dyn Iterator<Item = usize>| {
        places.fold(Compared::default(), |sum, at| Compared {
            known: sum.known + all[at].known,
            linked: sum.linked + all[at].linked,
            right: sum.right + all[at].right,
        })
    };
    let whole = sums(&mut (0..all.len()));
    Agreement {
        variant: variant.to_owned(),
        language: language.to_owned(),
        n_fixes: all.len(),
        n_known: whole.known,
        n_links: whole.linked,
        n_right: whole.right,
        figures: figures(whole),
        intervals: bootstrap.intervals(all.len(), |places| {
            figures(sums(&mut places.iter().copied()))
        }),
    }
}

/// Precision, recall and F1.
fn figures(of: Compared) -> [Option<f64>; 3] {
    let share = |part: u32, whole: u32| (whole > 0).then(|| f64::from(part) / f64::from(whole));
    [
        share(of.right, of.linked),
        share(of.right, of.known),
        share(2 * of.right, of.linked + of.known),
    ]
}

#[cfg(test)]
mod tests {
    use super::{Links, Oracle};
    use crate::links::Fixes;
    use risk_evaluate::Bootstrap;

    fn oracle(pairs: &str, links: &str) -> Oracle {
        let pairs = Fixes::read("p.csv".as_ref(), pairs.as_bytes(), "issue_date").unwrap();
        let links = Links::read("l.csv".as_ref(), links.as_bytes()).unwrap();
        Oracle::of(&pairs, &links, Bootstrap { draws: 50, seed: 1 })
    }

    #[test]
    fn links_are_counted_against_pairs() {
        let pairs = "repo,fix,inducing,language\n\
            a,aaaaaaa1,bbbbbbb1,c\n\
            a,aaaaaaa2,bbbbbbb2,py\n\
            a,aaaaaaa2,bbbbbbb3,py\n\
            b,aaaaaaa3,bbbbbbb4,c\n\
            b,aaaaaaa4,bbbbbbb5,c\n";
        let links = "repo,fix,variant,inducing,weight,evidence\n\
            a,aaaaaaa1,r,bbbbbbb1,1,lines\n\
            a,aaaaaaa1,r,ccccccc1,1,lines\n\
            a,aaaaaaa2,r,bbbbbbb3,1,lines\n\
            b,aaaaaaa3,r,,,\n";
        let oracle = oracle(pairs, links);
        assert_eq!(oracle.n_untraced, 1);
        let counts = |at: usize| {
            let it = &oracle.agreements[at];
            (
                it.language.as_str(),
                it.n_fixes,
                it.n_known,
                it.n_links,
                it.n_right,
            )
        };
        assert_eq!(counts(0), ("all", 3, 4, 3, 2));
        assert_eq!(counts(1), ("c", 2, 2, 2, 1));
        assert_eq!(counts(2), ("py", 1, 2, 1, 1));
        let figures = oracle.agreements[0].figures.map(Option::unwrap);
        assert!((figures[0] - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!((figures[1], figures[2]), (0.5, 4.0 / 7.0));
        assert!(oracle.csv().lines().count() == 4 && oracle.markdown().contains("not traced"));
    }

    #[test]
    fn nothing_linked_has_no_precision() {
        let links = "repo,fix,variant,inducing\na,aaaaaaa1,w,\n";
        let oracle = oracle("repo,fix,inducing\na,aaaaaaa1,bbbbbbb1\n", links);
        assert_eq!(oracle.agreements[0].figures, [None, Some(0.0), Some(0.0)]);
    }
}
