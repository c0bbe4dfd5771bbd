//! Private keys in PEM.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kai_graph::MaterialKind;

use super::scan::Found;

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// A private key that is not encrypted. The body is decoded: documentation that shows only the
/// frame of a key, or a few letters of one, is none.
pub(super) fn private_key(text: &str, at: usize) -> Option<Found> {
    // What begins further on is looked at there.
    let rest = text[at + BEGIN.len()..].split(BEGIN).next()?;
    let (label, rest) = rest.split_once(DASHES)?;
    let is_key = label == "PRIVATE KEY"
        || matches!(label.strip_suffix(" PRIVATE KEY"), Some("RSA" | "EC" | "DSA" | "OPENSSH"));
    let (body, after) = if is_key { rest.split_once("-----END ")? } else { return None };
    if body.contains("ENCRYPTED") {
        return None;
    }
    let before = label.len() + DASHES.len() + body.len() + "-----END ".len();
    let end = at + BEGIN.len() + before + after.find(DASHES)? + DASHES.len();
    let bytes = decode(body)?;
    let is_whole = match label {
        "OPENSSH PRIVATE KEY" => is_open_ssh(&bytes),
        _ => is_der_sequence(&bytes),
    };
    is_whole.then_some(Found { kind: MaterialKind::PrivateKey, range: at..end })
}

/// Line ends may be written as `\n`, as JSON has them.
fn decode(body: &str) -> Option<Vec<u8>> {
    let body = body.replace("\\r", "").replace("\\n", "");
    let body: String = body.chars().filter(|it| !it.is_whitespace()).collect();
    STANDARD.decode(body).ok()
}

/// One sequence that fills the bytes (ITU-T X.690, 8.1).
fn is_der_sequence(bytes: &[u8]) -> bool {
    let [0x30, length, rest @ ..] = bytes else { return false };
    let (length, content) = match length {
        0x00..=0x7f => (usize::from(*length), rest),
        0x81..=0x84 => {
            let (digits, content) =
                rest.split_at_checked(usize::from(length - 0x80)).unwrap_or_default();
            (digits.iter().fold(0, |sum, it| sum << 8 | usize::from(*it)), content)
        }
        _ => return false,
    };
    length > 32 && length == content.len()
}

/// The cipher of a key that needs no passphrase is `none` (OpenSSH's PROTOCOL.key).
fn is_open_ssh(bytes: &[u8]) -> bool {
    bytes.starts_with(b"openssh-key-v1\0\0\0\0\x04none") && bytes.len() > 64
}
