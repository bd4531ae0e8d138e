//! Small pictures of numbers: bars beside each other, and bars that lie.

use crate::Page;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const DIGITS: [char; 8] = ['1', '2', '3', '4', '5', '6', '7', '8'];
/// From an eighth of a column to a whole one.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// Values as bars between two ends, a column each; neighbours are joined where there are more than `most`. Digits from 1
/// to 8 stand for the bars on plain pages, a dot or dash for what is not known.
pub(super) fn sparkline(
    values: &[Option<f64>],
    ends: (f64, f64),
    most: usize,
    page: Page,
) -> String {
    let (signs, none) = if page.plain {
        (DIGITS, '-')
    } else {
        (BARS, '·')
    };
    let joined = values.len().div_ceil(most.max(1)).max(1);
    let sign = |near: &[Option<f64>]| {
        let known = near.iter().flatten();
        let (n, sum) = known.fold((0, 0.0), |(n, sum), value| (n + 1, sum + value));
        if n == 0 {
            return none;
        }
        let place = (sum / f64::from(n) - ends.0) / (ends.1 - ends.0);
        // Negative and undefined places become 0.
        signs[((place * 8.0) as usize).min(7)]
    };
    values.chunks(joined).map(sign).collect()
}

/// A bar of at most `width` columns, blanks behind it.
pub(super) fn lying(share: f64, width: usize, page: Page) -> String {
    let eighths = (share.clamp(0.0, 1.0) * width as f64 * 8.0).round() as usize;
    let (whole, rest) = (eighths / 8, eighths % 8);
    let mut bar = "█".repeat(whole);
    if page.plain {
        // Nothing smaller than a column can be shown, and what is there is not nothing.
        bar = "#".repeat(whole + usize::from(rest >= 4 || (whole == 0 && rest > 0)));
    } else if rest > 0 {
        bar.push(EIGHTHS[rest - 1]);
    }
    let columns = bar.chars().count();
    bar + &" ".repeat(width.saturating_sub(columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: Page = Page {
        width: Some(80),
        plain: false,
    };
    const PLAIN: Page = Page {
        width: Some(80),
        plain: true,
    };

    #[test]
    fn bars_stand_between_their_ends() {
        let values: Vec<Option<f64>> = (0..=8).map(|n| Some(f64::from(n) / 8.0)).collect();
        assert_eq!(sparkline(&values, (0.0, 1.0), 60, WIDE), "▁▂▃▄▅▆▇██");
        assert_eq!(sparkline(&values, (0.0, 1.0), 60, PLAIN), "123456788");
        let gaps = [None, Some(-3.0), Some(f64::NAN), Some(9.0)];
        assert_eq!(sparkline(&gaps, (0.0, 1.0), 60, WIDE), "·▁▁█");
        assert_eq!(sparkline(&gaps, (0.0, 0.0), 60, WIDE).chars().count(), 4);
    }

    #[test]
    fn neighbours_are_joined_by_their_mean() {
        let values = [Some(0.0), Some(1.0), None, Some(1.0), None, None];
        assert_eq!(sparkline(&values, (0.0, 1.0), 3, WIDE), "▅█·");
        assert_eq!(sparkline(&[], (0.0, 1.0), 0, WIDE), "");
    }

    #[test]
    fn lying_bars_fill_their_width() {
        assert_eq!(lying(0.5, 4, WIDE), "██  ");
        assert_eq!(lying(1.0 / 32.0, 4, WIDE), "▏   ");
        assert_eq!(lying(9.0, 4, WIDE), "████");
        assert_eq!(lying(0.0, 4, WIDE), "    ");
        assert_eq!(lying(0.01, 4, PLAIN), "    ");
        assert_eq!(lying(0.04, 4, PLAIN), "#   ");
        assert_eq!(lying(f64::NAN, 4, WIDE), "    ");
    }
}
