//! Progress bars, on a terminal only.

use crate::tell::Tell;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use risk_history::{Progress, Stage};
use std::sync::Mutex;
use std::time::Duration;

/// Shows one line on standard error for the stage under way, if that is a terminal.
pub(crate) struct Bars {
    shown: bool,
    /// Whether the terminal shows ASCII alone.
    plain: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Bars {
    pub(crate) fn new(tell: Tell) -> Self {
        Self {
            shown: tell.shows_progress(),
            plain: tell.is_plain(),
            bar: Mutex::new(None),
        }
    }
}

/// Whatever ends the work leaves no bar behind.
impl Drop for Bars {
    fn drop(&mut self) {
        self.end();
    }
}

impl Progress for Bars {
    fn begin(&self, stage: Stage, total: Option<usize>) {
        self.end();
        // Work that is done at once needs no bar; finding reasons takes a while even for a few changes.
        let is_short = !matches!(stage, Stage::Reasons) && total.is_some_and(|total| total < 500);
        if !self.shown || is_short {
            return;
        }
        let name = match stage {
            Stage::Commits => "reading commits",
            Stage::Changes => "reading changes",
            Stage::Messages => "reading messages",
            Stage::Reasons => "finding reasons",
        };
        let template = if total.is_some() {
            "{msg:<16} {bar:30} {percent:>3} % {eta}"
        } else {
            "{msg:<16} {spinner} {pos:>8}"
        };
        let style = ProgressStyle::with_template(template).expect("the templates are well formed");
        let style = if self.plain {
            style.progress_chars("##-").tick_chars("|/-\\ ")
        } else {
            style
        };
        let bar = ProgressBar::with_draw_target(
            total.map(|total| total as u64),
            ProgressDrawTarget::stderr(),
        );
        bar.set_style(style);
        bar.set_message(name);
        bar.enable_steady_tick(Duration::from_millis(200));
        *self
            .bar
            .lock()
            .expect("no thread panics while it holds the bar") = Some(bar);
    }

    fn advance(&self, steps: usize) {
        if !self.shown {
            return;
        }
        if let Some(bar) = &*self
            .bar
            .lock()
            .expect("no thread panics while it holds the bar")
        {
            bar.inc(steps as u64);
        }
    }

    fn end(&self) {
        if let Some(bar) = self
            .bar
            .lock()
            .expect("no thread panics while it holds the bar")
            .take()
        {
            bar.finish_and_clear();
        }
    }
}
