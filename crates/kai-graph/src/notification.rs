//! Who is told of an alert: routes and receivers, as Alertmanager evaluates them.

use std::time::Duration;

use kai_core::{OriginId, SmolStr, Traced};

use crate::{LabelSet, Matcher};

/// What Alertmanager waits before the first notification of a group where nothing is written.
pub const GROUP_WAIT: Duration = Duration::from_secs(30);

/// One routing configuration.
#[derive(Debug, Clone)]
pub struct Notifications {
    pub route: Route,
    pub receivers: Vec<Receiver>,
    /// Matchers whose operator has no characters.
    pub lost_operators: Vec<LostOperator>,
    /// True where it is one of several that are merged into what Alertmanager reads.
    pub is_part: bool,
}

/// A matcher that compares by an operator of no characters.
#[derive(Debug, Clone)]
pub struct LostOperator {
    pub label: SmolStr,
    pub value: SmolStr,
    /// True where a route before it already takes all that it takes as it is read.
    pub is_hidden: bool,
    /// The operator.
    pub origin: OriginId,
}

/// One node of the route tree. The root matches everything.
#[derive(Debug, Clone)]
pub struct Route {
    /// None where it takes that of the route around it.
    pub receiver: Option<SmolStr>,
    pub matchers: Vec<Matcher>,
    /// True where later siblings are tried even though this one matched.
    pub continues: bool,
    pub group_wait: Option<Traced<Duration>>,
    /// The time interval that keeps it silent on all of Saturday and Sunday, at its definition.
    pub silent_weekend: Option<Traced<SmolStr>>,
    pub routes: Vec<Self>,
    /// The value that names its receiver, else the route.
    pub origin: OriginId,
}

/// Who is told, and by what. Addresses and tokens are not kept.
#[derive(Debug, Clone)]
pub struct Receiver {
    pub name: SmolStr,
    pub origin: OriginId,
    pub integrations: Vec<Integration>,
}

/// A way to tell people or programs, as Alertmanager names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    /// `pagerduty`, `slack`, `webhook`.
    pub kind: SmolStr,
    pub origin: OriginId,
}

/// How urgently an integration can reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// It rings: it is made to wake people.
    Page,
    /// A program takes it, and may page or do anything else.
    Relay,
    /// A line in a chat or a mailbox.
    Message,
}

/// Where an alert goes.
#[derive(Debug, Clone)]
pub struct Delivery<'a> {
    pub receiver: &'a str,
    /// None where nothing is written, so that it is [`GROUP_WAIT`].
    pub group_wait: Option<Traced<Duration>>,
    /// The value that decided it.
    pub origin: OriginId,
    /// False where it depends on labels that are not known.
    pub is_certain: bool,
    /// The time interval that keeps it silent at weekends.
    pub silent_weekend: Option<&'a Traced<SmolStr>>,
}

impl Notifications {
    #[must_use]
    pub fn receiver(&self, name: &str) -> Option<&Receiver> {
        self.receivers.iter().find(|it| it.name == name)
    }

    /// Where an alert with these labels goes, in the order of the tree, each receiver once.
    #[must_use]
    pub fn deliveries(&self, labels: &LabelSet) -> Vec<Delivery<'_>> {
        let root = Delivery {
            receiver: "",
            group_wait: None,
            origin: self.route.origin,
            is_certain: true,
            silent_weekend: None,
        };
        let mut found: Vec<Delivery<'_>> = Vec::new();
        for it in self.route.deliveries(labels, &root) {
            match found.iter_mut().find(|known| known.receiver == it.receiver) {
                Some(known) => {
                    known.is_certain |= it.is_certain;
                    known.silent_weekend = known.silent_weekend.and(it.silent_weekend);
                }
                None => found.push(it),
            }
        }
        found
    }
}

impl Route {
    /// Empty where the route does not match.
    fn deliveries<'a>(&'a self, labels: &LabelSet, around: &Delivery<'a>) -> Vec<Delivery<'a>> {
        let admitted: Vec<_> = self.matchers.iter().map(|it| it.admits(labels)).collect();
        if admitted.contains(&Some(false)) {
            return Vec::new();
        }
        let own = Delivery {
            receiver: self.receiver.as_deref().unwrap_or(around.receiver),
            group_wait: self.group_wait.or(around.group_wait),
            origin: if self.receiver.is_some() { self.origin } else { around.origin },
            is_certain: around.is_certain && !admitted.contains(&None),
            // A route has the intervals that it names, and none of the route around it.
            silent_weekend: self.silent_weekend.as_ref(),
        };
        let mut found = Vec::new();
        let (mut is_taken, mut may_have_ended) = (false, false);
        for route in &self.routes {
            let is_certain = own.is_certain && !may_have_ended;
            let below = route.deliveries(labels, &Delivery { is_certain, ..own.clone() });
            if below.is_empty() {
                continue;
            }
            found.extend(below);
            let is_sure = route.is_sure(labels);
            is_taken |= is_sure;
            if is_sure && !route.continues {
                return found;
            }
            may_have_ended |= !route.continues;
        }
        if !is_taken {
            found.push(Delivery { is_certain: own.is_certain && found.is_empty(), ..own });
        }
        found
    }

    fn is_sure(&self, labels: &LabelSet) -> bool {
        self.matchers.iter().all(|it| it.admits(labels) == Some(true))
    }

    /// The route and all below it.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let route = waiting.pop()?;
            waiting.extend(route.routes.iter().rev());
            Some(route)
        })
    }
}

impl Receiver {
    /// The most urgent way in which it tells anybody; none where it tells nobody.
    #[must_use]
    pub fn urgency(&self) -> Option<Urgency> {
        self.integrations.iter().map(Integration::urgency).min()
    }
}

impl Integration {
    #[must_use]
    pub fn urgency(&self) -> Urgency {
        match self.kind.as_str() {
            "pagerduty" | "opsgenie" | "victorops" | "pushover" | "jira" | "incidentio" => {
                Urgency::Page
            }
            "webhook" | "sns" => Urgency::Relay,
            _ => Urgency::Message,
        }
    }
}
