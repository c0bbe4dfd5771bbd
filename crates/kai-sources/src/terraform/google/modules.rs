//! Well-known modules of the registry, by what they are given.
//!
//! What a module makes of an input that is left out stands in its `variables.tf`; only modules of
//! which that was read are here.

use kai_core::Origins;
use kai_graph::{ComponentKind, Facts};
use kai_terraform::roots::Instance;

use super::{access, cluster, database};

/// A module, and what a call of it is.
struct Known {
    /// Under the names that it has had.
    sources: &'static [&'static str],
    /// Parts of it whose inputs are the same; empty for the module itself.
    parts: &'static [&'static str],
    read: fn(&Instance, &Origins) -> Option<(ComponentKind, Facts)>,
}

const MODULES: &[Known] = &[
    Known {
        sources: &["GoogleCloudPlatform/sql-db/google", "terraform-google-modules/sql-db/google"],
        parts: &["modules/mssql", "modules/mysql", "modules/postgresql"],
        read: |call, origins| Some(database::of_call(call, origins)),
    },
    Known {
        sources: &["terraform-google-modules/kubernetes-engine/google"],
        parts: &[
            "",
            "modules/beta-autopilot-private-cluster",
            "modules/beta-autopilot-public-cluster",
            "modules/beta-private-cluster",
            "modules/beta-private-cluster-update-variant",
            "modules/beta-public-cluster",
            "modules/beta-public-cluster-update-variant",
            "modules/private-cluster",
            "modules/private-cluster-update-variant",
        ],
        read: |call, origins| Some(cluster::of_call(call, origins)),
    },
    Known {
        sources: &["terraform-google-modules/iam/google"],
        parts: &["modules/projects_iam"],
        read: |call, _| access::of_projects(call),
    },
];

pub(in super::super) fn facts(
    call: &Instance,
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    let source = call.ty.strip_prefix("registry.terraform.io/").unwrap_or(&call.ty);
    let (module, part) = source.split_once("//").unwrap_or((source, ""));
    let found =
        MODULES.iter().find(|it| it.sources.contains(&module) && it.parts.contains(&part))?;
    (found.read)(call, origins)
}
