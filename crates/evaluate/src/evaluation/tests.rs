use super::*;
use crate::timeline::Event;

const DAY: i64 = 86_400;

/// A journal of one change a day, told by probability, size and fate: `'d'` defective, `'f'` defective after
/// it had been clean, `'c'` clean, `'u'` unverified.
fn journal(changes: &[(f64, f64, char)]) -> Journal {
    let mut records = Vec::new();
    let mut events = Vec::new();
    for (index, (probability, size, _)) in (0_u32..).zip(changes) {
        let at = Timestamp(i64::from(index) * DAY);
        records.push(Record {
            at,
            score: *probability,
            probability: *probability,
            ranking: crate::Ranking::Model,
            static_probability: (index >= 4).then_some(1.0 - probability),
            size: *size,
            effort: 2.0 * size,
            threshold: (index > 0).then_some(0.5),
            percentile: None,
        });
        events.push(Event::Arrival { index, at });
    }
    let at = Timestamp(changes.len() as i64 * DAY);
    for (index, (_, _, fate)) in (0_u32..).zip(changes) {
        let mut verify = |label| events.push(Event::Verification { index, label, at });
        match fate {
            'd' => verify(Label::Defective),
            'c' => verify(Label::Clean),
            'f' => {
                verify(Label::Clean);
                verify(Label::Defective);
            }
            _ => {}
        }
    }
    Journal::from_parts(0, 0, records, Vec::new(), Vec::new(), events).unwrap()
}

fn all() -> Maturity {
    Maturity::new(Days(0.0)).unwrap()
}

#[test]
fn only_mature_changes_with_a_label_are_judged() {
    let journal = journal(&[
        (0.9, 1.0, 'd'),
        (0.8, 9.0, 'c'),
        (0.2, 2.0, 'u'),
        (0.7, 5.0, 'f'),
        (0.1, 4.0, 'c'),
        (0.6, 3.0, 'd'),
        (0.4, 2.0, 'c'),
    ]);
    let e = evaluate(&journal, Maturity::new(Days(2.0)).unwrap());
    assert_eq!((e.n_changes, e.n_unverified, e.n_immature), (7, 1, 2));
    assert_eq!((e.model.n, e.model.n_defective, e.n_flipped), (4, 2, 1));
    assert_eq!(e.model.base_rate(), Some(0.5));
    assert_eq!(e.model.auc, Some(0.75));
    assert_eq!(e.la.auc, Some(0.25));
    // The first change had no threshold.
    assert_eq!((e.flagged.n, e.flagged.n_fixed), (2, 1));

    let e = evaluate(&journal, all());
    assert_eq!((e.n_immature, e.model.n), (0, 6));
    assert_eq!(
        e.model.mcc,
        metrics::mcc(
            &[false, true, true, false, true, false],
            &[
                Label::Defective,
                Label::Clean,
                Label::Defective,
                Label::Clean,
                Label::Defective,
                Label::Clean
            ],
        )
    );
}

#[test]
fn the_static_model_is_compared_on_its_own_changes_only() {
    let changes = [
        (0.9, 1.0, 'c'),
        (0.8, 1.0, 'c'),
        (0.9, 1.0, 'c'),
        (0.8, 1.0, 'c'),
        (0.1, 4.0, 'c'),
        (0.6, 8.0, 'd'),
        (0.4, 2.0, 'c'),
    ];
    let e = evaluate(&journal(&changes), all());
    let on_static = e.on_static.unwrap();
    assert_eq!((on_static.n, on_static.n_defective), (3, 1));
    assert_eq!(on_static.auc_static, Some(0.0));
    assert_eq!(on_static.auc, Some(1.0));
    assert_eq!(on_static.auc_la, Some(1.0));
    assert!(e.model.auc.unwrap() < 0.5);
    assert_eq!(evaluate(&journal(&changes[..4]), all()).on_static, None);
}

#[test]
fn blocks_hold_a_thousand_changes_each() {
    let changes: Vec<_> = (0..2_300)
        .map(|i| {
            (
                f64::from(i % 10) / 10.0,
                1.0,
                if i % 10 > 6 { 'd' } else { 'c' },
            )
        })
        .collect();
    let e = evaluate(&journal(&changes), all());
    let blocks: Vec<_> = e
        .blocks
        .iter()
        .map(|b| (b.first, b.n, b.n_defective))
        .collect();
    assert_eq!(
        blocks,
        [(0, 1_000, 300), (1_000, 1_000, 300), (2_000, 300, 90)]
    );
    assert!(
        e.blocks
            .iter()
            .all(|b| b.auc == Some(1.0) && b.auc_la == Some(0.5))
    );
    assert_eq!(e.blocks[1].from, Timestamp(1_000 * DAY));
    let flagged = e.flagged;
    assert_eq!((flagged.n_last, flagged.n_last_fixed), (100, 75));
    assert_eq!((flagged.n, flagged.n_fixed), (920, 690));
    assert!(e.delong_p.unwrap() < 1e-10);
}

#[test]
fn an_empty_journal_has_no_figures() {
    let e = evaluate(&journal(&[]), Maturity::default());
    assert_eq!((e.n_changes, e.model.n), (0, 0));
    assert_eq!((e.model, e.la), (Figures::default(), Figures::default()));
    assert!(e.blocks.is_empty() && e.on_static.is_none());
}

#[test]
fn an_evaluation_comes_back_from_json() {
    let e = evaluate(
        &journal(&[(0.3, 2.0, 'c'), (0.7, 3.0, 'd'), (0.1, 1.0, 'u')]),
        all(),
    );
    let json = serde_json::to_string(&e).unwrap();
    assert_eq!(serde_json::from_str::<Evaluation>(&json).unwrap(), e);
    assert!(Maturity::new(Days(f64::NAN)).is_err());
}
