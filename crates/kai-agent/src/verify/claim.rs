//! What a model says, piece by piece.

use serde_json::Value;

/// A sentence, and the evidence that is to carry it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    pub kind: Kind,
    pub text: String,
    /// `E-…`, as they were shown.
    pub evidence: Vec<String>,
    /// The command that shows whether a recommendation worked.
    pub verify: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Fact,
    /// Something to do; it needs a command that verifies it.
    Recommendation,
}

/// Of a text that is told only so that it is known again.
const BEGINNING_MAX: usize = 300;

impl Claim {
    /// Enough of the text to know it again.
    #[must_use]
    pub fn beginning(&self) -> String {
        match self.text.char_indices().nth(BEGINNING_MAX) {
            Some((end, _)) => format!("{}…", self.text[..end].trim_end()),
            None => self.text.clone(),
        }
    }
}

/// More claims than a reader would read.
const CLAIM_MAX: usize = 40;

/// The claims among the arguments of the tool that ends an answer, or what is wrong with them.
///
/// # Errors
///
/// A sentence for the model.
pub fn claims(arguments: &Value) -> Result<Vec<Claim>, String> {
    let all = arguments.get("claims").and_then(Value::as_array);
    let all = all.ok_or("`claims` is missing: a list of { text, evidence }")?;
    if all.len() > CLAIM_MAX {
        return Err(format!("{} claims; give at most {CLAIM_MAX}", all.len()));
    }
    all.iter().map(claim).collect()
}

fn claim(value: &Value) -> Result<Claim, String> {
    let text = value.get("text").and_then(Value::as_str).map(str::trim);
    let text = text.filter(|it| !it.is_empty()).ok_or("a claim has no `text`")?;
    let kind = match value.get("kind").and_then(Value::as_str) {
        None | Some("fact") => Kind::Fact,
        Some("recommendation") => Kind::Recommendation,
        Some(other) => {
            return Err(format!("`{other}` is no kind of claim: fact, recommendation"));
        }
    };
    let ids = value.get("evidence").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let evidence = ids.iter().filter_map(Value::as_str).map(|it| it.trim().to_owned()).collect();
    let verify = value.get("verify").and_then(Value::as_str).map(|it| it.trim().to_owned());
    let verify = verify.filter(|it| !it.is_empty());
    Ok(Claim { kind, text: text.to_owned(), evidence, verify })
}
