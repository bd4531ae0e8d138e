//! `git risk annotate`

use crate::anchors::{Anchors, heaviest};
use crate::args::AnnotateArgs;
use crate::engine::{self, Engine, Setup};
use crate::error::Failure;
use crate::formats::{self, FormatTo, Kind};
use crate::output::Output;
use crate::scoring::{self, Subject, model_at};
use crate::settings::Settings;
use crate::worth::{self, Judged};
use risk_change::{ChangeId, Position};
use risk_evaluate::Threshold;
use risk_history::{Range, Repository, Revisions};
use risk_report::annotate::{self, Anchor, Annotation, Annotations, Combined, Level, fingerprint};
use risk_report::{Followed, ScoredChange};
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

/// Characters that a comment on GitHub may have; GitLab takes more.
const LONGEST_COMMENT: usize = 65_536;

/// Bytes that the summary of a step may have.
const LONGEST_SUMMARY: usize = 1 << 20;

pub(crate) fn run(
    repository: Repository,
    args: &AnnotateArgs,
    setup: Setup,
    out: &mut Output,
) -> Result<(), Failure> {
    formats::check(&args.format)?;
    let asked = Asked::of(&repository, args.range.as_deref(), setup)?;
    let settings = Settings::read(&repository, &asked.base, setup.given)?;
    let thresholds = Thresholds {
        warn_above: args.warn_above.unwrap_or(settings.warn_above),
        fail_above: args.fail_above.or(settings.fail_above),
        all: args.all,
    };
    let learned = asked.learned_up_to(&repository)?;
    let mut engine = Engine::up_to(repository, &learned, false, setup)?;
    let judged = worth::judge(&engine);
    let followed = worth::followed(&engine, &judged, &thresholds.warn_above);
    let kept_below = engine.look_ahead(&asked.tip)?;
    engine.make_whole()?;
    let range = engine
        .repository
        .range(&asked.base, &asked.tip, setup.threads)?;
    let ids: Vec<ChangeId> = range.history.changes.iter().map(|it| it.id).collect();
    engine.confirm(&asked.base, &ids)?;
    let teller = Teller {
        engine: &engine,
        judged: &judged,
        range: &range,
        tip: asked.tip,
        kept_below,
    };
    let annotations = teller.tell(&asked, &thresholds, followed)?;
    for output in &args.format {
        write(&annotations, output, out)?;
    }
    std::mem::forget(engine);
    tripped(&annotations).map_or(Ok(()), Err)
}

/// A range that was asked for.
struct Asked {
    name: String,
    base: ChangeId,
    tip: ChangeId,
    settled: ChangeId,
}

/// From where on a change is told, and how.
struct Thresholds {
    warn_above: Threshold,
    fail_above: Option<Threshold>,
    all: bool,
}

impl Thresholds {
    /// How a change is told; `None` if it is not.
    fn level(&self, score: &ScoredChange) -> Option<Level> {
        let at = score.standpoint();
        if self.fail_above.is_some_and(|gate| gate.is_reached(&at)) {
            Some(Level::Failure)
        } else if self.warn_above.is_reached(&at) {
            Some(Level::Warning)
        } else {
            self.all.then_some(Level::Notice)
        }
    }
}

impl Asked {
    /// Reads a range; without one it is what `HEAD` has and the settled history has not, which is said.
    fn of(repository: &Repository, range: Option<&str>, setup: Setup) -> Result<Self, Failure> {
        let settled = engine::settled(repository, setup.tell)?;
        let Some(name) = range else {
            let tip = repository.resolve("HEAD")?;
            let name = format!("{}..HEAD", settled.short());
            setup.tell.note(&format!(
                "no range is named: taking {name}, what HEAD has beyond the main branch"
            ));
            return Ok(Self {
                name,
                base: settled,
                tip,
                settled,
            });
        };
        let Revisions::Range { base, tip } = repository.revisions(range_of(name)?)? else {
            unreachable!("because there are dots in it");
        };
        Ok(Self {
            name: name.to_owned(),
            base,
            tip,
            settled,
        })
    }

    /// Up to where to learn: the settled history, unless the range brings it along. Then it is the base, so that nothing
    /// that is graded has a part in its own grade.
    fn learned_up_to(&self, repository: &Repository) -> Result<ChangeId, Failure> {
        let settled = Some(self.settled);
        let is_in = |tip: &ChangeId| -> Result<bool, Failure> {
            Ok(repository.merge_base(&self.settled, tip)? == settled)
        };
        let is_brought = is_in(&self.tip)? && !is_in(&self.base)?;
        Ok(if is_brought { self.base } else { self.settled })
    }
}

/// The text, if it is a range.
fn range_of(text: &str) -> Result<&str, Failure> {
    if text.contains("..") {
        return Ok(text);
    }
    Err(Failure::new(format_args!("'{text}' is no range"))
        .hint(format!(
            "write what it is compared with before it, as in: git risk annotate main..{text}"
        ))
        .hint("git risk score REV tells about one commit"))
}

/// Tells about a range that was followed.
struct Teller<'a> {
    engine: &'a Engine,
    judged: &'a Judged,
    range: &'a Range,
    tip: ChangeId,
    kept_below: Position,
}

impl Teller<'_> {
    fn tell(
        &self,
        asked: &Asked,
        thresholds: &Thresholds,
        followed: Option<Followed>,
    ) -> Result<Annotations, Failure> {
        let (mut changes, mut told) = (Vec::new(), Vec::new());
        let anchors = Anchors::new(self.range);
        let mut alike: HashMap<(String, i64, String), usize> = HashMap::new();
        for (index, change) in self.range.history.changes.iter().enumerate() {
            let position = self.position(&change.id);
            let (engine, judged) = (self.engine, self.judged);
            let Some(score) = scoring::outline(engine, judged, position, self.kept_below)? else {
                continue;
            };
            let level = thresholds.level(&score);
            let key = (
                score.author.clone(),
                change.authored_at.0,
                score.subject.clone(),
            );
            let nth = alike.entry(key).or_default();
            if let Some(level) = level
                && let Some(score) = scoring::commit(engine, judged, position, self.kept_below)?
            {
                told.push(Annotation {
                    level,
                    anchor: self.anchor(&anchors, index, &score)?,
                    file: heaviest(change, &score).expect("what is scored touches a file"),
                    fingerprint: fingerprint(
                        &score.author,
                        change.authored_at.0,
                        &score.subject,
                        *nth,
                    ),
                    score,
                });
            }
            *nth += 1;
            changes.push(score);
        }
        told.sort_by(Annotation::order);
        Ok(Annotations {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            range: asked.name.clone(),
            base: asked.base.to_hex(),
            fork: self.range.fork.map(|id| id.to_hex()),
            tip: self.tip.to_hex(),
            n_unscored: self.range.history.changes.len() - changes.len(),
            combined: if changes.len() > 1 {
                self.combined()?
            } else {
                None
            },
            changes,
            told,
            warn_above: thresholds.warn_above,
            fail_above: thresholds.fail_above,
            followed,
            worth: self.judged.worth.clone(),
        })
    }

    fn position(&self, id: &ChangeId) -> Position {
        let position = self.engine.replay.position_of(id);
        position.expect("all that leads to the tip was followed")
    }

    fn anchor(
        &self,
        anchors: &Anchors<'_>,
        index: usize,
        score: &ScoredChange,
    ) -> Result<Option<Anchor>, Failure> {
        let Some((path, first, last)) = anchors.of(index, score) else {
            return Ok(None);
        };
        // A file that has become a commit of another repository has one line and no content.
        let content = match self.engine.repository.file_at(&self.tip, path.as_bytes()) {
            Ok(content) => content.unwrap_or_default(),
            Err(risk_history::Error::Malformed { .. } | risk_history::Error::Unreadable { .. }) => {
                Vec::new()
            }
            Err(error) => return Err(error.into()),
        };
        let mut lines = content.split(|&byte| byte == b'\n');
        let line = lines.nth(last as usize - 1).unwrap_or_default();
        Ok(Some(Anchor {
            path,
            first,
            last,
            last_line: line.strip_suffix(b"\r").unwrap_or(line).to_vec(),
        }))
    }

    /// All commits as one change: where they leave the base, by the model that scored the first of them.
    fn combined(&self) -> Result<Option<Combined>, Failure> {
        let replay = &self.engine.replay;
        let whole = &self.range.combined;
        let counted = replay.counted(whole);
        let change = &*counted;
        let is_whole = !change.is_empty() && !change.is_incomplete();
        let ids = self.range.history.changes.iter().map(|it| &it.id);
        let mut numbers = ids.filter_map(|id| replay.number_of(self.position(id)));
        let (Some(first), Some(fork), true) = (numbers.next(), self.range.fork, is_whole) else {
            return Ok(None);
        };
        let subject = Subject {
            engine: self.engine,
            judged: self.judged,
            model: &model_at(self.engine, first)?,
            change,
            standing: replay.standing_on(self.position(&fork), whole),
            has_message: false,
            number: None,
            recorded: false,
            skipped: &self.range.skipped,
        };
        let score = subject.tell()?;
        Ok(Some(Combined {
            probability: score.probability,
            added: change.lines_added(),
            deleted: change.lines_deleted(),
            files: score.files,
            n_more_files: score.n_more_files,
        }))
    }
}

/// Writes one format where it goes.
fn write(annotations: &Annotations, output: &FormatTo, out: &mut Output) -> Result<(), Failure> {
    let summary = output.file.as_deref().filter(|file| is_step_summary(file));
    let summary = summary.filter(|_| output.kind == Kind::Markdown);
    let text = match output.kind {
        Kind::Text => {
            let page = output.file.is_none().then(|| out.page());
            annotate::text(annotations, page.unwrap_or_default())
        }
        Kind::Json => annotate::json(annotations),
        Kind::Github => annotate::github(annotations),
        Kind::Gitlab => annotate::gitlab(annotations),
        Kind::Sarif => annotate::sarif(annotations),
        Kind::Rdjson => annotate::rdjson(annotations),
        Kind::Markdown => {
            let limit = summary.map_or(LONGEST_COMMENT, |file| {
                LONGEST_SUMMARY.saturating_sub(formats::length(file))
            });
            annotate::markdown(annotations, limit)
        }
    };
    match (&output.file, summary) {
        (None, _) => Ok(out.write_all(text.as_bytes())?),
        (Some(_), Some(summary)) => formats::append(summary, &text),
        (Some(file), None) => formats::replace(file, &plain(output.kind, text)),
    }
}

/// What goes to a file has no colours.
fn plain(kind: Kind, text: String) -> String {
    match kind {
        Kind::Text => anstream::adapter::strip_str(&text).to_string(),
        _ => text,
    }
}

/// Whether a file is the one that GitHub shows below a run. Each step adds to it.
fn is_step_summary(file: &Path) -> bool {
    std::env::var_os("GITHUB_STEP_SUMMARY").is_some_and(|summary| file == Path::new(&summary))
}

/// What made the run fail, if something did.
fn tripped(annotations: &Annotations) -> Option<Failure> {
    let gate = annotations.fail_above.as_ref()?;
    let failing = annotations
        .told
        .iter()
        .filter(|it| it.level == Level::Failure);
    let failing: Vec<&Annotation> = failing.collect();
    let worst = failing.first()?.score.commit.as_deref().unwrap_or_default();
    let n = annotations.changes.len();
    Some(Failure::gate(format_args!(
        "failing, as was asked for: {} of {n} changes reach {gate}, first of them {}",
        failing.len(),
        &worst[..worst.len().min(10)]
    )))
}
