//! Images that programs of a cloud run.

use kai_core::OriginId;
use kai_graph::{HOLE, Image, ImageName, ProgramImage};
use kai_terraform::roots::Instance;
use kai_terraform::value::{Piece, Reference, Value};

use super::fields::{argument, text};
use super::naming::label;

/// The image that a text names: as it is, or in a repository that the same root declares.
pub(super) fn image(value: &Value, all: &[Instance]) -> Option<ProgramImage> {
    run(&written(value, all), value.origin)
}

fn run(text: &str, origin: OriginId) -> Option<ProgramImage> {
    let name = ImageName::parse(text)?;
    let written = Image::parse(text).filter(|_| !text.contains(HOLE));
    Some(ProgramImage { name, written, origin })
}

/// The images of a list of containers as JSON, as task definitions have it.
pub(super) fn in_definitions(value: &Value, all: &[Instance]) -> Vec<ProgramImage> {
    const KEY: &str = "\"image\":\"";
    let text = written(value, all);
    // Whoever writes the JSON by hand may leave blanks.
    let text = text.replace("\"image\" :", "\"image\":").replace("\"image\": ", "\"image\":");
    let parts = text.split(KEY).skip(1).filter_map(|it| it.split('"').next());
    parts.filter_map(|it| run(it, value.origin)).collect()
}

/// Every value under `image` in blocks of containers.
pub(super) fn in_blocks(value: &Value, all: &[Instance], into: &mut Vec<ProgramImage>) {
    if let Some(entries) = value.entries() {
        into.extend(entries.get("image").and_then(|it| image(it, all)));
        entries.values().for_each(|it| in_blocks(it, all, into));
    } else if let Some(elements) = value.elements() {
        elements.iter().for_each(|it| in_blocks(it, all, into));
    }
}

/// The text, with holes for what it is not known to be.
pub(super) fn written(value: &Value, all: &[Instance]) -> String {
    let piece = |it: Piece| match it {
        Piece::Text(text) => text.to_string(),
        Piece::Attribute(reference) => {
            repository(&reference, all).unwrap_or_else(|| HOLE.to_string())
        }
        Piece::Variable(_) | Piece::Open(_) => HOLE.to_string(),
    };
    value.pieces().into_iter().map(piece).collect()
}

/// A repository of ECR, whose registry is the account's.
fn repository(reference: &Reference, all: &[Instance]) -> Option<String> {
    let is_url = reference.unit.is_empty() && reference.path.ends_with("repository_url");
    let (kind, name) =
        label(&reference.address).filter(|it| is_url && it.0 == "aws_ecr_repository")?;
    let declared =
        all.iter().find(|it| label(&it.address) == Some((kind.clone(), name.clone())))?;
    Some(format!("{HOLE}/{}", text(&declared.values, &["name"]).value()?))
}

/// The image under an argument.
pub(super) fn in_argument(instance: &Instance, name: &str, all: &[Instance]) -> Vec<ProgramImage> {
    argument(&instance.values, name).and_then(|it| image(it, all)).into_iter().collect()
}
