//! Copies that whoever they protect can delete.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term};
use kai_graph::{Component, EnvSource, EnvVar, Facts, Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "backup-key-shared",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("backup_key_shared.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if workload.backup_tool.is_none() || workload.facts.is_long_running() {
        return;
    }
    // Whatever else has a secret key, a run that sends nothing to a store has no use for the store's.
    if !sends_to_store(workload) {
        return;
    }
    let Component { id, root, ref namespace, .. } = *workload.component;
    let beside = ctx.system.workloads().filter(|it| {
        let other = it.component;
        other.id != id && other.root == root && other.namespace == *namespace
    });
    // Another run that copies away is no reader of what it copies.
    let serving = beside.filter(|it| it.facts.is_long_running() && it.backup_tool.is_none());
    let serving: Vec<_> = serving.collect();
    let shared = variables(workload).filter_map(|it| Some((it, Key::of(it)?))).find_map(|it| {
        let holder =
            serving.iter().find(|holder| variables(**holder).any(|held| it.1.is_read_by(held)));
        Some((it, *holder?))
    });
    if let Some(((variable, key), holder)) = shared {
        out.push(hazard(workload, variable, &key, holder, ctx));
    }
}

/// Tools by which a run sends a file to a store for objects.
fn sends_to_store(workload: Of<'_, Workload>) -> bool {
    const TOOLS: [&str; 8] = ["aws", "b2", "gsutil", "mc", "rclone", "restic", "s3cmd", "s5cmd"];
    let words =
        workload.facts.pod.all_containers().flat_map(|it| it.command.iter().chain(&it.args));
    let mut words = words.flat_map(|it| it.value.split(|it: char| it.is_whitespace() || it == '|'));
    words.any(|it| TOOLS.contains(&it.rsplit('/').next().unwrap_or(it)))
}

fn variables(workload: Of<'_, Workload>) -> impl Iterator<Item = &EnvVar> {
    workload.facts.pod.all_containers().flat_map(|it| &it.env)
}

/// The key of a store for objects, in a Secret.
struct Key<'a> {
    secret: &'a SmolStr,
    name: &'a SmolStr,
}

impl<'a> Key<'a> {
    fn of(variable: &'a EnvVar) -> Option<Self> {
        const NAMES: [&str; 6] = [
            "ACCOUNT_KEY",
            "APPLICATION_KEY",
            "MINIO_SECRET_KEY",
            "S3_SECRET_KEY",
            "SECRET_ACCESS_KEY",
            "STORAGE_KEY",
        ];
        let EnvSource::Secret { name: secret, key: Some(name), .. } = &variable.source else {
            return None;
        };
        let is_store = NAMES.iter().any(|it| variable.name.ends_with(it));
        is_store.then_some(Self { secret, name })
    }

    /// By name, or with all that the Secret holds.
    fn is_read_by(&self, variable: &EnvVar) -> bool {
        match &variable.source {
            EnvSource::Secret { name, key, .. } => {
                name == self.secret && key.as_ref().is_none_or(|it| it == self.name)
            }
            _ => false,
        }
    }
}

/// The bucket that both name, if that is written.
fn bucket<'a>(
    copies: Of<'a, Workload>,
    holder: Of<'_, Workload>,
    ctx: Context<'a>,
) -> Option<&'a SmolStr> {
    let named = variables(copies).find_map(|it| match &it.source {
        EnvSource::Literal(value) if it.name.contains("BUCKET") => Some(value),
        _ => None,
    })?;
    let is_used = variables(holder).any(|it| match &it.source {
        EnvSource::Literal(value) => it.name.contains("BUCKET") && value == named,
        EnvSource::Configuration { name, key, .. } => {
            let Component { namespace, root, .. } = holder.component;
            let read = ctx.system.resolve("ConfigMap", namespace, name, *root);
            read.is_some_and(|it| match &it.facts {
                Facts::Configuration(facts) => facts
                    .settings
                    .iter()
                    .any(|it| it.value == *named && key.as_ref().is_none_or(|key| *key == it.key)),
                _ => false,
            })
        }
        _ => false,
    });
    is_used.then_some(named)
}

fn hazard(
    copies: Of<'_, Workload>,
    variable: &EnvVar,
    key: &Key<'_>,
    holder: Of<'_, Workload>,
    ctx: Context<'_>,
) -> Hazard {
    let (component, other) = (copies.component, holder.component.label());
    let place = match bucket(copies, holder, ctx) {
        Some(it) => format!(" into the bucket that it writes itself (`{it}`)"),
        None => String::new(),
    };
    let message = format!(
        "`{}` sends copies with the key that `{other}` holds too (`{}` of `Secret/{}`){place}: whoever gets into \
         that process, or a mistake of its own, deletes the data and the copies",
        component.label(),
        key.name,
        key.secret,
    );
    let show = format!(
        "get {} {} -o jsonpath='{{..env}}{{..envFrom}}'",
        resource(component),
        resource(holder.component)
    );
    RULE.worsens(
        component.id,
        FailureMode::DataLoss,
        Term::Loss,
        "whom it protects can delete the copies",
        message,
    )
    .at(variable.origin)
    .related(holder.component.origin, "holds the same key")
    .loses(LossClass::Degraded)
    .shows_as("Deletions of copies by that key, in the log of the store, where one is kept")
    .recover("From older versions of the bucket, where it keeps them; else none")
    .remedy(
        "Give the run a bucket and a key of its own, lock what lies there for as long as a copy is kept, and let \
         the bucket expire it instead of the run",
    )
    .verify(format!("{} # the key of the store in one of them only", kubectl(component, show)))
}
