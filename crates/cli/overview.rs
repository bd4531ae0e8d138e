//! A repository at a glance, gathered for the report.

mod calendar;
mod columns;
mod forge;
mod latency;
mod people;
pub(crate) mod since;
mod timeline;
mod tree;

use crate::engine::Engine;
use crate::error::Failure;
use crate::progress::Bars;
use crate::scoring;
use crate::tell::Tell;
use crate::worth::{self, Judged};
use people::People;
use risk_change::{Days, Position, Timestamp};
use risk_evaluate::{Journal, Outlook};
use risk_history::{Progress as _, Stage};
use risk_learn::Label;
use risk_report::{Hotspots, Overview, Place, ReleaseReadiness, ScoredChange, Timeline};
use since::Earlier;

/// Changes that are listed, the newest ones.
const LISTED: usize = 50_000;

/// The year within which lines are young and people active.
const YEAR: Days = Days(365.0);

/// At least so many changes are looked at for the riskiest, however old.
const LEAST_RECENT: usize = 50;

/// What is asked for.
pub(crate) struct Asked {
    /// How long a change is recent.
    pub(crate) recent: Days,
    /// How many of the recent ones are told with reasons.
    pub(crate) top: usize,
    /// With what it is compared.
    pub(crate) earlier: Option<Earlier>,
    /// How ready the release under way is.
    pub(crate) release: Option<ReleaseReadiness>,
    /// The branch that was followed.
    pub(crate) branch: Option<&'static str>,
}

/// What all parts ask of what was learned.
struct Known<'a> {
    engine: &'a Engine,
    judged: &'a Judged,
    journal: &'a Journal,
    outlook: Outlook,
    /// By position: when it landed, or for what is not scored the change before it.
    landed: Vec<Timestamp>,
    /// By number: the position.
    positions: Vec<Position>,
    /// By number: the probability that it is defective and no fix has shown it.
    unseen: Vec<f64>,
}

impl<'a> Known<'a> {
    /// `None` if no change has a score.
    fn of(engine: &'a Engine, judged: &'a Judged) -> Option<Self> {
        let journal = engine.learning.journal();
        let outlook = Outlook::of(journal)?;
        let mut positions = Vec::with_capacity(journal.records().len());
        let mut at = journal.records().first()?.at;
        let landed = (0..engine.replay.next()).map(|position| {
            if let Some(number) = engine.replay.number_of(position) {
                positions.push(position);
                at = journal.records()[number as usize].at;
            }
            at
        });
        let landed = landed.collect();
        let pairs = journal.records().iter().zip(journal.states());
        let unseen = pairs.zip(&positions).map(|((record, state), &position)| {
            // What a person calls clean is not waited for.
            let id = engine.replay.id_at(position);
            if id.is_some_and(|id| engine.labels().get(&id).is_some()) {
                return 0.0;
            }
            outlook.unseen(record.probability, record.at, *state)
        });
        Some(Self {
            unseen: unseen.collect(),
            engine,
            judged,
            journal,
            outlook,
            landed,
            positions,
        })
    }

    fn unseen(&self, number: u32) -> f64 {
        self.unseen[number as usize]
    }

    /// Whether a fix followed a change so far, or a person calls it defective.
    fn is_defective(&self, number: u32) -> bool {
        let label = self.journal.states()[number as usize].label();
        label.is_some_and(Label::is_defective)
    }

    /// Positions from which on commits landed within a span before the last one.
    fn within(&self, span: Days) -> Position {
        let from = self.outlook.now().plus(Days(-span.0));
        self.landed.partition_point(|&at| at < from) as Position
    }
}

/// Risk over time; no steps if no change has a score.
pub(crate) fn over_time(engine: &Engine, judged: &Judged) -> Timeline {
    Known::of(engine, judged).map_or_else(
        || Timeline {
            unit: "week",
            steps: Vec::new(),
        },
        |known| timeline::timeline(&known),
    )
}

/// Where the remaining risk sits, in a folder or everywhere. What is needed to go on must have been
/// [read](Engine::make_whole).
pub(crate) fn hotspots(
    engine: &Engine,
    judged: &Judged,
    folder: Option<&str>,
    tell: Tell,
) -> Result<Hotspots, Failure> {
    let known = Known::of(engine, judged).ok_or_else(nothing)?;
    let bars = Bars::new(tell);
    let lines = engine.replay.lines().unwrap_or_default();
    let people = People::of(&known, &lines, known.positions.len(), &bars)?;
    Ok(Hotspots {
        tree: tree::tree(&known, &people, &lines, folder),
        people: people.names(),
        of_directories: false,
    })
}

fn nothing() -> Failure {
    Failure::new("there is nothing to report: no change has a score yet")
        .hint("git risk status tells what was read")
}

/// Gathers all of it. What is needed to go on must have been [read](Engine::make_whole).
pub(crate) fn overview(
    engine: &Engine,
    judged: &Judged,
    asked: Asked,
    made_at: Timestamp,
    tell: Tell,
) -> Result<Overview, Failure> {
    let known = Known::of(engine, judged).ok_or_else(nothing)?;
    let bars = Bars::new(tell);
    let lines = engine.replay.lines().unwrap_or_default();
    let listed = known.positions.len().saturating_sub(LISTED);
    let people = People::of(&known, &lines, listed, &bars)?;
    let mut columns = columns::columns(&known, &people, listed);
    columns.total = known.positions.len();
    let mut tree = tree::tree(&known, &people, &lines, None);
    tree::shorten(&mut tree);
    drop(lines);
    let recent = recent(&known, &asked);
    let riskiest = riskiest(&known, &recent, asked.top, &bars)?;
    let since = asked.earlier.as_ref();
    Ok(Overview {
        made_at: made_at.0,
        repository: place(&known, &asked)?,
        timeline: timeline::timeline(&known),
        latency: latency::latency(&known),
        changes: columns,
        recent_since: recent_since(&known, &recent, &asked).0,
        riskiest,
        since: since
            .map(|earlier| since::since(&known, earlier, &tree))
            .transpose()?
            .flatten(),
        tree,
        people: people.names(),
        release: asked.release,
        worth: judged.worth.clone(),
        warn_above: engine.settings().warn_above.to_string(),
        followed: worth::followed(engine, judged, &engine.settings().warn_above),
    })
}

fn place(known: &Known<'_>, asked: &Asked) -> Result<Place, Failure> {
    let engine = known.engine;
    let origin = forge::origin(&engine.repository)?;
    let tip = engine.replay.tip();
    Ok(Place {
        name: forge::name(&engine.repository, origin.as_deref()),
        branch: asked.branch.map(|branch| {
            let prefixes = ["refs/heads/", "refs/remotes/"];
            let short = prefixes.iter().find_map(|it| branch.strip_prefix(it));
            short.unwrap_or(branch).to_owned()
        }),
        tip: tip.map(|tip| tip.to_hex()).unwrap_or_default(),
        tip_at: known.outlook.now().0,
        first_at: known.journal.records()[0].at.0,
        forge: origin.as_deref().and_then(forge::forge),
    })
}

/// Numbers of the changes that are recent.
fn recent(known: &Known<'_>, asked: &Asked) -> Vec<u32> {
    let from = known.within(asked.recent);
    let first = known
        .positions
        .partition_point(|&position| position < from)
        .min(known.positions.len().saturating_sub(LEAST_RECENT));
    (first as u32..known.positions.len() as u32).collect()
}

/// From when on changes are recent: for so long as was asked for, or longer to have enough of them.
fn recent_since(known: &Known<'_>, recent: &[u32], asked: &Asked) -> Timestamp {
    let from = known.outlook.now().plus(Days(-asked.recent.0));
    let first = recent.first();
    first.map_or(from, |&number| {
        known.journal.records()[number as usize].at.min(from)
    })
}

/// The riskiest of some changes, the worst first.
fn riskiest_numbers(known: &Known<'_>, numbers: &[u32], top: usize) -> Vec<u32> {
    let mut order = numbers.to_vec();
    let records = known.journal.records();
    let key = |number: &u32| {
        let record = &records[*number as usize];
        (record.probability, record.rank_value())
    };
    // At the same risk the newer change first.
    order.sort_by(|a, b| {
        let (one, other) = (key(a), key(b));
        let by_risk = other.0.total_cmp(&one.0).then(other.1.total_cmp(&one.1));
        by_risk.then(b.cmp(a))
    });
    order.truncate(top);
    order
}

/// The riskiest of some changes with all there is to tell.
fn riskiest(
    known: &Known<'_>,
    numbers: &[u32],
    top: usize,
    bars: &Bars,
) -> Result<Vec<ScoredChange>, Failure> {
    let order = riskiest_numbers(known, numbers, top);
    bars.begin(Stage::Reasons, Some(order.len()));
    let kept_below = known.engine.replay.next();
    let mut scores = Vec::with_capacity(order.len());
    for number in order {
        let position = known.positions[number as usize];
        scores.extend(scoring::commit(
            known.engine,
            known.judged,
            position,
            kept_below,
        )?);
        bars.advance(1);
    }
    bars.end();
    Ok(scores)
}
