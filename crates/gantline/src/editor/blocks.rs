//! Pieces of content, in the words of ACP.

use contract::sessions::{ContentBlock, EmbeddedResource};
use conversation::update::Content;
use serde_json::{Value, json};

use super::rpc::RpcError;

/// The editor's directory, and the one on the machine.
pub(super) type Directories = (String, String);

/// Reads the blocks of a prompt. Files of the editor's directory become files of the machine's.
pub(super) fn of_editor(
    blocks: &Value,
    directories: &Directories,
) -> Result<Vec<ContentBlock>, RpcError> {
    let blocks = blocks.as_array().filter(|blocks| !blocks.is_empty());
    let blocks = blocks.ok_or_else(|| RpcError::invalid("prompt is missing, or empty"))?;
    blocks.iter().map(|block| of_block(block, directories)).collect()
}

fn of_block(block: &Value, directories: &Directories) -> Result<ContentBlock, RpcError> {
    let kind = block["type"].as_str().unwrap_or_default();
    let text = |value: &Value, name: &str| {
        let found = value[name].as_str().map(str::to_owned);
        found.ok_or_else(|| RpcError::invalid(format!("{name} is missing in a block of {kind}")))
    };
    match kind {
        "text" => Ok(ContentBlock::Text { text: text(block, "text")? }),
        "image" => Ok(ContentBlock::Image {
            data: text(block, "data")?,
            mime_type: text(block, "mimeType")?,
        }),
        "resource_link" => {
            let uri = on_machine(&text(block, "uri")?, directories);
            let name = block["name"].as_str().map_or_else(|| uri.clone(), str::to_owned);
            Ok(ContentBlock::ResourceLink { uri, name })
        }
        "resource" => {
            let resource = &block["resource"];
            Ok(ContentBlock::Resource {
                resource: EmbeddedResource {
                    uri: on_machine(&text(resource, "uri")?, directories),
                    text: text(resource, "text")?,
                    mime_type: resource["mimeType"].as_str().map(str::to_owned),
                },
            })
        }
        _ => Err(RpcError::invalid(format!("a prompt cannot hold a block of the type {kind:?}"))),
    }
}

/// A file below the editor's directory is meant as the one below the machine's.
fn on_machine(uri: &str, (local, remote): &Directories) -> String {
    let below = uri
        .strip_prefix("file://")
        .and_then(|path| path.strip_prefix(local.trim_end_matches('/')))
        .filter(|below| below.is_empty() || below.starts_with('/'));
    match below {
        Some(below) => format!("file://{}{below}", remote.trim_end_matches('/')),
        None => uri.to_owned(),
    }
}

/// A piece of a transcript.
pub(super) fn of_transcript(content: &Content) -> Value {
    let mut told = match content {
        Content::Text { text } => return text_block(text),
        Content::Image { data, mime_type, uri } => {
            json!({ "type": "image", "data": data, "mimeType": mime_type, "uri": uri })
        }
        Content::Audio { data, mime_type } => {
            json!({ "type": "audio", "data": data, "mimeType": mime_type })
        }
        Content::ResourceLink { uri, name, mime_type, size } => json!({
            "type": "resource_link", "uri": uri, "name": name, "mimeType": mime_type, "size": size,
        }),
        Content::Resource { uri, mime_type, text } => json!({
            "type": "resource",
            "resource": { "uri": uri, "mimeType": mime_type, "text": text },
        }),
        Content::Blob { uri, mime_type, data } => json!({
            "type": "resource",
            "resource": { "uri": uri, "mimeType": mime_type, "blob": data },
        }),
        Content::Omitted { what, bytes, .. } => {
            return text_block(&format!("[{what}, {bytes} bytes, not kept]"));
        }
        // Whoever knows more than we do can read it.
        Content::Unknown { raw } => raw.clone(),
    };
    without_nulls(&mut told);
    if let Some(resource) = told.get_mut("resource") {
        without_nulls(resource);
    }
    told
}

/// Plain text.
pub(super) fn text_block(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

/// The protocol leaves out what there is not. What the agent itself has said is deeper inside, and
/// stays as it is.
pub(super) fn without_nulls(value: &mut Value) {
    if let Value::Object(members) = value {
        members.retain(|_, member| !member.is_null());
    }
}
