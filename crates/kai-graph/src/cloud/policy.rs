//! Policies on things: who may do what with them.

use kai_core::{OriginId, SmolStr};

/// Stands in a text for what is to come.
const OPEN: char = '\u{fffc}';

/// The statements of one policy.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    pub statements: Vec<Statement>,
}

/// One statement of a policy.
#[derive(Debug, Clone)]
pub struct Statement {
    pub is_allowed: bool,
    /// Services that it speaks of, as policies call them.
    pub services: Vec<SmolStr>,
    /// Accounts, roles and users; `*` for everybody.
    pub principals: Vec<SmolStr>,
    /// Providers of identities outside of the cloud.
    pub federated: Vec<SmolStr>,
    /// `SNS:Publish`, `kms:*`.
    pub actions: Vec<SmolStr>,
    /// What it is about; empty for a policy that stands on the thing itself.
    pub resources: Vec<SmolStr>,
    pub conditions: Vec<Condition>,
    /// True where something of it is to come.
    pub is_open: bool,
    pub origin: OriginId,
}

/// What must hold for a statement to count.
#[derive(Debug, Clone)]
pub struct Condition {
    /// `StringEquals`
    pub test: SmolStr,
    /// `aws:SourceAccount`
    pub key: SmolStr,
    pub values: Vec<SmolStr>,
}

impl Condition {
    /// Whether one of its values has to be met as a pattern or as it is; none where it asks for something else.
    #[must_use]
    pub fn asks_for_pattern(&self) -> Option<bool> {
        let test = self.test.strip_prefix("ForAnyValue:").unwrap_or(&self.test);
        match test.strip_suffix("IfExists").unwrap_or(test) {
            "StringEquals" | "StringEqualsIgnoreCase" => Some(false),
            "StringLike" => Some(true),
            _ => None,
        }
    }
}

impl Policy {
    /// Whether a service may do something, as far as the statements say: none where a part of them
    /// is to come.
    #[must_use]
    pub fn lets_service(&self, service: &str, action: &str) -> Option<bool> {
        let allowed = self.statements.iter().filter(|it| it.is_allowed);
        let concerned: Vec<_> = allowed.filter(|it| it.is_about(service, action)).collect();
        if concerned.iter().any(|it| !it.is_open) {
            return Some(true);
        }
        let is_open = !concerned.is_empty() || self.statements.iter().any(|it| it.is_open);
        (!is_open).then_some(false)
    }

    /// The statement that lets a service do something on somebody's behalf, and not by itself.
    #[must_use]
    pub fn lets_on_behalf(&self, service: &str, action: &str) -> Option<&Statement> {
        let mut allowed = self.statements.iter().filter(|it| it.is_allowed);
        allowed.find(|it| it.is_on_behalf() && it.names(service, action))
    }
}

impl Statement {
    /// True where it allows everything on everything, whatever the conditions of a session are.
    #[must_use]
    pub fn allows_everything(&self) -> bool {
        let has_all = |them: &[SmolStr]| them.iter().any(|it| it == "*" || it == "*:*");
        self.is_allowed
            && !self.is_open
            && self.conditions.is_empty()
            && has_all(&self.actions)
            && has_all(&self.resources)
    }

    /// True where it lets do one of the actions, among others or alone.
    #[must_use]
    pub fn allows_any(&self, actions: &[&str]) -> bool {
        self.is_allowed && actions.iter().any(|it| self.actions.iter().any(|own| covers(own, it)))
    }

    /// True where it lets tokens in whose subject is this: as its conditions on the subject say, where it has any.
    /// What is to come in a value may be anything; another test than the plain ones admits nobody.
    #[must_use]
    pub fn admits_subject(&self, subject: &str) -> bool {
        let of_subject =
            self.conditions.iter().filter(|it| it.key.ends_with(":sub") || it.key.ends_with(OPEN));
        let mut tests = of_subject.map(|it| {
            let is_pattern = it.asks_for_pattern();
            is_pattern.is_some_and(|is_it| it.values.iter().any(|it| means(it, subject, is_it)))
        });
        self.is_allowed && !self.federated.is_empty() && tests.all(|it| it)
    }

    /// The patterns by which it lets read an object of S3, as they are written and not as they are to come.
    pub fn reads_object(&self, arn: &str) -> impl Iterator<Item = &SmolStr> {
        let is_it =
            !self.is_open && self.conditions.is_empty() && self.allows_any(&["s3:GetObject"]);
        let meant = move |it: &&SmolStr| is_it && !it.contains(OPEN) && means(it, arn, true);
        self.resources.iter().filter(meant)
    }

    /// True where it lets in what runs for a pull request of a repository of GitHub, whatever its branch
    /// (docs.github.com, "OpenID Connect": the subject is then `repo:OWNER/NAME:pull_request`).
    #[must_use]
    pub fn admits_proposals(&self) -> bool {
        const ISSUER: &str = "token.actions.githubusercontent.com";
        let claims: Vec<_> =
            self.conditions.iter().filter(|it| !it.key.ends_with(":aud")).collect();
        let [subject] = &claims[..] else { return false };
        let Some(is_pattern) = subject.asks_for_pattern() else { return false };
        let is_admitted = |it: &SmolStr| {
            let claim = it.strip_prefix("repo:").and_then(|it| it.split_once(':'));
            claim.is_some_and(|(_, it)| it == "pull_request" || is_pattern && it == "*")
        };
        self.is_allowed
            && !self.is_open
            && self.federated.iter().any(|it| it.ends_with(ISSUER))
            && subject.key.strip_suffix(":sub") == Some(ISSUER)
            && subject.values.iter().any(is_admitted)
    }

    fn is_about(&self, service: &str, action: &str) -> bool {
        // A key that only another service may use on somebody's behalf is no key of its own.
        self.names(service, action) && !self.is_on_behalf()
    }

    fn names(&self, service: &str, action: &str) -> bool {
        let is_everybody = self.principals.iter().any(|it| it == "*") && !self.is_of_account();
        (self.services.iter().any(|it| it == service || it == "*") || is_everybody)
            && self.actions.iter().any(|it| covers(it, action))
    }

    fn is_on_behalf(&self) -> bool {
        self.conditions.iter().any(|it| it.key.eq_ignore_ascii_case("kms:ViaService"))
    }

    /// True where everybody means everybody of one account.
    #[must_use]
    pub fn is_of_account(&self) -> bool {
        const KEYS: &[&str] = &["aws:sourceowner", "aws:principalaccount", "aws:principalorgid"];
        self.conditions.iter().any(|it| KEYS.contains(&it.key.to_ascii_lowercase().as_str()))
    }
}

/// True where a pattern of AWS is a text: `*` is any text, `?` any character.
#[must_use]
pub fn fits_pattern(pattern: &str, text: &str) -> bool {
    means(pattern, text, true)
}

/// Whether a value of a condition means a text.
pub(super) fn means(value: &str, text: &str, is_pattern: bool) -> bool {
    let is_any_text = |it: char| it == OPEN || is_pattern && it == '*';
    let value: Vec<char> = value.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut from) = (0, 0);
    let mut last_any: Option<(usize, usize)> = None;
    while let Some(&next) = text.get(from) {
        match value.get(at) {
            Some(&it) if is_any_text(it) => {
                at += 1;
                last_any = Some((at, from));
            }
            Some(&it) if it == next || is_pattern && it == '?' => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((after, taken)) = last_any else { return false };
                (at, from) = (after, taken + 1);
                last_any = Some((at, from));
            }
        }
    }
    value[at..].iter().all(|it| is_any_text(*it))
}

/// Whether a pattern of a policy means an action; both without regard to case.
fn covers(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    match pattern.split_once('*') {
        None => pattern == action,
        Some((before, _)) => action.starts_with(before),
    }
}
