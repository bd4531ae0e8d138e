use super::*;
use proptest::prelude::*;

const WAITING: Waiting = Waiting(Days(1.0));
const DAY: i64 = 86_400;

fn at(seconds: i64) -> Timestamp {
    Timestamp(seconds)
}

fn arrival(index: u32, seconds: i64) -> Event {
    Event::Arrival {
        index,
        at: at(seconds),
    }
}

fn verified(index: u32, label: Label, seconds: i64) -> Event {
    Event::Verification {
        index,
        label,
        at: at(seconds),
    }
}

#[test]
fn silence_is_clean_when_the_waiting_time_is_over() {
    let mut timeline = Timeline::new(WAITING);
    assert_eq!(timeline.arrive(0, at(0)).unwrap(), [arrival(0, 0)]);
    assert_eq!(timeline.arrive(1, at(10)).unwrap(), [arrival(1, 10)]);
    assert_eq!(
        timeline.arrive(2, at(DAY + 5)).unwrap(),
        [verified(0, Label::Clean, DAY), arrival(2, DAY + 5)]
    );
    assert_eq!(
        timeline.state_of(0),
        Some(LabelState::Clean { at: at(DAY) })
    );
    assert_eq!(timeline.n_unverified(), 2);
    assert_eq!(timeline.state_of(3), None);
}

#[test]
fn at_equal_times_arrivals_come_first() {
    let mut timeline = Timeline::new(WAITING);
    timeline.arrive(0, at(0)).unwrap();
    assert_eq!(timeline.arrive(1, at(DAY)).unwrap(), [arrival(1, DAY)]);
    assert_eq!(timeline.arrive(2, at(DAY)).unwrap(), [arrival(2, DAY)]);
    assert_eq!(
        timeline.arrive(3, at(DAY + 1)).unwrap(),
        [verified(0, Label::Clean, DAY), arrival(3, DAY + 1)]
    );
}

#[test]
fn a_fix_that_is_no_arrival_is_revealed_at_its_own_time_after_what_fell_due_before() {
    let mut timeline = Timeline::new(WAITING);
    timeline.arrive(0, at(0)).unwrap();
    timeline.arrive(1, at(10)).unwrap();
    assert_eq!(timeline.advance(at(DAY)), []);
    assert_eq!(
        timeline.advance(at(DAY + 5)),
        [verified(0, Label::Clean, DAY)]
    );
    assert_eq!(
        timeline.reveal(1, at(DAY + 5)).unwrap(),
        Some(verified(1, Label::Defective, DAY + 5))
    );
    assert_eq!(timeline.advance(at(3)), []);
    assert_eq!(timeline.clock(), Some(at(DAY + 5)));
    assert_eq!(
        timeline.arrive(2, at(3 * DAY)).unwrap(),
        [arrival(2, 3 * DAY)]
    );
}

#[test]
fn a_fix_makes_defective_once_and_silence_says_nothing_then() {
    let mut timeline = Timeline::new(WAITING);
    timeline.arrive(0, at(0)).unwrap();
    timeline.arrive(1, at(7)).unwrap();
    let event = timeline.reveal(0, at(7)).unwrap();
    assert_eq!(event, Some(verified(0, Label::Defective, 7)));
    assert_eq!(timeline.reveal(0, at(7)).unwrap(), None);
    let events = timeline.arrive(2, at(5 * DAY)).unwrap();
    assert_eq!(
        events,
        [verified(1, Label::Clean, DAY + 7), arrival(2, 5 * DAY)]
    );
    assert_eq!(timeline.reveal(0, at(5 * DAY)).unwrap(), None);
}

#[test]
fn a_late_fix_flips_a_clean_change() {
    let mut timeline = Timeline::new(WAITING);
    timeline.arrive(0, at(0)).unwrap();
    timeline.arrive(1, at(3 * DAY)).unwrap();
    assert_eq!(
        timeline.reveal(0, at(3 * DAY)).unwrap(),
        Some(verified(0, Label::Defective, 3 * DAY))
    );
    let state = timeline.state_of(0).unwrap();
    assert_eq!(state.label(), Some(Label::Defective));
    assert_eq!(state.at(), Some(at(3 * DAY)));
    assert!(matches!(
        state,
        LabelState::Defective {
            after_clean: true,
            ..
        }
    ));
}

#[test]
fn a_fix_on_the_very_day_of_the_deadline_is_in_time() {
    let mut timeline = Timeline::new(WAITING);
    timeline.arrive(0, at(0)).unwrap();
    timeline.arrive(1, at(DAY)).unwrap();
    timeline.reveal(0, at(DAY)).unwrap();
    let state = timeline.state_of(0);
    assert!(matches!(
        state,
        Some(LabelState::Defective {
            after_clean: false,
            ..
        })
    ));
}

#[test]
fn the_clock_never_runs_backwards() {
    let mut timeline = Timeline::new(WAITING);
    timeline.arrive(0, at(100)).unwrap();
    assert_eq!(timeline.arrive(1, at(-50)).unwrap(), [arrival(1, 100)]);
    assert_eq!(
        timeline.reveal(0, at(-50)).unwrap(),
        Some(verified(0, Label::Defective, 100))
    );
    assert_eq!(timeline.clock(), Some(at(100)));
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let mut timeline = Timeline::new(WAITING);
    assert!(matches!(
        timeline.reveal(0, at(0)),
        Err(Error::NotArrived {
            index: 0,
            n_arrived: 0
        })
    ));
    timeline.arrive(0, at(0)).unwrap();
    let before = timeline.clone();
    assert!(matches!(
        timeline.arrive(2, at(1)),
        Err(Error::OutOfOrder {
            expected: 1,
            found: 2
        })
    ));
    assert!(matches!(
        timeline.arrive(0, at(9 * DAY)),
        Err(Error::OutOfOrder { .. })
    ));
    assert!(matches!(
        timeline.reveal(1, at(0)),
        Err(Error::NotArrived { .. })
    ));
    assert!(matches!(
        timeline.reveal(0, at(1)),
        Err(Error::AheadOfClock { .. })
    ));
    assert_eq!(timeline, before);
    for days in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(Waiting::new(Days(days)).is_err());
    }
    assert!(serde_json::from_str::<Waiting>("-3.0").is_err());
}

/// Arrivals, each with the seconds since the one before and the changes it repairs, counted backwards.
fn history() -> impl Strategy<Value = Vec<(i64, Vec<u32>)>> {
    let arrival = (-20_000..60_000i64, prop::collection::vec(0..8u32, 0..3));
    prop::collection::vec(arrival, 1..60)
}

fn play(
    timeline: &mut Timeline,
    history: &[(i64, Vec<u32>)],
    first: u32,
    now: &mut i64,
) -> Vec<Event> {
    let mut events = Vec::new();
    for ((gap, repairs), index) in history.iter().zip(first..) {
        *now += gap;
        events.extend(timeline.arrive(index, at(*now)).unwrap());
        for back in repairs.iter().filter(|back| **back <= index) {
            events.extend(timeline.reveal(index - back, at(*now)).unwrap());
        }
    }
    events
}

proptest! {
    #[test]
    fn events_are_sorted_and_each_change_arrives_once_before_its_labels(history in history()) {
        let mut timeline = Timeline::new(WAITING);
        let events = play(&mut timeline, &history, 0, &mut 0);
        prop_assert!(events.is_sorted_by_key(|event| event.at()));
        let end = timeline.clock().unwrap();
        let mut states: Vec<Option<LabelState>> = vec![None; history.len()];
        for event in &events {
            let state = &mut states[event.index() as usize];
            prop_assert!(event.at() <= end);
            match event {
                Event::Arrival { .. } => {
                    prop_assert_eq!(*state, None);
                    *state = Some(LabelState::Unverified);
                }
                Event::Verification { label, at, .. } => {
                    let after = state.unwrap().verified(*label, *at);
                    prop_assert!(after.is_some());
                    *state = after;
                }
            }
        }
        for (index, state) in (0..).zip(states) {
            prop_assert_eq!(timeline.state_of(index), state);
        }
    }

    #[test]
    fn stopping_and_resuming_at_any_change_gives_the_same_events(
        history in history(),
        stop in 0..60usize,
    ) {
        let stop = stop.min(history.len());
        let mut whole = Timeline::new(WAITING);
        let expected = play(&mut whole, &history, 0, &mut 0);

        let (mut timeline, mut now) = (Timeline::new(WAITING), 0);
        let mut events = play(&mut timeline, &history[..stop], 0, &mut now);
        let rebuilt = Timeline::from_events(WAITING, events.iter().copied()).unwrap();
        prop_assert_eq!(&rebuilt, &timeline);
        let json = serde_json::to_string(&timeline).unwrap();
        let mut timeline: Timeline = serde_json::from_str(&json).unwrap();
        events.extend(play(&mut timeline, &history[stop..], stop as u32, &mut now));
        prop_assert_eq!(events, expected);
        prop_assert_eq!(timeline, whole);
    }
}

#[test]
fn events_that_no_timeline_gives_out_are_refused() {
    let twice = [
        arrival(0, 0),
        verified(0, Label::Clean, DAY),
        verified(0, Label::Clean, DAY),
    ];
    assert!(matches!(
        Timeline::from_events(WAITING, twice),
        Err(Error::VerifiedTwice { index: 0 })
    ));
    let early = [verified(0, Label::Clean, DAY)];
    assert!(matches!(
        Timeline::from_events(WAITING, early),
        Err(Error::NotArrived { .. })
    ));
    assert!(matches!(
        Timeline::from_events(WAITING, [arrival(1, 0)]),
        Err(Error::OutOfOrder { .. })
    ));
}
