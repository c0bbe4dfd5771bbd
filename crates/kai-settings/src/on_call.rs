//! Who is called, and where they meet.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::At;

/// Roles, teams or people, as this team calls them. Nothing here is ever guessed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct OnCall {
    /// Who is paged first.
    pub first: Option<At<String>>,
    /// Who is paged when the first one does not answer.
    pub second: Option<At<String>>,
    /// Who is called when neither does, or when a decision is above them.
    pub escalation: Option<At<String>>,
    /// Who leads an incident.
    pub commander: Option<At<String>>,
    /// Who tells users and the business.
    pub communications: Option<At<String>>,
    /// Where people meet during an incident: a channel, a bridge.
    pub channel: Option<At<String>>,
    /// When the rotation hands over: `Monday 10:00 Europe/Berlin`.
    pub handover: Option<At<String>>,
    /// When nothing is released: `Friday 14:00 to Monday 08:00`.
    pub freeze: Option<At<String>>,
}
