//! Points in time, as the API writes them.

use smol_str::SmolStr;

/// A time in UTC, to the second. The API writes `2025-01-01T00:00:00Z` and nothing else, so that
/// the order of texts is the order of times.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(SmolStr);

impl Timestamp {
    /// Nothing where the text is not of that form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const FORM: &[u8] = b"0000-00-00T00:00:00Z";
        let fits = |(byte, form): (u8, &u8)| match form {
            b'0' => byte.is_ascii_digit(),
            sign => byte == *sign,
        };
        let is_one = text.len() == FORM.len() && text.bytes().zip(FORM).all(fits);
        is_one.then(|| Self(text.into()))
    }
}
