//! The metrics of a study, by name.

use risk_evaluate::Figures;
use risk_evaluate::metrics::Fading;

/// One of the numbers in [`Figures`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Area under the ROC curve.
    Auc,
    /// Area under the precision-recall curve.
    PrAuc,
    /// Fading G-mean of the flags.
    Gmean,
    /// Fading recall₀ of the flags.
    Recall0,
    /// Fading recall₁ of the flags.
    Recall1,
    /// Fading `|recall₀ − recall₁|` of the flags.
    Gap,
    /// Matthews correlation of the flags.
    Mcc,
    /// Brier score.
    Brier,
    /// Calibration error.
    Ece,
    /// Recall with 20 % of the effort.
    RecallAt20,
    /// Popt.
    Popt,
    /// Initial false alarms.
    Ifa,
}

/// Which values of a metric are the better ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The larger the better.
    Higher,
    /// The smaller the better.
    Lower,
}

impl Metric {
    /// How many there are.
    pub const N: usize = 12;

    /// All, in the order of results.
    pub const ALL: [Self; Self::N] = [
        Self::Auc,
        Self::PrAuc,
        Self::Gmean,
        Self::Recall0,
        Self::Recall1,
        Self::Gap,
        Self::Mcc,
        Self::Brier,
        Self::Ece,
        Self::RecallAt20,
        Self::Popt,
        Self::Ifa,
    ];

    /// Its name in tables for machines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auc => "auc",
            Self::PrAuc => "pr_auc",
            Self::Gmean => "gmean",
            Self::Recall0 => "recall0",
            Self::Recall1 => "recall1",
            Self::Gap => "recall_gap",
            Self::Mcc => "mcc",
            Self::Brier => "brier",
            Self::Ece => "ece",
            Self::RecallAt20 => "recall_at_20",
            Self::Popt => "popt",
            Self::Ifa => "ifa",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Auc => "AUC",
            Self::PrAuc => "PR-AUC",
            Self::Gmean => "G-mean",
            Self::Recall0 => "R0",
            Self::Recall1 => "R1",
            Self::Gap => "gap",
            Self::Mcc => "MCC",
            Self::Brier => "Brier",
            Self::Ece => "ECE",
            Self::RecallAt20 => "Recall@20",
            Self::Popt => "Popt",
            Self::Ifa => "IFA",
        }
    }

    /// Its value; `None` where it is not defined.
    #[must_use]
    pub fn of(self, figures: &Figures) -> Option<f64> {
        let fading = |part: fn(&Fading) -> f64| figures.fading.as_ref().map(part);
        match self {
            Self::Auc => figures.auc,
            Self::PrAuc => figures.average_precision,
            Self::Gmean => fading(|it| it.gmean),
            Self::Recall0 => fading(|it| it.recall0),
            Self::Recall1 => fading(|it| it.recall1),
            Self::Gap => fading(|it| it.gap),
            Self::Mcc => figures.mcc,
            Self::Brier => figures.brier,
            Self::Ece => figures.ece,
            Self::RecallAt20 => figures.recall_at_20,
            Self::Popt => figures.popt,
            Self::Ifa => figures.ifa,
        }
    }

    /// The values of all, in the order of [`ALL`](Self::ALL).
    #[must_use]
    pub fn all_of(figures: &Figures) -> [Option<f64>; Self::N] {
        Self::ALL.map(|metric| metric.of(figures))
    }

    /// Which values are the better ones.
    #[must_use]
    pub fn better(self) -> Better {
        match self {
            Self::Gap | Self::Brier | Self::Ece | Self::Ifa => Better::Lower,
            _ => Better::Higher,
        }
    }

    /// Whether a difference in it is one to the better.
    #[must_use]
    pub fn improves(self, difference: f64) -> bool {
        match self.better() {
            Better::Higher => difference > 0.0,
            Better::Lower => difference < 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_the_order_of_the_names() {
        let fading = Fading {
            recall0: 0.4,
            recall1: 0.5,
            gap: 0.6,
            gmean: 0.3,
        };
        let figures = Figures {
            n: 10,
            n_defective: 5,
            auc: Some(0.1),
            average_precision: Some(0.2),
            fading: Some(fading),
            mcc: Some(0.7),
            brier: Some(0.8),
            ece: Some(0.9),
            recall_at_20: Some(1.0),
            popt: Some(1.1),
            ifa: Some(1.2),
        };
        let values = Metric::all_of(&figures).map(Option::unwrap);
        for (place, value) in values.into_iter().enumerate() {
            assert!((value - 0.1 * (place + 1) as f64).abs() < 1e-12, "{value}");
        }
        assert!(Metric::Auc.improves(0.1) && Metric::Brier.improves(-0.1));
        assert!(!Metric::Auc.improves(0.0) && !Metric::Ece.improves(0.0));
    }
}
