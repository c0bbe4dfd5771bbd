//! Topics that carry what is said of failures: who may publish, who does, and who listens.

use kai_core::{Known, SmolStr};

use super::{Naming, Policy, VaultRef};

/// A topic.
#[derive(Debug, Clone)]
pub struct Topic {
    pub cloud_name: Known<SmolStr>,
    /// The key that its messages are encrypted with, where one is named.
    pub key: Option<Naming>,
    /// Who may publish; not declared where the cloud's own policy stands.
    pub policy: Known<Policy>,
}

/// Who may publish to a topic, declared apart from it.
#[derive(Debug, Clone)]
pub struct TopicPolicy {
    pub topic: Naming,
    pub policy: Known<Policy>,
}

/// A listener of a topic.
#[derive(Debug, Clone)]
pub struct Subscription {
    pub topic: Naming,
    /// `https`, `email`, `sqs`.
    pub protocol: Known<SmolStr>,
    /// The host of its address, where that is a URL. The rest of it may be a secret.
    pub host: Option<SmolStr>,
}

/// A service of the cloud that is told to publish to a topic.
#[derive(Debug, Clone)]
pub struct Publication {
    pub topic: Naming,
    /// As policies call the service: `events.amazonaws.com`.
    pub service: SmolStr,
    /// What it would tell, as a noun: `events of databases`.
    pub subject: SmolStr,
    /// True where the policy that the cloud gives each topic lets it publish.
    pub is_let_by_default: bool,
    /// The vault whose events it tells, and these by name, if it tells those of a vault.
    pub of_vault: Option<VaultEvents>,
}

/// What a vault that keeps copies tells.
#[derive(Debug, Clone)]
pub struct VaultEvents {
    pub vault: VaultRef,
    /// `BACKUP_JOB_FAILED`, `COPY_JOB_FAILED` …
    pub names: Known<Vec<SmolStr>>,
}

/// A key of the cloud's key service.
#[derive(Debug, Clone)]
pub struct EncryptionKey {
    /// Who may use it; not declared where the cloud's own policy stands.
    pub policy: Known<Policy>,
}
