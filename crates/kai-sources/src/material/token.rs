//! Access tokens, by the form that their issuers give them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kai_graph::MaterialKind;

use super::scan::Found;

/// Longer than every token of a fixed form.
const RUN_MAX: usize = 256;

/// Thirty letters or digits and six of a checksum: GitHub's classic tokens, and npm's, which are
/// made alike (github.blog, "Behind GitHub's new authentication token formats", 2021).
pub(super) fn github(text: &str, at: usize) -> Option<Found> {
    let start = text[at..].find('_')? + at + 1;
    let body = run(text, start, |it| it.is_ascii_alphanumeric());
    let (random, checksum) = body.split_at_checked(30)?;
    let is_right = checksum == base62(crc32(random.as_bytes()));
    (body.len() == 36 && is_right).then(|| found(at, start + body.len()))
}

pub(super) fn github_fine_grained(text: &str, at: usize) -> Option<Found> {
    let start = at + "github_pat_".len();
    let body = run(text, start, |it| it.is_ascii_alphanumeric() || it == b'_');
    let is_form = body.len() == 82 && body.as_bytes()[22] == b'_';
    (is_form && is_random(body)).then(|| found(at, start + body.len()))
}

pub(super) fn gitlab(text: &str, at: usize) -> Option<Found> {
    opaque(text, at, "glpat-", 20..=64, is_url_safe)
}

pub(super) fn google(text: &str, at: usize) -> Option<Found> {
    opaque(text, at, "AIza", 35..=35, is_url_safe)
}

pub(super) fn digital_ocean(text: &str, at: usize) -> Option<Found> {
    opaque(text, at, "dop_v1_", 64..=64, |it| it.is_ascii_hexdigit())
}

pub(super) fn stripe(text: &str, at: usize) -> Option<Found> {
    opaque(text, at, "sk_live_", 24..=247, |it| it.is_ascii_alphanumeric())
}

/// Two parts of 22 and 43 letters.
pub(super) fn sendgrid(text: &str, at: usize) -> Option<Found> {
    let start = at + "SG.".len();
    let body = run(text, start, |it| is_url_safe(it) || it == b'.');
    let is_form = body.len() == 66 && body.as_bytes()[22] == b'.';
    (is_form && is_random(body)).then(|| found(at, start + body.len()))
}

/// Numbers of the workspace and the user, then the random part.
pub(super) fn slack(text: &str, at: usize) -> Option<Found> {
    let start = at + "xoxb-".len();
    let body = run(text, start, |it| it.is_ascii_alphanumeric() || it == b'-');
    let mut parts = body.split('-');
    let is_number = |it: &str| it.len() >= 9 && it.bytes().all(|it| it.is_ascii_digit());
    let has_numbers = parts.next().is_some_and(is_number) && parts.next().is_some_and(is_number);
    let random = parts.next_back()?;
    (has_numbers && random.len() >= 24 && is_random(random)).then(|| found(at, start + body.len()))
}

/// A secret key of `age` is Bech32 and has a checksum of its own (BIP 173).
pub(super) fn age(text: &str, at: usize) -> Option<Found> {
    const ALPHABET: &[u8] = b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
    let body = run(text, at + "AGE-SECRET-KEY-1".len(), |it| ALPHABET.contains(&it));
    let digits: Option<Vec<u8>> = body
        .bytes()
        .map(|it| ALPHABET.iter().position(|letter| *letter == it)?.try_into().ok())
        .collect();
    let is_right = body.len() == 58 && bech32_checksum("age-secret-key-", &digits?) == 1;
    is_right.then(|| found(at, at + "AGE-SECRET-KEY-1".len() + body.len()))
}

/// A signed token that never expires: with `exp` it may be long dead, and nobody here reads clocks.
pub(super) fn json_web_token(text: &str, at: usize) -> Option<Found> {
    if text[..at].ends_with(|it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_'))
    {
        return None;
    }
    let is_letter = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    let end = text[at..].find(|it| !is_letter(it)).unwrap_or(text.len() - at);
    let token = &text[at..at + end];
    let mut parts = token.split('.');
    let decode = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    let (header, claims) = (decode(parts.next()?)?, decode(parts.next()?)?);
    let signature = parts.next()?;
    let is_signed =
        header.contains("\"alg\"") && !header.contains("\"none\"") && signature.len() >= 40;
    let is_forever = claims.starts_with('{') && !claims.contains("\"exp\"");
    (is_signed && is_forever && parts.next().is_none()).then(|| found(at, at + token.len()))
}

/// A prefix and a run of letters of a known length.
fn opaque(
    text: &str,
    at: usize,
    prefix: &str,
    lengths: std::ops::RangeInclusive<usize>,
    is_letter: fn(u8) -> bool,
) -> Option<Found> {
    if text[..at].ends_with(|it: char| it.is_ascii_alphanumeric()) {
        return None;
    }
    let body = run(text, at + prefix.len(), is_letter);
    (lengths.contains(&body.len()) && is_random(body))
        .then(|| found(at, at + prefix.len() + body.len()))
}

fn found(start: usize, end: usize) -> Found {
    Found { kind: MaterialKind::AccessToken, range: start..end }
}

fn is_url_safe(it: u8) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_')
}

/// The letters from a place on, as many as a token could have.
fn run(text: &str, start: usize, is_letter: impl Fn(u8) -> bool) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.bytes().take(RUN_MAX).take_while(|it| is_letter(*it)).count();
    &rest[..length]
}

/// False for what people type to show a form: `xxxx…`, `0123456789…`, `EXAMPLE`.
fn is_random(body: &str) -> bool {
    let mut letters: Vec<u8> = body.bytes().collect();
    letters.sort_unstable();
    letters.dedup();
    let lower = body.to_ascii_lowercase();
    let is_shown = ["example", "xxxx", "0000", "12345678", "abcdef", "your"]
        .iter()
        .any(|it| lower.contains(it));
    letters.len() >= 8 && !is_shown
}

/// CRC-32 as zip has it (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            let is_odd = crc & 1 == 1;
            crc >> 1 ^ if is_odd { 0xedb8_8320 } else { 0 }
        })
    })
}

/// Six digits, small numbers padded with zeros.
fn base62(mut number: u32) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut digits = ['0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = char::from(DIGITS[(number % 62) as usize]);
        number /= 62;
    }
    digits.iter().collect()
}

/// The polynomial of BIP 173 over the prefix and the digits.
fn bech32_checksum(prefix: &str, digits: &[u8]) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let high = prefix.bytes().map(|it| it >> 5);
    let low = prefix.bytes().map(|it| it & 31);
    let all = high.chain([0]).chain(low).chain(digits.iter().copied());
    all.fold(1, |sum, digit| {
        let top = sum >> 25;
        let shifted = (sum & 0x1ff_ffff) << 5 ^ u32::from(digit);
        (0..5).filter(|bit| top >> bit & 1 == 1).fold(shifted, |sum, bit| sum ^ GENERATOR[bit])
    })
}

#[cfg(test)]
pub(super) mod forge {
    //! Fakes whose checksums are right.

    use super::*;

    pub(in crate::material) fn github(random: &str) -> String {
        format!("ghp_{random}{}", base62(crc32(random.as_bytes())))
    }

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        // The first valid string of BIP 173: `A12UEL5L`.
        assert_eq!(bech32_checksum("a", &[10, 28, 25, 31, 20, 31]), 1);
    }
}
