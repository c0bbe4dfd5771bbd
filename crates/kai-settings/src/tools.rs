//! Checks of other tools that mean what a rule of Kai means.
//!
//! The table is data: `tools.tsv`, one pair a line. A pair stands there only where whoever silences
//! the check has accepted what the rule says.

use std::fmt;

/// A tool whose comments and annotations are honoured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    KubeLinter,
    KubeScore,
    Polaris,
    Checkov,
    Trivy,
    Kics,
    Hadolint,
    Zizmor,
}

const TABLE: &str = include_str!("tools.tsv");

impl Tool {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KubeLinter => "kube-linter",
            Self::KubeScore => "kube-score",
            Self::Polaris => "polaris",
            Self::Checkov => "checkov",
            Self::Trivy => "trivy",
            Self::Kics => "kics",
            Self::Hadolint => "hadolint",
            Self::Zizmor => "zizmor",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `(tool, check, rule)`, in the order of the table.
pub fn pairs() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let rows = TABLE.lines().filter(|it| !it.starts_with('#')).skip(1);
    rows.filter_map(|row| {
        let mut fields = row.split('\t');
        Some((fields.next()?, fields.next()?, fields.next()?))
    })
}

/// Rules that mean the same as one of the checks, which are separated by commas or spaces.
pub(crate) fn rules(tool: Tool, checks: &str) -> Vec<String> {
    let checks: Vec<String> = checks
        .split([',', ' ', '\t'])
        .filter(|it| !it.is_empty())
        .map(|it| canonical(tool, it))
        .collect();
    of(|of, check| of == tool.as_str() && checks.iter().any(|it| *it == canonical(tool, check)))
}

/// Every rule that a check of the tool stands for.
pub(crate) fn all(tool: Tool) -> Vec<String> {
    of(|of, _| of == tool.as_str())
}

fn of(is_meant: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let meant = pairs().filter(|(tool, check, _)| is_meant(tool, check));
    let mut rules: Vec<String> = meant.map(|(_, _, rule)| rule.to_owned()).collect();
    rules.sort();
    rules.dedup();
    rules
}

/// `AVD-KSV-0013`, `KSV-0013` and `KSV013` are one check of Trivy; names of others are compared
/// without regard to case.
fn canonical(tool: Tool, check: &str) -> String {
    let check = check.to_lowercase();
    if tool != Tool::Trivy {
        return check;
    }
    let check = check.strip_prefix("avd-").unwrap_or(&check).replace('-', "");
    let digits = check.find(|it: char| it.is_ascii_digit()).unwrap_or(check.len());
    format!("{}{}", &check[..digits], check[digits..].trim_start_matches('0'))
}

/// What an object's annotation silences, if it is one that silences another tool: the tool, its
/// check as written, the rules that mean the same, and the reason.
#[must_use]
pub fn annotation(key: &str, value: &str) -> Option<Silenced> {
    let is_on = || value.eq_ignore_ascii_case("true");
    // The object as a whole is left out, and what is written behind the key of kube-linter is the reason.
    let whole = match key {
        "kube-linter.io/ignore-all" => Some((Tool::KubeLinter, value)),
        "polaris.fairwinds.com/exempt" if is_on() => Some((Tool::Polaris, "")),
        _ => None,
    };
    if let Some((tool, reason)) = whole {
        let (check, reason) = ("every check".to_owned(), reason.trim().to_owned());
        return Some(Silenced { tool, check, rules: all(tool), reason });
    }
    let (tool, check, reason) =
        if let Some(check) = key.strip_prefix("ignore-check.kube-linter.io/") {
            (Tool::KubeLinter, check, value)
        } else if key == "kube-score/ignore" {
            (Tool::KubeScore, value, "")
        } else if let Some(check) = key.strip_prefix("polaris.fairwinds.com/") {
            (Tool::Polaris, check.strip_suffix("-exempt").filter(|_| is_on())?, "")
        } else if key.starts_with("checkov.io/skip") {
            let (check, reason) = value.split_once('=').unwrap_or((value, ""));
            (Tool::Checkov, check, reason)
        } else {
            return None;
        };
    let rules = rules(tool, check);
    let (check, reason) = (check.trim().to_owned(), reason.trim().to_owned());
    (!rules.is_empty()).then_some(Silenced { tool, check, rules, reason })
}

/// What an annotation silences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silenced {
    pub tool: Tool,
    /// As written.
    pub check: String,
    /// Rules that mean the same.
    pub rules: Vec<String>,
    /// Empty where none is given.
    pub reason: String,
}
