//! How long defects stay unseen.

use super::Known;
use risk_learn::LatencyCurve;
use risk_report::{Latency, LatencyPoint};

/// Days beyond which no quartile is told: nobody has seen a latency like that.
const LONGEST: u32 = 3_650;

/// Days at which the curve is drawn: densely where it bends.
const DAYS: [f64; 24] = [
    0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 21.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 270.0,
    365.0, 545.0, 730.0, 1_095.0, 1_460.0, 1_825.0, 2_555.0, 3_650.0,
];

pub(super) fn latency(known: &Known<'_>) -> Latency {
    let numbers = 0..known.journal.n_arrived();
    let fixes = numbers.filter(|&number| known.is_defective(number));
    let waiting_days = known.engine.options().waiting.days().0;
    let curve = known.outlook.latency();
    let points = DAYS.map(|days| LatencyPoint {
        days,
        share: 1.0 - curve.survival(days),
    });
    Latency {
        fixes: fixes.count(),
        quartiles: [0.25, 0.5, 0.75].map(|share| quantile(curve, share)),
        waiting_days,
        within_waiting: 1.0 - curve.survival(waiting_days),
        points: points.to_vec(),
    }
}

/// The first day by which a share of all defects is fixed.
fn quantile(curve: &LatencyCurve, share: f64) -> Option<f64> {
    // The curve never falls, so the first day can be found by halving.
    let days: Vec<u32> = (0..=LONGEST).collect();
    let first = days.partition_point(|&day| 1.0 - curve.survival(f64::from(day)) < share);
    days.get(first).map(|&day| f64::from(day))
}
