//! What was learned, brought up to date.

mod at_hand;
mod examine;
mod ranges;
mod told;
mod tracing;
mod unread;

pub(crate) use at_hand::{NotAtHand, Remedy};
pub(crate) use examine::{Examined, Unfit, Whole, examine};
pub(crate) use told::settled;

use crate::TOOL;
use crate::answer;
use crate::args::Format;
use crate::cache::{self, Tail};
use crate::error::{Failure, StateError};
use crate::labels::{Labels, Sources};
use crate::prior;
use crate::progress::Bars;
use crate::rows::Writer;
use crate::settings::{self, Given, Settings};
use crate::state::{Answer, Backtest, Folder, Kept, Lock, Made, Stamp, State, Steered};
use crate::steering::{Adopted, Steering};
use crate::tell::Tell;
use crate::worth;
use risk_change::{Author, ChangeId, Position, SkipReason};
use risk_evaluate::Prequential;
use risk_history::{
    History, Identities, Progress, READING_STEPS, Repository, Stage, Statistics, Walk,
};
use risk_replay::{Replay, Saved};
use risk_report::Page;
use std::cell::RefCell;

/// The repository with the fold over its history and what was learned on it.
pub(crate) struct Engine {
    pub(crate) repository: Repository,
    pub(crate) replay: Replay,
    pub(crate) learning: Prequential,
    people: RefCell<Identities>,
    /// Why what was learned could not be kept, if so.
    unkept: Option<Failure>,
    /// The back-test of what is kept.
    backtest: Option<Backtest>,
    /// What is told about the tip, if this run has made it.
    told: Option<Answer>,
    /// The state that was taken up, for what of it was not read yet.
    kept: Option<Kept>,
    /// Takes rows over while what is learned is to be kept.
    rows: Option<Writer>,
    folder: Folder,
    steering: Steering,
    /// What was configured beside the files of the tip.
    beside: String,
    stamp: Stamp,
    threads: usize,
    tell: Tell,
    /// What had to be read for this run.
    read: Statistics,
    distrust: bool,
}

/// How an engine is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    pub(crate) threads: usize,
    pub(crate) tell: Tell,
    /// Whether the kept state has turned out to be damaged.
    pub(crate) distrust: bool,
    /// What was given with the call, to read settings with.
    pub(crate) given: &'static Given,
}

impl Engine {
    /// What was learned before, as it is; for looking at it.
    pub(crate) fn stored(repository: Repository, setup: Setup) -> Result<Self, Failure> {
        let mut state = Folder::of(repository.common_dir()).load()?;
        let tip = state.replay.tip().ok_or(StateError::Other)?;
        let mut engine = Self::empty(repository, &tip, setup)?;
        engine.adopt(&mut state)?;
        if !engine.steering.has_labels_of(&state) {
            setup.tell.note(
                "labels given by people changed since this was learned; git risk train takes them up",
            );
        }
        engine.take_up(state)?;
        setup
            .tell
            .detail(|| format!("{} is told of", engine.taken_up()));
        Ok(engine)
    }

    /// What was learned, brought up to `tip` and kept; everything anew if `fresh`, or if it has to be.
    pub(crate) fn up_to(
        repository: Repository,
        tip: &ChangeId,
        fresh: bool,
        setup: Setup,
    ) -> Result<Self, Failure> {
        let mut engine = Self::empty(repository, tip, setup)?;
        let tell = setup.tell;
        // What is wrong with a state is told once, when it is certain that it is made anew.
        if !fresh && engine.load(tip, tell.hushed())? {
            tell.detail(|| format!("{} holds all of it", engine.taken_up()));
            return Ok(engine);
        }
        // From here on something new is learned, so nobody else may.
        let lock = match engine
            .folder
            .lock(|| tell.note("another git-risk is learning here; waiting for it"))
        {
            Ok(lock) => Some(lock),
            Err(error) => {
                engine.unkept = Some(unkept("what is learned cannot be kept", error));
                None
            }
        };
        let is_still = |engine: &Self| {
            let kept = engine.kept.as_ref();
            kept.is_some_and(|kept| engine.folder.is_still(kept))
        };
        if !fresh && !is_still(&engine) {
            engine.restart();
            if engine.load(tip, tell)? {
                return Ok(engine);
            }
        }
        if fresh {
            engine.stamp.cached_bytes = 0;
        }
        engine.advance(tip, lock.as_ref())?;
        if let Some(why) = &engine.unkept {
            tell.note(&why.clone().in_a_line());
        }
        Ok(engine)
    }

    fn empty(repository: Repository, tip: &ChangeId, setup: Setup) -> Result<Self, Failure> {
        let steering = Steering::at(&repository, tip, setup.given)?;
        setup.tell.detail(|| steering.settings.told());
        Ok(Self {
            replay: Replay::new(steering.options()),
            learning: prior::start(),
            people: RefCell::new(steering.identities()),
            unkept: None,
            backtest: None,
            told: None,
            kept: None,
            rows: None,
            folder: Folder::of(repository.common_dir()),
            stamp: steering.stamp(),
            beside: settings::beside_the_base(&repository, setup.given)?,
            steering,
            repository,
            threads: setup.threads,
            tell: setup.tell,
            read: Statistics::default(),
            distrust: setup.distrust,
        })
    }

    /// Why what was learned could not be kept, if so.
    pub(crate) fn unkept(&self) -> Option<&Failure> {
        self.unkept.as_ref()
    }

    /// What is told about a commit, if that was found out when what was learned was kept.
    pub(crate) fn told(&self, id: &ChangeId) -> Option<&Answer> {
        self.told.as_ref().filter(|told| told.commit == *id)
    }

    /// How history is folded.
    pub(crate) fn options(&self) -> risk_replay::Options {
        self.steering.options()
    }

    /// What is configured at the tip.
    pub(crate) fn settings(&self) -> &Settings {
        &self.steering.settings
    }

    /// The labels that people gave.
    pub(crate) fn labels(&self) -> &Labels {
        &self.steering.labels
    }

    /// The person that an author is.
    pub(crate) fn person(&self, author: &Author) -> Author {
        self.people.borrow_mut().resolve(author)
    }

    /// The back-test of what was learned up to the tip of what is kept.
    pub(crate) fn backtest(&self) -> Backtest {
        self.backtest
            .clone()
            .unwrap_or_else(|| worth::backtest(&self.learning))
    }

    /// Forgets what was folded, and keeps the changes that were read.
    fn restart(&mut self) {
        self.kept = None;
        self.replay = Replay::new(self.steering.options());
        self.learning = prior::start();
        self.stamp = Stamp {
            labels: self.stamp.labels,
            cached_bytes: self.stamp.cached_bytes,
            ..self.steering.stamp()
        };
    }

    /// Makes a state of the same tip one that this engine can take up, or says why it cannot be.
    fn adopt(&self, state: &mut State) -> Result<(), StateError> {
        if self.steering.made(&state.stamp) {
            return Ok(());
        }
        match self.steering.adopt(state)? {
            Adopted::Yes => Ok(()),
            Adopted::Changed(what) => Err(StateError::Configured { what }),
            Adopted::Other => Err(StateError::Other),
        }
    }

    /// Takes up a state that was made as this engine would make it.
    fn take_up(&mut self, state: State) -> Result<(), risk_replay::Error> {
        self.replay = Replay::restore(state.replay, self.steering.options())?;
        self.learning = state.learning;
        self.stamp = state.stamp;
        self.backtest = Some(state.backtest);
        self.kept = Some(state.kept);
        Ok(())
    }

    /// Takes up the kept state if it can be used; true if it holds `tip` already.
    ///
    /// A state that is missing, damaged or of another version is made anew; one of a newer version is refused.
    fn load(&mut self, tip: &ChangeId, tell: Tell) -> Result<bool, Failure> {
        if self.distrust {
            return Ok(false);
        }
        let mut state = match self.folder.load() {
            Ok(state) => state,
            Err(error @ StateError::Missing) => {
                tell.detail(|| error.to_string());
                return Ok(false);
            }
            Err(error @ StateError::Newer { .. }) => return Err(error.into()),
            Err(error) => {
                tell.note(&format!("{error}; learning anew"));
                return Ok(false);
            }
        };
        self.stamp.cached_bytes = state.stamp.cached_bytes;
        self.stamp.labels = state.stamp.labels;
        if !self.steering.made(&state.stamp) {
            match self.steering.adopt(&mut state) {
                Ok(Adopted::Yes) => {}
                Ok(Adopted::Changed(what)) => {
                    tell.note(&format!("{what} changed; following history anew"));
                    return Ok(false);
                }
                Ok(Adopted::Other) => {
                    let made = &state.stamp.tool;
                    tell.detail(|| format!("the state of {made} has other rules or another prior"));
                    return Ok(false);
                }
                Err(error) => {
                    tell.note(&format!("{error}; learning anew"));
                    return Ok(false);
                }
            }
        }
        if !self.steering.has_labels_of(&state) {
            tell.note("labels given by people changed; following history anew");
            return Ok(false);
        }
        if let Err(error) = self.take_up(state) {
            tell.note(&format!("the state cannot be used: {error}; learning anew"));
            return Ok(false);
        }
        if self.lacks_what_can_be_read() {
            tell.note("files can be read now that could not be when this was learned; following history anew");
            self.restart();
            return Ok(false);
        }
        // An earlier commit is asked for, or none that is new: nothing to do, unless the tip is gone.
        let known = self.replay.position_of(tip).is_some();
        let gone = || {
            self.replay
                .tip()
                .is_none_or(|own| !self.repository.is_reachable(&own))
        };
        Ok(known && (self.replay.tip() == Some(*tip) || !gone()))
    }

    /// Learns up to `tip` and keeps it: what is new if history went on, else everything.
    fn advance(&mut self, tip: &ChangeId, lock: Option<&Lock>) -> Result<(), Failure> {
        let tell = self.tell;
        if self.labels().sources() != self.stamp.labels.sources {
            self.labels().tell_not_understood(&|text| tell.note(text));
        }
        if !self.goes_on(tip)? {
            tell.note("history was rewritten or another branch was chosen; following it anew");
            self.restart();
        }
        if let Err(error) = self.make_certain() {
            tell.note(&format!("{}; learning anew", error.message));
            self.restart();
        }
        let bars = Bars::new(self.tell);
        let mut walk = self.walk(tip, &bars)?;
        if !self.replay.can_follow(&walk) {
            // Where the lines of such a branch came from is known only by a fold from the start.
            tell.note("a branch left history long before what was learned; following it anew");
            self.restart();
            walk = self.walk(tip, &bars)?;
        }
        let cache = self.folder.file("changes");
        let valid = self.stamp.cached_bytes;
        let remembered = if self.replay.next() == 0 && valid > 0 {
            cache::Kept::open(&cache, valid)
        } else {
            cache::Kept::default()
        };
        let mut tail = lock.map(|_| Tail::open(&cache, valid));
        self.make_whole()?;
        let mut store = |history: &History| {
            if let Some(Ok(open)) = &mut tail
                && let Err(error) = open.append(history, &remembered)
            {
                tail = Some(Err(error));
            }
        };
        if lock.is_some() {
            self.begin_rows();
        }
        tell.detail(|| format!("{}; learning {} commits", self.taken_up(), walk.len()));
        self.follow(&walk, &remembered, &mut store, &bars)?;
        drop(bars);
        drop(walk);
        self.tell_what_was_read();
        let cached = tail.map(|tail| tail.and_then(Tail::finish)).transpose();
        let learning = &self.learning;
        let replay = &self.replay;
        let mut saved = None;
        // The two take about the same time.
        self.backtest = Some(std::thread::scope(|scope| {
            let backtest = scope.spawn(|| worth::backtest(learning));
            saved = lock.map(|_| replay.save());
            backtest
                .join()
                .expect("the back-test has an answer for every journal")
        }));
        tell.detail(|| "the back-test is made".to_owned());
        if self.rows.is_some()
            && let Some((lock, saved)) = lock.zip(saved)
            && let Err(error) = cached.and_then(|cached| self.keep(lock, &saved, cached))
        {
            self.unkept = Some(unkept("what was learned could not be kept", error));
        }
        let state = self.folder.file("state");
        tell.detail(|| match &self.unkept {
            Some(why) => why.message.clone(),
            None => format!("what was learned is kept in {}", state.display()),
        });
        Ok(())
    }

    /// Makes rows go to their file from here on, while they are learned.
    fn begin_rows(&mut self) {
        let kept = self.kept.as_ref();
        let sums = kept.map_or_else(Vec::new, |kept| kept.row_sums().to_vec());
        match Writer::begin(&self.folder.file("rows"), self.learning.journal(), sums) {
            Ok(rows) => self.rows = Some(rows),
            Err(error) => self.unkept = Some(unkept("what was learned could not be kept", error)),
        }
    }

    /// Keeps what was learned; `cached` bytes of the cache of changes belong to it.
    fn keep(&mut self, lock: &Lock, saved: &Saved, cached: Option<u64>) -> Result<(), StateError> {
        self.stamp.cached_bytes = cached.unwrap_or(self.stamp.cached_bytes);
        let is_learned = |id: &ChangeId| self.replay.position_of(id).is_some();
        self.stamp.labels = self.labels().stamp(is_learned);
        let answer = self.answer();
        self.told.clone_from(&answer);
        let rows = self.rows.take().expect("rows were begun before");
        let row_sums = rows.finish(self.learning.journal())?;
        let backtest = self
            .backtest
            .as_ref()
            .expect("what is kept was judged before");
        let mut steered = match &self.kept {
            Some(kept) => kept.steered()?,
            None => Steered::default(),
        };
        steered.people.extend(saved.met.clone());
        steered.excluded.extend(saved.excluded.iter().cloned());
        steered.ignored.clone_from(self.steering.ignored());
        let made = Made {
            stamp: &self.stamp,
            backtest,
            answer,
            steered: &steered,
            replay: saved,
            learning: &self.learning,
            row_sums: &row_sums,
        };
        self.folder.save(lock, &made)
    }

    /// What is told about the tip; `None` if it has no score, or if that would take long.
    fn answer(&self) -> Option<Answer> {
        let commit = self.replay.tip()?;
        // Whether what was left out can be read by now is asked for only by who takes all of it up.
        let skipped = self.replay.skipped();
        if skipped.iter().any(|it| it.why == SkipReason::Unreadable) {
            return None;
        }
        let judged = worth::judge(self);
        // Whoever asks is told what went wrong.
        let answer = answer::to_keep(self, &judged, &commit).ok()??;
        Some(Answer {
            commit,
            beside: self.beside.clone(),
            text: answer.tell(&judged, Format::Text, Page::default()),
            json: answer.tell(&judged, Format::Json, Page::default()),
        })
    }

    /// Reads what is needed to go on, and makes certain that nothing else of the state is damaged.
    fn make_certain(&mut self) -> Result<(), Failure> {
        if let Some(kept) = &self.kept {
            kept.verify()?;
        }
        self.make_whole()
    }

    /// Reads what is needed to go on, if it was left aside.
    pub(crate) fn make_whole(&mut self) -> Result<(), Failure> {
        if self.replay.is_whole() {
            return Ok(());
        }
        if let Some(kept) = &self.kept {
            let szz = kept.szz(true)?;
            self.replay.attach(szz, self.steering.options())?;
        }
        Ok(())
    }

    /// Reads what is needed to look ahead at a stretch: the lines of its files; those of all files, and earlier ones, only
    /// if a branch left history before the tip. The way back there leads over other paths, by which files were moved.
    fn make_ready_for(&mut self, walk: &Walk, history: &History) -> Result<(), Failure> {
        if let (false, Some(kept)) = (self.replay.is_whole(), &self.kept) {
            let is_early = self.replay.leaves_before_tip(walk);
            let szz = kept.szz(is_early)?;
            let options = self.steering.options();
            if is_early {
                self.replay.attach(szz, options)?;
            } else {
                self.replay.attach_for(szz, options, history)?;
            }
        }
        Ok(())
    }

    /// Whether the first-parent chain of `tip` leads to where the fold stands.
    fn goes_on(&self, tip: &ChangeId) -> Result<bool, Failure> {
        let Some(own) = self.replay.tip() else {
            return Ok(true);
        };
        let mut at = Some(*tip);
        while let Some(id) = at {
            if self.replay.position_of(&id).is_some() {
                return Ok(id == own);
            }
            if self.repository.is_cut_off(&id) {
                // The walk will meet it, and tells what is missing.
                return Ok(true);
            }
            at = self.repository.first_parent(&id)?;
        }
        Ok(false)
    }

    fn walk(&self, tip: &ChangeId, bars: &Bars) -> Result<Walk, Failure> {
        let known = |id: &ChangeId| self.replay.position_of(id);
        bars.begin(Stage::Commits, None);
        let walk = self.repository.walk(tip, &known, self.replay.next(), bars);
        bars.end();
        Ok(walk?)
    }

    /// Reads and follows a stretch, learning as it goes: training is the prequential run.
    ///
    /// Each piece of it is shown to `store` and followed while the next one is read.
    fn follow(
        &mut self,
        walk: &Walk,
        remembered: &cache::Kept,
        store: &mut dyn FnMut(&History),
        bars: &Bars,
    ) -> Result<(), Failure> {
        bars.begin(Stage::Changes, Some(walk.len() * (READING_STEPS + 1)));
        let mut pieces = self.repository.pieces(walk, self.threads, bars)?;
        let Some(first) = pieces.read_next(&mut { remembered })? else {
            return Ok(());
        };
        if pieces.are_read() {
            self.make_ready_for(walk, &first)?;
            self.replay.begin_with(&first, self.people.get_mut())?;
        } else {
            self.make_whole()?;
            self.replay.begin(walk)?;
        }
        pieces.give_out(first, &mut { remembered }, |piece| {
            store(&piece);
            self.take_in(piece, bars)
        })
    }

    fn take_in(&mut self, history: History, bars: &Bars) -> Result<(), Failure> {
        self.read += history.statistics;
        let learning = &mut self.learning;
        let rows = &mut self.rows;
        let mut learn = |step| {
            learning.step(&step)?;
            rows.as_mut()
                .map_or(Ok(()), |rows| rows.take_over(learning))
        };
        let people = self.people.get_mut();
        Ok(self.replay.follow(history, people, bars, &mut learn)?)
    }

    /// Follows what leads to `tip` without keeping it: how those changes would be scored if they landed now.
    ///
    /// Returns where the new commits begin.
    pub(crate) fn look_ahead(&mut self, tip: &ChangeId) -> Result<Position, Failure> {
        let from = self.replay.next();
        if self.replay.position_of(tip).is_none() {
            let bars = Bars::new(self.tell);
            let walk = self.walk(tip, &bars)?;
            self.learning.mark();
            let n = walk.len();
            self.tell.detail(|| {
                format!("looking ahead at {n} commits that have not landed; they are not kept")
            });
            self.follow(&walk, &cache::Kept::default(), &mut |_| {}, &bars)?;
            drop(bars);
            self.tell_what_was_read();
        }
        Ok(from)
    }
}

#[cfg(fuzzing)]
impl Engine {
    /// Follows history up to `tip` anew, by so many bytes of changes that were read once, and takes it down; nothing is
    /// kept.
    pub(crate) fn from_changes(
        repository: Repository,
        tip: &ChangeId,
        cached_bytes: u64,
        setup: Setup,
    ) -> Result<Saved, Failure> {
        let mut engine = Self::empty(repository, tip, setup)?;
        engine.stamp.cached_bytes = cached_bytes;
        engine.advance(tip, None)?;
        Ok(engine.replay.save())
    }
}

fn unkept(what: &str, error: StateError) -> Failure {
    let failure = Failure::from(error);
    Failure {
        message: format!("{what}: {}", failure.message),
        ..failure
    }
}

/// What was kept about the tip, if nothing but the tip is asked for and no other tip could be meant.
///
/// No object of the repository is read: the state was made at this commit, and what steers how history is read
/// belongs to the commit, or was given beside it and is the same, as labels are that come from where they came from.
pub(crate) fn kept_answer(repository: &Repository, text: &str, setup: Setup) -> Option<Answer> {
    if setup.distrust || !["HEAD", "@"].contains(&text) {
        return None;
    }
    let tip = repository.settled_at_head()?;
    // Whoever reads all settings tells what is wrong with them.
    let beside = settings::beside_the_base(repository, setup.given).ok()?;
    let labels = Sources::now(repository)?;
    Folder::of(repository.common_dir()).answer(&tip, |stamp, answer| {
        stamp.tool == TOOL && answer.beside == beside && stamp.labels.sources == labels
    })
}
