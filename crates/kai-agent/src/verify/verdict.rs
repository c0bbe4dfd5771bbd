//! What stands of an answer.

use super::check::check;
use super::claim::Claim;
use super::refusal::Refusal;
use super::shown::Shown;

/// The claims that stand, and those that do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    pub supported: Vec<Claim>,
    pub refused: Vec<Refused>,
}

/// A claim that its evidence does not carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub claim: Claim,
    /// At least one.
    pub reasons: Vec<Refusal>,
}

/// Holds claims against what was shown.
#[must_use]
pub fn verify(claims: Vec<Claim>, shown: &Shown) -> Verdict {
    let mut verdict = Verdict::default();
    for claim in claims {
        let reasons = check(&claim, shown);
        match reasons.is_empty() {
            true => verdict.supported.push(claim),
            false => verdict.refused.push(Refused { claim, reasons }),
        }
    }
    verdict
}

impl Verdict {
    /// What a model is told, so that it can say it better once.
    #[must_use]
    pub fn told(&self) -> String {
        let mut text = format!(
            "{} of your claims stand and are kept. These do not; give each again with evidence that carries it, or leave it out:\n",
            self.supported.len()
        );
        for it in &self.refused {
            let reasons: Vec<String> = it.reasons.iter().map(ToString::to_string).collect();
            text.push_str(&format!("- {:?}: {}\n", it.claim.beginning(), reasons.join("; ")));
        }
        text
    }

    /// What would have to be looked at for the claims that do not stand.
    #[must_use]
    pub fn to_collect(&self) -> Vec<String> {
        let mut wanted: Vec<String> = Vec::new();
        for reason in self.refused.iter().flat_map(|it| &it.reasons) {
            let want = match reason {
                Refusal::Word(it) => format!("evidence that holds `{it}`"),
                Refusal::Number(it) => format!("evidence for the number `{it}`"),
                Refusal::NoPath(_) => "a path of the graph between the components: `kai_blast_radius`, `kai_component`".to_owned(),
                Refusal::OtherPath { effect, cause } => {
                    format!("a path of the graph from `{effect}` to `{cause}`")
                }
                Refusal::NoEvidence | Refusal::NotShown(_) => {
                    "evidence of this system: `kai_review`, `kai_ask`".to_owned()
                }
                Refusal::Joined(names) => {
                    format!("evidence that holds all of `{}`", names.join("`, `"))
                }
                Refusal::Denies => "an absence, with the scope that was searched".to_owned(),
                Refusal::DoesNotDeny | Refusal::NoVerify | Refusal::Verify(_) => continue,
            };
            if !wanted.contains(&want) {
                wanted.push(want);
            }
        }
        wanted
    }
}
