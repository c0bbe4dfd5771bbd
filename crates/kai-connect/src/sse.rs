//! Server-sent events out of bytes.

/// A longer line is no part of an answer.
const LINE_MAX: usize = 16 << 20;

/// Lines and events out of bytes that are cut anywhere. Names of events, ids and delays are left out: what the data
/// says counts.
#[derive(Debug, Default)]
pub(crate) struct Sse {
    line: Vec<u8>,
    data: Option<String>,
    is_after_return: bool,
    has_begun: bool,
    /// Whether something came that no event stream holds.
    pub(crate) has_other: bool,
}

/// More than an event may have.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl Sse {
    /// Adds the data of all events that `bytes` completes.
    pub(crate) fn feed(&mut self, bytes: &[u8], events: &mut Vec<String>) -> Result<(), TooLarge> {
        for byte in bytes {
            let is_after_return = std::mem::take(&mut self.is_after_return);
            match byte {
                b'\n' if is_after_return => {}
                b'\n' | b'\r' => {
                    self.is_after_return = *byte == b'\r';
                    events.extend(self.end_line()?);
                }
                other => {
                    self.line.push(*other);
                    if self.line.len() > LINE_MAX {
                        return Err(TooLarge);
                    }
                }
            }
        }
        Ok(())
    }

    /// How much of a line has come that is not at its end.
    pub(crate) fn pending(&self) -> usize {
        self.line.len()
    }

    /// What an event that nobody ended holds.
    pub(crate) fn finish(&mut self) -> Option<String> {
        if !self.line.is_empty() {
            let ended = self.end_line().ok()?;
            if ended.is_some() {
                return ended;
            }
        }
        self.data.take()
    }

    fn end_line(&mut self) -> Result<Option<String>, TooLarge> {
        let bytes = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&bytes);
        let line =
            if self.has_begun { &*text } else { text.strip_prefix('\u{feff}').unwrap_or(&text) };
        self.has_begun = true;
        if line.is_empty() {
            return Ok(self.data.take());
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match name {
            "data" => {
                let value = value.strip_prefix(' ').unwrap_or(value);
                match &mut self.data {
                    None => self.data = Some(value.to_owned()),
                    Some(data) if data.len() + value.len() > LINE_MAX => return Err(TooLarge),
                    Some(data) => {
                        data.push('\n');
                        data.push_str(value);
                    }
                }
            }
            "" | "event" | "id" | "retry" => {}
            _ => self.has_other = true,
        }
        Ok(None)
    }
}
