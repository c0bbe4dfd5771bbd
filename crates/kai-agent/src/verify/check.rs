//! One claim.

use kai_core::{Evidence, EvidenceKind};
use kai_guard::{Argument, Class, classify};

use super::cause;
use super::claim::{Claim, Kind};
use super::denial::{self, denies, evidence_denies, is_denial};
use super::plain::{is_of_path, is_plain, is_plain_in_command};
use super::quantity::{Quantity, is_number, is_unit, quantities};
use super::refusal::Refusal;
use super::relation::{self, Names, holds};
use super::shown::Shown;
use super::words::{Held, normal, sentences, tokens};

/// Every reason why it does not stand; none where it does.
pub(super) fn check(claim: &Claim, shown: &Shown) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut cited: Vec<&Evidence> = Vec::new();
    for id in &claim.evidence {
        match shown.get(id) {
            Some(it) => cited.push(it),
            None => refusals.push(Refusal::NotShown(id.clone())),
        }
    }
    if claim.evidence.is_empty() {
        refusals.push(Refusal::NoEvidence);
    }
    if cited.is_empty() {
        return refusals;
    }
    let text = normal(&claim.text);
    let held = Held::of(&cited);
    if !is_quoted(&text, &cited) {
        let has_path = cited.iter().any(|it| it.kind == EvidenceKind::Path);
        refusals.extend(words(&text, &held, shown, has_path));
        let names = Names::of(&cited, shown);
        let pieces: Vec<Held> = cited.iter().map(|it| Held::of(&[it])).collect();
        refusals.extend(numbers(&text, &cited, &pieces, &names));
        refusals.extend(denied(&text, &held, &cited));
        refusals.extend(denial::refused(&text, &cited, &pieces, &names));
        refusals.extend(relation::refused(&text, &cited, &pieces, &names));
        refusals.extend(cause::refused(&text, &cited, &names));
    }
    refusals.extend(verification(claim, &held, shown));
    refusals.sort();
    refusals.dedup();
    refusals
}

/// True where each of its sentences is a whole sentence of one piece of evidence.
fn is_quoted(text: &str, cited: &[&Evidence]) -> bool {
    let parts = cited.iter().flat_map(|it| std::iter::once(&it.text).chain(&it.details));
    let evidence: Vec<String> = parts.flat_map(|it| sentences(&normal(it))).collect();
    let said = sentences(text);
    !said.is_empty() && said.iter().all(|it| evidence.contains(it))
}

fn words(text: &str, held: &Held, shown: &Shown, has_path: bool) -> Vec<Refusal> {
    let tokens = tokens(text);
    let is_carried = |it: &str| is_held(it, held, shown) || has_path && is_of_path(it);
    // The unit belongs to the number before it.
    let is_behind_number = |at: usize| at > 0 && is_number(tokens[at - 1]) && is_unit(tokens[at]);
    let unknown = tokens.iter().enumerate().filter(|(at, it)| {
        !is_number(it) && !is_denial(it) && !is_carried(it) && !is_behind_number(*at)
    });
    unknown.map(|(_, it)| Refusal::Word((*it).to_owned())).collect()
}

fn is_held(token: &str, held: &Held, shown: &Shown) -> bool {
    if !token.chars().any(char::is_alphanumeric) {
        return true;
    }
    if token.bytes().all(|it| it.is_ascii_lowercase()) {
        return held.has(token)
            || !shown.is_component(token) && (is_plain(token) || held.has_form(token));
    }
    if held.has_token(token) {
        return true;
    }
    // `well-known`, `and/or`: plain words that were joined, and not to a name.
    let parts: Vec<&str> = token.split(['-', '/']).collect();
    let is_word = |it: &&str| {
        !it.is_empty()
            && it.bytes().all(|it| it.is_ascii_lowercase())
            && is_plain(it)
            && !shown.is_component(it)
    };
    parts.len() > 1 && !shown.is_component(token) && parts.iter().all(is_word)
}

/// A number counts where it stands in evidence that is not of another component than those that are named with it.
fn numbers(text: &str, cited: &[&Evidence], pieces: &[Held], names: &Names<'_>) -> Vec<Refusal> {
    let named: Vec<String> = tokens(text).into_iter().filter_map(|it| names.name(it)).collect();
    let is_of_others = |at: &usize| {
        !named.is_empty()
            && !named.iter().any(|name| holds(&pieces[*at], name))
            && names.are_in(cited[*at])
    };
    let evidence: Vec<Quantity> = (0..pieces.len())
        .filter(|at| !is_of_others(at))
        .flat_map(|at| quantities(&pieces[at].text))
        .collect();
    let said = quantities(text);
    let is_function = |it: &str| FUNCTION.contains(&it) || is_denial(it);
    let unknown =
        said.iter().filter(|it| is_number(&it.written) && !it.is_in(&evidence, is_function));
    unknown.map(|it| Refusal::Number(it.written.clone())).collect()
}

/// Words that are never what is counted.
const FUNCTION: &[&str] = &[
    "a", "an", "the", "this", "that", "these", "those", "it", "its", "they", "their", "is", "are",
    "be", "was", "were", "has", "have", "had", "ha", "wa", "i", "and", "or", "but", "of", "in",
    "on", "at", "by", "for", "from", "to", "with", "per", "than", "then", "so", "if", "when", "as",
    "which", "who", "each", "can", "may", "must", "will", "only", "set", "say", "run", "us", "use",
    "it'", "do", "doe", "need", "want", "get", "about",
];

fn denied(text: &str, held: &Held, cited: &[&Evidence]) -> Option<Refusal> {
    let claims = denies(&tokens(text));
    let is_absence = cited.iter().any(|it| it.kind == EvidenceKind::Absence);
    if claims {
        let is_carried = is_absence || denies(&tokens(&held.text));
        return (!is_carried).then_some(Refusal::Denies);
    }
    let all_deny = cited.iter().all(|it| evidence_denies(it));
    (is_absence || all_deny).then_some(Refusal::DoesNotDeny)
}

/// The command of a recommendation: a shell that only reads, of words that are known.
fn verification(claim: &Claim, held: &Held, shown: &Shown) -> Vec<Refusal> {
    let Some(command) = &claim.verify else {
        let is_needed = claim.kind == Kind::Recommendation;
        return if is_needed { vec![Refusal::NoVerify] } else { Vec::new() };
    };
    let is_cited = held.text.contains(&normal(command));
    if is_cited {
        return Vec::new();
    }
    let judgement = classify(command);
    if !judgement.is_readable || judgement.class != Class::ReadOnly {
        let reason =
            if judgement.reason.is_empty() { "it cannot be read" } else { &judgement.reason };
        return vec![Refusal::Verify(reason.to_owned())];
    }
    let mut refusals = Vec::new();
    for call in &judgement.calls {
        let arguments = call.arguments.iter().map(|it| match it {
            Argument::Literal(it) | Argument::Expanded(it) => it.as_str(),
        });
        for argument in std::iter::once(call.program.as_str()).chain(arguments) {
            let argument = normal(argument);
            let parts = argument.split([
                '=', ',', '{', '}', '[', ']', '.', '@', '*', ':', '/', ' ', '|', '"', '\'',
            ]);
            for part in parts.map(|it| it.trim_start_matches('-')) {
                let is_known = part.is_empty()
                    || is_plain_in_command(part)
                    || held.has(part)
                    || part.bytes().all(|it| it.is_ascii_lowercase())
                        && !shown.is_component(part)
                        && is_plain(part);
                if !is_known {
                    refusals.push(Refusal::Word(part.to_owned()));
                }
            }
        }
    }
    refusals
}
