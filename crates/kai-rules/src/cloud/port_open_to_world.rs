//! Doors for administrators and databases that are open to the whole internet.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Facts, Firewall, Guarded, Opening};

use super::near;
use crate::waiver::waiver;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "port-open-to-world",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("port_open_to_world.md"),
    check: Check::Component(check),
};

/// Ports through which whoever gets in has the machine.
const ADMIN: &[(u16, &str)] = &[
    (22, "SSH"),
    (2375, "Docker without TLS"),
    (3389, "RDP"),
    (5985, "WinRM"),
    (5986, "WinRM"),
    (10250, "the kubelet"),
];

/// Ports behind which data is.
const DATA: &[(u16, &str)] = &[
    (1433, "SQL Server"),
    (1521, "Oracle"),
    (2379, "etcd"),
    (3306, "MySQL"),
    (5432, "PostgreSQL"),
    (5439, "Redshift"),
    (6379, "Redis"),
    (9042, "Cassandra"),
    (9092, "Kafka"),
    (9200, "Elasticsearch"),
    (11211, "Memcached"),
    (15672, "the console of RabbitMQ"),
    (27017, "MongoDB"),
];

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    const CHECKS: &[&str] = &[
        "AWS006",
        "AWS008",
        "AWS018",
        "AVD-AWS-0107",
        "AVD-GCP-0017",
        "AVD-GCP-0027",
        "AVD-DIG-0001",
        "CKV_AWS_24",
        "CKV_AWS_25",
        "CKV_AWS_260",
        "CKV_AWS_277",
        "CKV_DIO_4",
        "CKV_GCP_11",
        "CKV_GCP_2",
        "CKV_GCP_3",
        "CKV_LIN_5",
        "ingress",
        "public",
    ];
    if !near::is_production(component, ctx) {
        return;
    }
    if let Facts::ManagedDatabase(database) = &component.facts {
        let mut said = Observed::default();
        of_database(component, &database.openings, &mut said);
        out.take(said, waiver(component, CHECKS).as_ref());
    }
    let Facts::Firewall(facts) = &component.facts else { return };
    // Who uses a group of Amazon's says so; other firewalls find their machines by labels.
    let is_group = component.native_kind.starts_with("aws_");
    let is_reached = match facts.guarded.is_empty() {
        true => !is_group,
        false => facts.guarded.iter().any(|it| !it.is_private),
    };
    let doors: Vec<_> = facts.openings.iter().flat_map(doors).collect();
    if is_reached && !doors.is_empty() {
        out.push(hazard(component, facts, &doors).waived(waiver(component, CHECKS)));
    }
}

/// A database that says itself who may come.
fn of_database(component: &Component, openings: &[Opening], out: &mut Observed) {
    let own = Guarded { address: near::address(component), is_private: false };
    let facts = Firewall { openings: openings.to_vec(), guarded: vec![own] };
    let doors: Vec<_> = facts.openings.iter().flat_map(doors).collect();
    if !doors.is_empty() {
        out.push(hazard(component, &facts, &doors));
    }
}

/// A port that is open, what answers there, and whether data is behind it.
struct Door<'a> {
    opening: &'a Opening,
    what: String,
    /// As `nmap` takes it.
    ports: String,
    is_data: bool,
}

fn doors(opening: &Opening) -> Vec<Door<'_>> {
    let (first, last) = (opening.first, opening.last);
    if first <= 22 && last >= 27017 {
        return vec![Door {
            opening,
            what: format!("every port from {first} to {last}"),
            ports: format!("{first}-{last}"),
            is_data: true,
        }];
    }
    let within = |them: &'static [(u16, &str)], is_data: bool| {
        let them = them.iter().filter(move |it| (first..=last).contains(&it.0));
        them.map(move |(port, what)| Door {
            opening,
            what: format!("{what} ({port})"),
            ports: port.to_string(),
            is_data,
        })
    };
    within(DATA, true).chain(within(ADMIN, false)).collect()
}

fn hazard(component: &Component, facts: &Firewall, doors: &[Door<'_>]) -> Hazard {
    let is_data = doors.iter().any(|it| it.is_data);
    let mut names: Vec<_> = doors.iter().map(|it| it.what.as_str()).collect();
    names.dedup();
    let mut ports: Vec<_> = doors.iter().map(|it| it.ports.as_str()).collect();
    ports.dedup();
    let open: Vec<_> =
        facts.guarded.iter().filter(|it| !it.is_private).map(|it| &it.address).collect();
    let behind = match open.is_empty() {
        true => "whatever is behind it and has a public address".to_owned(),
        false => words::list(&open),
    };
    let between = if is_data { "one password or flaw" } else { "one lost key or flaw" };
    let message = format!(
        "`{}` lets the whole internet come to {} of {behind}: {between} is all that is in between, and it is tried all day",
        near::address(component),
        words::clauses(&names),
    );
    let title = match is_data {
        true => "data open to the internet",
        false => "an administrator's door open to the internet",
    };
    let hazard = RULE
        .worsens(component.id, FailureMode::Compromise, Term::Frequency, title, message)
        .at(doors[0].opening.origin)
        .loses(if is_data { LossClass::Compromise } else { LossClass::Degraded })
        .shows_as("Failed logins from everywhere, in the log of the machine")
        .recover("Close the port, then read who logged in; keys and passwords of the machine are spent")
        .remedy("Bring people and pipelines that come in from outside into a VPN or a session service of the cloud, then let in nobody else")
        .verify(format!("nmap -Pn -p {} ADDRESS # from outside: `filtered`", ports.join(",")));
    doors
        .iter()
        .skip(1)
        .filter(|it| it.opening.origin != doors[0].opening.origin)
        .fold(hazard, |hazard, it| hazard.related(it.opening.origin, format!("{} too", it.what)))
}
