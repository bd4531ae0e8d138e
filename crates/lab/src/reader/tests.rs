//! The readers on made-up rows.

use super::*;
use risk_change::Timestamp;

const ORB: &str = include_str!("../../tests/data/orb.csv");

const ISSTA21: &str = include_str!("../../tests/data/issta21.csv");

const KAMEI_DATA: &str = include_str!("../../tests/data/kamei.csv");

fn read(profile: Profile, text: &str) -> Result<Stream> {
    profile.read("dir/made-up.csv".as_ref(), text.as_bytes(), Empty::LeftOut)
}

#[track_caller]
fn check_error(profile: Profile, text: &str, expected: &str) {
    assert_eq!(read(profile, text).unwrap_err().to_string(), expected);
}

#[test]
fn orb_gives_times_of_fixes_and_leaves_out_what_is_empty() {
    let stream = read(Profile::Orb, ORB).unwrap();
    assert_eq!((stream.name.as_str(), stream.n_empty), ("made-up", 1));
    let [early, late] = &stream.changes[..] else {
        panic!("two changes have files")
    };
    assert_eq!(
        (early.change.as_str(), late.change.as_str()),
        ("line 4", "line 2")
    );
    assert_eq!((early.label, early.fixed_at), (Some(Label::Clean), None));
    assert!(late.is_defective());
    assert_eq!(late.fixed_at, Some(Timestamp(1_000_000 + 129_600)));
    assert_eq!(
        late.features,
        [
            1.0, 2.0, 3.0, 1.5, 30.0, 10.0, 200.0, 0.0, 4.0, -0.5, 8.0, 50.0, 5.5, 25.0
        ]
    );
    assert_eq!(stream.feature(early, "fix"), Some(1.0));
    assert_eq!(stream.effort(late), 40.0);
    assert_eq!(stream.n_fixed_unknown(), 0);
}

#[test]
fn issta21_sums_lines_over_files_where_we_take_the_mean() {
    let stream = read(Profile::Issta21, ISSTA21).unwrap();
    let change = &stream.changes[0];
    assert_eq!(
        (change.change.as_str(), change.at),
        ("c0ffee", Timestamp(1_451_580_138))
    );
    assert_eq!(
        (
            stream.feature(change, "lt"),
            stream.feature(change, "entropy")
        ),
        (Some(73.25), Some(1.5))
    );
    assert!(change.is_defective() && change.fixed_at.is_none());
    assert_eq!(stream.n_fixed_unknown(), 1);
}

#[test]
fn kamei_is_multiplied_back_and_put_in_order() {
    let stream = read(Profile::Kamei, KAMEI_DATA).unwrap();
    let [new_file, change] = &stream.changes[..] else {
        panic!("there are two changes")
    };
    // 4 files of 200 lines: .05 of 800 lines added; half of log2(4) bits; 2.5 changes a file.
    assert_eq!(
        change.features,
        [
            1.0, 2.0, 4.0, 1.0, 40.0, 10.0, 200.0, 1.0, 3.0, 96.0, 10.0, 50.0, 5.5, 25.0
        ]
    );
    // Nothing to divide by: lines as they are.
    assert_eq!(stream.effort(new_file), 9.0);
    assert_eq!(
        (new_file.change.as_str(), new_file.label),
        ("9", Some(Label::Clean))
    );
}

#[test]
fn what_is_wrong_is_told_with_file_line_and_column() {
    check_error(
        Profile::Orb,
        &ORB.replace(",1.5\n", ",soon\n"),
        "dir/made-up.csv, line 2, column `days_to_first_fix`: `soon` is not a number",
    );
    check_error(
        Profile::Orb,
        &ORB.replace("900000,0,x,", "900000,0,x,7"),
        "dir/made-up.csv, line 4, column `days_to_first_fix`: `7` is not empty, although the change contains no bug",
    );
    check_error(
        Profile::Orb,
        &ORB.replace("True,1,1,1,", "maybe,1,1,1,"),
        "dir/made-up.csv, line 4, column `fix`: `maybe` is not True, False, or a count",
    );
    check_error(
        Profile::Orb,
        &ORB.replace(",30,10,", ",-30,10,"),
        "dir/made-up.csv, line 2, column `la`: `-30` is not a number from 0 on",
    );
    check_error(
        Profile::Kamei,
        &KAMEI_DATA.replace("1999/10/12", "12.10.1999"),
        "dir/made-up.csv, line 3, column `commitdate`: `12.10.1999 0:05` is not a date such as 2004/12/31 16:58",
    );
    for name in ["=1+1", "@SUM(1)", "-9", "+9", "9\u{1b}[2J"] {
        check_error(
            Profile::Kamei,
            &KAMEI_DATA.replace("\n9,", &format!("\n{name},")),
            &format!(
                "dir/made-up.csv, line 3, column `transactionid`: `{name}` is not a name that is no formula and has no control characters"
            ),
        );
    }
    let error = read(Profile::Kamei, ORB).unwrap_err();
    assert!(matches!(error, Error::MissingColumn { column: "nm", .. }));
    assert!(error.hint().is_some_and(|hint| hint.contains("profile")));
}

#[test]
fn a_file_of_merges_alone_has_nothing_to_score() {
    let mut lines = ORB.lines();
    let merge = format!("{}\n{}\n", lines.next().unwrap(), lines.nth(1).unwrap());
    let error = read(Profile::Orb, &merge).unwrap_err();
    assert!(matches!(error, Error::NoChanges { n_empty: 1, .. }));
    assert_eq!(error.hint(), Some("count them with --all-commits"));
    let all = Profile::Orb.read("x.csv".as_ref(), merge.as_bytes(), Empty::Kept);
    assert_eq!(all.unwrap().changes.len(), 1);
}
