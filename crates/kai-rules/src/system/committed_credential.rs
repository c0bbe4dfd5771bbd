//! Key material in the clear, in a file that others can read.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::{
    Environment, FailureMode, Hazard, Level, Lookup, LossClass, OriginId, Pillar, Term,
};
use kai_graph::{Component, Facts, Likeness, Material, MaterialKind};

use crate::command::{is_compose, kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "committed-credential",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("committed_credential.md"),
    check: Check::System(check),
};

/// One object is one rotation: its worst material names it, the rest stands beside it. One value in
/// many objects is one rotation too, named where it matters most.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut all: Vec<_> = ctx.system.components().iter().filter_map(|it| held(it, ctx)).collect();
    all.sort_by_key(|it| (ctx.system.environment(it.component), it.component.id));
    let mut leads: Vec<Lead<'_>> = Vec::new();
    let mut lead_by_value: BTreeMap<Likeness, usize> = BTreeMap::new();
    for held in all {
        let known = held.material.iter().filter_map(|it| lead_by_value.get(&it.likeness));
        if known.clone().count() == held.material.len()
            && let Some(&lead) = known.min()
        {
            leads[lead].add(held);
        } else if is_worth_saying(&held, ctx) {
            for it in &held.material {
                lead_by_value.entry(it.likeness).or_insert(leads.len());
            }
            leads.push(Lead {
                written: held.written,
                held: vec![held],
                copies: Vec::new(),
                copied: Lookup::new(),
            });
        }
    }
    for lead in &leads {
        out.hazards.extend(lead.held.iter().map(|it| hazard(it, &lead.copies, ctx)));
    }
}

/// What one object holds in the clear, the worst first.
struct Held<'a> {
    component: &'a Component,
    material: Vec<&'a Material>,
    /// Where the worst was first written.
    written: OriginId,
}

/// An object whose values stand nowhere before it.
struct Lead<'a> {
    written: OriginId,
    /// The same text through several roots.
    held: Vec<Held<'a>>,
    /// Other texts with the same values.
    copies: Vec<Held<'a>>,
    copied: Lookup<OriginId, ()>,
}

impl<'a> Lead<'a> {
    fn add(&mut self, held: Held<'a>) {
        if held.written == self.written {
            self.held.push(held);
        } else if self.copied.insert(held.written, ()).is_none() {
            self.copies.push(held);
        }
    }
}

fn held<'a>(component: &'a Component, ctx: Context<'_>) -> Option<Held<'a>> {
    // A Secret of a live cluster is where it should be; a key in a variable is not.
    if matches!(component.facts, Facts::Secret(_)) && ctx.is_live(component) {
        return None;
    }
    let mut material = material(component);
    // What a chart draws by lot stands in no file.
    material.retain(|it| !ctx.origins.is_generated(it.origin));
    material.sort_by_key(|it| (it.kind, !is_password(it)));
    let written = ctx.origins.first_written(material.first()?.origin);
    Some(Held { component, material, written })
}

/// Passwords and keys of examples are samples, unless the same ones are used for more. A token opens
/// what its issuer holds, wherever it stands.
fn is_worth_saying(held: &Held<'_>, ctx: Context<'_>) -> bool {
    ctx.system.environment(held.component) != Environment::Example
        || held.material.iter().any(|it| it.kind == MaterialKind::AccessToken)
}

fn material(component: &Component) -> Vec<&Material> {
    match &component.facts {
        Facts::Secret(facts) if !facts.is_reference => facts.material.iter().collect(),
        Facts::Configuration(facts) => facts.material.iter().collect(),
        Facts::ImageBuild(facts) => facts.material.iter().collect(),
        Facts::ManagedDatabase(facts) => facts.material.iter().collect(),
        Facts::CloudProgram(facts) => facts.material.iter().collect(),
        Facts::Workload(facts) => facts.pod.all_containers().flat_map(|it| &it.material).collect(),
        _ => Vec::new(),
    }
}

/// Copies that are shown with their places; a reader of twenty finds the others.
const SHOWN: usize = 20;

fn hazard(held: &Held<'_>, copies: &[Held<'_>], ctx: Context<'_>) -> Hazard {
    let component = held.component;
    let worst = held.material[0];
    // A key that says what it is need not be explained.
    let what = if is_password(worst) { String::new() } else { format!("{} ", noun(worst)) };
    let message = format!(
        "`{}` of `{}`{} is {what}in the clear for every reader",
        worst.key,
        component.label(),
        shared(held, copies, ctx),
    );
    let message = match ctx.system.environment(component) {
        Environment::Production if is_demo(worst) => format!(
            "{message}; a login that everybody may know, for demonstrations, is set up in production too"
        ),
        _ => message,
    };
    let hazard = RULE
        .worsens(component.id, FailureMode::Compromise, Term::Loss, title(worst), message)
        .at(worst.origin)
        .loses(loss(worst))
        .shows_as(match (worst.kind, worst.is_guessed_first) {
            (MaterialKind::PrivateKey, _) => {
                "Nothing shows it by itself: what is signed or opened with a copy looks like your own"
            }
            (_, true) => {
                "Its use from places that are not ours; it is among the first that anybody tries"
            }
            (_, false) => "Its use from places that are not ours",
        })
        .recover(match is_demo(worst) {
            true => "Delete the users that it opens, or lock them",
            false => "Issue a new one and revoke the old",
        })
        .remedy(match is_demo(worst) {
            true => {
                "Give what tries releases with this login a user of its own; then leave accounts and data for \
                 demonstrations out of production, the references of pods before the keys: they do not start \
                 without a key that they name"
                    .to_owned()
            }
            false => remedy(held, copies, ctx),
        })
        .verify(verify(held, &beside(held, copies, ctx)));
    let hazard = held.material[1..].iter().fold(hazard, |hazard, it| {
        hazard.related(it.origin, format!("`{}` is {} as well", it.key, noun(it)))
    });
    copies.iter().take(SHOWN).fold(hazard, |hazard, it| {
        hazard.related(it.material[0].origin, format!("`{}` holds it too", it.component.label()))
    })
}

/// Who else has the same value, and in which environments that are not its own.
fn shared(held: &Held<'_>, copies: &[Held<'_>], ctx: Context<'_>) -> String {
    if copies.is_empty() {
        return String::new();
    }
    let own = ctx.system.environment(held.component);
    let mut others: Vec<_> = copies
        .iter()
        .map(|it| ctx.system.environment(it.component))
        .filter(|it| *it != own)
        .collect();
    others.sort_unstable();
    others.dedup();
    let names: Vec<_> = others.iter().map(|it| stage(*it)).collect();
    let elsewhere = match names.len() {
        0 => String::new(),
        _ => format!(" (in {} too)", words::clauses(&names)),
    };
    let more = words::count(copies.len(), "other object");
    format!(", held by {more}{elsewhere} as well,")
}

fn stage(environment: Environment) -> &'static str {
    match environment {
        Environment::Example => "examples",
        Environment::Archive => "archives",
        other => other.as_str(),
    }
}

/// The password of a demo opens a demo: a weakness, not the house.
fn loss(worst: &Material) -> LossClass {
    if is_demo(worst) { LossClass::Degraded } else { LossClass::Compromise }
}

/// True for a password that is meant to be known.
fn is_demo(worst: &Material) -> bool {
    let key = worst.key.to_lowercase();
    let is_called =
        ["demo", "example", "sample", "test", "dummy"].iter().any(|it| key.contains(it));
    worst.kind == MaterialKind::Password && is_called
}

fn noun(material: &Material) -> &'static str {
    match material.kind {
        MaterialKind::PrivateKey => "a private key",
        MaterialKind::AccessToken => "an access token",
        MaterialKind::Password if is_password(material) => "a password",
        MaterialKind::Password => "a secret",
    }
}

/// True where the key says so itself.
fn is_password(material: &Material) -> bool {
    material.kind == MaterialKind::Password && material.key.to_lowercase().contains("pass")
}

fn title(material: &Material) -> String {
    let noun = noun(material);
    format!("{} in the files", noun.split_once(' ').map_or(noun, |(_, noun)| noun))
}

/// A copy that is the lock itself needs another key, not only another place for it.
fn remedy(held: &Held<'_>, copies: &[Held<'_>], ctx: Context<'_>) -> String {
    let environment = ctx.system.environment(held.component);
    let lock = copies.iter().find(|it| {
        matches!(it.component.facts, Facts::ManagedDatabase(_))
            && ctx.system.environment(it.component) == environment
    });
    let place = place_for(held.component);
    match lock {
        None => place.to_owned(),
        Some(it) => {
            let beside = beside(held, copies, ctx);
            let others: Vec<_> = beside.iter().map(|it| it.component.label()).collect();
            let readers = match others.is_empty() {
                true => String::new(),
                false => format!(", those of {} too", words::list(&others)),
            };
            format!(
                "Give `{}` another one (`{}`). {place}{readers}",
                it.component.label(),
                it.material[0].key
            )
        }
    }
}

/// Other objects of its namespace that hold it too, for readers of their own.
fn beside<'a, 'b>(held: &Held<'_>, copies: &'b [Held<'a>], ctx: Context<'_>) -> Vec<&'b Held<'a>> {
    let own = held.component;
    let environment = ctx.system.environment(own);
    let is_beside = |it: &&Held<'_>| {
        let other = it.component;
        matches!(other.facts, Facts::Secret(_) | Facts::Configuration(_))
            && other.namespace == own.namespace
            && other.label() != own.label()
            && ctx.system.environment(other) == environment
    };
    let mut beside: Vec<_> = copies.iter().filter(is_beside).collect();
    beside.dedup_by_key(|it| it.component.label());
    beside
}

fn place_for(component: &Component) -> &'static str {
    match &component.facts {
        Facts::ManagedDatabase(_) => {
            "Let identities of the cloud log in, or take a generated one from its secret manager"
        }
        Facts::CloudProgram(_) => {
            "Keep it in the secret manager of the cloud, and give the program its name there (`secrets` with \
             `valueFrom` for ECS) or let it ask when it starts"
        }
        Facts::Workload(it) if is_compose(it) => {
            "Keep it in a file that git ignores, mount it under `secrets`, restart its readers"
        }
        Facts::ImageBuild(_) => {
            "Give it to the container when it starts; a build that needs it mounts it (`RUN --mount=type=secret`)"
        }
        _ => "Keep it in a secret manager (ExternalSecrets, SealedSecrets), restart its readers",
    }
}

/// Shows the public half, a digest or a length, never the secret itself.
fn verify(held: &Held<'_>, beside: &[&Held<'_>]) -> String {
    let component = held.component;
    let worst = held.material[0];
    let key = worst.key.replace('.', "\\.");
    let get = |path: &str| {
        kubectl(component, format!("get {} -o jsonpath='{{{path}}}'", resource(component)))
    };
    match (&component.facts, worst.kind) {
        (Facts::CloudProgram(_), _) => {
            format!("git grep -n '{}' -- '*.tf' '*.tfvars' # no value beside it", worst.key)
        }
        (Facts::ManagedDatabase(_), _) => {
            format!("git grep -nE '{} *= *\"' -- '*.tf' '*.tfvars' # must find nothing", worst.key)
        }
        (Facts::Secret(_) | Facts::Configuration(_), MaterialKind::PrivateKey) => {
            let decoded = match component.facts {
                Facts::Secret(_) => " | base64 -d",
                _ => "",
            };
            let show = get(&format!(".data.{key}"));
            format!("{show}{decoded} | openssl pkey -pubout # must differ from this key's")
        }
        (Facts::Secret(_), _) => {
            let show = get(&format!(".data.{key}"));
            format!("{show} | sha256sum # before and after: two digests")
        }
        (Facts::Workload(it), _) if is_compose(it) => {
            format!("docker compose config {} | grep -c '{}:' # 0", component.name, worst.key)
        }
        // The flag stands behind others, or is written in full.
        (Facts::ImageBuild(_), _) if worst.key == "curl -u" => {
            let given = "curl .*(--user|-[A-Za-z]*u) [^ ]*:[^$]";
            format!("grep -cE '{given}' {} # 0", component.name)
        }
        (Facts::ImageBuild(_), _) => {
            format!("grep -c '{}' {} # 0", worst.key, component.name)
        }
        (Facts::Workload(_), _) => {
            let path = format!(
                ".spec.template.spec.containers[*].env[?(@.name==\"{}\")].value",
                worst.key
            );
            format!("{} | wc -c # 0: it comes from a Secret", get(&path))
        }
        _ if is_demo(worst) => {
            format!("{} | wc -c # 0, and the demo login is refused", get(&format!(".data.{key}")))
        }
        _ => {
            let objects = || std::iter::once(held).chain(beside.iter().copied());
            let keys: BTreeSet<_> = objects()
                .flat_map(|it| &it.material)
                .map(|it| it.key.replace('.', "\\."))
                .collect();
            let data = if beside.is_empty() { ".data" } else { ".items[*].data" };
            let fields: String = keys.iter().map(|it| format!("{{{data}.{it}}}")).collect();
            let names: Vec<_> = objects().map(|it| resource(it.component)).collect();
            let show = format!("get {} -o jsonpath='{fields}'", names.join(" "));
            let count = match (beside.is_empty(), keys.len()) {
                (true, 1) => "it stands",
                _ => "all of them stand",
            };
            format!("{} | wc -c # 0: {count} elsewhere", kubectl(component, show))
        }
    }
}
