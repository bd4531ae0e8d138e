//! Costs of commands that ran in turns, as a table.

use super::{Cost, median};
use std::fmt::Write;

/// Commands in the order in which they ran in each round, with their costs by round.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    /// The row that it is compared with, and how many threads it has.
    against: usize,
    threads: usize,
    costs: Vec<Cost>,
}

impl Table {
    /// Adds a command, to be compared with the `against`-th.
    pub fn row(&mut self, name: &str, against: usize, threads: usize) -> usize {
        self.rows.push(Row {
            name: name.to_owned(),
            against,
            threads,
            costs: Vec::new(),
        });
        self.rows.len() - 1
    }

    /// Adds what a command cost in the next round.
    pub fn cost(&mut self, row: usize, cost: Cost) {
        self.rows[row].costs.push(cost);
    }

    /// The median processor time of a command.
    pub fn cpu(&self, row: usize) -> Option<f64> {
        let costs = &self.rows.get(row)?.costs;
        let cpu: Vec<f64> = costs.iter().map(|cost| cost.cpu).collect();
        (!cpu.is_empty()).then(|| median(&cpu))
    }

    /// Medians of each command, and of its ratios to what it is compared with in the same round.
    ///
    /// `n` says by how many commits the processor time is divided, `None` where that has no meaning.
    pub fn to_markdown(&self, n: impl Fn(usize) -> Option<usize>) -> String {
        let mut text = String::from(
            "| command | CPU s | wall s | CPU ratio | wall ratio | CPU µs a commit | resident MB | anonymous MB | serial share (estimate) |\n\
             |---|---|---|---|---|---|---|---|---|\n",
        );
        for (at, row) in self.rows.iter().enumerate() {
            if row.costs.is_empty() {
                continue;
            }
            let of = |part: &dyn Fn(&Cost) -> f64| {
                median(&row.costs.iter().map(part).collect::<Vec<f64>>())
            };
            let ratio = |part: &dyn Fn(&Cost) -> f64| {
                let base = &self.rows[row.against].costs;
                let pairs = row.costs.iter().zip(base);
                let ratios: Vec<f64> = pairs.map(|(a, b)| part(a) / part(b)).collect();
                let is_base = row.against == at || ratios.is_empty();
                if is_base {
                    "1".to_owned()
                } else {
                    format!("{:.3}", median(&ratios))
                }
            };
            let (cpu, wall) = (|it: &Cost| it.cpu, |it: &Cost| it.wall);
            let a_commit = n(at).map_or_else(String::new, |n| {
                format!("{:.0}", of(&cpu) * 1e6 / n.max(1) as f64)
            });
            let serial = of(&|it| it.serial_share(row.threads).unwrap_or(f64::NAN));
            let serial = if serial.is_nan() {
                String::new()
            } else {
                format!("{:.0} %", 100.0 * serial)
            };
            let megabytes = |bytes: f64| format!("{:.0}", bytes / 1e6);
            let _ = writeln!(
                text,
                "| {} | {:.3} | {:.3} | {} | {} | {a_commit} | {} | {} | {serial} |",
                row.name,
                of(&cpu),
                of(&wall),
                ratio(&cpu),
                ratio(&wall),
                megabytes(of(&|it| it.resident as f64)),
                megabytes(of(&|it| it.anonymous as f64)),
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Table;
    use crate::measure::Cost;

    #[test]
    fn ratios_are_medians_of_pairs() {
        let mut table = Table::default();
        let git = table.row("git", 0, 1);
        let own = table.row("own", git, 2);
        for (a, b) in [(10.0, 5.0), (20.0, 20.0), (10.0, 6.0)] {
            let cost = |cpu| Cost {
                cpu,
                wall: cpu,
                ..Cost::default()
            };
            table.cost(git, cost(a));
            table.cost(own, cost(b));
        }
        let text = table.to_markdown(|row| (row == git).then_some(10));
        let rows: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(
            rows[0],
            "| git | 10.000 | 10.000 | 1 | 1 | 1000000 | 0 | 0 |  |"
        );
        assert_eq!(
            rows[1],
            "| own | 6.000 | 6.000 | 0.600 | 0.600 |  | 0 | 0 | 100 % |"
        );
    }
}
