//! `git risk why-fix`

use crate::TOOL;
use crate::args::{Format, WhyFixArgs};
use crate::engine::{self, Engine, Setup};
use crate::error::Failure;
use crate::output::Output;
use risk_change::{Change, ChangeId, Days, Position};
use risk_history::Repository;
use risk_replay::Traced;
use risk_report::{CandidateChange, NamedChange, Repair, TracedLine, UntracedFile};
use risk_szz::{Explanation, Judged, Treatment, Variant, Verdict};
use std::collections::BTreeMap;
use std::io::Write;

pub(crate) fn run(
    repository: Repository,
    args: &WhyFixArgs,
    setup: Setup,
    format: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    let id = repository.resolve(&args.revision)?;
    let settled = engine::settled(&repository, setup.tell)?;
    let mut engine = Engine::up_to(repository, &settled, false, setup)?;
    engine.look_ahead(&id)?;
    let change = engine.repository.change(&id)?;
    let traced = engine.trace(&change)?;
    let repair = repair(&engine, &change, &traced);
    let text = match format {
        Format::Text => risk_report::text::repair(&repair, out.page()),
        Format::Json => risk_report::json::repair(TOOL, &repair),
    };
    Ok(out.write_all(text.as_bytes())?)
}

fn repair(engine: &Engine, change: &Change, traced: &Traced) -> Repair {
    let options = engine.options().szz;
    let variant = options.variant;
    let explanation = engine.replay.explain(change);
    let (fix, why_fix, matched) = match explanation {
        Explanation::Fix(fix) => {
            let (why, matched) = (fix.strongest().to_string(), fix.why.clone());
            (Some(fix), why, Some(matched))
        }
        Explanation::NotFix { reason, matched } => (None, reason.to_string(), matched),
    };
    let position = engine.replay.position_of(&change.id);
    let links = engine.replay.links().iter();
    let named = links.filter(|it| Some(it.fix) == position && it.is_named());
    let named = named.filter_map(|it| {
        let id = engine.replay.id_at(it.inducing)?;
        Some(NamedChange {
            subject: subject(&engine.repository, &id),
            commit: id.to_hex(),
            evidence: it.evidence.to_string(),
        })
    });
    let repeats = fix.as_ref().and_then(|fix| fix.duplicate_of);
    let repeats = repeats.and_then(|at| engine.replay.id_at(at));
    let mut candidates: Vec<CandidateChange> = traced
        .account
        .judged
        .iter()
        .filter_map(|it| candidate(engine, change, traced, it))
        .collect();
    candidates.sort_by(|a, b| {
        let by_weight = b.weight.total_cmp(&a.weight).then(b.lines.cmp(&a.lines));
        b.is_kept.cmp(&a.is_kept).then(by_weight)
    });
    let account = &traced.account;
    let unlinked = if change.is_merge() {
        Some("it is a merge, whose changes stand for themselves".to_owned())
    } else if account.n_files > options.max_fix_files {
        let (n, most) = (account.n_files, options.max_fix_files);
        Some(format!(
            "it touches {n} source files, more than {most}: its links would be noise"
        ))
    } else if account.kept().next().is_none() {
        Some(if account.n_deleted == 0 {
            "it takes no line of source code away".to_owned()
        } else if account.n_traced == 0 {
            "it takes only blank lines, comments and white space away".to_owned()
        } else {
            "no candidate is left".to_owned()
        })
    } else {
        None
    };
    Repair {
        commit: change.id.to_hex(),
        subject: first_line(&change.message),
        is_fix: fix.is_some(),
        why_fix,
        matched,
        repeats: repeats.map(|id| id.to_hex()),
        named: named.collect(),
        variant: variant.name(),
        least_weight: (variant == Variant::W).then_some(options.least_weight),
        candidates,
        lines: lines(engine, change, traced),
        untraced: untraced(traced),
        unlinked,
    }
}

fn candidate(
    engine: &Engine,
    fix: &Change,
    traced: &Traced,
    judged: &Judged,
) -> Option<CandidateChange> {
    let id = traced.ids.get(&judged.position)?;
    let (_, committed_at, message) = engine.repository.header(id).ok()?;
    let days = Days((fix.committed_at.0 - committed_at.0) as f64 / 86_400.0);
    Some(CandidateChange {
        commit: id.to_hex(),
        subject: first_line(&message),
        committed_at: committed_at.0,
        lines: judged.lines,
        weight: judged.weight,
        is_kept: judged.verdict == Verdict::Kept,
        verdict: judged.verdict.to_string(),
        signs: signs(judged, days),
    })
}

/// What of a candidate is worth a word.
fn signs(judged: &Judged, days: Days) -> Vec<String> {
    let mut signs = Vec::new();
    let plural = |n: u32, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let mut add = |n: u32, what: &str, text: &str| {
        if n > 0 {
            signs.push(format!("{} {text}", plural(n, what)));
        }
    };
    match judged.involvement {
        None => add(judged.lines, "line", "taken away"),
        Some(it) => {
            add(it.deleted, "line", "taken away");
            add(it.before + it.after, "line", "right beside what is put in");
            if it.deleted == 0 {
                let near = it.near_added + it.near_replaced;
                add(near, "line", "close to what is touched");
            }
            add(it.deleted_tests, "line", "of tests altered");
        }
    }
    signs.push(if days.0 < 0.0 {
        "committed after it".to_owned()
    } else {
        format!("{} before", plural(days.0.round() as u32, "day"))
    });
    signs
}

fn lines(engine: &Engine, change: &Change, traced: &Traced) -> Vec<TracedLine> {
    let mut texts: BTreeMap<&[u8], Vec<String>> = BTreeMap::new();
    let parent = change.parents.first();
    let mut listed = Vec::new();
    for it in &traced.deleted.lines {
        let path = it.path.as_bytes();
        let text = texts.entry(path).or_insert_with(|| {
            let read = parent.and_then(|id| engine.repository.file_at(id, path).ok()?);
            let whole = read.unwrap_or_default();
            let lines = whole.split(|&byte| byte == b'\n');
            lines
                .map(|it| String::from_utf8_lossy(it).into_owned())
                .collect()
        });
        let name = |at: Position| traced.ids.get(&at).map(ChangeId::to_hex);
        listed.push(TracedLine {
            path: String::from_utf8_lossy(path).into_owned(),
            line: it.line + 1,
            text: text.get(it.line as usize).cloned(),
            origin: it.origin.and_then(name),
            is_traced: it.treatment == Treatment::Traced,
            treatment: it.treatment.to_string(),
        });
    }
    listed
}

fn untraced(traced: &Traced) -> Vec<UntracedFile> {
    let file = |(path, why): &(risk_change::RepoPath, risk_szz::Untraced)| UntracedFile {
        path: String::from_utf8_lossy(path.as_bytes()).into_owned(),
        why: why.to_string(),
    };
    traced.deleted.untraced.iter().map(file).collect()
}

fn subject(repository: &Repository, id: &ChangeId) -> String {
    let header = repository.header(id);
    header.map_or_else(|_| String::new(), |(_, _, message)| first_line(&message))
}

fn first_line(message: &str) -> String {
    message
        .trim_start()
        .lines()
        .next()
        .unwrap_or("")
        .trim_end()
        .to_owned()
}
