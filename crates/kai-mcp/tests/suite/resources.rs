//! What can be read, and the bytes that tools and prompts show as well.

use rmcp::ErrorData;
use rmcp::model::{
    ReadResourceResponse, ReadResourceResult, Resource, ResourceContents, ResourceTemplate,
};
use serde_json::json;

/// A picture of one red pixel.
pub(crate) const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==";
/// A sound that is over before it begins.
pub(crate) const WAV: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";

const TEXT: &str = "test://static-text";
const BINARY: &str = "test://static-binary";
const WATCHED: &str = "test://watched-resource";

pub(crate) fn listed() -> Vec<Resource> {
    let resource = |uri, kind| Resource::new(uri, uri).with_mime_type(kind);
    vec![
        resource(TEXT, "text/plain"),
        resource(BINARY, "image/png"),
        resource(WATCHED, "text/plain"),
    ]
}

pub(crate) fn template() -> ResourceTemplate {
    ResourceTemplate::new("test://template/{id}/data", "template")
        .with_mime_type("application/json")
}

pub(crate) fn read(uri: &str) -> Result<ReadResourceResponse, ErrorData> {
    let templated = uri.strip_prefix("test://template/").and_then(|it| it.strip_suffix("/data"));
    let contents = match (uri, templated) {
        (TEXT | WATCHED, _) => plain(uri),
        (BINARY, _) => ResourceContents::blob(PNG, uri).with_mime_type("image/png"),
        (_, Some(id)) => {
            let text =
                json!({ "id": id, "templateTest": true, "data": format!("Data for ID: {id}") });
            ResourceContents::text(text.to_string(), uri).with_mime_type("application/json")
        }
        _ => {
            let data = Some(json!({ "uri": uri }));
            return Err(ErrorData::resource_not_found("there is no such resource", data));
        }
    };
    Ok(ReadResourceResult::new(vec![contents]).into())
}

/// A few words under any address.
pub(crate) fn plain(uri: &str) -> ResourceContents {
    ResourceContents::text("This is the content of a text.", uri).with_mime_type("text/plain")
}
