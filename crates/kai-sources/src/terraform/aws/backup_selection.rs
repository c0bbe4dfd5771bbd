//! What the selections of a plan of AWS Backup take: by ARN, by pattern, by tag.
//!
//! Every question has three answers; none is that nobody knows.

use kai_core::{Known, OriginId, Reason, SmolStr};
use kai_graph::{Naming, ResourceRef, fits_pattern};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{argument, at, text};
use super::super::naming::{label, means, namings};

/// What the service can copy, by its type.
pub(super) const COPIED: &[&str] = &[
    "aws_db_instance",
    "aws_docdb_cluster",
    "aws_dynamodb_table",
    "aws_ebs_volume",
    "aws_efs_file_system",
    "aws_instance",
    "aws_neptune_cluster",
    "aws_rds_cluster",
    "aws_redshift_cluster",
    "aws_s3_bucket",
];

/// What a plan copies and what it leaves out, among the things of one root.
#[derive(Default)]
pub(super) struct Selected {
    pub(super) copied: Vec<Naming>,
    pub(super) left_out: Vec<ResourceRef>,
    pub(super) is_open: bool,
}

/// What the selections take of everything that the service can copy. A plan without any may have some elsewhere.
pub(super) fn selected(selections: &[&Instance], all: &[Instance]) -> Selected {
    let mut found = Selected { is_open: selections.is_empty(), ..Selected::default() };
    for selection in selections {
        let (copied, is_open) = named(selection);
        found.copied.extend(copied);
        found.is_open |= is_open;
    }
    if selections.is_empty() {
        return found;
    }
    for thing in all.iter().filter(|it| !it.is_data && Arn::of(it).is_some()) {
        let Some((kind, name)) = label(&thing.address) else { continue };
        let to = ResourceRef {
            root: SmolStr::default(),
            kind,
            name,
            attribute: SmolStr::new_static(".arn"),
        };
        let verdicts: Vec<_> = selections.iter().map(|it| reaches(it, thing, all)).collect();
        if let Some(taken) = verdicts.iter().flatten().find_map(|it| *it) {
            let is_known = |it: &Naming| it.resources.iter().any(|it| it.is_same_thing(&to));
            if !found.copied.iter().any(is_known) {
                found.copied.push(Naming::of(to, taken));
            }
        } else if verdicts.iter().all(Option::is_some) {
            found.left_out.push(to);
        }
    }
    found
}

/// What a selection names one by one, and whether it may take more than that.
fn named(selection: &Instance) -> (Vec<Naming>, bool) {
    const OTHERS: &[&str] = &["condition", "not_resources", "selection_tag"];
    let has_others = OTHERS.iter().any(|it| {
        let found = argument(&selection.values, it);
        found.is_some_and(|it| it.elements().is_none_or(|it| !it.is_empty()))
    });
    let named = argument(&selection.values, "resources").and_then(namings);
    let is_repeated = selection.address.contains("[?]");
    let is_open = has_others
        || is_repeated
        || named.as_ref().is_none_or(|it| it.is_empty() || it.iter().any(is_unresolved));
    let is_certain = !has_others && !is_repeated;
    (named.filter(|_| is_certain).unwrap_or_default(), is_open)
}

/// True where the text is no one resource of the same configuration.
fn is_unresolved(named: &Naming) -> bool {
    named.resources.len() != 1 || named.is_open || named.text.is_some()
}

/// Whether a selection takes a thing that may be elsewhere: it looks at its own account and region alone.
fn reaches(selection: &Instance, thing: &Instance, all: &[Instance]) -> Option<Option<OriginId>> {
    match is_beside(selection, thing) {
        Some(false) => Some(None),
        Some(true) => takes(selection, thing, all),
        None => takes(selection, thing, all).filter(Option::is_none),
    }
}

/// Whether two things are in one account and region, as far as their providers tell.
fn is_beside(one: &Instance, other: &Instance) -> Option<bool> {
    let region = |it: &Instance| match text(&it.values, &["region"]) {
        Known::Value(own) => Some(own.value),
        Known::Unknown(Reason::NotDeclared) => Some(it.configured.region.clone()),
        Known::Unknown(_) => None,
    };
    let (here, there) = (region(one)?, region(other)?);
    match (here == there, here.is_empty() || there.is_empty()) {
        (false, false) => Some(false),
        (true, _) if !one.configured.by.is_empty() && one.configured.by == other.configured.by => {
            Some(true)
        }
        _ => None,
    }
}

/// Whether a selection takes a thing, and what says so. Of several tags one is enough, of several conditions all are
/// needed; both are asked of what `resources` leaves (docs.aws.amazon.com/aws-backup, `BackupSelection`). How a list
/// of tags and `resources` go together is not said there: where they differ nobody knows.
fn takes(selection: &Instance, thing: &Instance, all: &[Instance]) -> Option<Option<OriginId>> {
    let values = &selection.values;
    let tags = blocks(values, "selection_tag").map(|it| any(it.iter().map(|it| tagged(it, thing))));
    let by_name = lists(values, "resources", thing);
    let chosen = match (by_name, tags) {
        (Some(named), None) => named,
        (None, Some(tags)) => tags,
        (Some(named), Some(tags))
            if named.is_some_and(|it| tags.is_some_and(|tags| it == tags)) =>
        {
            named
        }
        _ => None,
    };
    let left = lists(values, "not_resources", thing).unwrap_or(Some(false)).map(|it| !it);
    let conditions = blocks(values, "condition").map_or(Some(true), |it| conditions(it, thing));
    let is_certain = !selection.address.contains("[?]") && !thing.address.contains("[?]");
    match every([chosen, left, conditions].into_iter())? {
        false => Some(None),
        true => (is_certain && is_opted_in(all)).then_some(Some(selection.origin)),
    }
}

/// False where the region is told which services it copies: what it leaves out is not taken by a pattern.
fn is_opted_in(all: &[Instance]) -> bool {
    !all.iter().any(|it| it.ty == "aws_backup_region_settings")
}

/// Blocks of a kind; none where there are none, and an empty list is one that nobody knows.
fn blocks<'a>(values: &'a Value, name: &str) -> Option<&'a [Value]> {
    match argument(values, name)?.elements() {
        Some(elements) if elements.is_empty() => None,
        Some(elements) => Some(&elements[..]),
        None => Some(&[]),
    }
}

/// Of none at all nobody knows.
fn any(them: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let them: Vec<_> = them.collect();
    match them.contains(&Some(true)) {
        true => Some(true),
        false if them.is_empty() || them.contains(&None) => None,
        false => Some(false),
    }
}

fn every(them: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    any(them.map(|it| it.map(|it| !it))).map(|it| !it)
}

fn tagged(block: &Value, thing: &Instance) -> Option<bool> {
    let part = |name: &str| at(block, &[name]).ok().flatten().and_then(Value::as_str);
    let tag = tag(thing, part("key")?)?;
    Some(tag == Some(part("value")?))
}

/// The blocks of `condition`, each with tests by the names that its provider gives them.
fn conditions(blocks: &[Value], thing: &Instance) -> Option<bool> {
    const TESTS: &[&str] =
        &["string_equals", "string_like", "string_not_equals", "string_not_like"];
    let mut verdicts = Vec::new();
    for block in blocks {
        for test in TESTS {
            let Some(written) = argument(block, test) else { continue };
            match written.elements() {
                Some(them) => verdicts.extend(them.iter().map(|it| condition(it, test, thing))),
                None => verdicts.push(None),
            }
        }
    }
    every(verdicts.into_iter())
}

fn condition(block: &Value, test: &str, thing: &Instance) -> Option<bool> {
    let part = |name: &str| at(block, &[name]).ok().flatten().and_then(Value::as_str);
    let key = part("key")?.strip_prefix("aws:ResourceTag/")?;
    let (wanted, tag) = (part("value")?, tag(thing, key)?);
    let is_it = match test.ends_with("like") {
        true => tag.is_some_and(|it| fits_pattern(wanted, it)),
        false => tag == Some(wanted),
    };
    Some(is_it != test.contains("_not_"))
}

/// The value of a tag, its own or one that the provider puts on everything; none outside where nobody knows.
fn tag<'a>(thing: &'a Instance, key: &str) -> Option<Option<&'a str>> {
    if let Some(own) = argument(&thing.values, "tags") {
        match own.entries() {
            Some(entries) => {
                if let Some(value) = entries.get(key).filter(|it| !it.is_null()) {
                    return value.as_str().map(Some);
                }
            }
            None => return None,
        }
    }
    let defaults = thing.configured.default_tags.as_ref()?;
    match defaults.entries()?.get(key).filter(|it| !it.is_null()) {
        Some(value) => value.as_str().map(Some),
        None => Some(None),
    }
}

/// Whether a list of ARNs and patterns has the thing in it; none outside where the list is not written.
fn lists(values: &Value, name: &str, thing: &Instance) -> Option<Option<bool>> {
    let written = argument(values, name)?;
    let Some(named) = namings(written) else { return Some(None) };
    if named.is_empty() {
        return None;
    }
    Some(any(named.iter().map(|it| is_meant(it, thing))))
}

fn is_meant(named: &Naming, thing: &Instance) -> Option<bool> {
    match &named.text {
        Some(pattern) => Arn::of(thing)?.is_like(pattern),
        None if means(named, thing, &[]) => Some(true),
        None => (!is_unresolved(named)).then_some(false),
    }
}

/// What is known of the ARN of a thing before it is made.
struct Arn<'a> {
    service: &'static str,
    /// What stands before the name: `db:`, `table/`.
    before: &'static str,
    name: Option<&'a str>,
}

impl<'a> Arn<'a> {
    /// None for what the service does not copy.
    fn of(instance: &'a Instance) -> Option<Self> {
        let (service, before, field) = match instance.ty.as_str() {
            "aws_db_instance" => ("rds", "db:", "identifier"),
            "aws_docdb_cluster" | "aws_neptune_cluster" | "aws_rds_cluster" => {
                ("rds", "cluster:", "cluster_identifier")
            }
            "aws_dynamodb_table" => ("dynamodb", "table/", "name"),
            "aws_ebs_volume" => ("ec2", "volume/", ""),
            "aws_efs_file_system" => ("elasticfilesystem", "file-system/", ""),
            "aws_instance" => ("ec2", "instance/", ""),
            "aws_redshift_cluster" => ("redshift", "cluster:", "cluster_identifier"),
            "aws_s3_bucket" => ("s3", "", "bucket"),
            _ => return None,
        };
        let name = at(&instance.values, &[field]).ok().flatten().and_then(Value::as_str);
        Some(Self { service, before, name })
    }

    /// Whether a pattern means it: `*`, `arn:aws:rds:*:*:db:*`. Region and account are not known here.
    fn is_like(&self, pattern: &str) -> Option<bool> {
        if pattern == "*" {
            return Some(true);
        }
        let parts: Vec<_> = pattern.splitn(6, ':').collect();
        let [arn, partition, rest @ ..] = &parts[..] else { return None };
        if *arn != "arn" || !partition.contains('*') && !partition.starts_with("aws") {
            return Some(false);
        }
        match rest {
            [service, ..] if !fits_pattern(service, self.service) => Some(false),
            [_, region, account, resource] => {
                let is_there = [region, account].iter().all(|it| it.is_empty() || **it == "*");
                self.is_called(resource).and_then(|it| (!it || is_there).then_some(it))
            }
            // A star at the end stands for all that is left.
            [.., last] => last.ends_with('*').then_some(true),
            [] => None,
        }
    }

    fn is_called(&self, pattern: &str) -> Option<bool> {
        if pattern == "*" {
            return Some(true);
        }
        match (self.name, pattern.strip_prefix(self.before)) {
            (Some(name), _) => Some(fits_pattern(pattern, &format!("{}{name}", self.before))),
            (None, Some("*")) => Some(true),
            (None, Some(_)) => None,
            (None, None) => (!pattern.starts_with('*')).then_some(false),
        }
    }
}
