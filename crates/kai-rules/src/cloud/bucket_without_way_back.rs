//! Buckets that say that they hold backups, and that keep nothing of what is overwritten.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Role, Term};
use kai_graph::{Bucket, Cloud, Component, Facts};

use super::near;
use crate::block::Block;
use crate::waiver::waiver;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "bucket-without-way-back",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("bucket_without_way_back.md"),
    check: Check::Component(check),
};

/// Words for what somebody needs when all else is lost.
const LASTING: &[&str] =
    &["backup", "backups", "dump", "dumps", "snapshots", "terraform", "tfstate", "velero"];

/// Words for what is about such things and is none.
const BESIDE: &[&str] = &["access", "log", "logs", "test", "tests"];

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Bucket(facts) = &component.facts else { return };
    if !near::is_production(component, ctx) {
        return;
    }
    const CHECKS: &[&str] = &["CKV_AWS_21", "CKV_GCP_78", "versioning", "AVD-AWS-0090"];
    let Some(why) = why(component, facts, ctx) else { return };
    let forgets = facts.keeps_versions.value() == Some(&false);
    let is_emptied = facts.is_emptied.value() == Some(&true);
    if forgets || is_emptied {
        let hazard = hazard(component, facts, &why, (forgets, is_emptied), ctx);
        out.push(hazard.waived(waiver(component, CHECKS)));
    }
}

/// Why what it holds must last: a configuration keeps its state in it, or its name says so.
fn why(component: &Component, facts: &Bucket, ctx: Context<'_>) -> Option<String> {
    if let Some(state) = ctx.system.states_in(facts).next() {
        let path = &ctx.system.root(state.component.root).path;
        return Some(format!("holds the state of `{path}`"));
    }
    let word = word(component, facts).filter(|_| !is_for_copies(component, ctx))?;
    Some(format!("is named for what is needed when all else is lost (`{word}`)"))
}

/// True where a comment of its file says that what must last is kept somewhere else.
fn is_for_copies(component: &Component, ctx: Context<'_>) -> bool {
    let Some(place) = ctx.origins.span(component.origin) else { return false };
    let lines = ctx.origins.document(place.document).text.lines().map(str::trim);
    let comments = lines.map(|it| it.strip_prefix('#').unwrap_or("\n").to_ascii_lowercase());
    let comments = comments.collect::<String>();
    comments.lines().any(|it| {
        let is_of_backups = it.contains("backup") || it.contains("snapshot");
        let places = ["stored separately", "stored elsewhere", "kept separately", "kept elsewhere"];
        is_of_backups && places.iter().any(|place| it.contains(place))
    })
}

/// The word in its names that says what it holds.
fn word(component: &Component, facts: &Bucket) -> Option<String> {
    let mut words = near::words(&component.name);
    words.extend(facts.cloud_name.value().map(|it| near::words(it)).unwrap_or_default());
    let is_beside = BESIDE.iter().any(|it| words.contains(*it));
    let found = LASTING.iter().find(|it| words.contains(**it));
    found.filter(|_| !is_beside).map(|it| (*it).to_owned())
}

fn hazard(
    component: &Component,
    facts: &Bucket,
    why: &str,
    (forgets, is_emptied): (bool, bool),
    ctx: Context<'_>,
) -> Hazard {
    let (title, what) = match (forgets, is_emptied) {
        (true, true) => (
            "no versions, and deleting it empties it",
            "keeps no versions, and a plan that deletes it deletes what is in it",
        ),
        (true, false) => (
            "no versions of what it keeps",
            "keeps no versions: what a script or a stolen key overwrites or deletes is gone",
        ),
        (false, _) => (
            "deleting it empties it",
            "is emptied by a plan that deletes it: `force_destroy` deletes every object and version",
        ),
    };
    let message = format!("`{}` {why}, and {what}", near::address(component),);
    let written = |it: &kai_core::OriginId| ctx.origins.role(*it) != Role::ProviderDefault;
    let emptied = facts.is_emptied.traced().filter(|_| is_emptied).map(|it| it.origin);
    let versions = facts.keeps_versions.traced().filter(|_| forgets).map(|it| it.origin);
    let at = emptied.or(versions.filter(written)).unwrap_or(component.origin);
    let keep = || match forgets {
        true => keep_versions(component, facts, ctx),
        false => Some(Vec::new()),
    };
    let refuse = || match emptied {
        Some(it) => near::swap(it, "true", "false", ctx),
        None => Some(Vec::new()),
    };
    let fix = keep().zip(refuse()).map(|it| [it.0, it.1].concat());
    let fix_title = match forgets {
        true => "Keep versions of what is overwritten",
        false => "Refuse to delete a bucket that is not empty",
    };
    RULE.worsens(component.id, FailureMode::DataLoss, Term::Loss, title, message)
        .at(at)
        .loses(if forgets { LossClass::Irreversible } else { LossClass::Degraded })
        .shows_as("A restore that finds nothing, or an older state than the one that is applied")
        .recover(match forgets {
            true => "From a copy made elsewhere; else none",
            false => "From a copy in another bucket or account; versions go with the bucket",
        })
        .remedy(remedy(facts.cloud, forgets, is_emptied))
        .fix(fix.map(|it| Fix::unsafely(fix_title, it)))
        .verify(match facts.cloud {
            Cloud::Amazon => "aws s3api get-bucket-versioning --bucket NAME # says `Enabled`",
            Cloud::Azure => {
                "az storage account blob-service-properties show --account-name NAME --query isVersioningEnabled # says `true`"
            }
            Cloud::Google => {
                "gcloud storage buckets describe gs://NAME --format='value(versioning_enabled)'"
            }
        })
}

/// Versions of the bucket, where nothing is written of them. At Google they are kept instead of what was deleted.
fn keep_versions(component: &Component, facts: &Bucket, ctx: Context<'_>) -> Option<Vec<Edit>> {
    let said = facts.keeps_versions.traced().map(|it| ctx.origins.role(it.origin));
    let is_said = said.is_some_and(|it| it != Role::ProviderDefault);
    let block = Block::of(component, ctx)?;
    let address = block.address()?;
    match facts.cloud {
        Cloud::Amazon
            if component.native_kind == "aws_s3_bucket"
                && !block.holds("versioning")
                && !is_said =>
        {
            match is_of_old_provider(&block, ctx) {
                true => block.append(&["versioning {", "  enabled = true", "}"]),
                false => apart(&block, &address, ctx),
            }
        }
        Cloud::Google if !block.holds("versioning") => {
            block.append(&["versioning {", "  enabled = true", "}"])
        }
        // What is laid out in folders takes no versions, and neither do stores of files.
        Cloud::Azure
            if !block.holds("blob_properties")
                && block.argument("is_hns_enabled").is_none()
                && block.argument("account_kind").is_none_or(|it| it == "\"StorageV2\"") =>
        {
            block.append(&["blob_properties {", "  versioning_enabled = true", "}"])
        }
        _ => None,
    }
}

/// A resource of its own, in the region and account of the bucket.
fn apart(block: &Block<'_>, address: &str, ctx: Context<'_>) -> Option<Vec<Edit>> {
    const TYPE: &str = "aws_s3_bucket_versioning";
    let name = block.name().filter(|it| block.has_room_for(TYPE, it, ctx))?;
    let mut lines = vec![format!("resource \"{TYPE}\" \"{name}\" {{")];
    for it in ["provider", "region"] {
        lines.extend(block.argument(it).map(|value| format!("  {it:8} = {value}")));
    }
    let gap = if lines.len() > 1 { "   " } else { " " };
    lines.push(format!("  bucket{gap}= {address}.id"));
    lines.extend(
        ["  versioning_configuration {", "    status = \"Enabled\"", "  }", "}"].map(String::from),
    );
    block.below(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

/// True where the folder asks for a provider before 4.0, which knows versions in the bucket's own block alone.
fn is_of_old_provider(block: &Block<'_>, ctx: Context<'_>) -> bool {
    let folder = block.document().path.parent();
    let mut beside = ctx.origins.documents().filter(|it| it.path.parent() == folder);
    beside.any(|it| provider_version(&it.text).is_some_and(|major| major < 4))
}

/// The major version of Amazon's provider that a file asks for, where it names one alone.
fn provider_version(text: &str) -> Option<u32> {
    let opens = |it: &&str| it.starts_with("provider \"aws\" {") || it.starts_with("aws = {");
    let mut lines = text.lines().map(str::trim);
    lines.find(opens)?;
    let mut inside = lines.take_while(|it| !it.contains('}'));
    let version = inside.find_map(|it| it.strip_prefix("version")?.split('"').nth(1))?;
    let version = version.trim_start_matches(['~', '=', ' ']).trim_start_matches("> ");
    version.split('.').next()?.parse().ok()
}

fn remedy(cloud: Cloud, forgets: bool, is_emptied: bool) -> String {
    let versions = match cloud {
        Cloud::Amazon => {
            "Add `aws_s3_bucket_versioning` with `status = \"Enabled\"`, and a lock on the objects"
        }
        Cloud::Azure => {
            "Set `versioning_enabled = true` in `blob_properties`, with a `delete_retention_policy`"
        }
        Cloud::Google => "Turn on `versioning`, and give it a retention policy",
    };
    let emptied = "take `force_destroy` out";
    match (forgets, is_emptied) {
        (true, true) => format!("{versions}; {emptied}"),
        (true, false) => versions.to_owned(),
        (false, _) => "Take `force_destroy` out".to_owned(),
    }
}
