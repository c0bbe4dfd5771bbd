//! Checksums, and base32.

use kai_syntax::go_template::bytes;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::convert::to_text;
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::Value;

const TEXT: &[Kind] = &[Kind::Text];

pub(super) const ALL: &[Function] = &[
    function("adler32sum", TEXT, None, |run, it| digest(run, &it, |it| adler32(it).to_string())),
    function("b32dec", TEXT, None, |run, it| digest(run, &it, from_base32)),
    function("b32enc", TEXT, None, |run, it| digest(run, &it, to_base32)),
    function("sha1sum", TEXT, None, |run, it| {
        digest(run, &it, |it| hexadecimal(&Sha1::digest(it)))
    }),
    function("sha256sum", TEXT, None, |run, it| {
        digest(run, &it, |it| hexadecimal(&Sha256::digest(it)))
    }),
    function("sha512sum", TEXT, None, |run, it| {
        digest(run, &it, |it| hexadecimal(&Sha512::digest(it)))
    }),
];

fn digest(run: &Run<'_>, arguments: &[Value], of: impl Fn(&[u8]) -> String) -> Outcome {
    let text = to_text(&arguments[0]);
    Ok(text.digested(of(&text.bytes()), run.origins).into())
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), &byte| {
        let low = (low + u32::from(byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn to_base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let mut block = [0_u8; 8];
        block[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(block);
        let digits = (chunk.len() * 8).div_ceil(5);
        for at in 0..8 {
            let digit = usize::try_from(bits >> (35 - 5 * at) & 31).unwrap_or(0);
            out.push(if at < digits { char::from(ALPHABET[digit]) } else { '=' });
        }
    }
    out
}

/// The text, or Go's message of what is wrong with it.
fn from_base32(bytes: &[u8]) -> String {
    let digits = bytes.iter().copied().filter(|it| !matches!(it, b'\r' | b'\n'));
    let digits: Vec<u8> = digits.collect();
    let end = digits.iter().position(|&it| it == b'=').unwrap_or(digits.len());
    let (mut bits, mut count, mut out) = (0_u64, 0, Vec::new());
    for (at, digit) in digits[..end].iter().enumerate() {
        let Some(value) = ALPHABET.iter().position(|it| it == digit) else {
            return format!("illegal base32 data at input byte {at}");
        };
        bits = bits << 5 | value as u64;
        count += 5;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).unwrap_or(0));
        }
    }
    if !digits.len().is_multiple_of(8) {
        return format!("illegal base32 data at input byte {}", digits.len() / 8 * 8);
    }
    bytes::to_text(out)
}
