//! What a failure mode stands for: its triggers, how often each happens, and what would be
//! different without the hazard.

use kai_core::{ComponentId, FailureMode, Hazard, Interval, Term};
use kai_graph::{Controller, DependencyKind, Facts, Of, System, Workload};

use super::quantity::{Part, Quantity};
use super::row::{Row, Without, exactly};
use super::timeline::{
    node_given_up, noticed_at_once, noticed_by_alert, repaired_by_hand, replaced_after_eviction,
    replaced_after_node_loss, rolled_out,
};
use crate::priors::{Figures, Key};

/// The rows that a hazard stands for, where people know of it after this time.
pub(crate) fn rows(
    hazard: &Hazard,
    system: &System,
    figures: &Figures,
    noticed: &Quantity,
) -> Vec<Row> {
    let workload = workload_of(hazard.component, system);
    let ctx = Trigger { hazard, workload, figures, noticed };
    match hazard.failure_mode {
        FailureMode::PodLoss => ctx.pod_loss(),
        FailureMode::NodeLoss => vec![ctx.node_loss()],
        FailureMode::NodeDrain | FailureMode::ControlLoss => vec![ctx.node_drain()],
        FailureMode::ZoneLoss => vec![ctx.zone_loss()],
        FailureMode::Rollout => vec![ctx.rollout()],
        FailureMode::DependencyLoss => {
            vec![ctx.share_of_incidents("something it needs is slow or away", Key::CauseDependency)]
        }
        FailureMode::Overload => {
            vec![ctx.share_of_incidents("load rises above what is there", Key::CauseOverload)]
        }
        FailureMode::DataLoss => vec![ctx.data_loss()],
        FailureMode::Misconfigured => vec![ctx.misconfigured()],
        FailureMode::Compromise => Vec::new(),
    }
}

/// The workload whose times count: the component, or what it routes to or controls.
fn workload_of(id: ComponentId, system: &System) -> Option<Of<'_, Workload>> {
    let component = system.component(id);
    component.workload().or_else(|| {
        let mut acted_on = system
            .needs(id)
            .iter()
            .filter(|it| matches!(it.kind, DependencyKind::Controls | DependencyKind::Routes));
        acted_on.find_map(|it| system.component(it.target).workload())
    })
}

#[derive(Clone, Copy)]
struct Trigger<'a> {
    hazard: &'a Hazard,
    workload: Option<Of<'a, Workload>>,
    figures: &'a Figures,
    noticed: &'a Quantity,
}

impl Trigger<'_> {
    /// A pod goes when its node is drained or lost. Crashes are left out: nobody publishes a rate.
    fn pod_loss(self) -> Vec<Row> {
        let is_compose =
            self.workload.is_some_and(|it| it.controller == Controller::ComposeService);
        if is_compose { vec![self.node_loss()] } else { vec![self.node_drain(), self.node_loss()] }
    }

    fn node_drain(self) -> Row {
        let (detect, recover) = if self.hazard.failure_mode == FailureMode::ControlLoss {
            (self.noticed.clone(), repaired_by_hand(self.figures))
        } else {
            (noticed_at_once(), replaced_after_eviction(self.workload, self.figures))
        };
        let nothing = exactly(0.0, "of it is lost", "another pod serves while one moves");
        self.row(
            "a node under it is drained",
            self.for_each_node(self.figure(Key::DrainAny)),
            detect,
            recover,
            nothing,
        )
    }

    fn node_loss(self) -> Row {
        // A second pod helps only where both do not go for one reason.
        let shared = Quantity::product(vec![self.share(), self.figure(Key::NodeCorrelatedShare)]);
        self.row(
            "a node under it dies",
            self.for_each_node(self.figure(Key::NodeUnplanned)),
            node_given_up(self.workload, self.noticed),
            replaced_after_node_loss(self.workload, self.figures),
            shared,
        )
    }

    fn zone_loss(self) -> Row {
        let shared = Quantity::product(vec![self.share(), self.figure(Key::ZoneShared)]);
        self.row(
            "a zone under it goes",
            Quantity::product(vec![self.figure(Key::ZoneOutage)]),
            self.noticed.clone(),
            Quantity::sum(vec![self.figure(Key::ZoneDuration)]),
            shared,
        )
    }

    /// A hazard that makes every rollout worse acts at every one; any other acts when a rollout
    /// has gone wrong.
    fn rollout(self) -> Row {
        let nothing = exactly(0.0, "of it is lost", "a rollout keeps what is needed");
        if self.hazard.term == Term::Impact {
            let frequency = Quantity::product(vec![self.figure(Key::DeployRate)]);
            let recover = rolled_out(self.workload, self.figures);
            return self.row("it is rolled out", frequency, noticed_at_once(), recover, nothing);
        }
        let frequency = Quantity::product(vec![
            self.figure(Key::DeployRate),
            self.figure(Key::DeployFailShare),
            self.figure(Key::DeployOutageShare),
        ]);
        let (detect, recover) = (self.noticed.clone(), repaired_by_hand(self.figures));
        self.row("a rollout of it goes wrong", frequency, detect, recover, nothing)
    }

    fn share_of_incidents(self, trigger: &'static str, share: Key) -> Row {
        let parts = vec![self.figure(Key::IncidentPerYear), self.figure(share)];
        let nothing = exactly(0.0, "of it is lost", "it holds out");
        self.row(
            trigger,
            Quantity::product(parts),
            self.noticed.clone(),
            repaired_by_hand(self.figures),
            nothing,
        )
    }

    fn data_loss(self) -> Row {
        let mut parts = vec![self.figure(Key::DeleteOperator)];
        if self.workload.is_some_and(|it| !it.claim_templates.is_empty()) {
            parts.push(self.figure(Key::VolumeLoss));
        }
        let nothing = exactly(0.0, "of it is lost", "it is restored");
        self.row(
            "its state is destroyed",
            Quantity::sum(parts),
            self.noticed.clone(),
            repaired_by_hand(self.figures),
            nothing,
        )
    }

    fn misconfigured(self) -> Row {
        let once = exactly(1.0, "it fails from the day it is applied", "counted once");
        let nothing = exactly(0.0, "of it is lost", "it works as written");
        self.row(
            "it is applied as written",
            once,
            self.noticed.clone(),
            repaired_by_hand(self.figures),
            nothing,
        )
    }

    /// Puts a row together and replaces the term that the hazard worsens.
    fn row(
        self,
        trigger: &'static str,
        frequency: Quantity,
        detect: Quantity,
        recover: Quantity,
        impact_without: Quantity,
    ) -> Row {
        let impact = Quantity::product(vec![self.share()]);
        let mut row = Row { trigger, frequency, impact, detect, recover, without: Without::Loss };
        row.without = match self.hazard.term {
            Term::Impact => Without::Impact(impact_without),
            Term::Frequency => {
                Without::Frequency(exactly(0.0, "it does not happen", "the trigger is gone"))
            }
            Term::TimeToDetect => {
                row.detect = self.noticed.clone();
                Without::Detect(noticed_by_alert(self.figures))
            }
            Term::TimeToRecover => {
                // What a controller would do on its own now waits for a person.
                let by_itself = std::mem::replace(&mut row.recover, repaired_by_hand(self.figures));
                row.detect = self.noticed.clone();
                Without::Recover(self.recovery_without(by_itself))
            }
            Term::Loss => Without::Loss,
        };
        row
    }

    fn recovery_without(self, by_itself: Quantity) -> Quantity {
        if self.hazard.failure_mode == FailureMode::Rollout {
            Quantity::sum(vec![self.figure(Key::RollbackAuto)])
        } else {
            by_itself
        }
    }

    fn figure(self, key: Key) -> Part {
        Part::figure(self.figures, key)
    }

    fn share(self) -> Part {
        let share = self.hazard.impact.clamp(0.0, 1.0);
        Part::derived("of it is lost", Interval::exactly(share), "", "what the rule found")
    }

    /// Where one of several pods is lost, every node under one of them counts.
    fn for_each_node(self, rate: Part) -> Quantity {
        let mut parts = vec![rate];
        let count = self.workload.and_then(|it| it.replicas.value().copied()).unwrap_or(1);
        if count > 1 && self.hazard.impact < 1.0 {
            let nodes = Interval::exactly(f64::from(count));
            parts.push(Part::derived("nodes under it", nodes, "", "one for each replica"));
        }
        Quantity::product(parts)
    }
}

/// True where the component is state or holds it.
pub(crate) fn is_state(system: &System, id: ComponentId) -> bool {
    use kai_graph::ComponentKind::{Datastore, Queue, Volume};
    let component = system.component(id);
    matches!(component.kind, Datastore | Queue | Volume)
        || matches!(component.facts, Facts::Datastore(_))
}
