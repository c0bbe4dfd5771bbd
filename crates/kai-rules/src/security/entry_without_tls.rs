//! Ways in for plain text, where those beside them are encrypted.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, RootId, SmolStr, Term};
use kai_graph::{Component, EntryPoint, EntryPointKind, Of};

use crate::command::kubectl;
use crate::exposure::{entry_name, is_internal};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "entry-without-tls",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("entry_without_tls.md"),
    check: Check::System(check),
};

/// The ways in of one root through one controller.
#[derive(Default)]
struct Door<'a> {
    encrypted: Vec<Of<'a, EntryPoint>>,
    plain: Vec<Of<'a, EntryPoint>>,
}

impl Door<'_> {
    /// A few among many were forgotten; half of all were chosen.
    fn is_mostly_encrypted(&self) -> bool {
        self.encrypted.len() >= 3 && self.encrypted.len() > 2 * self.plain.len()
    }
}

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut doors: BTreeMap<(RootId, EntryPointKind, &[SmolStr]), Door<'_>> = BTreeMap::new();
    for entry in ctx.system.entry_points().filter(|it| says_tls(it.facts.kind)) {
        let key = (entry.component.root, entry.facts.kind, entry.facts.parents.as_slice());
        let door = doors.entry(key).or_default();
        match entry.facts.has_tls.value() {
            Some(true) => door.encrypted.push(entry),
            Some(false) if is_plain(entry) => door.plain.push(entry),
            _ => {}
        }
    }
    for door in doors.into_values() {
        let Some(example) = door.encrypted.first().filter(|_| door.is_mostly_encrypted()) else {
            continue;
        };
        let has_host = |it: &Of<'_, EntryPoint>, host| it.facts.hosts.contains(host);
        for entry in &door.plain {
            // Two objects for one host are one for each scheme.
            let is_shared =
                entry.hosts.iter().any(|host| door.encrypted.iter().any(|it| has_host(it, host)));
            if !is_shared {
                out.push(hazard(*entry, *example, door.encrypted.len()));
            }
        }
    }
}

/// Kinds that say by themselves whether they are encrypted.
fn says_tls(kind: EntryPointKind) -> bool {
    matches!(kind, EntryPointKind::Ingress | EntryPointKind::HttpProxy)
}

/// True where the object gives a host and nothing beside it may encrypt: no annotation about
/// certificates, no answer to a certificate authority, no address of the own network.
fn is_plain(entry: Of<'_, EntryPoint>) -> bool {
    let component = entry.component;
    let may_encrypt = |component: &Component| {
        let words = ["cert", "tls", "ssl", "acme", "listen-ports", "redirect", "backend-protocol"];
        component.annotations.iter().any(|(key, _)| words.iter().any(|it| key.contains(it)))
    };
    let is_challenge = entry.backends.iter().any(|it| it.path.contains("acme-challenge"));
    let hosts = &entry.facts.hosts;
    let is_local = |it: &SmolStr| it.ends_with(".local") || it.ends_with(".localhost");
    !hosts.is_empty()
        && !hosts.iter().all(is_local)
        && !is_challenge
        && !may_encrypt(component)
        && !is_internal(component)
}

fn hazard(
    entry: Of<'_, EntryPoint>,
    example: Of<'_, EntryPoint>,
    encrypted_count: usize,
) -> Hazard {
    let component = entry.component;
    let label = component.label();
    let host = entry_name(entry);
    let beside = format!("{} beside it have one", words::count(encrypted_count, "other"));
    let message = format!(
        "`{label}` serves `{host}` without a certificate, and {beside}; whoever stands on the way reads \
         and changes what users send, their sessions included",
    );
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Impact,
        "a way in for plain text",
        message,
    )
    .at(component.origin)
    .related(example.component.origin, "one that is encrypted")
    .loses(LossClass::Degraded)
    .shows_as(format!("`curl -I http://{host}` answers 200 instead of a redirect"))
    .recover("Add the certificate, then end the sessions that were opened without it")
    .remedy(format!("Add `tls` for `{host}` as in `{}`", example.component.label()))
    .verify(format!(
        "curl -sI https://{host} # 200, and `{}` shows its TLS",
        kubectl(
            component,
            format!("describe {} {}", component.native_kind.to_lowercase(), component.name)
        )
    ))
}
