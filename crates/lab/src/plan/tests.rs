use super::*;

const WHOLE: &str = r#"
title = "All there is"
seed = 7
draws = 20
predictions = "parquet"
maturity = 365
empty = "kept"
waiting = [30, 90]
split = [0.8]
models = ["la", "git-risk"]
compare = [["monthly", "la"], ["git-risk", "frozen"]]

[[model]]
name = "monthly"
kind = "batch"
window = 2000
every = 250

[[model]]
name = "frozen"
kind = "static"
scales = "frozen"

[[model]]
name = "early"
kind = "online"
prior = "none"
stop = 500

[[stream]]
data = "data/go.csv.gz"
profile = "issta21"
maturity = 0
first = 100

[[stream]]
name = "mine"
repository = "../repo"
empty = "left-out"
"#;

fn parse(text: &str) -> Result<(Vec<Input>, Options)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.toml");
    std::fs::write(&path, text).unwrap();
    let (mut inputs, options) = read(&path)?;
    for input in &mut inputs {
        let (Location::Data { path, .. } | Location::Repository { path }) = &mut input.location;
        *path = path.strip_prefix(folder.path()).unwrap().to_owned();
    }
    Ok((inputs, options))
}

#[test]
fn all_that_a_file_can_say_is_understood() {
    let (inputs, options) = parse(WHOLE).unwrap();
    assert_eq!((options.seed, options.draws), (7, 20));
    assert_eq!(options.predictions, Format::Parquet);
    assert_eq!(options.command, "git-risk-lab study study.toml");
    let protocols: Vec<String> = options.protocols.iter().map(ToString::to_string).collect();
    assert_eq!(protocols, ["waiting-30", "waiting-90", "split-0.8"]);
    let names: Vec<&str> = options.models.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["la", "git-risk", "monthly", "frozen", "early"]);
    assert_eq!(
        options.models[2].kind,
        Kind::Batch {
            window: 2_000,
            every: 250
        }
    );
    assert_eq!(
        options.models[3].kind,
        Kind::Static {
            scales: Scales::Frozen
        }
    );
    assert_eq!(
        options.models[4].kind,
        Kind::Online {
            prior: Prior::None,
            stop: Some(500)
        }
    );
    let pairs = [Pair { model: 2, other: 0 }, Pair { model: 1, other: 3 }];
    assert_eq!(options.pairs, pairs);
    let [go, mine] = &inputs[..] else {
        panic!("two streams are asked for")
    };
    assert_eq!((go.name.as_str(), go.first), ("go", Some(100)));
    assert_eq!((go.empty, go.maturity), (Empty::Kept, Days(0.0)));
    let path = PathBuf::from("data/go.csv.gz");
    let profile = Profile::Issta21;
    assert_eq!(go.location, Location::Data { path, profile });
    assert_eq!((mine.empty, mine.maturity), (Empty::LeftOut, Days(365.0)));
    let path = PathBuf::from("../repo");
    assert_eq!(
        (mine.name.as_str(), &mine.location),
        ("mine", &Location::Repository { path })
    );
}

#[test]
fn splines_and_trees_are_there_only_if_they_are_asked_for() {
    let with = |more: &str| {
        let (_, options) = parse(&format!("stream = [{{ repository = \"x\" }}]\n{more}")).unwrap();
        options.models
    };
    let is_slow = |model: &Model| matches!(model.kind, Kind::SplinesAndTrees { .. });
    assert!(!with("").iter().any(is_slow));
    let kind = Kind::SplinesAndTrees { every: 2_000 };
    let name = "splines-trees".to_owned();
    assert_eq!(with("models = [\"splines-trees\"]"), [Model { name, kind }]);
    let kind = Kind::SplinesAndTrees { every: 500 };
    let name = "often".to_owned();
    assert_eq!(
        with("model = [{ name = \"often\", kind = \"splines-and-trees\", every = 500 }]"),
        [Model { name, kind }]
    );
}

#[test]
fn what_is_not_said_is_as_on_the_command_line() {
    let (inputs, options) = parse("stream = [{ repository = \"x/flask.git\" }]").unwrap();
    assert_eq!(inputs[0].name, "flask");
    assert_eq!(options.models, Model::usual());
    assert_eq!(options.pairs, Options::usual_pairs(&options.models));
    assert_eq!(
        options.protocols,
        [Protocol::Prequential(Waiting::default())]
    );
    assert_eq!((options.seed, options.draws), (1, Options::DRAWS));
}

#[track_caller]
fn check_error(found: &str, instead: &str, expected: &str) {
    assert!(WHOLE.contains(found), "{found}");
    let told = parse(&WHOLE.replace(found, instead))
        .unwrap_err()
        .to_string();
    assert!(told.contains(expected), "{told}");
}

#[test]
fn what_is_not_known_is_refused_with_what_is() {
    check_error(
        "seed = 7",
        "sed = 7",
        "unknown field `sed`, expected one of `title`, `prior`, `seed`,",
    );
    check_error(
        "window =",
        "size =",
        "unknown field `size`, expected one of `name`, `kind`,",
    );
    check_error(
        "first =",
        "last =",
        "unknown field `last`, expected one of `name`, `data`,",
    );
    check_error(
        "\"batch\"",
        "\"forest\"",
        "unknown variant `forest`, expected one of `la`,",
    );
    check_error(
        "\"git-risk\"]\n",
        "\"git-risc\"]\n",
        "the model `git-risc` is not known; known are la, random, static,",
    );
    check_error(
        "\"monthly\", \"la\"",
        "\"weekly\", \"la\"",
        "known are la, git-risk, monthly,",
    );
    check_error(
        "issta21",
        "issta",
        "the profile `issta` is not known; known are orb, issta21, kamei,",
    );
}

#[test]
fn what_does_not_fit_together_is_refused() {
    check_error(
        "scales = \"frozen\"",
        "window = 5",
        "the model `frozen` has no `window`; what it has is name, kind, scales",
    );
    check_error(
        "window = 2000",
        "window = 0",
        "`window` is 0, and must be 1 or more",
    );
    check_error(
        "name = \"early\"",
        "name = \"la\"",
        "two models are named `la`",
    );
    check_error(
        "repository =",
        "data =",
        "either `data` and `profile`, or `repository`",
    );
    check_error("[0.8]", "[1.5]", "split at 1.5");
    check_error(
        "[30, 90]",
        "[-1]",
        "a waiting time is finite and not negative",
    );
    check_error("[30, 90]\nsplit = [0.8]", "[]", "there is no protocol");
}
