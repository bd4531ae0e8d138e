//! Stopping anywhere and going on later, at once or in pieces, gives the same steps and the same state.

use risk_change::{ChangeId, Timestamp};
use risk_evaluate::Step;
use risk_history::{Cached, Identities, Repository, Silent, Walk};
use risk_replay::{Bots, Options, Override, Replay, Saved};
use risk_source::Exclusion;
use risk_szz::Variant;
use risk_testkit::{
    Drawing, FIRST_COMMIT_AT, SECONDS_BETWEEN_COMMITS, TestRepo, hand_drawn, random_history,
    rev_list,
};

fn histories() -> impl Iterator<Item = (String, TestRepo)> {
    let drawn = hand_drawn().map(|(name, repo): Drawing| (name.to_owned(), repo));
    drawn.chain((0..12).map(|seed| (format!("seed {seed}"), random_history(seed, 60))))
}

/// Files that do not count and authors that are not scored, in some of which random histories have something.
fn with_exclusions(mut options: Options) -> Options {
    let attributes = b"*.h linguist-generated\n";
    let patterns = ["[a-f]*", "!src/**"];
    options.szz.exclusion = Exclusion::new(attributes, patterns).expect("they are patterns");
    options.bots = Bots::new(["a*"]);
    options
}

/// `remembered` of the last commits can be had back.
fn options(variant: Variant, remembered: u32) -> Options {
    let mut options = Options::default();
    options.szz.variant = variant;
    options.szz.remembered = remembered;
    options
}

/// Walks what a fold that stands anywhere still needs to reach `tip`.
fn walk(repository: &Repository, tip: &str, replay: &Replay) -> Walk {
    let tip = ChangeId::from_hex(tip).expect("git prints whole ids");
    let known = |id: &ChangeId| replay.position_of(id);
    repository
        .walk(&tip, &known, replay.next(), &Silent)
        .expect("the repository is whole")
}

/// Follows a walk in pieces of some commits, or at once.
fn follow(
    repository: &Repository,
    replay: &mut Replay,
    walk: &Walk,
    per_piece: Option<usize>,
) -> Vec<Step> {
    let pieces = repository.pieces(walk, 1, &Silent).expect("a thread");
    let mut pieces = pieces.of(per_piece.unwrap_or(usize::MAX), usize::MAX);
    let mut people = Identities::new(b"");
    let mut steps = Vec::new();
    if per_piece.is_some() {
        replay.begin(walk).expect("lines are known or had back");
    }
    while let Some(history) = pieces
        .read_next(&mut Cached::default())
        .expect("the repository is whole")
    {
        if per_piece.is_none() {
            replay
                .begin_with(&history, &mut people)
                .expect("lines are known or had back");
        }
        let mut take = |step| {
            steps.push(step);
            Ok(())
        };
        replay
            .follow(history, &mut people, &Silent, &mut take)
            .expect("the stretch goes on where the fold stands");
    }
    steps
}

fn bytes(saved: &Saved) -> Vec<u8> {
    postcard::to_stdvec(saved).expect("a state can be written")
}

/// The state written down and read again.
fn resumed(replay: &Replay, options: Options) -> Replay {
    let saved = postcard::from_bytes(&bytes(&replay.save())).expect("it was just written");
    Replay::restore(saved, options).expect("it was just saved")
}

/// A stop, the fold that stands there and the steps up to there.
fn check(name: &str, repo: &TestRepo, options: &Options) -> (usize, usize) {
    let remembered = options.szz.remembered;
    let repository = Repository::discover(repo.path()).expect("there is a repository");
    let stops = rev_list(repo, &["--first-parent", "--reverse", "HEAD"]);
    let tip = stops.last().expect("HEAD is born");
    let follow =
        |replay: &mut Replay, walk: &Walk, per_piece| follow(&repository, replay, walk, per_piece);
    let mut straight = Replay::new(options.clone());
    let whole = walk(&repository, tip, &straight);
    let expected = follow(&mut straight, &whole, None);
    let state = bytes(&straight.save());

    // From each stop to the tip at once; and a fold that goes from stop to stop as far as it can.
    let mut stepwise = Replay::new(options.clone());
    let mut steps = Vec::new();
    let (mut n_followed, mut n_refused) = (0, 0);
    for stop in &stops {
        let mut early = Replay::new(options.clone());
        let first = walk(&repository, stop, &early);
        let mut early_steps = follow(&mut early, &first, Some(16));
        assert_eq!(
            early_steps,
            expected[..early_steps.len()],
            "{name}, up to {stop}"
        );
        let early_state = bytes(&early.save());

        let stretch = walk(&repository, stop, &stepwise);
        if stepwise.can_follow(&stretch) {
            steps.extend(follow(&mut stepwise, &stretch, None));
        } else {
            stepwise = early.clone();
            steps.clone_from(&early_steps);
        }
        assert_eq!(steps, early_steps, "{name}, stop by stop up to {stop}");
        assert_eq!(
            bytes(&stepwise.save()),
            early_state,
            "{name}, stop by stop up to {stop}"
        );
        stepwise = resumed(&stepwise, options.clone());
        assert_eq!(
            bytes(&stepwise.save()),
            early_state,
            "{name}, resumed at {stop}"
        );

        let rest = walk(&repository, tip, &early);
        if !early.can_follow(&rest) {
            // A branch left the history before what is remembered, and the fold says so.
            let outer = rest.outer_parents();
            assert!(early.next() > remembered, "{name}, {stop}");
            assert!(
                outer.iter().any(|&parent| parent + 1 < early.next()),
                "{name}, {stop}"
            );
            n_refused += 1;
            continue;
        }
        n_followed += 1;
        let mut again = resumed(&early, options.clone());
        let more = follow(&mut again, &rest, Some(3));
        let at_once = follow(&mut early, &rest, None);
        assert_eq!(at_once, more, "{name}, resumed at {stop}, in pieces");
        early_steps.extend(more);
        assert_eq!(early_steps, expected, "{name}, from {stop}");
        assert_eq!(bytes(&early.save()), state, "{name}, from {stop}");
        assert_eq!(bytes(&again.save()), state, "{name}, resumed at {stop}");
    }
    (n_followed, n_refused)
}

#[test]
fn stopping_at_any_first_parent_changes_neither_steps_nor_state() {
    let (mut n_followed, mut n_refused) = (0, 0);
    for (name, repo) in histories() {
        for remembered in [0, 12] {
            let (followed, refused) = check(&name, &repo, &options(Variant::default(), remembered));
            n_followed += followed;
            n_refused += refused;
        }
    }
    // Both happen often enough to be a test.
    assert!(
        n_followed > 200 && n_refused > 40,
        "{n_followed}, {n_refused}"
    );
}

#[test]
fn a_branch_that_left_history_within_reach_is_followed_without_a_fold_from_the_start() {
    for (name, repo) in histories() {
        let (followed, refused) = check(&name, &repo, &options(Variant::default(), 1_000));
        assert!(
            followed > 0 && refused == 0,
            "{name}: {followed}, {refused}"
        );
    }
}

#[test]
fn other_variants_can_stop_as_well() {
    for variant in [Variant::B, Variant::Ag] {
        for seed in 20..24 {
            let name = format!("seed {seed}");
            let options = options(variant, 1_000);
            check(&name, &random_history(seed, 60), &options);
        }
    }
}

#[test]
fn files_that_do_not_count_and_bots_change_nothing_about_stopping() {
    let (mut n_excluded, mut n_less) = (0, 0);
    for (name, repo) in histories().skip(8).step_by(3) {
        let options = with_exclusions(options(Variant::default(), 1_000));
        check(&name, &repo, &options);
        let repository = Repository::discover(repo.path()).expect("there is a repository");
        let followed = |options: Options| {
            let mut replay = Replay::new(options);
            let tip = rev_list(&repo, &["-1", "HEAD"]).remove(0);
            let whole = walk(&repository, &tip, &replay);
            follow(&repository, &mut replay, &whole, None);
            replay
        };
        let (own, all) = (followed(options), followed(Options::default()));
        assert!(own.links().len() <= all.links().len(), "{name}");
        n_excluded += own.save().excluded.len();
        n_less += all.timeline().n_arrived() - own.timeline().n_arrived();
        // Lines are followed through all files: what is known of their origins is the same.
        assert!(own.save().szz == all.save().szz, "{name}");
    }
    assert!(n_excluded > 20 && n_less > 50, "{n_excluded}, {n_less}");
}

#[test]
fn labels_by_people_are_learned_at_the_same_place_wherever_a_fold_stops() {
    for (name, repo) in histories() {
        let mut options = options(Variant::default(), 1_000);
        let plain = options.clone();
        // Known long before the change, soon after it, long after it, and never.
        for (at, id) in (0..).zip(rev_list(&repo, &["--reverse", "HEAD"])) {
            let id = ChangeId::from_hex(&id).expect("git prints whole ids");
            let days = [0, at + 2, 400, 40_000][at as usize / 2 % 4];
            let known_at = Timestamp(FIRST_COMMIT_AT + days * SECONDS_BETWEEN_COMMITS);
            let said = match at % 4 {
                0 => Override::Clean,
                1 => Override::Defective { known_at },
                _ => continue,
            };
            options.overrides.insert(id, said);
        }
        check(&name, &repo, &options);
        // And they do something.
        let repository = Repository::discover(repo.path()).expect("there is a repository");
        let mut steps = [options, plain].map(|options| {
            let mut replay = Replay::new(options);
            let walk = walk(&repository, &repo.head(), &replay);
            follow(&repository, &mut replay, &walk, None)
        });
        if steps[1].len() > 12 {
            assert_ne!(steps[0], steps[1], "{name}");
        }
        let is_arrival = |step: &Step| matches!(step, Step::Arrival { .. });
        for steps in &mut steps {
            steps.retain(is_arrival);
        }
        assert_eq!(steps[0], steps[1], "{name}: what arrives is the same");
    }
}
