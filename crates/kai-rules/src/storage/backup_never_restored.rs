//! A backup that no job reads back, among backups that jobs do.

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Of, Workload};

use super::restores::{copies, restores};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "backup-never-restored",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("backup_never_restored.md"),
    check: Check::System(check),
};

/// Two stages may call the job by one name, and read in one what the other wrote.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let read_back: Vec<&str> = ctx
        .system
        .workloads()
        .filter(|it| restores(*it).is_some())
        .map(|it| it.component.name.as_str())
        .collect();
    let is_restored = |it: &Component| read_back.contains(&it.name.as_str());
    for root in ctx.system.roots() {
        let made = ctx.system.workloads().filter(|it| it.component.root == root.id);
        let made: Vec<_> = made.filter_map(|it| Some((it, copies(it)?))).collect();
        let (restored, left): (Vec<_>, Vec<_>) =
            made.into_iter().partition(|(it, _)| is_restored(it.component));
        let is_custom = restored.len() >= 2 && restored.len() > left.len();
        if root.environment == Environment::Production && is_custom {
            out.hazards.extend(hazard(&left, restored.len()));
        }
    }
}

fn hazard(left: &[(Of<'_, Workload>, OriginId)], restored: usize) -> Option<Hazard> {
    let ((first, at), others) = left.split_first()?;
    let component = first.component;
    let labels: Vec<_> = left.iter().map(|it| it.0.component.label()).collect();
    let (make, they) = match left.len() {
        1 => ("makes", "its copies"),
        _ => ("make", "their copies"),
    };
    let message = format!(
        "{} {make} backups that no job here reads back, while those of {} are restored by the clock; whether {they} \
         can be read is learnt on the day they are needed",
        words::list(&labels),
        words::count(restored, "neighbour"),
    );
    let hazard = RULE
        .worsens(component.id, FailureMode::DataLoss, Term::Loss, "a backup that nobody tries", message)
        .at(*at)
        .loses(LossClass::Degraded)
        .shows_as("A restore that fails, the first time that somebody needs one")
        .recover("From the newest copy that can be read; how long that takes is not known")
        .remedy(
            "Restore it by the clock too, into a place of its own that may hold such data, and count rows against \
             the original",
        )
        .verify(format!(
            "kubectl get cronjobs -A -o custom-columns='NAME:.metadata.name,ARGS:..args' | grep {} # one that restores \
             it, too",
            component.name,
        ));
    Some(others.iter().fold(hazard, |hazard, (it, at)| {
        hazard.related(*at, format!("`{}` is not restored either", it.component.label()))
    }))
}
