//! How long until somebody knows: by the alert that is declared for it, else by what is published
//! about people.

use std::borrow::Cow;
use std::time::Duration;

use kai_core::{ComponentId, Hazard, Interval, Known, LocationRole, OriginId, Origins, Role};
use kai_graph::{AlertRule, Component, GROUP_WAIT, System, Urgency};

use super::quantity::{Part, Quantity, Source};
use crate::detection::{Near, Told, is_known, length};
use crate::priors::{Figures, Key};

/// How somebody comes to know of a failure.
#[derive(Debug)]
pub(crate) struct Noticed {
    pub(crate) after: Quantity,
    /// Set where an alert would show it and ends in a receiver that tells nobody.
    pub(crate) muted: Option<Muted>,
}

/// An alert that fires and is not heard.
#[derive(Debug)]
pub(crate) struct Muted {
    pub(crate) alert: String,
    /// Whose routes end there.
    pub(crate) routes: ComponentId,
    pub(crate) receiver: String,
    /// How long it would take if the receiver paged.
    pub(crate) if_paged: Quantity,
}

/// Everything that alerts, and the places of what it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alerting<'a> {
    pub(crate) system: &'a System,
    pub(crate) origins: &'a Origins,
    pub(crate) components: &'a [&'a Component],
}

impl Alerting<'_> {
    pub(crate) fn noticed(self, hazard: &Hazard, figures: &Figures) -> Noticed {
        let component = self.system.component(hazard.component);
        let by_people =
            |why: Cow<'static, str>| Noticed { after: people(figures, why), muted: None };
        if !is_known(component, hazard.failure_mode) {
            return by_people("".into());
        }
        let near = Near::of(component, self.system, self.components);
        let Some(alert) = near.alert(component, hazard.failure_mode) else {
            return by_people("; no alert that was read is known to show it".into());
        };
        let name = &alert.name;
        match near.told(alert) {
            Told::Unread => by_people(
                format!("; alert `{name}` shows it, and no route was read that says whom it tells")
                    .into(),
            ),
            Told::Untaken => {
                by_people(format!("; no route that was read takes alert `{name}`").into())
            }
            Told::Nobody(routes, receiver) => {
                let mut parts = self.until_notified(alert, &near);
                parts.push(self.waits(None));
                parts.push(Part::figure(figures, Key::AckDay));
                let why =
                    format!("; alert `{name}` shows it and receiver `{receiver}` tells nobody");
                Noticed {
                    after: people(figures, why.into()),
                    muted: Some(Muted {
                        alert: name.to_string(),
                        routes,
                        receiver: receiver.to_string(),
                        if_paged: Quantity::sum(parts),
                    }),
                }
            }
            Told::Somebody(receiver, wait) => {
                let mut parts = self.until_notified(alert, &near);
                parts.push(self.waits(wait.map(|it| (it.value, it.origin))));
                parts.push(match receiver.urgency() {
                    Some(Urgency::Page) => Part::figure(figures, Key::AckDay),
                    _ => is_read(figures, &receiver.name),
                });
                Noticed { after: Quantity::sum(parts), muted: None }
            }
        }
    }

    /// Until the alert fires: the metric is scraped, the rule evaluated, the condition held.
    fn until_notified(self, alert: &AlertRule, near: &Near<'_>) -> Vec<Part> {
        let server = near.servers.first();
        let scrape = server.map(|it| &it.scrape_interval);
        let own = alert.interval.map(Known::Value);
        let evaluation = own.as_ref().or(server.map(|it| &it.evaluation_interval));
        let mut parts = vec![
            self.poll("the metric is scraped", "scrape interval", scrape),
            self.poll("the rule is evaluated", "evaluation interval", evaluation),
        ];
        match alert.hold.traced() {
            Some(hold) if hold.value.is_zero() => {}
            Some(hold) => {
                let what = format!("alert `{}` has held", alert.name);
                let working = format!("`for` of {}{}", length(hold.value), self.at(hold.origin));
                let exactly = Interval::exactly(minutes(hold.value));
                parts.push(Part::derived(what, exactly, "min", working));
            }
            None => {
                let what = format!("alert `{}` has held", alert.name);
                let working = "its `for` is not known; up to an hour";
                parts.push(Part::derived(what, Interval::new(0.0, 5.0, 60.0), "min", working));
            }
        }
        parts
    }

    /// Something that happens every so often happens within one interval, half of it on average.
    fn poll(self, what: &'static str, name: &str, every: Option<&Known<Duration>>) -> Part {
        match every.and_then(Known::traced) {
            Some(it) => {
                let most = minutes(it.value);
                let working = format!("{name} of {}{}", length(it.value), self.at(it.origin));
                Part::derived(what, Interval::new(0.0, most / 2.0, most), "min", working)
            }
            None => {
                let working = format!(
                    "no {name} was read; 1 min is the default of Prometheus, 30 s that of its operator"
                );
                Part::derived(what, Interval::new(0.0, 0.5, 1.0), "min", working)
            }
        }
    }

    fn waits(self, wait: Option<(Duration, OriginId)>) -> Part {
        let (wait, place) = match wait {
            Some((wait, origin)) => (wait, self.at(origin)),
            None => (GROUP_WAIT, ", which Alertmanager takes where nothing is written".into()),
        };
        let working = format!("`group_wait` of {}{place}", length(wait));
        let exactly = Interval::exactly(minutes(wait));
        Part::derived("others of its group are waited for", exactly, "min", working)
    }

    /// ` in alerts.yaml:12`, or that nobody wrote it.
    fn at(self, origin: OriginId) -> String {
        if self.origins.role(origin) == Role::ApiDefault {
            return ", the default".to_string();
        }
        let place = self.origins.location(origin, LocationRole::Primary);
        place.map(|it| format!(" in {}:{}", it.path, it.line)).unwrap_or_default()
    }
}

/// A line in a chat is read when somebody looks.
fn is_read(figures: &Figures, receiver: &str) -> Part {
    let all = [Key::AckDay, Key::NoAlertDay, Key::NoAlertNight].map(|it| figures.get(it));
    let [page, day, night] = all.each_ref().map(|it| it.interval);
    let typical = day.low.max(page.typical);
    let interval = Interval::new(page.low.min(typical), typical, night.high.max(typical));
    let what = format!("until somebody reads what receiver `{receiver}` got, which pages nobody");
    Part { what: what.into(), interval, unit: "min", source: Source::Between(all.into()) }
}

/// Notices without counting on an alert. Everything between a page and the first person at work is possible.
pub(crate) fn people(figures: &Figures, why: Cow<'static, str>) -> Quantity {
    let all = [Key::NoAlertDay, Key::NoAlertNight, Key::AckDay].map(|it| figures.get(it));
    let [day, night, page] = all.each_ref().map(|it| it.interval);
    let high = night.high.max(day.typical);
    let interval = Interval::new(page.low.min(day.typical), day.typical, high);
    let what = format!("until somebody knows, by a page or by complaints{why}");
    let source = Source::Between(all.into());
    Quantity::sum(vec![Part { what: what.into(), interval, unit: "min", source }])
}

fn minutes(duration: Duration) -> f64 {
    duration.as_secs_f64() / 60.0
}
