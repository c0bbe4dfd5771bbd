//! What a database ships away as it is written.
//!
//! CloudNativePG archives the write-ahead log of a Cluster with `spec.backup.barmanObjectStore` all the
//! time, and closes a file at least every `archive_timeout`, which it sets to 5 minutes unless the
//! Cluster says otherwise; a recovery always makes a new Cluster (its pages on WAL archiving and recovery).

use kai_core::{Known, OriginId};
use kai_graph::{Component, Facts};

use crate::answer::Statement;
use crate::case::Case;

const STORE: &str = "spec.backup.barmanObjectStore.";

/// Where a Cluster of CloudNativePG archives its log.
pub(super) struct Archive<'a> {
    /// `s3://…`, where that can be read.
    path: Option<&'a str>,
    /// As written: `5min`, or seconds.
    timeout: Option<&'a str>,
    origin: OriginId,
}

/// Nothing where no log is known to be archived.
pub(super) fn archive(component: &Component) -> Option<Archive<'_>> {
    let Facts::Datastore(facts) = &component.facts else { return None };
    let is_cluster = component.native_kind == "Cluster"
        && component.api_version.starts_with("postgresql.cnpg.io/");
    let origin = facts.has_backup.traced().filter(|it| it.value)?.origin;
    let has_store = facts.settings.keys().any(|it| it.starts_with(STORE));
    let setting =
        |name: &str| facts.settings.get(name).and_then(Known::value).map(|it| it.as_str());
    let timeout = setting("spec.postgresql.parameters.archive_timeout");
    let path = setting("spec.backup.barmanObjectStore.destinationPath");
    (is_cluster && has_store).then_some(Archive { path, timeout, origin })
}

impl Archive<'_> {
    /// How much is lost with the database while the archive works.
    pub(super) fn loss(&self, case: Case<'_>, component: &Component) -> Statement {
        let how_much = match self.timeout {
            None => "about 5 minutes of data are lost with it: CloudNativePG closes a file of the log at least that often (`archive_timeout`)".to_owned(),
            Some("0") => "what stands in the last file of the log is lost with it: `archive_timeout` is 0, so a quiet database closes none".to_owned(),
            Some(timeout) => format!("no more than `archive_timeout`, {timeout}, of data is lost with it"),
        };
        let text = format!(
            "Its write-ahead log is archived to {} all the time, so while that works {how_much}.",
            self.place()
        );
        Statement::new(text, vec![case.at(component.id, self.origin)])
    }

    /// The same, the number first.
    pub(super) fn objective(&self, case: Case<'_>, component: &Component) -> Statement {
        let how_much = match self.timeout {
            None => "About 5 minutes of data",
            Some("0") => "What stands in the last file of its log",
            Some(timeout) => &format!("No more than {timeout} of data"),
        };
        let why = match self.timeout {
            None => "CloudNativePG closes a file of it at least that often (`archive_timeout`)",
            Some("0") => "`archive_timeout` is 0, so a quiet database closes no file",
            Some(_) => "`archive_timeout` closes a file of it that often",
        };
        let text = format!(
            "{how_much} would be lost with `{}`: its write-ahead log is archived to {} all the time, and while that works {why}.",
            component.label(),
            self.place()
        );
        Statement::new(text, vec![case.at(component.id, self.origin)])
    }

    /// How it is restored.
    pub(super) fn way_back(&self, case: Case<'_>, component: &Component) -> Statement {
        let name = &component.name;
        let text = format!(
            "Where the data itself is gone: apply a new `Cluster` under another name, with `bootstrap.recovery.source: {name}` and an entry `{name}` of `externalClusters` whose `barmanObjectStore` is {} with the same credentials (`recoveryTarget.targetTime` stops before a bad change); it replays the log to its end. CloudNativePG never restores in place, and the new one must archive to a path of its own. Then point the clients at its Service.",
            self.place()
        );
        Statement::new(text, vec![case.at(component.id, self.origin)])
    }

    fn place(&self) -> String {
        self.path.map_or("its object store".to_owned(), |it| format!("`{it}`"))
    }
}
