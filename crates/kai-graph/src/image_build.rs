//! Files that say how an image is built.

use kai_core::OriginId;

use crate::{Image, Material};

#[derive(Debug, Clone)]
pub struct ImageBuild {
    /// Images of others that it begins with or copies from.
    pub takes: Vec<(Image, OriginId)>,
    /// The image of others that its last stage begins with, through the stages before it.
    pub base: Option<Image>,
    /// What stands in its variables in the clear, and so in every image.
    pub material: Vec<Material>,
}
