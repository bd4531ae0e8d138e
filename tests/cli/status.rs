//! `git risk train` and `git risk status`

use crate::harness::{json, kept, lived, number, risk};

#[test]
fn the_back_test_is_told_by_train_and_status_alike() {
    let repo = lived(10, 400);
    risk(&repo, &["status"]).refused(&[
        "nothing has been learned yet",
        "hint: git risk train learns",
    ]);
    let trained = json(&repo, &["train"]);
    assert_eq!(trained, json(&repo, &["status"]));
    assert_eq!(trained["schema_version"], 1);
    assert_eq!(trained["tip"], repo.head());
    assert_eq!(trained["commits"], 400);
    assert_eq!(trained["changes"], 400);
    let labelled = trained["labelled"].as_u64().unwrap();
    let defective = trained["defective"].as_u64().unwrap();
    assert!((200..=400).contains(&labelled), "{labelled}");
    assert!((50..labelled).contains(&defective), "{defective}");
    assert!(trained["fixes"].as_u64().unwrap() >= defective);
    assert!(trained["links"].as_u64().unwrap() >= defective);
    for share in ["base_rate", "auc", "auc_la"] {
        assert!((0.0..=1.0).contains(&number(&trained[share])), "{share}");
    }
    // The static model is fitted to the first 1,000 labels, and so many are not here.
    assert!(trained["auc_static"].is_null());
    // Large changes were made faulty more often.
    assert!(number(&trained["auc"]) > 0.55, "{trained}");

    let text = risk(&repo, &["status"]).silent();
    assert_eq!(text.out, risk(&repo, &["train"]).silent().out);
    text.tells(&[
        &format!("learned up to {}", &repo.head()[..10]),
        "changes scored         400",
        &format!("{labelled}, {defective} of them defective"),
        "base rate",
        "AUC",
        "of lines added",
    ]);
}

#[test]
fn too_few_labels_are_said_with_how_many() {
    let repo = lived(11, 12);
    let score = risk(&repo, &["score"]).silent();
    let status = json(&repo, &["status"]);
    assert_eq!(status["verdict"], "too_few_labels");
    let words = format!(
        "Only {} changes have a label yet ({} of them defective)",
        status["labelled"], status["defective"]
    );
    score.tells(&[&words, "Take it for a guess"]);
    risk(&repo, &["status"]).silent().tells(&[&words]);
    let answer = json(&repo, &["score"]);
    assert!(answer["scores"][0]["band"].is_null());
    assert_eq!(answer["model"]["labelled"], status["labelled"]);
}

#[test]
fn training_stops_at_the_revision_that_was_named() {
    let repo = lived(12, 120);
    let answer = json(&repo, &["train", "HEAD~20"]);
    assert_eq!(answer["tip"], repo.id("HEAD~20"));
    assert_eq!(answer["commits"], 100);
    assert_eq!(json(&repo, &["train"])["commits"], 120);
    risk(&repo, &["train", "nowhere"]).refused(&["no commit is named 'nowhere'"]);
    assert_eq!(json(&repo, &["status"])["commits"], 120);
}

#[test]
fn training_afresh_comes_to_the_same() {
    let repo = lived(13, 120);
    let first = json(&repo, &["train"]);
    let changes = std::fs::read(kept(&repo, "changes")).unwrap();
    assert_eq!(json(&repo, &["train", "--fresh"]), first);
    assert_eq!(std::fs::read(kept(&repo, "changes")).unwrap(), changes);
}
