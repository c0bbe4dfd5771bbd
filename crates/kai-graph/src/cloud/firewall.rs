//! What a firewall lets in from anywhere.

use kai_core::OriginId;

/// Rules of a firewall that let in the whole internet.
#[derive(Debug, Clone)]
pub struct Firewall {
    pub openings: Vec<Opening>,
    /// What stands behind it, as far as the same configuration says.
    pub guarded: Vec<Guarded>,
}

/// Ports that anybody reaches.
#[derive(Debug, Clone)]
pub struct Opening {
    pub first: u16,
    pub last: u16,
    /// Where it says that anybody may.
    pub origin: OriginId,
}

/// A thing behind a firewall.
#[derive(Debug, Clone)]
pub struct Guarded {
    /// `aws_instance.bastion`
    pub address: String,
    /// True where it has no address that the internet reaches.
    pub is_private: bool,
}
