//! Is it backed up?

use std::time::Duration;

use kai_core::{ComponentId, Evidence, Finding, all};
use kai_graph::{Backup, Component, Dialect, Facts, Schedule};

use super::archive::archive;
use super::backup_plan::{if_region_goes, loss, moments, unselected, vaults};
use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;
use crate::words::{capitalised, list};

const SHOWN: usize = 5;

pub(super) const INTENT: Intent = Intent {
    id: "backup",
    example: "is X backed up?",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "backup*|back-up*|backed-up",
        "backed up",
        ">back|backs|backing X up",
        ">back|backs|backing up X",
        "snapshot*|dump*|pitr|point-in-time",
        "copy|copies|copied data|state|database|away|of",
        "lose|losing|lost|loss data|state|records|orders",
        "data safe|gone|lost|survive*",
        "is|are|does|do|what|which|when|how backup*|backed-up",
        "does|do|is|are X backed up",
        "what|which|everything|anything is|are|isn't|aren't|not|gets|no|don't|doesn't|has|have|without backed|backup* up|backup*",
    ],
    answer: backup,
};

fn backup(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let is_turned = asked.tokens.iter().any(|it| it.is_negation() || it.word == "without");
    let Some(id) = asked.subject else { return Ok(of_all(case, is_turned)) };
    let label = case.label(id);
    let is_left_out = unselected(case, id).is_some();
    if !part::is_stateful(case, id) && !is_left_out {
        let holders: Vec<ComponentId> =
            part::behind(case, id).into_iter().filter(|it| part::is_stateful(case, *it)).collect();
        let absence = case.absence(label.clone(), "no claim, no database", case.scope());
        let direct = Statement::new(
            format!(
                "`{label}` keeps no state that I can see, so there is nothing of it to back up."
            ),
            vec![case.named(id), absence],
        );
        let behind =
            holders.iter().flat_map(|it| copies(case, *it).statements).take(4).map(plain).collect();
        let sections = vec![Section::document("The state behind it", behind)];
        return Ok(answer(vec![direct], sections, None));
    }
    let found = copies(case, id);
    let mut statements = found.statements;
    let mut direct = statements.remove(0);
    if is_turned {
        direct = plain(direct);
    }
    let sections = vec![
        Section::new(Step::CurrentState, statements),
        Section::new(Step::Recovery, restore(case, id)),
        Section::new(Step::BlastRadius, vec![part::radius(case, id).direct(case)]),
        Section::new(Step::Priority, mended(case, id, found.is_copied)).numbered(),
    ];
    let incident = (found.is_copied != Some(true)).then(|| incident::of(Mode::NoBackup)).flatten();
    Ok(answer(vec![direct], sections, incident))
}

/// Whether something copies the state away.
pub(super) struct Copies {
    pub(super) is_copied: Option<bool>,
    /// How much is lost with it, by what copies it most often.
    pub(super) loss: Option<Statement>,
    /// The answer first.
    pub(super) statements: Vec<Statement>,
}

pub(super) fn copies(case: Case<'_>, id: ComponentId) -> Copies {
    let mut found = declared(case, id);
    found.statements.extend(unselected(case, id));
    found.statements.extend(if_region_goes(case, id));
    found
}

fn declared(case: Case<'_>, id: ComponentId) -> Copies {
    let component = case.component(id);
    let label = component.label();
    let by_itself = match &component.facts {
        Facts::Datastore(facts) => facts.has_backup.traced().copied(),
        Facts::ManagedDatabase(facts) => facts.has_backup.traced().copied(),
        _ => None,
    };
    let backups = case.system().backups_of(component);
    let mut others: Vec<&Component> = backups.into_iter().filter(|it| it.id != id).collect();
    others.sort_by_key(|it| is_stopped(it));
    if let Some(first) = others.first() {
        let is_copied = !is_stopped(first);
        let text = match is_copied {
            true => format!("Yes: `{}` copies `{label}` away{}.", first.label(), every(first)),
            false => format!("No: `{}` takes `{label}`, and makes no copies.", first.label()),
        };
        let mut statements = vec![Statement::new(text, vec![case.named(first.id)])];
        let archive = archive(component);
        let has_moments = matches!(&component.facts, Facts::ManagedDatabase(it) if it.has_point_in_time.value() == Some(&true));
        let has_more = archive.is_some() || has_moments;
        let of = |it: &&Component| details(case, it, component, has_more);
        statements.extend(others.iter().flat_map(of).take(4));
        let archived = archive.as_ref().map(|it| it.loss(case, component));
        let gap = others.iter().find_map(|it| gap(case, it, component)).filter(|_| !has_moments);
        let of_gap = |(text, number): (String, Evidence)| {
            let text = text.replace("with it", &format!("with `{label}`"));
            Statement::new(format!("Up to {text}"), vec![number])
        };
        let gone = || others.iter().find_map(|it| gone(case, it, component));
        let loss = archive.map(|it| it.objective(case, component)).or(gap.map(of_gap));
        let loss = loss.or_else(|| gone().filter(|_| !has_moments));
        statements.extend(archived);
        return Copies { is_copied: Some(is_copied), loss, statements };
    }
    match by_itself {
        Some(it) if it.value => {
            let own = Statement::new(
                format!("Yes: `{label}` declares its own backup."),
                vec![case.at(id, it.origin)],
            );
            let archive = archive(component);
            let loss = archive.as_ref().map(|it| it.objective(case, component));
            let archived = archive.map(|it| it.loss(case, component));
            let statements = std::iter::once(own).chain(archived).collect();
            Copies { is_copied: Some(true), loss, statements }
        }
        Some(it) => Copies {
            is_copied: Some(false),
            loss: None,
            statements: vec![Statement::new(
                format!("No: `{label}` declares that it is not backed up."),
                vec![case.at(id, it.origin)],
            )],
        },
        None => Copies { is_copied: None, loss: None, statements: vec![absent(case, id, &label)] },
    }
}

/// The same outside of an answer to yes or no.
pub(super) fn plain(statement: Statement) -> Statement {
    let text = ["Yes: ", "No: ", "Not that I can see: "]
        .iter()
        .find_map(|it| statement.text.strip_prefix(it))
        .map(capitalised)
        .unwrap_or_else(|| statement.text.clone());
    Statement { text, ..statement }
}

fn absent(case: Case<'_>, id: ComponentId, label: &str) -> Statement {
    let known = case.findings(id).into_iter().find(|it| it.rule == "state-without-backup");
    let absence = case.absence(label, format!("no backup of `{label}`"), case.scope());
    match known {
        Some(finding) => Statement::new(
            format!("No: nothing that I read copies `{label}` away."),
            vec![case.finding(finding), absence],
        ),
        None => Statement::new(
            format!(
                "Not that I can see: nothing that I read copies `{label}` away, and something outside of it may."
            ),
            vec![absence],
        ),
    }
}

/// How often it runs, where that can be read.
fn every(backup: &Component) -> String {
    match schedule(backup) {
        Some(text) => format!(", on schedule `{text}`"),
        None => String::new(),
    }
}

fn schedule(backup: &Component) -> Option<String> {
    match &backup.facts {
        Facts::Backup(facts) => facts.schedule.value().map(ToString::to_string),
        Facts::Workload(facts) => facts.schedule.as_ref().map(|it| it.0.to_string()),
        Facts::BackupPlan(facts) => {
            facts.rules.iter().find_map(|it| it.schedule.value().map(ToString::to_string))
        }
        _ => None,
    }
}

fn details(
    case: Case<'_>,
    backup: &Component,
    copied: &Component,
    has_archive: bool,
) -> Vec<Statement> {
    let mut statements = Vec::new();
    if let Facts::Backup(facts) = &backup.facts {
        statements.extend(kept(case, backup, facts));
    }
    if let Facts::BackupPlan(facts) = &backup.facts {
        statements.extend(moments(case, backup, facts, copied));
        statements.extend(loss(case, backup, facts, copied));
        statements.extend(vaults(case, backup, facts));
    }
    if let Some((text, number)) = gap(case, backup, copied) {
        let from = if has_archive { "From that copy alone" } else { "So" };
        statements.push(Statement::new(format!("{from} up to {text}"), vec![number]));
    }
    statements
}

/// True for a plan that is told to make no copies.
fn is_stopped(backup: &Component) -> bool {
    matches!(&backup.facts, Facts::BackupPlan(it) if it.is_stopped())
}

/// What is lost by what copies it, where that leaves times without any copy.
fn gone(case: Case<'_>, backup: &Component, copied: &Component) -> Option<Statement> {
    let Facts::BackupPlan(facts) = &backup.facts else { return None };
    loss(case, backup, facts, copied)
}

/// How much is lost between two runs, as the end of a sentence.
fn gap(case: Case<'_>, backup: &Component, copied: &Component) -> Option<(String, Evidence)> {
    if gone(case, backup, copied).is_some() {
        return None;
    }
    let written = schedule(backup)?;
    let hours = longest_gap(backup, copied, &written)?.as_secs().div_ceil(3600);
    let number = case.number(
        backup.label(),
        format!("RPO of at most {hours} h and the length of a run"),
        vec![format!("longest gap of `{written}` = {hours} h")],
    );
    let text = format!(
        "{hours} h of data are lost with it, plus the length of a run, if the last run worked."
    );
    Some((text, number))
}

fn longest_gap(backup: &Component, copied: &Component, written: &str) -> Option<Duration> {
    if let Facts::BackupPlan(facts) = &backup.facts {
        return facts.longest_gap(&copied.native_kind);
    }
    let dialect = match backup.native_kind.as_str() {
        "ScheduledBackup" => Dialect::WithSeconds,
        _ => Dialect::Crontab,
    };
    Schedule::parse(written, dialect).ok()?.gaps().map(|it| it.1)
}

fn kept(case: Case<'_>, backup: &Component, facts: &Backup) -> Vec<Statement> {
    let mut statements = Vec::new();
    if let Some(it) = facts.retention.traced() {
        let text = format!("`{}` keeps copies for {}.", backup.label(), it.value);
        statements.push(Statement::new(text, vec![case.at(backup.id, it.origin)]));
    }
    if let Some(it) = facts.is_suspended.traced().filter(|it| it.value) {
        let text = format!("`{}` is suspended, so no copy is made now.", backup.label());
        statements.push(Statement::new(text, vec![case.at(backup.id, it.origin)]));
    }
    statements
}

fn restore(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    let component = case.component(id);
    let absence = case.absence(component.label(), "no record of a restore", case.scope());
    let way = archive(component).map(|it| it.way_back(case, component));
    let place = place_of_trial(case, id);
    let text = format!(
        "Nothing that I read restores it: a backup that was never restored is a hope. Restore it {place}, count rows against the original, and write down how long it took."
    );
    let trial = Statement::new(text, vec![absence]);
    way.into_iter().chain([trial]).collect()
}

/// Where a copy is brought back to without touching the original.
pub(super) fn place_of_trial(case: Case<'_>, id: ComponentId) -> &'static str {
    match case.component(id).facts {
        Facts::ManagedDatabase(_) | Facts::ManagedCache(_) | Facts::Bucket(_) | Facts::Named => {
            "under another name beside it"
        }
        _ if part::is_compose(case, id) => "into a project of another name",
        _ => "into an empty namespace",
    }
}

/// What to mend about its copies; where there are none, how to make them.
fn mended(case: Case<'_>, id: ComponentId, is_copied: Option<bool>) -> Vec<Statement> {
    const COPIES: &[&str] = &["backup", "snapshot", "retention", "unprotected", "unsaved"];
    let is_about_copies = |it: &&&Finding| COPIES.iter().any(|part| it.rule.contains(part));
    let findings = case.findings(id);
    let mut steps: Vec<Statement> =
        findings.iter().filter(is_about_copies).take(2).map(|it| part::listed(case, it)).collect();
    if steps.is_empty() && is_copied != Some(true) {
        let label = case.label(id);
        let absence = case.absence(label.clone(), format!("no backup of `{label}`"), case.scope());
        steps.push(Statement::new(how_to_copy(case, id), vec![case.named(id), absence]));
    }
    steps
}

fn how_to_copy(case: Case<'_>, id: ComponentId) -> String {
    let component = case.component(id);
    let label = component.label();
    let dump = match engine(component) {
        "postgresql" if part::is_compose(case, id) => "a job of the host that runs `pg_dump`",
        _ if part::is_compose(case, id) => "a job of the host that stops nothing and dumps it",
        "postgresql" => "a CronJob that runs `pg_dump`, or an archive of its write-ahead log,",
        "mysql" | "mariadb" => "a CronJob that runs `mysqldump --single-transaction`",
        "mongodb" => "a CronJob that runs `mongodump`",
        "redis" | "valkey" => "a CronJob that copies its RDB file",
        _ if matches!(component.facts, Facts::ManagedDatabase(_)) => {
            "the automatic backups of its cloud, kept for long enough and copied"
        }
        _ => "a schedule of volume snapshots, or a CronJob that runs the dump of its engine,",
    };
    format!(
        "Copy `{label}` away: {dump} into an object store that its own cluster and account cannot delete from; a replica is no backup, because it follows a deletion."
    )
}

fn engine(component: &Component) -> &'static str {
    match &component.facts {
        Facts::Workload(facts) => facts.engine.map_or("", |it| it.name),
        Facts::Datastore(facts) => facts.engine.name,
        _ => "",
    }
}

/// What plans of a cloud copy in the most important environment that was read: machines and disks too.
fn planned(case: Case<'_>) -> Vec<ComponentId> {
    let system = case.system();
    let copied = system.components().iter().filter(|it| system.plans_of(it).next().is_some());
    let copied: Vec<&Component> = copied.collect();
    let first = copied.iter().map(|it| system.environment(it)).min();
    let main = part::main_environment(case).or(first);
    copied.iter().filter(|it| Some(system.environment(it)) == main).map(|it| it.id).collect()
}

fn of_all(case: Case<'_>, is_turned: bool) -> Answer {
    let mut holders: Vec<ComponentId> =
        part::running(case).into_iter().filter(|it| part::is_stateful(case, *it)).collect();
    let planned: Vec<ComponentId> =
        planned(case).into_iter().filter(|it| !holders.contains(it)).collect();
    holders.extend(planned);
    let copied: Vec<(ComponentId, Copies)> =
        holders.iter().map(|it| (*it, copies(case, *it))).collect();
    let bare: Vec<String> = copied
        .iter()
        .filter(|it| it.1.is_copied != Some(true))
        .map(|it| case.label(it.0))
        .collect();
    let first: Vec<Evidence> =
        copied.iter().take(SHOWN).flat_map(|it| it.1.statements[0].evidence.clone()).collect();
    let text = match (holders.len(), bare.len()) {
        (0, _) => "I see nothing here that keeps state, so there is nothing to back up.".to_owned(),
        (_, 0) if is_turned => {
            "None, as far as it is declared: what keeps state is copied away.".to_owned()
        }
        (1, 0) => {
            "Yes, as far as it is declared: the one that keeps state is copied away.".to_owned()
        }
        (count, 0) => format!(
            "Yes, as far as it is declared: {} that keep state are copied away.",
            all(count)
        ),
        (count, bare_count) if is_turned => format!(
            "Of {count} that keep state, nothing that I read copies {bare_count} away: {}.",
            list(&bare, SHOWN)
        ),
        (count, bare_count) => format!(
            "No: of {count} that keep state, nothing that I read copies {bare_count} away: {}.",
            list(&bare, SHOWN)
        ),
    };
    let evidence = match first.is_empty() {
        true => vec![case.absence("", "no claim, no database", case.scope())],
        false => first,
    };
    let rows: Vec<Statement> =
        copied.iter().take(SHOWN).map(|it| plain(it.1.statements[0].clone())).collect();
    let incident = (!bare.is_empty()).then(|| incident::of(Mode::NoBackup)).flatten();
    answer(
        vec![Statement::new(text, evidence)],
        vec![Section::new(Step::CurrentState, rows)],
        incident,
    )
}
