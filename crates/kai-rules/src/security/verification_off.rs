//! Programs that encrypt and do not look who answers.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{EnvSource, Of, Workload};

use crate::command::{is_compose, kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "verification-off",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("verification_off.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, _: Context<'_>, out: &mut Observed) {
    let switches: Vec<_> = switches(workload.facts).collect();
    if let [first, rest @ ..] = &switches[..] {
        let hazard = hazard(workload, first);
        out.push(rest.iter().fold(hazard, |hazard, it| {
            hazard.related(it.at, format!("`{}` does the same", it.words))
        }));
    }
}

/// The words that switch the check off, and whom it leaves unchecked.
struct Switch {
    words: String,
    whom: &'static str,
    at: OriginId,
}

/// Variables that runtimes and tools read, and the value that switches the check off.
const VARIABLES: &[(&str, &str, &str)] = &[
    ("ARGOCD_SERVER_INSECURE_SKIP_VERIFY", "true", "the server that it signs in at"),
    ("GIT_SSL_NO_VERIFY", "true", "the host that it takes code from"),
    ("NODE_TLS_REJECT_UNAUTHORIZED", "0", "every host that it calls over HTTPS"),
    ("PYTHONHTTPSVERIFY", "0", "every host that it calls over HTTPS"),
    ("VAULT_SKIP_VERIFY", "true", "the vault that it takes secrets from"),
];

/// Flags of programs that call the API, a registry or a vault.
const FLAGS: &[(&str, &str)] = &[
    ("--insecure-skip-tls-verify", "the API server"),
    ("--tls-skip-verify", "the vault that it takes secrets from"),
];

/// Parameters of addresses.
const PARAMETERS: &[(&str, &str)] = &[
    ("sslverify=false", "the database"),
    ("trustServerCertificate=true", "the database"),
    ("tlsInsecure=true", "the database"),
    ("tlsAllowInvalidCertificates=true", "the database"),
    ("sslmode=disable", "the database, and does not encrypt"),
];

fn switches(workload: &Workload) -> impl Iterator<Item = Switch> {
    let containers = || workload.pod.all_containers();
    let variables = containers().flat_map(|it| &it.env).filter_map(|it| match &it.source {
        EnvSource::Literal(value) => by_variable(&it.name, value, it.origin),
        _ => None,
    });
    let words = containers().flat_map(|it| it.command.iter().chain(&it.args));
    let flags = words.filter_map(|it| by_flag(&it.value, it.origin));
    variables.chain(flags)
}

fn by_variable(name: &SmolStr, value: &str, at: OriginId) -> Option<Switch> {
    let is_off = |off: &str| value == off || (off == "true" && value == "1");
    if let Some((_, _, whom)) = VARIABLES.iter().find(|it| name == it.0 && is_off(it.1)) {
        return Some(Switch { words: format!("{name}={value}"), whom, at });
    }
    let (words, whom) = PARAMETERS.iter().find(|it| value.contains(it.0))?;
    leaves_cluster(value).then(|| Switch { words: (*words).to_string(), whom, at })
}

/// Inside of the cluster plain text between a service and its database is common, and the network's
/// matter. A name with a dot that is no cluster name is outside.
fn leaves_cluster(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return false };
    let authority = rest.split(['/', '?', ',']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let is_cluster =
        host.contains(".svc") || host.ends_with(".local") || host.ends_with(".internal");
    let is_address = host.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    host.contains('.') && !is_cluster && !is_address && !host.contains(['$', '{', '<'])
}

fn by_flag(word: &str, at: OriginId) -> Option<Switch> {
    let (flag, value) = word.split_once('=').unwrap_or((word, "true"));
    let (_, whom) = FLAGS.iter().find(|it| it.0 == flag && value == "true")?;
    Some(Switch { words: word.to_string(), whom, at })
}

fn hazard(workload: Of<'_, Workload>, switch: &Switch) -> Hazard {
    let component = workload.component;
    let message = format!(
        "`{}` runs with `{}`: it does not check {}; whoever gets between the two reads what it sends, \
         its credentials included, and answers in the other's name",
        component.label(),
        switch.words,
        switch.whom,
    );
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Impact,
        "it does not look who answers",
        message,
    )
    .at(switch.at)
    .loses(LossClass::Degraded)
    .shows_as("Nothing: that is what the check was for")
    .recover("Rotate what it sent to that address")
    .remedy("Give it the authority's certificate (`SSL_CERT_FILE`, `NODE_EXTRA_CA_CERTS`, `sslrootcert`) and check")
    .verify(match is_compose(workload.facts) {
        true => format!("docker compose config {}", component.name),
        false => kubectl(
            component,
            format!("get {} -o jsonpath='{{..env}}{{..args}}'", resource(component)),
        ),
    })
}
