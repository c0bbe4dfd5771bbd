//! Where Terraform keeps its state, what guards it there, and who can read it.

use kai_core::SmolStr;
use kai_graph::{
    Bucket, CloudRole, Component, Facts, Of, Openness, Policy, SharedRead, StateStore,
};

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::words::{count, list};

/// More of one kind are only counted.
const SHOWN: usize = 8;

pub(super) const INTENT: Intent = Intent {
    id: "terraform-state",
    example: "who can read the Terraform state?",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "who|whoever|which|what|anyone|anybody|somebody|everybody can|may|could|has|have|is|able|does|do read*|see|sees|access*|open|fetch|download|allowed state|states|tfstate|statefile",
        ">who reads|read|sees|accesses state|states|tfstate|statefile",
        "terraform|tofu|opentofu|remote state|states|statefile|backend",
        "which|what|where|how|who|is|can|may tfstate|statefile",
        ">which|what bucket|buckets|role|roles|backend hold*|keep*|read*|may|can state|states|tfstate|statefile",
        ">who has|have access state file|files",
        "terraform|tofu|opentofu|remote state|states|tfstate protected|guarded|secured",
        "state|states|backend lock|locks|locked|locking|versioned",
        "where state|states kept|stored",
    ],
    answer: terraform_state,
};

fn terraform_state(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let stores = stores(case, asked);
    let Some(first) = stores.first() else {
        let text = match asked.subject {
            Some(id) => {
                format!("The configuration of `{}` names no backend that I read.", case.label(id))
            }
            None => "No configuration that I read says where Terraform keeps its state.".to_owned(),
        };
        let absence = case.absence("", "no backend and no file of state", case.scope());
        return Ok(answer(vec![Statement::new(text, vec![absence])], Vec::new(), None));
    };
    let (buckets, readers) = (buckets(case, &stores), readers(case, &stores));
    let mut direct = kept(case, *first);
    direct.text = match (&readers[..], stores.len()) {
        ([], 1) if first.facts.committed.is_some() => direct.text,
        ([], 1) => format!("{} Nothing that I read says who reads it.", direct.text),
        ([], many) => format!(
            "{} It is one of {many} states, and nothing that I read says who reads them.",
            direct.text
        ),
        ([one], _) => format!("{} {}", direct.text, one.text),
        ([one, rest @ ..], _) => {
            format!("{} {} {} below.", direct.text, one.text, count(rest.len(), "more reader"))
        }
    };
    direct.evidence.extend(readers.first().into_iter().flat_map(|it| it.evidence.clone()));
    if readers.is_empty() {
        direct.evidence.push(case.absence("", "no policy that lets read a state", case.scope()));
    }
    let more = stores.iter().skip(1).take(SHOWN).map(|it| kept(case, *it)).collect();
    let sections = vec![
        Section::document("Who reads it", readers.into_iter().take(SHOWN).collect()),
        Section::document("What guards it", buckets),
        Section::document("Where the other states are", more),
        Section::new(Step::Unknown, vec![elsewhere(case, *first)]),
    ];
    Ok(answer(vec![direct], sections, None))
}

/// Those of the configuration of the subject, or all; the most important environment first.
fn stores<'a>(case: Case<'a>, asked: &Asked<'_>) -> Vec<Of<'a, StateStore>> {
    let system = case.system();
    let subject = asked.subject.map(|it| case.component(it));
    let is_meant = |it: &Of<'_, StateStore>| {
        subject.is_none_or(|subject| {
            let in_bucket =
                matches!(&subject.facts, Facts::Bucket(bucket) if it.facts.is_kept_in(bucket));
            in_bucket || system.root(it.component.root).path == system.root(subject.root).path
        })
    };
    let mut stores: Vec<_> = system.state_stores().filter(is_meant).collect();
    stores
        .sort_by_key(|it| (system.environment(it.component), &system.root(it.component.root).path));
    let place = |it: &Of<'_, StateStore>| {
        let facts = it.facts;
        (facts.bucket.value().cloned(), facts.key.value().cloned(), it.component.origin)
    };
    let mut known = Vec::new();
    stores.retain(|it| {
        let place = place(it);
        let is_other = !known.contains(&place);
        known.push(place);
        is_other
    });
    stores
}

fn kept(case: Case<'_>, store: Of<'_, StateStore>) -> Statement {
    let facts = store.facts;
    let path = &case.system().root(store.component.root).path;
    let path = if path.as_str().is_empty() { "." } else { path.as_str() };
    let mut evidence = vec![case.named(store.component.id)];
    if let Some(committed) = &facts.committed {
        let text = format!(
            "The state of `{path}` lies in the repository as `{}`: whoever reads that reads it.",
            committed.path
        );
        return Statement::new(text, evidence);
    }
    let key = facts.key.value().map(|it| format!(" as `{it}`")).unwrap_or_default();
    let place = match (facts.bucket.value(), facts.backend.as_str()) {
        (Some(bucket), _) => format!(" in `{bucket}`{key}"),
        (None, "local") => ", on the machine that applies it".to_owned(),
        (None, _) if facts.cloud().is_none() => ", and where that keeps it is not read".to_owned(),
        (None, _) => format!(" in a place{key} whose name is not declared here"),
    };
    let lock = match facts.is_locked.value() {
        Some(true) => "two applies cannot write at once",
        Some(false) => "nothing keeps two applies from writing at once",
        None => "whether it is locked is not known here",
    };
    evidence.extend(facts.is_locked.traced().map(|it| case.at(store.component.id, it.origin)));
    let text =
        format!("The state of `{path}` is kept by the backend `{}`{place}; {lock}.", facts.backend);
    Statement::new(text, evidence)
}

/// What is declared of each bucket that keeps one of them, joined by its name.
fn buckets(case: Case<'_>, stores: &[Of<'_, StateStore>]) -> Vec<Statement> {
    let names = stores.iter().filter_map(|it| it.facts.bucket.value());
    let mut names: Vec<&SmolStr> = names.collect();
    names.sort_unstable();
    names.dedup();
    let of = |name: &SmolStr| {
        let declared = case.system().components().iter().filter_map(|component| {
            let Facts::Bucket(facts) = &component.facts else { return None };
            let is_it = facts.cloud_name.value() == Some(name)
                && stores.iter().any(|it| it.facts.is_kept_in(facts));
            is_it.then_some(Of { component, facts: &**facts })
        });
        let all: Vec<_> = declared.map(|it| guarded(case, it)).collect();
        if all.is_empty() { vec![undeclared(case, name)] } else { all }
    };
    names.into_iter().take(SHOWN).flat_map(of).collect()
}

fn guarded(case: Case<'_>, bucket: Of<'_, Bucket>) -> Statement {
    let versions = match bucket.facts.keeps_versions.value() {
        Some(true) => "what is overwritten can be had back",
        Some(false) => "what is overwritten is gone, because it keeps no versions",
        None => "whether it keeps versions is not known here",
    };
    let open = match bucket.facts.opened.iter().map(|it| it.0).max() {
        Some(Openness::Writes) => ", and everybody may write to it",
        Some(Openness::Reads) => ", and everybody may read it",
        None => "",
    };
    let label = bucket.component.label();
    let mut evidence = vec![case.named(bucket.component.id)];
    let versioning = bucket.facts.keeps_versions.traced();
    evidence.extend(versioning.map(|it| case.at(bucket.component.id, it.origin)));
    evidence.extend(bucket.facts.opened.iter().map(|it| case.at(bucket.component.id, it.1)));
    Statement::new(format!("`{label}` is that bucket: {versions}{open}."), evidence)
}

fn undeclared(case: Case<'_>, name: &SmolStr) -> Statement {
    let text = format!(
        "`{name}` is not declared here, so its versions, its encryption and what else its policy says are not known."
    );
    Statement::new(
        text,
        vec![case.absence(name.as_str(), format!("no bucket `{name}`"), case.scope())],
    )
}

/// Whom policies of buckets let in, then the roles whose own policies do.
fn readers(case: Case<'_>, stores: &[Of<'_, StateStore>]) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    let mut add = |it: Statement| {
        if !found.iter().any(|known| known.text == it.text) {
            found.push(it);
        }
    };
    for store in stores {
        let own = store.facts.shared.iter().chain(&store.facts.named);
        own.filter(|it| store.facts.is_in(it))
            .for_each(|it| add(let_in(case, store.component, it)));
        for component in case.system().components() {
            match &component.facts {
                Facts::Bucket(bucket) if store.facts.is_kept_in(bucket) => {
                    everybody(case, component, bucket).into_iter().for_each(&mut add);
                    let all = bucket.shared.iter().chain(&bucket.named);
                    all.filter(|it| store.facts.is_in(it))
                        .for_each(|it| add(let_in(case, component, it)));
                }
                Facts::CloudRole(facts) => {
                    let role = Of { component, facts: &**facts };
                    by_role(case, role, *store).into_iter().for_each(&mut add);
                }
                _ => {}
            }
        }
    }
    found
}

fn everybody(case: Case<'_>, on: &Component, bucket: &Bucket) -> Option<Statement> {
    let (_, origin) = bucket.opened.iter().find(|it| it.0 == Openness::Reads)?;
    let text = format!("Everybody may read what is in `{}`.", on.label());
    Some(Statement::new(text, vec![case.at(on.id, *origin)]))
}

fn let_in(case: Case<'_>, on: &Component, reader: &SharedRead) -> Statement {
    let text = format!("A policy on the bucket lets {} read it.", reader.who.trim_end_matches(','));
    Statement::new(text, vec![case.at(on.id, reader.origin)])
}

fn by_role(
    case: Case<'_>,
    role: Of<'_, CloudRole>,
    store: Of<'_, StateStore>,
) -> Option<Statement> {
    let (may, origin) = match case.system().may_read_state(role, store) {
        Some(statement) => ("may read it".to_owned(), statement.origin),
        None => {
            let power = role.facts.powers.first().filter(|_| store.facts.backend == "s3");
            let (policy, origin) = power?;
            let may = "may do everything in its account, and so reads it if the bucket is of that";
            (format!("{may} (`{policy}`)"), *origin)
        }
    };
    let mut evidence = vec![case.named(role.component.id), case.at(role.component.id, origin)];
    let who = match role.facts.trust.traced() {
        Some(trust) => {
            evidence.push(case.at(role.component.id, trust.origin));
            becoming(&trust.value)
        }
        None => "who may become it is not known here".to_owned(),
    };
    let unless = match (role.facts.is_bounded, role.facts.is_denied_something()) {
        (true, _) => ", unless its boundary forbids that",
        (false, true) => ", unless what it is denied forbids that",
        (false, false) => "",
    };
    let text = format!("`{}` {may}{unless}: {who}.", role.component.label());
    Some(Statement::new(text, evidence))
}

/// Who may take a role, as a clause: programs, accounts, and the subjects of tokens of other providers.
fn becoming(trust: &Policy) -> String {
    let allowed = || trust.statements.iter().filter(|it| it.is_allowed);
    let subjects = allowed().flat_map(|it| &it.conditions).filter(|it| it.key.ends_with(":sub"));
    let mut names: Vec<&str> = subjects.flat_map(|it| &it.values).map(SmolStr::as_str).collect();
    let providers = |it: &kai_graph::Statement| {
        let is_narrow = it.conditions.iter().any(|it| it.key.ends_with(":sub"));
        if is_narrow { Vec::new() } else { it.federated.clone() }
    };
    let federated: Vec<SmolStr> = allowed().flat_map(providers).collect();
    names.extend(
        allowed().flat_map(|it| it.services.iter().chain(&it.principals)).map(SmolStr::as_str),
    );
    names.extend(federated.iter().map(SmolStr::as_str));
    names.retain(|it| it.is_ascii());
    names.sort_unstable();
    names.dedup();
    match names.len() {
        0 => "who may become it is not known here".to_owned(),
        _ => format!("{} may become it", list(&names, 4)),
    }
}

fn elsewhere(case: Case<'_>, store: Of<'_, StateStore>) -> Statement {
    let text = "Not declared here: what other configurations and people give, administrators of the account, and \
                credentials that pipelines hold.";
    let absence = case.absence("", "no other policy that speaks of it", case.scope());
    Statement::new(text, vec![absence]).command(store.facts.readers_command())
}
