//! The table, and what it is asked by.

use std::sync::LazyLock;

use super::Incident;

const TABLE: &str = include_str!("incidents.tsv");

static INCIDENTS: LazyLock<Vec<Incident>> =
    LazyLock::new(|| TABLE.lines().filter_map(row).collect());

/// The way in which something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    AlertMissed,
    Cache,
    Deploy,
    Destroy,
    Drain,
    Load,
    LoneReplica,
    Memory,
    NoBackup,
    Pipeline,
    Probe,
    Region,
    Response,
    Restore,
    Rollout,
    Secret,
    SecretInGit,
    SingleDatastore,
    Spread,
    Throttling,
    Webhook,
    Zone,
}

impl Mode {
    fn as_str(self) -> &'static str {
        match self {
            Self::AlertMissed => "alert",
            Self::Cache => "cache",
            Self::Deploy => "deploy",
            Self::Destroy => "destroy",
            Self::Drain => "drain",
            Self::Load => "load",
            Self::LoneReplica => "lone-replica",
            Self::Memory => "memory",
            Self::NoBackup => "no-backup",
            Self::Pipeline => "pipeline",
            Self::Probe => "probe",
            Self::Region => "region",
            Self::Response => "response",
            Self::Restore => "restore",
            Self::Rollout => "rollout",
            Self::Secret => "secret",
            Self::SecretInGit => "secret-in-git",
            Self::SingleDatastore => "single-datastore",
            Self::Spread => "spread",
            Self::Throttling => "throttling",
            Self::Webhook => "webhook",
            Self::Zone => "zone",
        }
    }
}

fn row(line: &'static str) -> Option<Incident> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    let (id, organisation, month, modes) = (next()?, next()?, next()?, next()?);
    let (what, url) = (next()?, next()?);
    Some(Incident { id, organisation, month, what, url, modes: modes.split(',').collect() })
}

/// The incident that tells most of a mode.
pub(crate) fn of(mode: Mode) -> Option<&'static Incident> {
    let has = |it: &&Incident| it.modes.contains(&mode.as_str());
    let first = |it: &&Incident| it.modes.first() == Some(&mode.as_str());
    INCIDENTS.iter().find(first).or_else(|| INCIDENTS.iter().find(has))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_cited() {
        let rows = TABLE.lines().filter(|it| !it.starts_with('#')).count();
        assert_eq!(INCIDENTS.len(), rows);
        for it in INCIDENTS.iter() {
            assert!(it.url.starts_with("https://"), "{}", it.id);
            assert!(it.what.split_whitespace().count() <= 40, "{} is long", it.id);
            assert!(it.what.starts_with(|it: char| it.is_lowercase()), "{}", it.id);
        }
    }

    #[test]
    fn every_mode_is_in_the_table() {
        use Mode::*;
        for mode in [
            AlertMissed,
            Cache,
            Deploy,
            Destroy,
            Drain,
            Load,
            LoneReplica,
            Memory,
            NoBackup,
            Pipeline,
            Probe,
            Region,
            Response,
            Restore,
            Rollout,
            Secret,
            SecretInGit,
            SingleDatastore,
            Spread,
            Throttling,
            Webhook,
            Zone,
        ] {
            assert!(of(mode).is_some(), "{mode:?}");
        }
    }
}
