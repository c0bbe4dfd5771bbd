//! What is secret whatever else a document says.

/// Parts of names whose values nobody should read. Providers mark them in their schemas, which a
/// kept state does not repeat.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "credential",
    "private_key",
    "privatekey",
    "api_key",
    "apikey",
    "access_key",
    "account_key",
    "client_key",
    "signing_key",
    "auth_key",
    "encryption_key",
    "connection_string",
    "connection_url",
    "database_url",
    "kubeconfig",
    "user_data",
    "dsn",
    "certificate_key",
    "primary_key",
    "secondary_key",
    "sas_url",
    "content_base64",
    "license",
];

/// Names that only speak of a secret.
const HARMLESS: &[&str] = &[
    "_arn",
    "_id",
    "_ids",
    "_name",
    "_enabled",
    "_length",
    "_version",
    "_type",
    "_days",
    "_required",
    "_wo_version",
];

/// True where a name says that its value is secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    WORDS.iter().any(|it| name.contains(it)) && !HARMLESS.iter().any(|it| name.ends_with(it))
}
