//! Key material in the clear, in a file that others can read.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Material, MaterialKind, Of, SecretFacts};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "committed-credential",
    pillar: Pillar::Security,
    default_level: Level::Critical,
    since: "0.1.0",
    doc: include_str!("committed_credential.md"),
    check: Check::Secret(check),
};

fn check(secret: Of<'_, SecretFacts>, ctx: Context<'_>, out: &mut Observed) {
    // A Secret of a live cluster is where it should be.
    if secret.is_reference || ctx.is_live(secret.component) {
        return;
    }
    // One Secret is one rotation: its worst material names it, the rest stands beside it.
    let mut material: Vec<_> = secret.material.iter().collect();
    material.sort_by_key(|it| it.kind);
    if let [worst, others @ ..] = &material[..] {
        out.push(hazard(secret, worst, others));
    }
}

fn hazard(secret: Of<'_, SecretFacts>, worst: &Material, others: &[&Material]) -> Hazard {
    let component = secret.component;
    let what = noun(worst.kind);
    let message = format!(
        "`{}` of `{}` is {what} in the clear; whoever can read these files can use it, and its \
         use looks like ours",
        worst.key,
        component.label(),
    );
    let hazard = RULE
        .worsens(component.id, FailureMode::Compromise, Term::Loss, title(worst.kind), message)
        .at(worst.origin)
        .loses(LossClass::Compromise)
        .shows_as(
            "Use from an address or at a time that is not ours, in the audit log of what it opens; \
             a copy that is used carefully shows nowhere",
        )
        .recover(format!(
            "Issue a new one, deliver it as `{}` in `{}`, restart what reads it, revoke the old \
             one, and only then take it out of the history",
            component.name, component.namespace,
        ))
        .remedy(
            "Make it in a secret manager, deliver it with ExternalSecrets, SealedSecrets or the \
             Secrets Store CSI driver, and revoke this one",
        )
        .verify(verify(secret, worst));
    others.iter().fold(hazard, |hazard, it| {
        hazard.related(it.origin, format!("`{}` is {} as well", it.key, noun(it.kind)))
    })
}

fn noun(kind: MaterialKind) -> &'static str {
    match kind {
        MaterialKind::PrivateKey => "a private key",
        MaterialKind::AccessToken => "an access token",
        MaterialKind::Password => "a password",
    }
}

fn title(kind: MaterialKind) -> &'static str {
    match kind {
        MaterialKind::PrivateKey => "private key in the files",
        MaterialKind::AccessToken => "access token in the files",
        MaterialKind::Password => "password in the files",
    }
}

/// Shows the public half or the length, never the secret itself.
fn verify(secret: Of<'_, SecretFacts>, worst: &Material) -> String {
    let key = worst.key.replace('.', "\\.");
    let get = kubectl(
        secret.component,
        format!("get secret {} -o jsonpath='{{.data.{key}}}'", secret.component.name),
    );
    match worst.kind {
        MaterialKind::PrivateKey => format!(
            "{get} | base64 -d | openssl pkey -pubout # must differ from the public half of the committed key"
        ),
        _ => format!("{get} | base64 -d | sha256sum # must differ from the committed one"),
    }
}
