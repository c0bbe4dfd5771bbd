//! What it costs.

use kai_core::{ComponentId, Interval, Pillar, two_digits};
use kai_graph::{Of, Workload};

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::part;
use crate::words::{and, count, list};

pub(super) const INTENT: Intent = Intent {
    id: "cost",
    example: "what does X cost?",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "cost*|price*|pricing|expens*|spend*|cheap*|money",
        "what|how much cost*|pay|spend*|bill|expens*",
        "cost* saving*|savings",
        "save|saves|saving cost*|money|anything|where|what|how",
        "bill|bills|invoice",
        "waste*|idle|over-provision*|overprovision*|right-size*|rightsize*",
        "resources|cpu|memory|ram|cores use*|reserve*|request*|ask*|take*|much|many",
        "what|how resources|cpu|memory|ram|cores X|does|do use|uses|reserve*|request*|need|take*|have",
        "what|how resources|cpu|memory|ram|cores does|do X use|uses|reserve*|request*|need|take*|have",
    ],
    answer: cost,
};

/// What is reserved.
#[derive(Default, Clone, Copy)]
struct Reserved {
    millicores: u64,
    memory: u64,
    disk: u64,
    /// Containers that reserve nothing.
    open: usize,
}

const GIB: f64 = 1_073_741_824.0;

fn cost(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let ids = match asked.subject {
        Some(id) => vec![id],
        None => part::running(case),
    };
    let rows: Vec<(ComponentId, u32, Reserved)> = ids
        .iter()
        .filter_map(|it| {
            let pods = part::number(case, *it)?;
            Some((*it, pods, of_pod(case, case.workload(*it)?)))
        })
        .collect();
    let mut total = Reserved::default();
    let mut arithmetic = Vec::new();
    for (id, pods, pod) in &rows {
        let pods = u64::from(*pods);
        total.millicores += pods * pod.millicores;
        total.memory += pods * pod.memory;
        total.disk += pods * pod.disk;
        total.open += pod.open;
        arithmetic.push(format!(
            "{}: {pods} × ({} cores, {} GiB, {} GiB disk)",
            case.label(*id),
            cores(pod.millicores),
            gib(pod.memory),
            gib(pod.disk)
        ));
    }
    let name = asked.subject.map_or("what runs".to_owned(), |it| format!("`{}`", case.label(it)));
    let amounts = [
        (total.millicores, format!("{} cores", cores(total.millicores))),
        (total.memory, format!("{} GiB of memory", gib(total.memory))),
        (total.disk, format!("{} GiB of disk", gib(total.disk))),
    ];
    let amounts: Vec<String> = amounts.into_iter().filter(|it| it.0 > 0).map(|it| it.1).collect();
    let summary = if amounts.is_empty() { "nothing".to_owned() } else { and(&amounts) };
    let number = case.number(name.trim_matches('`'), format!("reserved: {summary}"), arithmetic);
    let direct = match rows.is_empty() {
        true => Statement::new(
            format!(
                "I cannot count the cost of {name}: nothing that I read says how many pods there are of it."
            ),
            vec![case.absence(name.trim_matches('`'), "no count of pods", case.scope())],
        ),
        false => Statement::new(
            format!(
                "As declared, {name} reserves {summary}, at the least that its autoscalers keep."
            ),
            vec![number.clone()],
        ),
    };
    let mut rows: Vec<_> = rows;
    rows.sort_by_key(|(id, pods, pod)| (std::cmp::Reverse(u64::from(*pods) * pod.millicores), *id));
    let largest = rows.iter().take(5).filter(|it| it.2.millicores + it.2.memory > 0).map(
        |(id, pods, pod)| {
            let text = format!(
                "`{}`: {pods} × {} cores and {} GiB.",
                case.label(*id),
                cores(pod.millicores),
                gib(pod.memory)
            );
            Statement::new(text, vec![case.named(*id)])
        },
    );
    let largest = if asked.subject.is_some() { Vec::new() } else { largest.collect() };
    let mut unknown = Vec::new();
    if total.open > 0 {
        let open: Vec<String> =
            rows.iter().filter(|it| it.2.open > 0).map(|it| case.label(it.0)).collect();
        let absence = case.absence(
            "",
            "no requests",
            format!("{} of {}", count(total.open, "container"), list(&open, 4)),
        );
        unknown.push(Statement::new(
            match total.open {
                1 => "What 1 container without any request uses.".to_owned(),
                many => format!("What {many} containers without any request use."),
            },
            vec![absence],
        ));
    }
    let ids: Vec<ComponentId> = rows.iter().map(|it| it.0).collect();
    let findings =
        case.assessment.findings.iter().filter(|it| {
            it.pillar == Pillar::Cost && it.components.iter().any(|it| ids.contains(it))
        });
    let steps = findings.take(3).map(|it| part::listed(case, it)).collect();
    let sections = vec![
        Section::document("A month of it", money(case, total, &number)),
        Section::document("The largest", largest),
        Section::new(Step::Priority, steps).numbered(),
        Section::new(Step::Unknown, unknown),
    ];
    Ok(answer(vec![direct], sections, None))
}

fn of_pod(case: Case<'_>, workload: Of<'_, Workload>) -> Reserved {
    let mut reserved = Reserved::default();
    for container in workload.facts.pod.running_containers() {
        let (cpu, memory) = (container.requests.cpu.value(), container.requests.memory.value());
        reserved.millicores += cpu.map_or(0, |it| it.0);
        reserved.memory += memory.map_or(0, |it| it.0);
        reserved.open += usize::from(cpu.is_none() && memory.is_none());
    }
    for claim in case.system().claims_of(workload).iter().filter(|it| it.is_template) {
        reserved.disk += claim.claim.and_then(|it| it.size.value()).map_or(0, |it| it.0);
    }
    reserved
}

#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
fn cores(millicores: u64) -> String {
    two_digits(millicores as f64 / 1000.0)
}

#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
fn gib(bytes: u64) -> String {
    two_digits(bytes as f64 / GIB)
}

/// What is reserved at the declared prices; a blank for every price that nobody declared.
#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
fn money(case: Case<'_>, total: Reserved, number: &kai_core::Evidence) -> Vec<Statement> {
    let prices = &case.settings().prices;
    let currency = prices.currency.as_ref().map_or("", |it| it.value.as_str());
    let terms = [
        ("core", &prices.core, total.millicores as f64 / 1000.0, "Processor", "cores"),
        ("memory", &prices.memory, total.memory as f64 / GIB, "Memory", "GiB"),
        ("disk", &prices.disk, total.disk as f64 / GIB, "Disk", "GiB"),
    ];
    let mut statements = Vec::new();
    for (field, price, amount, title, unit) in terms {
        if amount == 0.0 {
            continue;
        }
        statements.push(match price {
            Some(price) => {
                let cost: Interval = price.value.0.scaled(amount);
                let arithmetic =
                    vec![format!("{} × {} = {cost}", two_digits(amount), price.value.0)];
                let product = case.number(
                    title,
                    format!("{title}: {cost} {currency} a month").replace("  ", " "),
                    arithmetic,
                );
                let text = format!("{title}: {cost} {currency}").trim_end().to_owned() + ".";
                Statement::new(
                    text,
                    vec![case.span("kai.yaml", price.origin), number.clone(), product],
                )
            }
            None => Statement::blank(
                format!("{title}: {} {unit} a month at", two_digits(amount)),
                format!("prices.{field}"),
            ),
        });
    }
    statements
}
