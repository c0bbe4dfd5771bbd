//! Topics of SNS: who may publish, who does, who listens, and with which key.

use kai_core::{Known, SmolStr};
use kai_graph::{
    ComponentKind, EncryptionKey, Facts, Naming, Publication, Subscription, Topic, TopicPolicy,
    VaultEvents,
};
use kai_terraform::roots::Instance;

use super::super::fields::{argument, text};
use super::super::naming::{means, naming};
use super::backup::vault_of;
use super::policy::policy_at;

pub(super) fn topic(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let facts = Topic {
        cloud_name: text(values, &["name"]),
        key: naming(values, &["kms_master_key_id"]).map(|it| behind_alias(it, all)),
        policy: policy_at(instance, "policy", all),
    };
    (ComponentKind::Queue, Facts::Topic(Box::new(facts)))
}

/// The key that an alias of the same root stands for.
fn behind_alias(key: Naming, all: &[Instance]) -> Naming {
    let is_it = |it: &&Instance| it.ty == "aws_kms_alias" && means(&key, it, &["name"]);
    let alias = all.iter().find(is_it);
    let target = alias.and_then(|it| naming(&it.values, &["target_key_id"]));
    target.map_or(key.clone(), |it| Naming { origin: key.origin, ..it })
}

pub(super) fn policy(instance: &Instance, all: &[Instance]) -> Option<(ComponentKind, Facts)> {
    let topic = naming(&instance.values, &["arn"])?;
    let facts = TopicPolicy { topic, policy: policy_at(instance, "policy", all) };
    Some((ComponentKind::Control, Facts::TopicPolicy(Box::new(facts))))
}

pub(super) fn subscription(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let topic = naming(values, &["topic_arn"])?;
    let endpoint = text(values, &["endpoint"]);
    let host = endpoint.value().and_then(|it| host(it));
    let facts = Subscription { topic, protocol: text(values, &["protocol"]), host };
    Some((ComponentKind::Control, Facts::Subscription(Box::new(facts))))
}

/// The host of a URL, without who logs in.
fn host(endpoint: &str) -> Option<SmolStr> {
    let rest = endpoint.strip_prefix("https://").or_else(|| endpoint.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    Some(authority.rsplit('@').next().unwrap_or_default().into())
}

pub(super) fn key(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let facts = EncryptionKey { policy: policy_at(instance, "policy", all) };
    (ComponentKind::Secret, Facts::EncryptionKey(Box::new(facts)))
}

/// What tells a service to publish: the type, where the topic is named, the service, what it tells,
/// and whether the policy that SNS gives each topic lets it. RDS is let in (Amazon RDS User Guide,
/// `USER_Events.GrantingPermissions`); EventBridge and Backup must be named (EventBridge User Guide,
/// `eb-use-resource-based`; AWS Backup Developer Guide, `backup-notifications`), and so must S3 (Amazon
/// S3 User Guide, `grant-destinations-permissions-to-s3`). Alarms name their topics themselves.
const PUBLISHERS: &[(&str, &str, &str, &str, bool)] = &[
    (
        "aws_db_event_subscription",
        "sns_topic",
        "events.rds.amazonaws.com",
        "events of databases",
        true,
    ),
    ("aws_cloudwatch_event_target", "arn", "events.amazonaws.com", "events", false),
    (
        "aws_backup_vault_notifications",
        "sns_topic_arn",
        "backup.amazonaws.com",
        "outcomes of backups",
        false,
    ),
    ("aws_s3_bucket_notification", "topic", "s3.amazonaws.com", "events of buckets", false),
];

pub(super) fn publication(instance: &Instance, all: &[Instance]) -> Option<(ComponentKind, Facts)> {
    let (_, field, service, subject, is_let_by_default) =
        PUBLISHERS.iter().find(|it| it.0 == instance.ty)?;
    let topic = match *field {
        "topic" => naming(&instance.values, &["topic", "topic_arn"])?,
        field => naming(&instance.values, &[field])?,
    };
    let is_topic = |kind: &SmolStr| kind == "aws_sns_topic";
    let is_one = topic.resource().is_some_and(|it| is_topic(&it.kind));
    let facts = Publication {
        topic,
        service: SmolStr::new_static(service),
        subject: subject_of(instance, all).unwrap_or(SmolStr::new_static(subject)),
        is_let_by_default: *is_let_by_default,
        of_vault: vault_events(instance, all),
    };
    is_one.then(|| (ComponentKind::Control, Facts::Publication(Box::new(facts))))
}

fn vault_events(instance: &Instance, all: &[Instance]) -> Option<VaultEvents> {
    let vault = naming(&instance.values, &["backup_vault_name"])?;
    let listed = argument(&instance.values, "backup_vault_events")?;
    let names = listed.elements()?.iter().map(|it| text(it, &[]).value().cloned());
    let names = match names.collect::<Option<Vec<_>>>() {
        Some(names) => Known::new(names, listed.origin),
        None => Known::default(),
    };
    Some(VaultEvents { vault: vault_of(&vault, all), names })
}

/// What events a rule of EventBridge selects: `events of aws.health`.
fn subject_of(instance: &Instance, all: &[Instance]) -> Option<SmolStr> {
    let rule = naming(&instance.values, &["rule"])?;
    let of = |it: &&Instance| {
        let name = text(&it.values, &["name"]);
        let is_named = name.value().is_some_and(|it| Some(it) == rule.text.as_ref());
        it.ty == "aws_cloudwatch_event_rule" && is_named
    };
    let rule = all.iter().find(of)?;
    let Known::Value(pattern) = text(&rule.values, &["event_pattern"]) else { return None };
    let pattern: serde_json::Value = serde_json::from_str(&pattern.value).ok()?;
    let source = pattern.get("source")?.get(0)?.as_str()?;
    Some(format!("events of {source}").into())
}
