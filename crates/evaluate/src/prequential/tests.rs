use super::*;
use crate::timeline::{LabelState, Timeline, Waiting};
use crate::{Maturity, evaluate};
use risk_change::Days;
use risk_learn::KAMEI;

/// A made-up project: a change every six hours; larger ones are repaired more often, after 1 to 120 days.
pub(crate) fn project(n: u32) -> Vec<Step> {
    let mut state = 7_u64;
    let mut uniform = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let changes: Vec<(Row, Option<u32>)> = (0..n)
        .map(|_| {
            let size = (uniform() * 6.0).exp().floor();
            let mut raw: Vec<f64> = (0..14).map(|_| (uniform() * 4.0).exp().floor()).collect();
            (raw[4], raw[5]) = (size, (uniform() * size).floor());
            if uniform() < 0.05 {
                raw[9] = f64::NAN;
            }
            let defective = uniform() < 0.05 + 0.07 * size.ln();
            let delay = defective.then(|| 4 + (uniform() * 480.0) as u32);
            let effort = size + raw[5];
            (Row { raw, size, effort }, delay)
        })
        .collect();
    let mut timeline = Timeline::new(Waiting::default());
    let mut steps = Vec::new();
    for index in 0..n {
        let now = Timestamp(i64::from(index) * 21_600);
        for event in timeline.arrive(index, now).unwrap() {
            steps.push(Step::of(event, || changes[index as usize].0.clone()));
        }
        for inducing in index.saturating_sub(484)..index {
            if changes[inducing as usize].1 == Some(index - inducing) {
                let event = timeline.reveal(inducing, now).unwrap().unwrap();
                steps.push(Step::of(event, || {
                    unreachable!("a verification has no row")
                }));
            }
        }
    }
    steps
}

pub(crate) fn run(steps: &[Step]) -> Prequential {
    let mut state = Prequential::new(&KAMEI).unwrap();
    prequential(steps.iter().cloned().map(Ok::<_, Error>), &mut state).unwrap();
    state
}

fn json<T: Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

#[test]
fn the_model_of_any_change_comes_back_bit_for_bit() {
    let state = run(&project(1_200));
    let mut from_kept = 0;
    // Some of all, next to where checkpoints are, and where the rank window begins to move.
    let near = [
        255, 256, 257, 383, 384, 511, 512, 513, 999, 1_000, 1_001, 1_023, 1_024, 1_025, 1_199,
    ];
    for index in (0..1_200).step_by(61).chain(near) {
        let checkpoint = state.checkpoint_before(index);
        from_kept += u32::from(checkpoint.n_arrived() > 0);
        assert!(index < 512 || index - checkpoint.n_arrived() < 512);
        let then = state.rewind(index, Some(checkpoint)).unwrap();
        let scored = then
            .score(&state.journal().raw_rows(index..index + 1).unwrap())
            .unwrap();
        let record = state.journal().records()[index as usize];
        assert_eq!(scored.probability.to_bits(), record.probability.to_bits());
        assert_eq!(scored.contributions.probability(), record.probability);
        assert_eq!(scored.z, *state.journal().prepared_row(index).unwrap());
    }
    assert!(from_kept > 10);
    assert!(state.refits().all().len() > 4);
    assert!(state.refits().last().unwrap().batch().is_some());
    let now = state
        .rewind(1_200, Some(state.checkpoint_before(1_200)))
        .unwrap();
    assert_eq!(now.online().model(), state.live().model());
    assert!(now.preparation() == state.live().preparation());
    let slow = state.rewind(1_199, None).unwrap();
    assert_eq!(
        slow,
        state.rewind(1_199, state.checkpoints().last()).unwrap()
    );
    // A checkpoint made after the change is of no use, and none is used.
    let early = state.rewind(30, state.checkpoints().last()).unwrap();
    assert!(early == state.rewind(30, None).unwrap());
    assert!(matches!(
        state.rewind(1_201, None),
        Err(Error::NotArrived { .. })
    ));
}

#[test]
fn stopping_saving_and_resuming_at_any_step_gives_the_same_state() {
    let steps = project(520);
    let whole = run(&steps);
    for stop in [0, 1, 470, 513, steps.len()] {
        let mut state = json(&run(&steps[..stop]));
        prequential(
            steps[stop..].iter().cloned().map(Ok::<_, Error>),
            &mut state,
        )
        .unwrap();
        assert!(state == whole, "stopped at {stop}");
    }
}

#[test]
fn a_state_is_the_sum_of_its_saved_parts() {
    let state = run(&project(520));
    let journal = state.journal();
    let parts = |n_raw_values: usize, n_events: usize| {
        Journal::from_parts(
            journal.n_raw(),
            journal.n_prepared(),
            journal.records().to_vec(),
            journal.raw_values()[..n_raw_values].to_vec(),
            journal.prepared_values().to_vec(),
            journal.events()[..n_events].to_vec(),
        )
    };
    let n_raw_values = journal.raw_values().len();
    let rebuilt = Prequential::from_parts(
        json(state.live()),
        parts(n_raw_values, journal.events().len()).unwrap(),
        json(state.refits()),
        json(state.origin()),
        state.checkpoints().iter().map(json).collect(),
    );
    assert!(rebuilt.unwrap() == state);

    let error = parts(n_raw_values - 1, journal.events().len()).unwrap_err();
    assert!(error.to_string().starts_with("put together raw values"));
    assert!(matches!(
        parts(n_raw_values, 10),
        Err(Error::Parts {
            what: "records",
            ..
        })
    ));
    let other = Prequential::from_parts(
        state.live().clone(),
        Journal::new(14, 50),
        state.refits().clone(),
        state.origin().clone(),
        Vec::new(),
    );
    assert!(matches!(other, Err(Error::Learn(_))));
    let without_events = Prequential::from_parts(
        state.live().clone(),
        Journal::new(14, 52),
        state.refits().clone(),
        state.origin().clone(),
        state.checkpoints().to_vec(),
    );
    assert!(matches!(without_events, Err(Error::Parts { .. })));
}

#[test]
fn scoring_is_an_arrival_that_leaves_no_trace() {
    let steps = project(300);
    let mut state = run(&[]);
    for step in &steps {
        let expected = match step {
            Step::Arrival { row, .. } => Some(state.score(row).unwrap()),
            Step::Verification { .. } => None,
        };
        let record = state.step(step).unwrap();
        assert_eq!(
            record.map(|r| r.probability),
            expected.as_ref().map(|s| s.probability)
        );
        assert_eq!(
            record.map(|r| r.flagged()),
            expected.as_ref().map(|s| s.flagged)
        );
        assert_eq!(
            record.and_then(|r| r.percentile),
            expected.and_then(|s| s.percentile)
        );
    }
}

#[test]
fn a_prediction_depends_on_nothing_that_comes_later() {
    let mut steps = project(300);
    let before = run(&steps[..200]).journal().records().to_vec();
    for step in &mut steps[200..] {
        if let Step::Arrival { row, .. } = step {
            row.raw.fill(1e9);
        }
    }
    assert_eq!(run(&steps).journal().records()[..before.len()], before);
}

#[test]
fn the_first_change_has_no_threshold_and_percentiles_begin_after_a_hundred() {
    let state = run(&project(150));
    let records = state.journal().records();
    assert!(!records[0].flagged() && records[0].threshold.is_none());
    assert!(records[99].percentile.is_none() && records[100].percentile.is_some());
    let earlier = records[..120].iter().map(|r| r.score);
    assert_eq!(
        records[120].percentile,
        crate::metrics::mid_rank(records[120].score, earlier)
    );
    assert!(records.iter().filter(|r| r.flagged()).count() > 20);
}

#[test]
fn steps_that_cannot_follow_are_refused_and_change_nothing() {
    let steps = project(20);
    let mut state = run(&steps);
    let before = state.clone();
    let row = |n| Row {
        raw: vec![1.0; n],
        size: 1.0,
        effort: 1.0,
    };
    let at = Timestamp(9);
    for step in [
        Step::Arrival {
            index: 19,
            at,
            row: row(14),
        },
        Step::Arrival {
            index: 20,
            at,
            row: row(13),
        },
        Step::Verification {
            index: 20,
            label: Label::Clean,
            at,
        },
    ] {
        assert!(state.step(&step).is_err());
        assert!(state == before);
    }
    assert!(state.score(&row(1)).is_err());
    let other = Preparation::new(&KAMEI).unwrap();
    let names: Vec<&str> = KAMEI.iter().chain(&["tests"]).copied().collect();
    let prior = Prior::size(&Preparation::new(&names).unwrap());
    assert!(Prequential::start(other, &prior).is_err());
}

#[test]
fn the_loop_learns_what_the_made_up_project_hides() {
    let state = run(&project(2_300));
    assert!(state.live().static_model().is_fitted());
    let evaluation = evaluate(state.journal(), Maturity::new(Days(100.0)).unwrap());
    assert!(evaluation.model.auc.unwrap() > 0.6, "{evaluation:?}");
    assert!(evaluation.on_static.unwrap().n < evaluation.model.n);
    assert!(evaluation.n_flipped > 0 && evaluation.n_unverified > 0);
    let states = state.journal().states();
    assert!(states.contains(&LabelState::Unverified));
}

#[test]
fn without_refits_the_online_model_stands_alone() {
    let start = Prequential::new(&KAMEI).unwrap();
    let mut state = start.clone().without_refits();
    let steps = project(700);
    prequential(steps.iter().cloned().map(Ok::<_, Error>), &mut state).unwrap();
    assert!(state.refits().all().is_empty());
    let records = state.journal().records();
    assert!(records.iter().all(|r| r.score == r.probability));
}
