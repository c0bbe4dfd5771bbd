//! Where Terraform keeps what it knows of a root.

use kai_core::{Known, SmolStr};

use super::policy::means;
use super::{Bucket, CloudRole, SharedRead, Statement};
use crate::{Cloud, Facts, Of, System};

/// The place for the state of a root.
#[derive(Debug, Clone)]
pub struct StateStore {
    /// The kind of backend: `s3`, `local`; empty for a file of the repository.
    pub backend: SmolStr,
    /// The bucket, or the account of blobs, where it is one.
    pub bucket: Known<SmolStr>,
    /// What it is called in the bucket.
    pub key: Known<SmolStr>,
    /// True where two applies cannot write at once.
    pub is_locked: Known<bool>,
    /// Whole companies that read what is in the bucket, by a policy on one that is made elsewhere.
    pub shared: Vec<SharedRead>,
    /// Others whom such a policy names.
    pub named: Vec<SharedRead>,
    /// What is in it, where it is a file of the repository.
    pub committed: Option<CommittedState>,
}

/// A state among the files of a repository.
#[derive(Debug, Clone)]
pub struct CommittedState {
    pub path: SmolStr,
    /// What the tool manages by it.
    pub object_count: usize,
    /// Attributes that are secret by their names or by its own marks.
    pub secret_count: usize,
    /// The kind of backend that keeps the state now, where the configuration names one: this one is a leftover.
    pub kept_by: Option<SmolStr>,
}

impl StateStore {
    /// Whose cloud keeps it.
    #[must_use]
    pub fn cloud(&self) -> Option<Cloud> {
        match self.backend.as_str() {
            "azurerm" => Some(Cloud::Azure),
            "gcs" => Some(Cloud::Google),
            "s3" => Some(Cloud::Amazon),
            _ => None,
        }
    }

    /// True where a bucket is the one that keeps it. Within one cloud no two buckets have one name.
    #[must_use]
    pub fn is_kept_in(&self, bucket: &Bucket) -> bool {
        let name = self.bucket.value();
        name.is_some() && name == bucket.cloud_name.value() && self.cloud() == Some(bucket.cloud)
    }

    /// Its ARN at S3; where its key is not written, that of any object of the bucket.
    #[must_use]
    pub fn arn(&self) -> Option<String> {
        let key = self.key.value().map_or("state", SmolStr::as_str);
        Some(format!("arn:aws:s3:::{}/{key}", self.bucket.value()?))
    }

    /// The command that prints who may read the bucket; empty where that is not asked of a cloud.
    #[must_use]
    pub fn readers_command(&self) -> String {
        let bucket = self.bucket.value().map_or("", SmolStr::as_str);
        match self.cloud() {
            _ if bucket.is_empty() => String::new(),
            Some(Cloud::Google) => {
                format!("gcloud storage buckets get-iam-policy gs://{bucket}")
            }
            Some(Cloud::Amazon) => format!("aws s3api get-bucket-policy --bucket {bucket}"),
            _ => String::new(),
        }
    }

    /// True where it is among what somebody reads. What is to come in a pattern may be anything.
    #[must_use]
    pub fn is_in(&self, shared: &SharedRead) -> bool {
        let arn = self.arn().unwrap_or_default();
        shared.objects.is_empty() || shared.objects.iter().any(|it| means(it, &arn, true))
    }
}

impl System {
    /// The places where configurations keep their states.
    pub fn state_stores(&self) -> impl Iterator<Item = Of<'_, StateStore>> {
        self.components().iter().filter_map(|component| match &component.facts {
            Facts::StateStore(facts) => Some(Of { component, facts: &**facts }),
            _ => None,
        })
    }

    /// The statement by which a role reads a state of S3; none where another one denies something.
    #[must_use]
    pub fn reads_state<'a>(
        &self,
        role: Of<'a, CloudRole>,
        store: Of<'_, StateStore>,
    ) -> Option<&'a Statement> {
        self.may_read_state(role, store).filter(|_| !role.facts.is_denied_something())
    }

    /// The same whatever is denied. A role of another environment may be one of another account, where a
    /// pattern that names no bucket means others.
    #[must_use]
    pub fn may_read_state<'a>(
        &self,
        role: Of<'a, CloudRole>,
        store: Of<'_, StateStore>,
    ) -> Option<&'a Statement> {
        let bucket = store.facts.bucket.value().filter(|_| store.facts.backend == "s3")?;
        let arn = store.facts.arn()?;
        let is_near = self.environment(role.component) == self.environment(store.component);
        let is_meant = |it: &SmolStr| is_near || it.contains(bucket.as_str());
        let mut allowed = role.facts.statements().filter(|it| it.is_allowed);
        allowed.find(|it| it.reads_object(&arn).any(is_meant))
    }

    /// The states that a bucket keeps.
    pub fn states_in<'a>(&'a self, bucket: &'a Bucket) -> impl Iterator<Item = Of<'a, StateStore>> {
        self.state_stores().filter(|it| it.facts.is_kept_in(bucket))
    }
}
