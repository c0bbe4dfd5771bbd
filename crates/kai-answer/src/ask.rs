//! The one entry.

use kai_assess::{Assessment, Reviewed};
use kai_core::{ComponentId, Environment, Evidence, EvidenceId};

use crate::answer::{Answer, Statement};
use crate::both::both;
use crate::case::Case;
use crate::intent::{Asked, INTENTS, Intent, Wants};
use crate::notes::Notes;
use crate::part;
use crate::paths::paths;
use crate::question::{
    Names, Place, Recognised, Target, Token, all_near, asked_environment, beside_subject,
    database_of, halves, is_word, leftover, near_names, negated, others, placed, places, recognise,
    respelt, runs_instead, subject, there, tokens, turned, unnamed_databases,
};
use crate::words::{capitalised, list};

/// What comes of a question.
#[derive(Debug, Clone)]
pub enum Reply {
    Answer(Box<Answer>),
    /// Two states of the system are to be compared, which takes a second run; what it was, what it is now.
    Compare {
        base: String,
        head: String,
    },
    Unanswered(Unanswered),
}

/// Why there is no answer, and what there are answers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    pub question: String,
    /// A sentence.
    pub reason: String,
    /// Names that may have been meant.
    pub suggestions: Vec<String>,
}

/// Answers a question about a reviewed system: no model, no network, the same bytes every time.
#[must_use]
pub fn ask(question: &str, reviewed: &Reviewed, assessment: &Assessment) -> Reply {
    let case = Case { reviewed, assessment, ground: reviewed, notes: &Notes::default() };
    ask_about(question, case)
}

/// The same for who asks more than once, or has read the clusters of a dump: what is asked of load and of
/// zones is played there.
#[must_use]
pub fn ask_about(question: &str, case: Case<'_>) -> Reply {
    match ask_one(question, None, case).0 {
        Reply::Unanswered(reason) => match both(question, case) {
            Some(answer) => Reply::Answer(Box::new(answer)),
            None => Reply::Unanswered(reason),
        },
        reply => reply,
    }
}

/// Answers one question, and says what it is about. Where it names nothing, it is about what the question before it is.
/// Words that are spelt wrong are taken for what they are near to only where there is no answer else.
pub(crate) fn ask_one(
    question: &str,
    before: Option<ComponentId>,
    case: Case<'_>,
) -> (Reply, Option<ComponentId>) {
    let names = case.notes.names(case);
    let tokens = placed(tokens(question), names);
    let said = ask_words(question, &tokens, before, case);
    if !matches!(said.0, Reply::Unanswered(_)) {
        return said;
    }
    let Some((meant, reading)) = respelt(&tokens, names, case) else { return said };
    match ask_words(question, &meant, before, case) {
        (Reply::Answer(it), subject) => {
            let readings = [Some(reading), it.reading.clone()];
            let reading = readings.into_iter().flatten().collect::<Vec<_>>().join(". ");
            (Reply::Answer(Box::new(Answer { reading: Some(reading), ..*it })), subject)
        }
        _ => said,
    }
}

fn ask_words(
    question: &str,
    tokens: &[Token],
    before: Option<ComponentId>,
    case: Case<'_>,
) -> (Reply, Option<ComponentId>) {
    let names = case.notes.names(case);
    let Some(recognised) = recognise(tokens, names) else {
        let reason = match asks_why(tokens) && tokens.iter().any(Token::is_negation) {
            true => {
                "I do not say why something is not so; the nearest that I can answer is \"is X ready for production?\""
            }
            false => "I have no answer to that kind of question",
        };
        return (unanswered(question, reason, Vec::new()), None);
    };
    match asked(question, tokens, names, recognised, before, case) {
        Ok((intent, asked)) => (answer(intent, &asked, case), asked.subject),
        Err(reply) => (*reply, None),
    }
}

/// True for a question whose answer [`ask_about`] would play on nodes that are known and not yet read.
#[must_use]
pub fn wants_clusters(question: &str, case: Case<'_>) -> bool {
    let plays = |question: &str| {
        let recognised = recognise(&tokens(question), case.notes.names(case));
        recognised.is_some_and(|it| it.intent.is_played)
    };
    has_unread_nodes(case.reviewed)
        && (plays(question) || halves(question).any(|(one, other)| plays(one) || plays(other)))
}

/// True where a dump has nodes that a play would stand on, and what it says of them was not read.
#[must_use]
pub fn has_unread_nodes(reviewed: &Reviewed) -> bool {
    let is_node = |it: &kai_graph::Component| matches!(it.facts, kai_graph::Facts::Machine(_));
    reviewed.clusters.is_empty() && reviewed.system.components().iter().any(is_node)
}

/// What can be asked, one example a kind.
#[must_use]
pub fn answerable() -> Vec<&'static str> {
    INTENTS.iter().map(|it| it.example).collect()
}

/// The evidence of that name, `E-…` or its digits, if an answer about this system may rest on it.
#[must_use]
pub fn evidence(id: &str, case: Case<'_>) -> Option<Evidence> {
    if let Some(found) = stated(id, case) {
        return Some(found);
    }
    let id = evidence_id(id)?;
    let is_meant = |it: &Evidence| it.id == id;
    let ids = by_importance(case);
    let paths = ids.iter().flat_map(|it| paths(case, *it));
    let played = std::iter::once(case).flat_map(part::evidence_of_plays);
    if let Some(found) = paths.chain(played).find(is_meant) {
        return Some(found);
    }
    // Everything else is made for an answer, so every answer is made until one rests on it.
    every_question(case).find_map(|(intent, asked)| match answer(intent, &asked, case) {
        Reply::Answer(it) => it.evidence().into_iter().find(|it| is_meant(it)).cloned(),
        _ => None,
    })
}

/// The same for what needs no answer: findings, and the lines that name components. Takes one look at
/// each of them, where [`evidence`] may have to make every answer that there is.
#[must_use]
pub fn stated(id: &str, case: Case<'_>) -> Option<Evidence> {
    let id = evidence_id(id)?;
    let findings = case.assessment.findings.iter();
    if let Some(found) = findings.into_iter().find(|it| it.id == id) {
        return Some(case.finding(found));
    }
    case.system().components().iter().map(|it| case.named(it.id)).find(|it| it.id == id)
}

/// The number in `E-…`, as it is written everywhere.
#[must_use]
pub fn evidence_id(text: &str) -> Option<EvidenceId> {
    let digits = text.strip_prefix("E-").or_else(|| text.strip_prefix("e-")).unwrap_or(text);
    let id = u64::from_str_radix(digits, 16).ok().map(EvidenceId)?;
    (id.to_string() == digits.to_ascii_lowercase()).then_some(id)
}

/// What people ask about comes first: most answers are about what runs.
fn by_importance(case: Case<'_>) -> Vec<ComponentId> {
    let mut ids: Vec<ComponentId> = case.system().components().iter().map(|it| it.id).collect();
    ids.sort_by_key(|it| (case.environment(*it), case.component(*it).kind, *it));
    ids
}

fn every_question(case: Case<'_>) -> impl Iterator<Item = (&'static Intent, Asked<'static>)> {
    let ids = by_importance(case);
    let alerts = case.notes.names(case).all_alerts();
    INTENTS.iter().flat_map(move |intent| {
        let whole = Asked { question: intent.example, ..Asked::default() };
        let of = |id| Asked { subject: Some(id), ..whole.clone() };
        let mut asked: Vec<Asked<'static>> = match intent.wants {
            Wants::Component | Wants::Identity | Wants::Secret => {
                ids.iter().copied().map(of).collect()
            }
            Wants::MaybeComponent => {
                std::iter::once(whole.clone()).chain(ids.iter().copied().map(of)).collect()
            }
            Wants::Alert => {
                alerts.iter().map(|it| Asked { alert: Some(*it), ..whole.clone() }).collect()
            }
            Wants::Finding => (1..=case.assessment.findings.len())
                .map(|it| Asked { finding: Some(it - 1), ..whole.clone() })
                .collect(),
            Wants::Nothing => vec![whole.clone()],
            Wants::Revisions => Vec::new(),
        };
        asked.retain(|it| it.subject.is_none() || intent.wants != Wants::Nothing);
        asked.into_iter().map(move |it| (intent, it))
    })
}

/// Without the yes or no before it, which says nothing to who asks why.
fn without_verdict(statement: Statement) -> Statement {
    const VERDICTS: &[(&str, &str)] = &[
        ("Yes: ", ""),
        ("No: ", ""),
        ("No, not that I can see: ", ""),
        ("Not that I can see: ", ""),
        ("No, ", ""),
        ("Yes, ", "it is, "),
    ];
    let found = VERDICTS.iter().find_map(|(verdict, instead)| {
        let rest = statement.text.strip_prefix(verdict)?;
        Some(capitalised(&format!("{instead}{rest}")))
    });
    Statement { text: found.unwrap_or(statement.text), ..statement }
}

fn answer(intent: &'static Intent, asked: &Asked<'_>, case: Case<'_>) -> Reply {
    match (intent.answer)(case, asked) {
        Ok(draft) => Reply::Answer(Box::new(Answer {
            direct: match asks_why(asked.tokens) {
                true => draft.direct.into_iter().map(without_verdict).collect(),
                false => draft.direct,
            },
            question: asked.question.to_owned(),
            intent: intent.id,
            subject: asked.subject.map(|it| case.label(it)).unwrap_or_default(),
            reading: asked.reading.clone(),
            ..draft
        })),
        Err(reason) => unanswered(asked.question, &reason, Vec::new()),
    }
}

/// The question with what it names found in the system.
fn asked<'q>(
    question: &'q str,
    tokens: &'q [Token],
    names: &Names,
    recognised: Recognised,
    before: Option<ComponentId>,
    case: Case<'_>,
) -> Result<(&'static Intent, Asked<'q>), Box<Reply>> {
    let Recognised { intent, mut targets } = recognised;
    let refused = |reason: &str| Box::new(unanswered(question, reason, Vec::new()));
    let mut asked = Asked { question, tokens, ..Asked::default() };
    if let Some(said) = negated(tokens) {
        return Err(refused(&format!("I have no answer to what is so if something does `{said}`")));
    }
    let is_explained = asks_why(tokens) && EXPLAINED.contains(&intent.id);
    if let Some(it) = turned(tokens, intent, &targets).filter(|_| !is_explained) {
        return Err(refused(&format!(
            "`{}` turns that question around, and I answer only the other way: \"{}\"",
            it.said, intent.example
        )));
    }
    let mut named = targets.clone();
    match intent.wants {
        Wants::Revisions => return Err(Box::new(revisions(question, tokens))),
        Wants::Finding => asked.finding = finding(tokens, case),
        Wants::Alert => {
            asked.alert = targets.iter().find_map(|it| it.alerts.first().copied());
            if asked.alert.is_none() {
                let (stranger, suggestions) = missing(tokens, names, case);
                let reason = no_alert(tokens, stranger);
                return Err(Box::new(unanswered(question, &reason, suggestions)));
            }
        }
        Wants::Nothing => {}
        Wants::Component | Wants::MaybeComponent | Wants::Identity | Wants::Secret => {
            asked.places = named_places(intent, tokens, case);
            if intent.id == "runbook" {
                asked.alert = targets.iter().find_map(|it| it.alerts.first().copied());
            }
            let is_place = |at: usize| asked.places.iter().any(|it| it.at == at);
            targets.retain(|it| !is_place(it.at));
            if intent.wants != Wants::Identity && intent.wants != Wants::Secret {
                targets = named_to_run(&targets, intent, names, case)
                    .map_err(|(reason, all)| Box::new(unanswered(question, &reason, all)))?;
            }
            if asks_for_needs(intent, tokens) {
                let near = all_near(tokens, names, case);
                if targets.len() == 1
                    && near.is_empty()
                    && let Err((Some(said), suggestions)) = near_names(tokens, names, case)
                {
                    let reason = format!("I know no component `{said}` here");
                    return Err(Box::new(unanswered(question, &reason, suggestions)));
                }
                named.extend(near.iter().cloned());
                targets.extend(near);
                targets.sort_by_key(|it| it.at);
            }
            if targets.iter().all(|it| it.components.is_empty()) && asked.alert.is_none() {
                let others = tokens.iter().enumerate().filter(|it| !is_place(it.0));
                let others: Vec<Token> = others.map(|it| it.1.clone()).collect();
                match near_names(&others, names, case) {
                    Ok(near) => {
                        named.push(near.clone());
                        targets.push(near);
                    }
                    Err((None, _)) if before.is_some() || intent.wants == Wants::MaybeComponent => {
                    }
                    Err((stranger, mut suggestions)) => {
                        if stranger.is_none() {
                            suggestions = unnamed_databases(tokens, case);
                        }
                        let reason = match stranger {
                            Some(said)
                                if intent.wants == Wants::MaybeComponent
                                    && suggestions.is_empty() =>
                            {
                                format!(
                                    "`{said}` names nothing here, and no answer of mine speaks of it"
                                )
                            }
                            Some(said) => format!("I know no component `{said}` here"),
                            None => "I need the name of a component for that".to_owned(),
                        };
                        return Err(Box::new(unanswered(question, &reason, suggestions)));
                    }
                }
            }
            if let Some(found) = subject(&targets, tokens, intent.wants, case) {
                let its = database_of(found.id, &targets, tokens, case)
                    .filter(|_| !asks_for_needs(intent, tokens));
                let found = its.unwrap_or(Ok(found.clone())).map_err(|all| {
                    let reason = no_database(&case.label(found.id), all.len());
                    Box::new(unanswered(question, &reason, all))
                })?;
                asked.subject = Some(found.id);
                asked.reading = found.reading;
                beside(&mut asked, intent, &targets, case);
            } else if asked.alert.is_none() {
                asked.subject = before;
            }
        }
    }
    if let Some(reason) = elsewhere(intent, &asked, case) {
        return Err(refused(&reason));
    }
    match left_out(intent, &asked, &named, names) {
        Some(reason) => Err(refused(&reason)),
        None => Ok((intent, asked)),
    }
}

/// What is named, and runs in the place of what only has the name.
fn named_to_run(
    targets: &[Target],
    intent: &Intent,
    names: &Names,
    case: Case<'_>,
) -> Result<Vec<Target>, (String, Vec<String>)> {
    let asks_of_running = !matches!(intent.id, "breaks" | "needs");
    let instead = |it: &Target| match runs_instead(it, asks_of_running, names, case) {
        None => Ok(it.clone()),
        Some(Ok(found)) => Ok(found),
        Some(Err(all)) => {
            let label = it.components.first().map(|it| case.label(*it)).unwrap_or_default();
            let reason = format!(
                "`{}` is the name of `{label}`, which does not run, and a word for several that do",
                it.said
            );
            Err((reason, all))
        }
    };
    targets.iter().map(instead).collect()
}

fn no_database(label: &str, many: usize) -> String {
    match many {
        0 => format!("I know no database of `{label}`: nothing that I read says that it needs one"),
        _ => {
            format!("`{label}` needs {many} that keep state, and I cannot tell which one is meant")
        }
    }
}

/// True for "does X need Y?".
fn asks_yes_or_no(tokens: &[Token]) -> bool {
    const OPENERS: &[&str] = &["does", "do", "did", "is", "are", "can", "could", "will", "would"];
    tokens.first().is_some_and(|it| OPENERS.contains(&it.word.as_str()))
}

/// True for a yes or no about what one needs of the others that are named.
fn asks_for_needs(intent: &Intent, tokens: &[Token]) -> bool {
    intent.id == "needs" && asks_yes_or_no(tokens)
}

/// Kinds whose answer to "is it" says why it is not.
const EXPLAINED: &[&str] = &["ready", "notice", "backup", "spof", "exposed"];

/// True for "why is it not …", which supposes an answer that may be the other one.
fn asks_why(tokens: &[Token]) -> bool {
    let words: Vec<&str> = tokens.iter().take(2).map(|it| it.word.as_str()).collect();
    matches!(words[..], ["why", ..] | ["how", "come"])
}

/// What else is named: answered as well, or said to be left out.
fn beside(asked: &mut Asked<'_>, intent: &Intent, targets: &[Target], case: Case<'_>) {
    let Some(id) = asked.subject else { return };
    if asks_for_needs(intent, asked.tokens) && needed(asked, id, targets, case) {
        return;
    }
    let mut others = others(targets, asked.tokens, id, intent.wants, case);
    let label = case.label(id);
    let mut parts: Vec<String> = asked.reading.take().into_iter().collect();
    if intent.id == "breaks" && !others.listed.is_empty() {
        asked.others = std::mem::take(&mut others.listed);
        parts.push(format!(
            "I take each for the only one that fails; what follows the answer is about `{label}`"
        ));
    }
    let left: Vec<String> =
        others.listed.iter().chain(&others.aside).map(|it| case.label(*it)).collect();
    if !left.is_empty() {
        let left = list(&left, 4);
        parts.push(format!("I speak of `{label}` alone, and not of {left}"));
    }
    asked.reading = (!parts.is_empty()).then(|| parts.join(". "));
}

/// What the subject may need, both of them where the first of these is; false where nothing else is named.
fn needed(asked: &mut Asked<'_>, id: ComponentId, targets: &[Target], case: Case<'_>) -> bool {
    let mut parts: Vec<String> = asked.reading.take().into_iter().collect();
    let mut others = beside_subject(targets, id, case);
    let elsewhere = others.first().and_then(|it| there(targets, id, it.id, case));
    if let Some(there) = elsewhere.filter(|_| asked_environment(asked.tokens).is_none()) {
        parts.push(format!(
            "I speak of {}: `{}` is not in {}",
            case.environment(there).as_str(),
            case.label(others[0].id),
            case.environment(id).as_str()
        ));
        asked.subject = Some(there);
        others = beside_subject(targets, there, case);
    }
    asked.others = others.iter().map(|it| it.id).collect();
    parts.extend(others.into_iter().filter_map(|it| it.reading));
    asked.reading = (!parts.is_empty()).then(|| parts.join(". "));
    !asked.others.is_empty()
}

/// Why there is no answer about the alert that is asked about, if one is.
fn no_alert(tokens: &[Token], stranger: Option<String>) -> String {
    let speaks_of_alerts = tokens.iter().any(|it| it.word.starts_with("alert"));
    let is_name = |it: &String| speaks_of_alerts || it.contains(char::is_uppercase);
    match stranger.filter(is_name) {
        Some(said) => format!("I find no alert `{said}` among the rules that I read"),
        None => "I need the name of an alert for that".to_owned(),
    }
}

/// Why there is no answer about the environment that is asked about.
fn elsewhere(intent: &Intent, asked: &Asked<'_>, case: Case<'_>) -> Option<String> {
    let wanted = asked_environment(asked.tokens)?;
    let is_other = |is: Environment| {
        let is_apart = |it| matches!(it, Environment::Staging | Environment::Development);
        is != wanted && (is_apart(is) || is_apart(wanted))
    };
    let place = wanted.as_str();
    if intent.id == "ready" && matches!(wanted, Environment::Staging | Environment::Development) {
        return Some(format!("I judge what is ready for production alone, and not {place}"));
    }
    if let Some(id) = asked.subject {
        let is = case.environment(id);
        let label = case.label(id);
        return is_other(is)
            .then(|| format!("I know no `{label}` in {place}, only in {}", is.as_str()));
    }
    if !matches!(intent.wants, Wants::MaybeComponent | Wants::Nothing) {
        return None;
    }
    let main = part::main_environment(case).filter(|it| is_other(*it))?;
    let has_any = case.system().components().iter().any(|it| case.environment(it.id) == wanted);
    Some(match has_any {
        true => format!(
            "Without a name I answer for {} alone; name something of {place}",
            main.as_str()
        ),
        false => format!("There is no {place} in what I read, only {}", main.as_str()),
    })
}

/// Why a question that says more than the intent answers has no answer.
fn left_out(intent: &Intent, asked: &Asked<'_>, named: &[Target], names: &Names) -> Option<String> {
    let is_explained = asks_why(asked.tokens) && EXPLAINED.contains(&intent.id);
    let mut left = leftover(asked.tokens, intent, named, &asked.places, names);
    left.retain(|it| !(is_explained && it.is_negation()));
    let left: Vec<&str> = left.iter().map(|it| it.said.as_str()).collect();
    (!left.is_empty()).then(|| {
        format!(
            "I would have to leave {} out of that question, so I do not answer it; the nearest that I can answer is \"{}\"",
            list(&left, 5),
            intent.example
        )
    })
}

/// Zones and regions, in a question that is about them.
fn named_places(intent: &Intent, tokens: &[Token], case: Case<'_>) -> Vec<Place> {
    if intent.id != "region" {
        return Vec::new();
    }
    let known = part::domains(case).map(|it| [it.zones, it.regions].concat()).unwrap_or_default();
    places(tokens, &known, is_word)
}

fn missing(tokens: &[Token], names: &Names, case: Case<'_>) -> (Option<String>, Vec<String>) {
    match near_names(tokens, names, case) {
        Ok(near) => (None, vec![near.said]),
        Err(missing) => missing,
    }
}

/// `4`, `#4`, an id, or a rule's name.
fn finding(tokens: &[Token], case: Case<'_>) -> Option<usize> {
    const ID_MIN: usize = 6;
    let findings = &case.assessment.findings;
    tokens.iter().find_map(|token| {
        let word = token.word.trim_start_matches('#').trim_start_matches("e-");
        let rank: Option<u32> = word.parse().ok();
        findings.iter().position(|it| {
            rank == Some(it.rank)
                || it.rule == word
                || word.len() >= ID_MIN && it.id.to_string().starts_with(word)
        })
    })
}

/// What stands behind "between" or "from", and behind "and" or "to"; what is now where nothing else is said.
fn revisions(question: &str, tokens: &[Token]) -> Reply {
    let behind = |words: &[&str]| {
        let at = tokens.iter().position(|it| words.contains(&it.word.as_str()))?;
        tokens.get(at + 1).map(|it| it.said.clone())
    };
    let base = behind(&["between", "from", "since", "against"]);
    let head = behind(&["and", "to", "vs", "versus", "with"]).unwrap_or_else(|| ".".to_owned());
    match base {
        Some(base) => Reply::Compare { base, head },
        None => unanswered(
            question,
            "I need two states to compare: revisions, folders or reviews in JSON, such as \"between main and .\"",
            Vec::new(),
        ),
    }
}

fn unanswered(question: &str, reason: &str, suggestions: Vec<String>) -> Reply {
    let (question, reason) = (question.to_owned(), reason.to_owned());
    Reply::Unanswered(Unanswered { question, reason, suggestions })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use kai_assess::{Keep, Options, assess_reviewed, read, settings};
    use kai_core::{EvidenceKind, Origins, Unwatched};
    use kai_testing::Folder;

    use super::*;

    const PAYMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/payments");

    #[test]
    fn a_path_of_any_answer_is_found_without_answers() {
        let tree = Folder::read(Path::new(PAYMENTS));
        let origins = Origins::new();
        let settings = settings(&origins, "kai.yaml".into(), String::new()).unwrap();
        let reviewed = read(&tree, None, origins, settings, &Unwatched, Keep::Nothing);
        let assessment = assess_reviewed(&reviewed, &Options::default(), &Unwatched);
        let case = Case {
            reviewed: &reviewed,
            assessment: &assessment,
            ground: &reviewed,
            notes: &Notes::default(),
        };
        let all = by_importance(case).into_iter().flat_map(|it| paths(case, it));
        let known: BTreeSet<EvidenceId> = all.map(|it| it.id).collect();
        let mut cited = BTreeSet::new();
        for (intent, asked) in every_question(case) {
            let Reply::Answer(answer) = answer(intent, &asked, case) else { continue };
            let paths = answer.evidence().into_iter().filter(|it| it.kind == EvidenceKind::Path);
            cited.extend(paths.map(|it| it.id));
        }
        assert!(cited.len() > 10, "{}", cited.len());
        assert_eq!(cited.difference(&known).count(), 0);
    }
}
