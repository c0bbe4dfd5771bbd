//! Addresses of databases, caches, queues and buckets in what a program is told, and in the secrets
//! that it is given.

use kai_core::{OriginId, SmolStr};
use kai_graph::{GivenAddress, ResourceRef};
use kai_terraform::roots::Instance;
use kai_terraform::value::{Piece, Value};

use super::fields::argument;
use super::naming::{label, means, naming, resource};

/// Secrets of secrets, and members of clusters behind them.
const DEPTH_MAX: usize = 4;

/// Every address in a value, each thing once. A secret that the same root fills stands for what is put
/// into it.
pub(super) fn addresses(value: &Value, all: &[Instance], into: &mut Vec<GivenAddress>) {
    addresses_by_key(value, all, into);
    into.sort_by(|one, other| one.to.cmp(&other.to));
    into.dedup_by(|one, other| one.to.is_same_thing(&other.to));
}

/// The same, each under every key that it stands under.
pub(super) fn addresses_by_key(value: &Value, all: &[Instance], into: &mut Vec<GivenAddress>) {
    Reader { all, depth: 0, into }.value(value, &Key::default());
}

/// The same for a value that others read under a name, whatever is in it.
pub(super) fn addresses_under(
    name: &SmolStr,
    value: &Value,
    all: &[Instance],
    into: &mut Vec<GivenAddress>,
) {
    let key = Key { text: name.clone(), is_variable: true };
    Reader { all, depth: 0, into }.value(value, &key);
}

/// True for a text to come that is put together around an address, so that it is there and not empty.
#[must_use]
pub fn is_address(value: &Value) -> bool {
    let pieces = value.pieces();
    pieces.iter().any(is_address_piece) && !pieces.iter().any(is_open)
}

/// True for a part of a text to come of which nobody knows what it is.
pub(super) fn is_open(piece: &Piece) -> bool {
    matches!(piece, Piece::Variable(_) | Piece::Open(_))
}

/// True for a part of a text to come that is an address.
#[must_use]
pub fn is_address_piece(piece: &Piece) -> bool {
    match piece {
        Piece::Attribute(reference) => resource(reference).is_some_and(|it| leads_to(&it)),
        Piece::Text(_) | Piece::Variable(_) | Piece::Open(_) => false,
    }
}

/// What an address is called where it stands.
#[derive(Clone, Default)]
struct Key {
    text: SmolStr,
    /// True for the name of a variable, whose value may have parts with names of their own.
    is_variable: bool,
}

struct Reader<'a, 'b> {
    all: &'a [Instance],
    depth: usize,
    into: &'b mut Vec<GivenAddress>,
}

impl<'a> Reader<'a, '_> {
    fn value(&mut self, value: &Value, key: &Key) {
        if value.as_unknown().is_some() {
            return self.text(value, key);
        }
        if let Some(entries) = value.entries() {
            let variable = entries.get("name").and_then(Value::as_str).map(SmolStr::from);
            for (name, child) in entries.iter() {
                let is_its_value = name.starts_with("value");
                let below = match &variable {
                    Some(variable) if is_its_value => {
                        Key { text: variable.clone(), is_variable: true }
                    }
                    _ if key.is_variable => key.clone(),
                    _ => Key { text: name.clone(), is_variable: false },
                };
                self.value(child, &below);
                if name == "secret_key_ref" {
                    self.secret(child, &below);
                }
            }
        } else if let Some(elements) = value.elements() {
            elements.iter().for_each(|it| self.value(it, key));
        } else if let Some(text) = value.as_str() {
            self.literal(text, key, value.origin);
        }
    }

    /// A name that is known before anything is applied: of a thing that the key speaks of, or of a secret.
    fn literal(&mut self, text: &str, key: &Key, origin: OriginId) {
        let spoken = key.text.to_ascii_lowercase();
        let is_said = |word: &str| match word {
            // A path is the name of nothing else.
            "" => text.contains('/') || spoken.contains("secret"),
            word => spoken.contains(word),
        };
        let types: Vec<_> = LITERALS.iter().filter(|it| is_said(it.2)).collect();
        if types.is_empty() {
            return;
        }
        let meant = self.all.iter().find(|instance| {
            let named = types.iter().find(|it| it.0 == instance.ty);
            named.is_some_and(|it| name_of(instance, it.1) == Some(text))
        });
        self.named(meant, key, origin);
    }

    fn named(&mut self, instance: Option<&Instance>, key: &Key, origin: OriginId) {
        if let Some((kind, name)) = instance.and_then(|it| label(&it.address)) {
            let attribute = SmolStr::new_static(".name");
            let to = ResourceRef { root: SmolStr::default(), kind, name, attribute };
            self.attribute(to, key.text.clone(), origin);
        }
    }

    /// The secret that a variable of Cloud Run is filled from, by its name.
    fn secret(&mut self, reference: &Value, key: &Key) {
        let parts = reference.elements().map_or(std::slice::from_ref(reference), |it| &it[..]);
        for entries in parts.iter().filter_map(Value::entries) {
            let name = ["secret", "name"].iter().find_map(|it| entries.get(*it));
            let Some((text, origin)) = name.and_then(|it| Some((it.as_str()?, it.origin))) else {
                continue;
            };
            let is_it = |it: &&Instance| {
                it.ty == "google_secret_manager_secret" && name_of(it, "secret_id") == Some(text)
            };
            let secret = self.all.iter().find(is_it);
            self.named(secret, key, origin);
        }
    }

    /// A text that is put together: plain, or JSON, whose own keys are nearer to what they name.
    fn text(&mut self, value: &Value, key: &Key) {
        let mut before = String::new();
        for piece in value.pieces() {
            match &piece {
                Piece::Text(text) => before.push_str(text),
                Piece::Attribute(reference) => {
                    let inner = json_key(&before).filter(|_| !key.is_variable);
                    let key = inner.unwrap_or_else(|| key.text.clone());
                    if let Some(to) = resource(reference) {
                        self.attribute(to, key, value.origin);
                    }
                }
                Piece::Variable(_) | Piece::Open(_) => {}
            }
        }
    }

    fn attribute(&mut self, to: ResourceRef, key: SmolStr, origin: OriginId) {
        let behind = behind(&to, self.all).filter(|_| self.depth < DEPTH_MAX);
        if let Some(behind) = behind {
            let key = Key { text: key, is_variable: true };
            self.depth += 1;
            behind.into_iter().for_each(|it| self.value(it, &key));
            self.depth -= 1;
        } else if leads_to(&to) {
            self.into.push(GivenAddress { to, key, origin });
        }
    }
}

fn name_of<'a>(instance: &'a Instance, argument: &str) -> Option<&'a str> {
    self::argument(&instance.values, argument)?.as_str()
}

/// What is called by a name of its own, the argument that gives it, and the word of a key that speaks of
/// such things.
const LITERALS: &[(&str, &str, &str)] = &[
    ("aws_dynamodb_table", "name", "table"),
    ("aws_kinesis_stream", "name", "stream"),
    ("aws_s3_bucket", "bucket", "bucket"),
    ("aws_secretsmanager_secret", "name", ""),
    ("aws_sqs_queue", "name", "queue"),
    ("aws_ssm_parameter", "name", ""),
    ("google_pubsub_subscription", "name", "subscription"),
    ("google_pubsub_topic", "name", "topic"),
    ("google_secret_manager_secret", "secret_id", ""),
    ("google_spanner_instance", "name", "spanner"),
    ("google_storage_bucket", "name", "bucket"),
];

/// The key whose value begins in the text, or the name that the object around gives to its `value`.
fn json_key(before: &str) -> Option<SmolStr> {
    let last = before.rfind("\":\"")?;
    let key = before[..last].rsplit('"').next()?;
    if !key.starts_with("value") {
        return Some(key.into());
    }
    let object = &before[before.rfind('{').unwrap_or_default()..];
    let name = object.split_once("\"name\":\"").and_then(|(_, rest)| rest.split('"').next());
    Some(name.unwrap_or(key).into())
}

/// What a reference stands for, where that is not the thing itself: what is in a secret, the cluster of
/// a member, the target of a proxy.
fn behind<'a>(of: &ResourceRef, all: &'a [Instance]) -> Option<Vec<&'a Value>> {
    if !of.root.is_empty() || !STAND_FOR_OTHERS.contains(&of.kind.as_str()) {
        return None;
    }
    let is_it = |it: &&Instance| label(&it.address) == Some((of.kind.clone(), of.name.clone()));
    let own = all.iter().find(is_it)?;
    Some(match own.ty.as_str() {
        "aws_rds_cluster_instance" => arguments(own, &["cluster_identifier"]),
        "aws_db_proxy" => {
            let names = ["db_cluster_identifier", "db_instance_identifier"];
            apart(own, all, "aws_db_proxy_target", "db_proxy_name", &names)
        }
        _ => contents(own, all),
    })
}

const STAND_FOR_OTHERS: &[&str] = &[
    "aws_db_proxy",
    "aws_rds_cluster_instance",
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_version",
    "aws_ssm_parameter",
    "azurerm_key_vault_secret",
    "google_secret_manager_secret",
    "google_secret_manager_secret_version",
];

/// What is put into a secret or a parameter, there or apart from it.
pub(super) fn contents<'a>(of: &'a Instance, all: &'a [Instance]) -> Vec<&'a Value> {
    const STRINGS: &[&str] = &["secret_string", "secret_string_wo"];
    const DATA: &[&str] = &["secret_data", "secret_data_wo"];
    match of.ty.as_str() {
        "aws_ssm_parameter" => arguments(of, &["value", "value_wo", "insecure_value"]),
        "aws_secretsmanager_secret_version" => arguments(of, STRINGS),
        "aws_secretsmanager_secret" => {
            apart(of, all, "aws_secretsmanager_secret_version", "secret_id", STRINGS)
        }
        "azurerm_key_vault_secret" => arguments(of, &["value", "value_wo"]),
        "google_secret_manager_secret_version" => arguments(of, DATA),
        "google_secret_manager_secret" => {
            apart(of, all, "google_secret_manager_secret_version", "secret", DATA)
        }
        _ => Vec::new(),
    }
}

fn arguments<'a>(of: &'a Instance, names: &[&str]) -> Vec<&'a Value> {
    names.iter().filter_map(|name| argument(&of.values, name)).collect()
}

/// Arguments of the resources of a type that name the instance.
fn apart<'a>(
    of: &Instance,
    all: &'a [Instance],
    ty: &str,
    by: &str,
    names: &[&str],
) -> Vec<&'a Value> {
    let is_of = |other: &&Instance| {
        other.ty == ty
            && naming(&other.values, &[by]).is_some_and(|by| means(&by, of, &["name", "secret_id"]))
    };
    all.iter().filter(is_of).flat_map(|it| arguments(it, names)).collect()
}

/// What has addresses under names of its own, besides what every cloud calls an address or an endpoint.
const NAMES: &[(&[&str], &[&str])] = &[
    (
        &["aws_dynamodb_table", "aws_rds_cluster", "aws_db_instance"],
        // A cluster behind a member or a proxy is meant by its identifier.
        &["arn", "cluster_identifier", "id", "identifier", "name"],
    ),
    (
        &["google_sql_database_instance", "module"],
        &[
            "connection_name",
            "dns_name",
            "first_ip_address",
            "instance_connection_name",
            "instance_first_ip_address",
            "ip_address",
            "private_address",
            "private_ip_address",
            "public_ip_address",
        ],
    ),
    (&["azurerm_mssql_server"], &["fully_qualified_domain_name"]),
    (&["azurerm_mysql_flexible_server", "azurerm_postgresql_flexible_server"], &["fqdn"]),
    (
        &["azurerm_cosmosdb_account"],
        &["primary_key", "primary_mongodb_connection_string", "primary_sql_connection_string"],
    ),
    (
        &["azurerm_eventhub_namespace", "azurerm_servicebus_namespace"],
        &["default_primary_connection_string", "id", "name"],
    ),
    (
        &[
            "azurerm_eventhub",
            "azurerm_servicebus_queue",
            "azurerm_servicebus_topic",
            "azurerm_storage_queue",
        ],
        &["id", "name"],
    ),
    (&["azurerm_managed_redis", "azurerm_redis_cache"], &["hostname", "primary_connection_string"]),
    (
        &["azurerm_storage_account"],
        &[
            "name",
            "primary_access_key",
            "primary_blob_connection_string",
            "primary_blob_endpoint",
            "primary_connection_string",
        ],
    ),
    (&["aws_alb", "aws_elb", "aws_lb"], &["dns_name"]),
    (&["aws_cloudfront_distribution"], &["domain_name"]),
    (&["aws_kinesis_stream"], &["arn", "id", "name"]),
    (
        &["aws_msk_cluster"],
        &[
            "arn",
            "bootstrap_brokers",
            "bootstrap_brokers_sasl_iam",
            "bootstrap_brokers_sasl_scram",
            "bootstrap_brokers_tls",
        ],
    ),
    (&["aws_mq_broker"], &["endpoints"]),
    (&["aws_redshift_cluster"], &["cluster_identifier", "dns_name"]),
    (
        &[
            "google_alloydb_cluster",
            "google_bigtable_instance",
            "google_firestore_database",
            "google_spanner_instance",
        ],
        &["id", "name"],
    ),
    (&["google_memcache_instance"], &["discovery_endpoint"]),
    (&["google_redis_instance"], &["host", "read_endpoint"]),
    (&["google_pubsub_subscription", "google_pubsub_topic"], &["id", "name"]),
    (&["google_storage_bucket"], &["id", "name", "url"]),
    (&["aws_sqs_queue"], &["arn", "id", "name", "url"]),
    (&["aws_sns_topic"], &["arn", "id", "name"]),
    (
        &["aws_s3_bucket"],
        &["arn", "bucket", "bucket_domain_name", "bucket_regional_domain_name", "id", "name"],
    ),
];

/// True where whoever has the attribute can call the thing: an address, or the name that its API takes.
fn leads_to(reference: &ResourceRef) -> bool {
    const ADDRESSES: &[&str] = &[
        "address",
        "cluster_address",
        "configuration_endpoint",
        "configuration_endpoint_address",
        "endpoint",
        "primary_endpoint_address",
        "reader_endpoint",
        "reader_endpoint_address",
    ];
    let attribute = reference.attribute.rsplit('.').next().unwrap_or_default();
    let attribute = attribute.split('[').next().unwrap_or_default();
    let is_named = NAMES.iter().any(|(kinds, names)| {
        kinds.contains(&reference.kind.as_str()) && names.contains(&attribute)
    });
    is_named || ADDRESSES.contains(&attribute)
}
