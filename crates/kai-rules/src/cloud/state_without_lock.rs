//! State of Terraform that two applies may write at once.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Role, Term};
use kai_graph::{Component, Facts, Of, StateStore};

use super::near;
use crate::block::Block;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "state-without-lock",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("state_without_lock.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let stores = ctx.system.components().iter().filter_map(store);
    let mut places: Vec<Of<'_, StateStore>> = Vec::new();
    for it in stores.filter(|it| is_open(*it, ctx)) {
        if !places.iter().any(|other| other.component.origin == it.component.origin) {
            places.push(it);
        }
    }
    if let Some(first) = places.first() {
        out.push(hazard(*first, &places, ctx));
    }
}

fn store(component: &Component) -> Option<Of<'_, StateStore>> {
    match &component.facts {
        Facts::StateStore(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

fn is_open(store: Of<'_, StateStore>, ctx: Context<'_>) -> bool {
    near::is_production(store.component, ctx) && store.facts.is_locked.value() == Some(&false)
}

/// What is written is turned on. Elsewhere it is said where the configuration asks for a Terraform that knows it
/// (1.10).
fn lock(store: Of<'_, StateStore>, ctx: Context<'_>) -> Option<Vec<Edit>> {
    let said = store.facts.is_locked.traced()?.origin;
    if ctx.origins.role(said) != Role::ProviderDefault {
        return near::swap(said, "false", "true", ctx);
    }
    let block = Block::of(store.component, ctx)?;
    let folder = block.document().path.parent();
    let mut beside = ctx.origins.documents().filter(|it| it.path.parent() == folder);
    beside.any(|it| asks_for_lock_files(&it.text)).then(|| block.add("use_lockfile", "true"))?
}

/// True where `required_version` lets in nothing older than 1.10.
fn asks_for_lock_files(text: &str) -> bool {
    let asked = text.lines().filter_map(|it| it.trim_start().strip_prefix("required_version"));
    let mut versions = asked.filter_map(|it| {
        let bound = it.split('"').nth(1)?.split(',').next()?;
        let numbers = bound.trim_start_matches([' ', '>', '=', '~']);
        let mut numbers = numbers.split('.').map(str::parse::<u32>);
        let (major, minor) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        (!bound.trim_start().starts_with(['<', '!'])).then_some((major, minor))
    });
    versions.any(|it| it >= (1, 10))
}

fn hazard(first: Of<'_, StateStore>, all: &[Of<'_, StateStore>], ctx: Context<'_>) -> Hazard {
    let bucket = match first.facts.bucket.value() {
        Some(it) => format!("the bucket `{it}`"),
        None => "a bucket".to_owned(),
    };
    let others = match all.len() {
        1 => String::new(),
        many => format!(", and so does that of {}", words::count(many - 1, "other configuration")),
    };
    let path = &ctx.system.root(first.component.root).path;
    let message = format!(
        "The state of `{path}` is in {bucket} without a lock{others}: of two applies at once the last one wins, and what the \
         other one has made is in no state any more"
    );
    let origin = first.facts.is_locked.traced().map_or(first.component.origin, |it| it.origin);
    let is_written = ctx.origins.role(origin) != Role::ProviderDefault;
    let at = if is_written { origin } else { first.component.origin };
    let edits: Option<Vec<Vec<Edit>>> = all.iter().map(|it| lock(*it, ctx)).collect();
    let fix = edits.map(|it| it.concat());
    let hazard = RULE
        .worsens(
            first.component.id,
            FailureMode::Rollout,
            Term::Frequency,
            "state that nothing locks",
            message,
        )
        .at(at)
        .loses(LossClass::Degraded)
        .searched("`dynamodb_table` and `use_lockfile` of the backend")
        .shows_as("A plan that wants to make what is already there")
        .recover("Take the older version of the state out of the bucket, where it keeps versions; else import each resource again")
        .remedy("Set `use_lockfile = true` (Terraform 1.10, OpenTofu 1.10), or `dynamodb_table` before that")
        .fix(fix.map(|it| Fix::unsafely("Lock the state", it)))
        .verify("terraform plan & terraform plan # the second one says `Error acquiring the state lock`");
    all.iter()
        .skip(1)
        .take(8)
        .fold(hazard, |hazard, it| hazard.related(it.component.origin, "the same"))
}
