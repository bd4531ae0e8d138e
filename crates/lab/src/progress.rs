//! Progress bars, on a terminal only.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use risk_history::{Progress, Stage};
use std::io::IsTerminal;
use std::time::Duration;

/// A line on standard error for each repository under way, if that is a terminal.
pub(crate) struct Bars(Option<MultiProgress>);

impl Bars {
    pub(crate) fn new() -> Self {
        Self(std::io::stderr().is_terminal().then(MultiProgress::new))
    }

    /// The line of one repository.
    pub(crate) fn of(&self, name: &str) -> Box<dyn Progress> {
        let bar = self.0.as_ref().map_or_else(ProgressBar::hidden, |bars| {
            let bar = bars.add(ProgressBar::no_length());
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        bar.set_message(name.to_owned());
        Box::new(Line(bar))
    }
}

/// Goes with the repository, however that ends.
struct Line(ProgressBar);

impl Drop for Line {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Line {
    fn begin(&self, stage: Stage, total: Option<usize>) {
        let template = match stage {
            Stage::Commits => "{msg:<20} {spinner} {pos:>8} commits",
            Stage::Changes | Stage::Messages | Stage::Reasons => {
                "{msg:<20} {bar:30} {percent:>3} % {eta}"
            }
        };
        let style = ProgressStyle::with_template(template);
        self.0
            .set_style(style.expect("the templates are well formed"));
        self.0.reset();
        if let Some(total) = total {
            self.0.set_length(total as u64);
        }
    }

    fn advance(&self, steps: usize) {
        self.0.inc(steps as u64);
    }

    fn end(&self) {
        self.0.finish_and_clear();
    }
}
