//! Buckets into which everybody writes, and backups that everybody reads.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Bucket, Cloud, Component, Facts, Openness};

use super::near;
use crate::waiver::waiver;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "bucket-open-to-all",
    pillar: Pillar::Security,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("bucket_open_to_all.md"),
    check: Check::Component(check),
};

/// Words for what nobody publishes on purpose.
const PRIVATE: &[&str] = &[
    "audit",
    "backup",
    "backups",
    "dump",
    "dumps",
    "invoices",
    "logs",
    "private",
    "secrets",
    "snapshots",
    "tfstate",
];

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Bucket(facts) = &component.facts else { return };
    const CHECKS: &[&str] =
        &["CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_70", "CKV_GCP_28", "AVD-AWS-0092", "public"];
    let excepted = || waiver(component, CHECKS);
    let writes = facts.opened.iter().find(|it| it.0 == Openness::Writes);
    let reads = facts.opened.iter().find(|it| it.0 == Openness::Reads);
    let word = word(component, facts);
    let (at, read) = match (writes, reads, &word) {
        (Some((_, at)), ..) => (*at, None),
        (None, Some((_, at)), Some(word)) => (*at, Some(word.as_str())),
        _ => return,
    };
    // More than one way in is not closed by one word.
    let is_only = facts.opened.len() == 1;
    let fix = fix(at, word.is_some(), ctx).filter(|_| is_only);
    out.push(hazard(component, facts, at, read).fix(fix).waived(excepted()));
}

fn word(component: &Component, facts: &Bucket) -> Option<String> {
    let mut words = near::words(&component.name);
    words.extend(facts.cloud_name.value().map(|it| near::words(it)).unwrap_or_default());
    PRIVATE.iter().find(|it| words.contains(**it)).map(|it| (*it).to_owned())
}

/// Where a word says for whom it is open; whom a policy or a binding should name, its owner knows.
fn fix(at: OriginId, is_private: bool, ctx: Context<'_>) -> Option<Fix> {
    let closed = match is_private {
        true => "\"private\"",
        false => "\"public-read\"",
    };
    let open = ["\"public-read-write\"", "\"public-read\"", "\"blob\"", "\"container\""];
    let edits = open.iter().find_map(|it| near::swap(at, it, closed, ctx))?;
    let title = if is_private { "Let nobody else read it" } else { "Let nobody else write" };
    Some(Fix::unsafely(title, edits))
}

fn hazard(component: &Component, facts: &Bucket, at: OriginId, read: Option<&str>) -> Hazard {
    let address = near::address(component);
    let (title, message) = match read {
        None => (
            "everybody may write into it",
            format!(
                "Everybody may write into `{address}` or delete from it: what it serves can be replaced by anybody, and filling \
                 it is paid for by its owner"
            ),
        ),
        Some(word) => (
            "everybody may read it",
            format!(
                "Everybody may read `{address}`, which is named for what nobody publishes (`{word}`)"
            ),
        ),
    };
    RULE.worsens(component.id, FailureMode::Compromise, Term::Loss, title, message)
        .at(at)
        .loses(LossClass::Compromise)
        .shows_as("Requests without an identity in its access log, where one is kept")
        .recover("Close it, then take everything in it for public, and what it served for replaced")
        .remedy(match facts.cloud {
            Cloud::Amazon => "Name who may in the policy, and block public access of the bucket and of the account",
            Cloud::Azure => "Make the container private, and set `allow_nested_items_to_be_public = false`",
            Cloud::Google => "Name who may in the binding, and set `public_access_prevention = \"enforced\"`",
        })
        .verify(match facts.cloud {
            Cloud::Amazon => "aws s3api get-bucket-policy-status --bucket NAME --query PolicyStatus.IsPublic # says `false`",
            Cloud::Azure => "az storage account list --query '[?allowBlobPublicAccess].name' # is empty",
            Cloud::Google => "gcloud storage buckets get-iam-policy gs://NAME # names neither `allUsers` nor `allAuthenticatedUsers`",
        })
}
