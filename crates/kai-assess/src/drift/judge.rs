//! From a document and a system to what it means.

use kai_core::{Environment, Level, LocationRole};
use kai_terraform::record::{Action, AttributeChange, Record, RecordedChange, Shown};

use super::change::{Cause, Drift, DriftChange, Fit, Given, Tally};
use super::compare;
use super::fit::{Candidate, release};
use super::holding::{GUARDS, Guard, Holding, holding};
use super::reach::{self, Reach};
use crate::Reviewed;
use crate::words::list;

/// How many names a sentence holds.
const NAMES: usize = 3;

/// What the document means for the system. With a name of a root, for that one.
///
/// # Errors
/// No root of Terraform has the name; the names that there are.
pub fn drift(
    record: &Record,
    reviewed: &Reviewed,
    root: Option<&str>,
) -> Result<Drift, Vec<String>> {
    let candidates = Candidate::all(&reviewed.system, &reviewed.configurations);
    let addresses = addresses(record);
    let mut not_known = Vec::new();
    let (chosen, others) = match root {
        Some(name) => {
            let found = candidates.iter().find(|it| it.is_called(name));
            let names = || candidates.iter().map(Candidate::name).collect::<Vec<_>>();
            let found = found.ok_or_else(names)?;
            (Some(found), Vec::new())
        }
        None => best(&candidates, &addresses),
    };
    let fit = chosen.map(|it| Fit {
        path: it.roots[0].path.clone(),
        release: release(it.roots[0]),
        environment: it
            .roots
            .iter()
            .map(|it| it.environment)
            .min()
            .unwrap_or(Environment::Production),
        known: it.score(&addresses),
        all: addresses.len(),
        others: others.iter().map(|it| it.name()).collect(),
    });
    let given = given(record);
    let mut tally = Tally::default();
    let mut told: Vec<(RecordedChange, Cause)> = Vec::new();
    match record {
        Record::Plan(plan) => {
            if plan.is_cut_short {
                not_known.push("The tool stopped before the plan was whole.".into());
            }
            plan.changes.iter().filter(|it| !it.is_data).for_each(|it| tally.count(it.action));
            let drifted = plan.drift.iter().filter(|it| !it.is_data && it.action != Action::Nothing);
            tally.outside = drifted.clone().count();
            told.extend(plan.changes.iter().map(|it| (it.clone(), Cause::Planned)));
            told.extend(drifted.map(|it| (it.clone(), Cause::Outside)));
        }
        Record::State(state) => match chosen {
            Some(candidate) => {
                let is_refused = candidate
                    .roots
                    .iter()
                    .flat_map(|it| &it.gaps)
                    .any(|it| it.kind != kai_core::GapKind::Module);
                let (changes, open) = compare::changes(&state.objects, candidate, is_refused);
                changes.iter().for_each(|it| tally.count(it.action));
                let is_there = |address: &str| changes.iter().any(|it| it.address == address);
                tally.create =
                    candidate.instances.keys().filter(|it| !it.contains("[?]") && !is_there(it)).count();
                not_known.extend(unsaid(&open, is_refused));
                not_known.push(
                    "Whether a change can be made in place is known to the provider alone: \
                     `terraform plan` says it."
                        .into(),
                );
                told.extend(changes.into_iter().map(|it| (it, Cause::Differs)));
            }
            None => not_known.push(
                "No configuration here declares its objects, so what an apply would do is not known."
                    .into(),
            ),
        },
    }
    let judge = Judge { reviewed, chosen };
    let is_told = |it: &&(RecordedChange, Cause)| {
        !it.0.is_data && !matches!(it.0.action, Action::Nothing | Action::Create | Action::Read)
    };
    let mut changes: Vec<DriftChange> =
        told.iter().filter(is_told).map(|(change, cause)| judge.judged(change, *cause)).collect();
    changes.sort_by(|one, other| {
        let key = |it: &DriftChange| {
            let reach = (it.journeys.len(), it.dependants.len());
            (it.level, std::cmp::Reverse(reach), it.action, it.address.clone(), it.cause)
        };
        key(one).cmp(&key(other))
    });
    if fit.is_none() && matches!(record, Record::Plan(_)) {
        not_known.push(
            "No configuration here declares its objects, so what depends on them is not known."
                .into(),
        );
    }
    Ok(Drift { given, fit, tally, changes, not_known })
}

fn given(record: &Record) -> Given {
    let (is_plan, format, tool) = match record {
        Record::Plan(it) => (true, &it.format, &it.tool),
        Record::State(it) => (false, &it.format, &it.tool),
    };
    Given { is_plan, format: format.to_string(), tool: tool.to_string() }
}

fn addresses(record: &Record) -> Vec<&str> {
    match record {
        Record::Plan(it) => {
            let managed = it.changes.iter().filter(|it| !it.is_data);
            managed.map(|it| it.address.as_str()).collect()
        }
        Record::State(it) => it.objects.iter().map(|it| it.address.as_str()).collect(),
    }
}

/// The root that declares most of the addresses, production first, and those that declare as many.
fn best<'a, 'b>(
    candidates: &'b [Candidate<'a>],
    addresses: &[&str],
) -> (Option<&'b Candidate<'a>>, Vec<&'b Candidate<'a>>) {
    let scores: Vec<usize> = candidates.iter().map(|it| it.score(addresses)).collect();
    let most = scores.iter().copied().max().unwrap_or_default();
    if most == 0 {
        return (None, Vec::new());
    }
    let mut found: Vec<&Candidate<'_>> =
        candidates.iter().zip(&scores).filter(|it| *it.1 == most).map(|it| it.0).collect();
    // One that declares less besides fits better.
    found.sort_by_key(|it| {
        let environment = it.roots.iter().map(|it| it.environment).min();
        (it.instances.len(), environment)
    });
    let smallest = found[0].instances.len();
    found.retain(|it| it.instances.len() == smallest);
    (Some(found[0]), found.split_off(1))
}

fn unsaid(open: &[String], is_refused: bool) -> Option<String> {
    let (first, rest) = open.split_first()?;
    let more = match rest.len() {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let why = match is_refused {
        true => "the configuration could not be evaluated whole",
        false => "their modules or keys are not known here",
    };
    Some(format!("Whether `{first}`{more} would be destroyed is not known: {why}."))
}

struct Judge<'a, 'b> {
    reviewed: &'a Reviewed,
    chosen: Option<&'b Candidate<'a>>,
}

impl Judge<'_, '_> {
    fn judged(&self, change: &RecordedChange, cause: Cause) -> DriftChange {
        let holding = holding(&change.ty);
        let reach = self.reach(change);
        let lost = lost(&change.attributes);
        let level = self.level(change, cause, holding, &reach, &lost);
        let declared = self.chosen.and_then(|it| it.instance(&change.address));
        let place = declared
            .and_then(|it| self.reviewed.origins.location(it.origin, LocationRole::Primary));
        DriftChange {
            level,
            address: change.address.clone(),
            previous_address: change.previous_address.clone(),
            ty: change.ty.to_string(),
            action: change.action,
            cause,
            holds: holding.map(|it| it.what),
            breaks: breaks(change, cause, holding, &reach, &lost),
            because: because(change, cause),
            remedy: remedy(change, cause, holding),
            component: reach.component,
            journeys: reach.journeys,
            dependants: reach.dependants,
            attributes: change.attributes.iter().map(sealed).collect(),
            place,
        }
    }

    fn reach(&self, change: &RecordedChange) -> Reach {
        let Some(candidate) = self.chosen else { return Reach::default() };
        let address = candidate.current(&change.address);
        reach::of(&self.reviewed.system, &candidate.roots, &address)
    }

    fn level(
        &self,
        change: &RecordedChange,
        cause: Cause,
        holding: Option<Holding>,
        reach: &Reach,
        lost: &[&Guard],
    ) -> Level {
        let ends = ends(change.action) && !change.is_deposed;
        let is_refused = ends && cause != Cause::Outside && guards(change).is_some();
        let stops = is_stopped(&change.attributes).is_some();
        let is_opened = opened(change).is_some();
        let level = match holding {
            Some(it) if ends && it.loss.is_irreversible() && !is_refused => Level::Critical,
            Some(_) if ends => Level::High,
            _ if ends && !reach.journeys.is_empty() => Level::High,
            Some(_) if !lost.is_empty() => Level::High,
            _ if is_opened || stops && !reach.journeys.is_empty() => Level::High,
            _ if (ends || stops) && !reach.dependants.is_empty() => Level::Medium,
            _ if stops => Level::Medium,
            Some(_) => Level::Medium,
            _ => Level::Low,
        };
        level.max(self.cap())
    }

    /// As for findings: what is not production is never worse than this.
    fn cap(&self) -> Level {
        let environments = self.chosen.iter().flat_map(|it| &it.roots).map(|it| it.environment);
        match environments.min().unwrap_or(Environment::Production) {
            Environment::Production => Level::Critical,
            Environment::Staging => Level::High,
            Environment::Development => Level::Medium,
            _ => Level::Low,
        }
    }
}

/// True where the object is gone afterwards, if only to be made again.
fn ends(action: Action) -> bool {
    matches!(action, Action::Delete | Action::Replace { .. })
}

/// What would refuse the deletion, as the object is now.
fn guards(change: &RecordedChange) -> Option<&'static str> {
    let before = change.before.as_ref()?;
    let is = |key: &str, text: &str| before.get(key).and_then(|it| it.text()) == Some(text);
    let named =
        ["deletion_protection", "deletion_protection_enabled", "enable_deletion_protection"];
    if let Some(name) = named.into_iter().find(|it| is(it, "true")) {
        return Some(name);
    }
    (change.ty == "aws_s3_bucket" && is("force_destroy", "false")).then_some("force_destroy")
}

/// Protections that the change takes away.
fn lost(attributes: &[AttributeChange]) -> Vec<&'static Guard> {
    let is_lost = |guard: &&Guard| {
        attributes.iter().any(|it| {
            let name = it.path.rsplit('.').next().unwrap_or_default();
            let is = |shown: &Shown| {
                matches!(shown, Shown::Text(it) if guard.open.contains(&it.as_str()))
            };
            name == guard.attribute && is(&it.after) && !is(&it.before)
        })
    };
    GUARDS.iter().filter(is_lost).collect()
}

/// The argument by which the last of something that runs is taken away, where a change does so.
fn is_stopped(attributes: &[AttributeChange]) -> Option<&str> {
    const COUNTS: &[&str] = &[
        "desired_capacity",
        "desired_count",
        "desired_size",
        "max_capacity",
        "max_size",
        "node_count",
        "num_nodes",
        "replicas",
        "reserved_concurrent_executions",
        "target_size",
    ];
    let ends = attributes.iter().find(|it| {
        let name = it.path.rsplit('.').next().unwrap_or_default();
        let ran = matches!(&it.before, Shown::Text(count) if count != "0");
        COUNTS.contains(&name) && ran && matches!(&it.after, Shown::Text(count) if count == "0")
    });
    ends.map(|it| it.path.as_str())
}

/// The argument that lets the whole internet in, where a change makes it so.
fn opened(change: &RecordedChange) -> Option<&str> {
    const RANGES: &[&str] = &[
        "authorized_networks",
        "cidr_blocks",
        "cidr_ipv4",
        "cidr_ipv6",
        "ipv6_cidr_blocks",
        "public_access_cidrs",
        "source_address_prefix",
        "source_address_prefixes",
        "source_ranges",
    ];
    let holds_all = |shown: &Shown| match shown {
        Shown::Text(it) => it.contains("0.0.0.0/0") || it.contains("::/0"),
        _ => false,
    };
    if !lets_in(change) {
        return None;
    }
    // Whether a rule of such a group lets in, or denies, stands beside the range.
    const UNREAD: &[&str] = &["egress", "security_rule"];
    let opens = change.attributes.iter().find(|it| {
        let is_out = it.path.split(['.', '[']).any(|it| UNREAD.contains(&it));
        let is_range = it.path.split(['.', '[']).any(|it| RANGES.contains(&it));
        is_range && !is_out && holds_all(&it.after) && !holds_all(&it.before)
    });
    opens.map(|it| it.path.as_str())
}

/// False for a rule about what goes out, and for one that denies.
fn lets_in(change: &RecordedChange) -> bool {
    let is = |key: &str, wanted: &str| {
        let changed = change.attributes.iter().find(|it| it.path == key);
        let changed = changed.and_then(|it| match &it.after {
            Shown::Text(it) => Some(it.as_str()),
            _ => None,
        });
        let nodes = [&change.after, &change.before].into_iter().flatten();
        let stands = nodes.filter_map(|it| it.get(key)?.text()).next();
        changed.or(stands).is_some_and(|it| it.eq_ignore_ascii_case(wanted))
    };
    let mut nodes = [&change.after, &change.before].into_iter().flatten();
    let denies = nodes.any(|it| it.get("deny").is_some_and(|it| !it.items().is_empty()));
    !change.ty.contains("egress")
        && !is("type", "egress")
        && !is("direction", "egress")
        && !is("direction", "outbound")
        && !is("access", "deny")
        && !denies
}

fn breaks(
    change: &RecordedChange,
    cause: Cause,
    holding: Option<Holding>,
    reach: &Reach,
    lost: &[&Guard],
) -> String {
    let address = &change.address;
    let what = holding.map_or_else(|| "an object".to_owned(), |it| it.what.to_owned());
    let mut text = match (cause, change.action) {
        (_, Action::Delete) if change.is_deposed => {
            return format!(
                "The remains of a replacement of `{address}` that stopped half-way would be destroyed"
            );
        }
        (Cause::Outside, Action::Delete) => {
            format!("`{address}`, {what}, is gone, and Terraform did not do it")
        }
        (Cause::Outside, _) => format!("`{address}`, {what}, was changed, and not by Terraform"),
        (_, Action::Delete) => format!("`{address}`, {what}, would be destroyed"),
        (_, Action::Replace { creates_first }) => {
            let order = if creates_first { ", the new one first" } else { ", the old one first" };
            format!("`{address}`, {what}, would be destroyed and made anew{order}")
        }
        (_, Action::Forget) => {
            return format!("`{address}` stays, and Terraform would not look after it any more");
        }
        _ => format!("`{address}`, {what}, would be changed"),
    };
    if let Some(holding) = holding.filter(|_| ends(change.action)) {
        text.push_str(": ");
        text.push_str(holding.loss.sentence());
    }
    if !lost.is_empty() {
        let names: Vec<&str> = lost.iter().map(|it| it.what).collect();
        text.push_str(&format!(": it loses {}", names.join(" and ")));
    }
    let stopped = is_stopped(&change.attributes);
    if let Some(path) = stopped {
        text.push_str(&format!(": `{path}` becomes 0, so none of it runs"));
    }
    if let Some(path) = opened(change) {
        text.push_str(&format!(": `{path}` lets the whole internet in"));
    }
    if ends(change.action) || stopped.is_some() {
        text.push_str(&reached(reach));
    }
    text
}

fn reached(reach: &Reach) -> String {
    let mut text = String::new();
    if !reach.journeys.is_empty() {
        let verb = if reach.journeys.len() == 1 { "stops" } else { "stop" };
        text.push_str(&format!("; {} {verb} with it", list(&reach.journeys, NAMES)));
    }
    if !reach.dependants.is_empty() {
        let names = list(&reach.dependants, NAMES);
        text.push_str(&format!("; {names} cannot work without it"));
    }
    text
}

fn because(change: &RecordedChange, cause: Cause) -> String {
    let forcing = change.attributes.iter().filter(|it| it.forces);
    let forcing: Vec<&str> = forcing.map(|it| it.path.as_str()).collect();
    let reason = match change.reason.as_str() {
        "replace_because_tainted" => "an earlier apply left it half-made",
        "replace_because_cannot_update" => "what changes cannot be changed in place",
        "replace_by_request" => "somebody asked for it on the command line",
        "replace_by_triggers" => "something that its `replace_triggered_by` names changes",
        "delete_because_no_resource_config" => "the configuration does not declare it any more",
        "delete_because_no_module" => "the configuration does not call its module any more",
        "delete_because_wrong_repetition" => {
            "the block now has `count` or `for_each`, or has it no more"
        }
        "delete_because_count_index" => "`count` is smaller than it was",
        "delete_because_each_key" => "`for_each` does not have its key any more",
        "delete_because_no_move_target" => "it moved to where nothing is declared",
        _ => "",
    };
    match (forcing.is_empty(), reason.is_empty(), cause) {
        (false, _, _) => format!("{} cannot be changed in place", list(&forcing, NAMES)),
        (_, false, _) => reason.to_owned(),
        (_, _, Cause::Outside) => "the state says one thing and the provider another".into(),
        (_, _, Cause::Differs) => "the state says one thing and the configuration another".into(),
        (_, _, Cause::Planned) => "its configuration differs from its state".into(),
    }
}

fn remedy(change: &RecordedChange, cause: Cause, holding: Option<Holding>) -> String {
    use super::holding::Loss;
    if change.is_deposed || change.action == Action::Forget {
        return "Nothing to do, if that is meant".into();
    }
    if let (Cause::Outside, Action::Delete) = (cause, change.action) {
        return match holding {
            Some(_) => "Bring its content back before an apply makes an empty one".into(),
            None => {
                "An apply makes it anew; take it out of the configuration if it is to stay away"
                    .into()
            }
        };
    }
    if cause == Cause::Outside {
        return "Write it into the configuration, or the next apply takes it back".into();
    }
    if !ends(change.action) {
        return "Apply where it is meant; else bring the configuration back".into();
    }
    if let Some(guard) = guards(change) {
        let when = if guard == "force_destroy" { "while it is full" } else { "as it is" };
        return format!("`{guard}` refuses the deletion {when}, so the apply fails half-way");
    }
    match holding.map(|it| it.loss) {
        Some(Loss::Key) => {
            "Keep the key: a cloud only schedules its deletion, and it can be cancelled until then"
                .into()
        }
        Some(Loss::Secret) => "Give the new one to all who use it before the old one goes".into(),
        Some(_) => format!(
            "Copy its content first and try the way back; `moved` keeps what only has another name, \
             and `prevent_destroy` in `{}` makes such a plan fail",
            change.ty
        ),
        None => "Apply where it is meant; `moved` keeps what only has another name".into(),
    }
}

/// A text that looks like a key or a password is none that is shown, whatever its name.
fn sealed(change: &AttributeChange) -> AttributeChange {
    let name = change.path.rsplit('.').next().unwrap_or_default();
    let hidden = |shown: &Shown| match shown {
        Shown::Text(it) if kai_sources::terraform::is_secret(name, it) => Shown::Secret,
        other => other.clone(),
    };
    AttributeChange {
        before: hidden(&change.before),
        after: hidden(&change.after),
        ..change.clone()
    }
}
