//! Accounts from which a step or two lead to the whole cluster, and who can take that step.

use std::collections::BTreeMap;

use kai_core::Term;
use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, RootId, SmolStr};
use kai_graph::{
    Component, EntryPoint, Facts, Grant, ObjectRef, Of, Power, Reconciliation, VolumeSource,
    Workload,
};

use crate::command::kubectl;
use crate::exposure::entry_name;
use crate::purpose::{is_named_after_objects, manages_objects};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "account-reaches-cluster",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("account_reaches_cluster.md"),
    check: Check::System(check),
};

/// Who acts as an account: by root, namespace and name.
type Accounts<'a> = BTreeMap<(RootId, &'a SmolStr, &'a SmolStr), Vec<Of<'a, Workload>>>;

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut accounts = Accounts::new();
    for workload in ctx.system.workloads().filter(|it| has_token(*it, ctx)) {
        let component = workload.component;
        let Some(account) = workload.facts.pod.service_account.value() else { continue };
        // What the default account may do, every pod of the namespace may do.
        if account != "default" {
            let key = (component.root, &component.namespace, account);
            accounts.entry(key).or_default().push(workload);
        }
    }
    charts(&accounts, ctx, out);
    for ((root, namespace, account), users) in accounts {
        let grants = ctx.system.grants_to(namespace, account, root);
        let steps = grants.iter().filter_map(|it| Step::of(*it, namespace));
        let Some(step) = steps.min_by_key(|it| (!it.is_everywhere, it.power)) else { continue };
        out.hazards.extend(hazard(account, &users, &step, ctx));
    }
}

/// Accounts that charts from elsewhere use, as their values say; what is rendered here is seen as it is.
fn charts(seen: &Accounts<'_>, ctx: Context<'_>, out: &mut Observed) {
    for component in ctx.system.components() {
        let Facts::Reconciliation(order) = &component.facts else { continue };
        for account in &order.accounts {
            let is_seen = seen.keys().any(|it| (it.1, it.2) == (&account.namespace, &account.name));
            let grants = ctx.system.grants_to(&account.namespace, &account.name, component.root);
            let steps = grants.iter().filter_map(|it| Step::of(*it, &account.namespace));
            let worst = steps.filter(|it| it.is_everywhere).min_by_key(|it| it.power);
            let Some(step) = worst.filter(|_| !is_seen) else { continue };
            let of = Of { component, facts: &**order };
            out.hazards.extend(of_chart(of, account, &step, ctx));
        }
    }
}

/// What a chart is for is told by its name alone; a runner does what its jobs say.
fn of_chart(
    order: Of<'_, Reconciliation>,
    account: &ObjectRef,
    step: &Step<'_>,
    ctx: Context<'_>,
) -> Option<Hazard> {
    let component = order.component;
    let (acts, after, title, loss) = match &order.facts.jobs_of {
        Some(of) => (
            format!("runs the jobs of `{of}` in pods that act as"),
            "whoever gets a job to run there",
            "its jobs reach the whole cluster",
            LossClass::Compromise,
        ),
        None if is_named_after_objects(&component.name) => return None,
        None => (
            "starts pods that act as".to_owned(),
            "whoever gets into their process",
            "its account reaches the whole cluster",
            LossClass::Degraded,
        ),
    };
    let machines = machines(order, ctx);
    let and_machines = machines.map_or(String::new(), |(it, _)| {
        format!(
            ", and mount the Secret of Talos' `{}` (`os:admin`), which lets them do everything to the machines",
            it.label()
        )
    });
    let message = format!(
        "`{}` {acts} `{}`, which `{}` lets {} {}{and_machines}; {after} owns the cluster",
        component.label(),
        account.name,
        step.grant.binding.component.label(),
        step.power.as_clause(),
        step.place(),
    );
    let subject = format!("system:serviceaccount:{}:{}", account.namespace, account.name);
    let remedy = match order.facts.jobs_of {
        Some(_) => "Bind a role with the verbs and resources that its jobs use; jobs of proposals \
                    belong on a runner without an account"
            .to_owned(),
        None => remedy(step),
    };
    let (remedy, verify) = match machines {
        Some((it, _)) => (
            format!(
                "{remedy}. Add the least role that serves to `allowedRoles` of Talos' API access (`os:operator` pulls \
                 images and reboots), then give `{}` that one alone, or the old Secret stays",
                it.label()
            ),
            format!(
                "{}, and without os:admin: {}",
                verify(&subject, step),
                kubectl(
                    it,
                    format!(
                        "get serviceaccounts.talos.dev {} -o jsonpath='{{.spec.roles}}'",
                        it.name
                    )
                ),
            ),
        ),
        None => (remedy, verify(&subject, step)),
    };
    let hazard = RULE
        .worsens(component.id, FailureMode::Compromise, Term::Loss, title, message)
        .at(step.at)
        .related(account.origin, "acts as it")
        .loses(loss)
        .shows_as(sign(&subject, step.power))
        .recover(recovery(step, ctx))
        .remedy(remedy)
        .verify(verify);
    Some(match machines {
        Some((it, at)) => {
            hazard.related(at, format!("`{}` may do everything to the machines", it.label()))
        }
        None => hazard,
    })
}

/// An account for the machines whose key its pods mount, and the role that makes it worth one.
fn machines<'a>(
    order: Of<'_, Reconciliation>,
    ctx: Context<'a>,
) -> Option<(&'a Component, OriginId)> {
    let environment = ctx.system.environment(order.component);
    let is_near = |it: &&Component| {
        let is_mounted = order.facts.secrets.contains(&it.name);
        is_mounted
            && it.namespace == order.component.namespace
            && ctx.system.environment(it) == environment
    };
    ctx.system.components().iter().filter(is_near).find_map(|it| match &it.facts {
        Facts::MachineAccess(access) => Some((it, access.administrator()?.origin)),
        _ => None,
    })
}

/// True where the account's token stands in the pod's files.
fn has_token(workload: Of<'_, Workload>, ctx: Context<'_>) -> bool {
    let pod = &workload.facts.pod;
    let is_token = |it: &VolumeSource| matches!(it, VolumeSource::Other(kind) if kind == "serviceAccountToken");
    let is_projected = |it: &VolumeSource| match it {
        VolumeSource::Projected(sources) => sources.iter().any(is_token),
        _ => false,
    };
    if pod.volumes.iter().any(|it| is_projected(&it.source)) {
        return true;
    }
    match pod.automount_token.value() {
        Some(is_mounted) => *is_mounted,
        None => ctx.system.identity_of(workload).is_none_or(|it| match &it.facts {
            Facts::Identity(facts) => facts.automount_token.value() != Some(&false),
            _ => true,
        }),
    }
}

/// The worst that one binding allows.
struct Step<'a> {
    grant: Grant<'a>,
    power: Power,
    at: OriginId,
    /// In every namespace, or in the one where the strongest accounts are.
    is_everywhere: bool,
}

impl<'a> Step<'a> {
    fn of(grant: Grant<'a>, own: &str) -> Option<Self> {
        let is_everywhere = matches!(grant.namespace(), "" | "kube-system") && own != "kube-system";
        let (power, at) = grant.powers().into_iter().next()?;
        // Kubelets and webhooks belong to no namespace: a Role about them gives nothing.
        let is_vain = !grant.namespace().is_empty()
            && matches!(power, Power::Nodes | Power::Admission | Power::Impersonation);
        (!is_vain).then_some(Self { grant, power, at, is_everywhere })
    }

    fn place(&self) -> String {
        match self.grant.namespace() {
            "" => "in every namespace".to_string(),
            namespace => format!("in `{namespace}`"),
        }
    }
}

fn hazard(
    account: &SmolStr,
    users: &[Of<'_, Workload>],
    step: &Step<'_>,
    ctx: Context<'_>,
) -> Option<Hazard> {
    let role = step.grant.role.map(|it| it.facts);
    let open = |it: &Of<'_, Workload>| ctx.entries_to(it.component.id).into_iter().next();
    let exposed = users.iter().find_map(|it| Some((*it, open(it)?)));
    let user = exposed.map_or(users[0], |it| it.0);
    // A namespace of its own is the yard of what nobody outside reaches.
    let is_own_yard = exposed.is_none() && !step.is_everywhere;
    if is_own_yard || manages_objects(user, role) {
        return None;
    }
    let is_one_step = exposed.is_some() && step.is_everywhere;
    let title = match step.is_everywhere {
        true => "its account reaches the whole cluster",
        false => "its account reaches its whole namespace",
    };
    let component = user.component;
    let message = message(account, user, exposed.map(|it| it.1), step);
    let subject = format!("system:serviceaccount:{}:{account}", component.namespace);
    let mut hazard = RULE
        .worsens(component.id, FailureMode::Compromise, Term::Loss, title, message)
        .at(step.at)
        .related(step.grant.binding.facts.role.origin, "the binding that gives it")
        .loses(if is_one_step { LossClass::Compromise } else { LossClass::Degraded })
        .shows_as(sign(&subject, step.power))
        .recover(recovery(step, ctx))
        .remedy(remedy(step))
        .verify(verify(&subject, step));
    if let Some((_, entry)) = exposed {
        hazard = hazard.related(entry.component.origin, "the way in");
    }
    let others = users.iter().filter(|it| it.component.id != component.id);
    Some(others.fold(hazard, |hazard, it| {
        hazard.related(it.component.origin, format!("`{}` acts as it too", it.component.label()))
    }))
}

fn message(
    account: &SmolStr,
    user: Of<'_, Workload>,
    entry: Option<Of<'_, EntryPoint>>,
    step: &Step<'_>,
) -> String {
    let label = user.component.label();
    let may = format!(
        "`{account}`, which `{}` lets {} {}",
        step.grant.binding.component.label(),
        step.power.as_clause(),
        step.place(),
    );
    let after = match step.is_everywhere {
        true if step.power == Power::Nodes => {
            "whoever gets into its process is in every other pod a step later"
        }
        true => "whoever gets into its process owns the cluster a step later",
        false => "whoever gets into its process has its neighbours too",
    };
    match entry {
        Some(entry) => {
            format!("`{label}` answers `{}` and acts as {may}; {after}", entry_name(entry),)
        }
        None => format!("`{label}` acts as {may}; {after}"),
    }
}

/// Without the binding the workload stops working, so the right goes and the rest stays.
/// What goes to a kubelet itself passes no API server.
fn sign(subject: &str, power: Power) -> String {
    let logged = format!("Requests of `{subject}` in the API's audit log that are not its own");
    match power {
        Power::Nodes => {
            format!(
                "{logged}; connections of its pods to port 10250 of a machine are in no such log"
            )
        }
        _ => logged,
    }
}

fn recovery(step: &Step<'_>, ctx: Context<'_>) -> String {
    let root = ctx.system.root(step.grant.binding.component.root);
    let place = root.healer.as_ref().map_or(String::new(), |it| match &it.revision {
        Some(revision) => format!(" on `{revision}` (`{}` brings back what is deleted)", it.name),
        None => format!(" in git (`{}` brings back what is deleted)", it.name),
    });
    format!(
        "Take the right away as below{place}; delete its pods and, where it has one, the Secret with its \
         token, so that copies of it end; then rotate what it could read"
    )
}

fn remedy(step: &Step<'_>) -> String {
    match (step.grant.role, step.power) {
        (None, _) | (_, Power::Everything) => {
            "Bind a role that names the verbs and resources it uses, in its own namespace"
                .to_string()
        }
        (_, Power::Nodes) => {
            "Take `nodes/proxy` out of the role. What reads the measurements of kubelets needs \
             `nodes/metrics` and `nodes/stats`, what finds pods and reads files needs neither"
                .to_string()
        }
        (_, Power::Secrets) => {
            "Bind a Role in the namespaces it serves, and name the Secrets in `resourceNames`"
                .to_string()
        }
        _ => "Bind a Role in the one namespace it works in, without this verb".to_string(),
    }
}

fn verify(subject: &str, step: &Step<'_>) -> String {
    let place = match step.grant.namespace() {
        "" => "-A".to_string(),
        namespace => format!("-n {namespace}"),
    };
    format!("kubectl auth can-i {} {place} --as={subject} # must say no", step.power.probe())
}
