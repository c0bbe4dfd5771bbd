//! The rows of the table that the register asks for, by name.

/// A row of the table of priors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    NodeUnplanned,
    NodeCorrelatedShare,
    ZoneOutage,
    ZoneDuration,
    ZoneShared,
    VolumeLoss,
    DrainAny,
    DeployRate,
    DeployFailShare,
    DeployOutageShare,
    IncidentPerYear,
    CauseOverload,
    CauseDependency,
    NoAlertDay,
    NoAlertNight,
    AckDay,
    RepairByHand,
    RollbackAuto,
    PodStart,
    ImagePull,
    NodeProvision,
    CacheWarmUp,
    RestoreFailUntested,
    DeleteOperator,
    ImpactSoft,
    SloTarget,
}

impl Key {
    /// In the order of the table.
    pub const ALL: [Self; 26] = [
        Self::NodeUnplanned,
        Self::NodeCorrelatedShare,
        Self::ZoneOutage,
        Self::ZoneDuration,
        Self::ZoneShared,
        Self::VolumeLoss,
        Self::DrainAny,
        Self::DeployRate,
        Self::DeployFailShare,
        Self::DeployOutageShare,
        Self::IncidentPerYear,
        Self::CauseOverload,
        Self::CauseDependency,
        Self::NoAlertDay,
        Self::NoAlertNight,
        Self::AckDay,
        Self::RepairByHand,
        Self::RollbackAuto,
        Self::PodStart,
        Self::ImagePull,
        Self::NodeProvision,
        Self::CacheWarmUp,
        Self::RestoreFailUntested,
        Self::DeleteOperator,
        Self::ImpactSoft,
        Self::SloTarget,
    ];

    /// As the table spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NodeUnplanned => "node.unplanned",
            Self::NodeCorrelatedShare => "node.correlated_share",
            Self::ZoneOutage => "zone.outage",
            Self::ZoneDuration => "zone.duration",
            Self::ZoneShared => "zone.shared",
            Self::VolumeLoss => "volume.ebs_afr",
            Self::DrainAny => "drain.any",
            Self::DeployRate => "deploy.medium.rate",
            Self::DeployFailShare => "deploy.medium.fail_rate",
            Self::DeployOutageShare => "deploy.outage_share",
            Self::IncidentPerYear => "incident.per_year",
            Self::CauseOverload => "cause.overload",
            Self::CauseDependency => "cause.saas.dependency",
            Self::NoAlertDay => "ttd.no_alert_day",
            Self::NoAlertNight => "ttd.no_alert_night",
            Self::AckDay => "ack.day",
            Self::RepairByHand => "ttr.by_hand",
            Self::RollbackAuto => "ttr.rollback_auto",
            Self::PodStart => "pod.start",
            Self::ImagePull => "image.pull",
            Self::NodeProvision => "node.provision",
            Self::CacheWarmUp => "cache.warm_up",
            Self::RestoreFailUntested => "restore.fail_untested",
            Self::DeleteOperator => "delete.operator",
            Self::ImpactSoft => "impact.soft",
            Self::SloTarget => "slo.target",
        }
    }
}
