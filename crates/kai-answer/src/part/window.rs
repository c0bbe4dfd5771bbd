//! When Argo CD brings in line what it delivers, and when not.

use std::collections::BTreeSet;

use kai_core::{ComponentId, Evidence};
use kai_graph::{
    Component, Delivered, Facts, NoProject, Of, Reconciliation, SyncWindow, WindowKind,
};

use crate::answer::Statement;
use crate::case::Case;
use crate::words::{and, count, list};

/// More windows are only counted.
const SHOWN: usize = 3;

/// A window of a project.
type Window<'a> = (&'a Component, &'a SyncWindow);

/// Windows that hold for a component; all of them where none is asked about.
pub(crate) fn windows(case: Case<'_>, subject: Option<ComponentId>) -> Vec<Statement> {
    let all = all(case);
    if all.is_empty() {
        return Vec::new();
    }
    let Some(id) = subject else { return told(case, &all, &[]) };
    let orders: Vec<_> = orders(case, id).collect();
    if orders.is_empty() {
        let reason = "nothing that I read says which Application delivers it";
        return vec![unknown(case, id, &all, reason)];
    }
    // By place in the list, because two orders may come to the same window.
    let (mut certain, mut possible) = (BTreeSet::new(), BTreeSet::new());
    let mut unclear = Vec::new();
    for (order, delivered) in orders {
        match case.system().project_of(order.component, delivered) {
            Ok(project) => {
                let of_project =
                    all.iter().enumerate().filter(|it| it.1.0.id == project.component.id);
                for (at, it) in of_project {
                    match it.1.holds_for(delivered) {
                        Some(true) => drop(certain.insert(at)),
                        Some(false) => {}
                        None => drop(possible.insert(at)),
                    }
                }
            }
            Err(why) => {
                unclear.push(unknown(case, id, &all, &no_project(order.component, why)));
            }
        }
    }
    let of = |places: &BTreeSet<usize>| -> Vec<_> { places.iter().map(|it| all[*it]).collect() };
    let possible = &possible - &certain;
    [told(case, &of(&certain), &of(&possible)), unclear].concat()
}

fn all(case: Case<'_>) -> Vec<Window<'_>> {
    let projects = case.system().components().iter().filter_map(|it| match &it.facts {
        Facts::Project(facts) => Some((it, &facts.windows)),
        _ => None,
    });
    let all = projects.flat_map(|(project, windows)| windows.iter().map(move |it| (project, it)));
    all.filter(|it| it.1.names_anything()).collect()
}

/// Orders to Argo CD that keep the component's root applied.
pub(super) fn orders<'a>(
    case: Case<'a>,
    id: ComponentId,
) -> impl Iterator<Item = (Of<'a, Reconciliation>, &'a Delivered)> {
    let orders = case.system().orders(case.component(id).root);
    orders.filter_map(|it| Some((it, it.facts.delivered.as_ref()?)))
}

/// Why the project of an application is not known, as a clause.
pub(super) fn no_project(order: &Component, why: NoProject) -> String {
    let by = order.label();
    match why {
        NoProject::Unnamed => format!("the project of `{by}`, which delivers it, is not known"),
        NoProject::Undeclared(name) => {
            format!("the project `{name}` of `{by}`, which delivers it, is not declared here")
        }
        NoProject::Several(name) => format!(
            "there are several projects `{name}`, and `{by}`, which delivers it, is in one of them"
        ),
    }
}

fn unknown(case: Case<'_>, id: ComponentId, all: &[Window<'_>], reason: &str) -> Statement {
    let projects: BTreeSet<ComponentId> = all.iter().map(|it| it.0.id).collect();
    let names: Vec<String> = projects.iter().map(|it| case.label(*it)).collect();
    let evidence = projects.iter().take(SHOWN).map(|it| case.named(*it)).collect();
    let text = format!(
        "Argo CD keeps to sync windows in {}; {reason}, so whether one holds for `{}` is not known.",
        list(&names, SHOWN),
        case.label(id)
    );
    Statement::new(text, evidence)
}

fn told(case: Case<'_>, certain: &[Window<'_>], possible: &[Window<'_>]) -> Vec<Statement> {
    let at = |it: &Window<'_>| -> Evidence { case.at(it.0.id, it.1.origin) };
    let certain = certain.iter().map(|it| (it, in_words(it.1, &case.label(it.0.id))));
    let possible = possible.iter().map(|it| {
        let text = in_words(it.1, &case.label(it.0.id));
        (it, format!("If it holds for what is filled in when it is applied: {text}"))
    });
    let all: Vec<_> = certain.chain(possible).collect();
    let (shown, hidden) = all.split_at(all.len().min(SHOWN));
    let mut told: Vec<Statement> =
        shown.iter().map(|(it, text)| Statement::new(text.clone(), vec![at(it)])).collect();
    if !hidden.is_empty() {
        let evidence = hidden.iter().take(SHOWN).map(|it| at(it.0)).collect();
        told.push(Statement::new(
            format!("And {} more like that.", count(hidden.len(), "window")),
            evidence,
        ));
    }
    told
}

fn in_words(window: &SyncWindow, project: &str) -> String {
    let SyncWindow { schedule, duration, zone, .. } = window;
    let of = selected(window);
    let people = match (&window.kind, window.lets_people) {
        (_, true) => "; people may all the same",
        (WindowKind::Denies, false) => ", by hand neither",
        (_, false) => "",
    };
    match &window.kind {
        WindowKind::Denies => format!(
            "Argo CD syncs nothing of `{project}` ({of}) for {duration} from `{schedule}` ({zone}) on{people}."
        ),
        WindowKind::Allows => format!(
            "Argo CD syncs what is in `{project}` ({of}) for {duration} from `{schedule}` ({zone}) on, and at other times only where another window allows it{people}."
        ),
        WindowKind::Other(word) => format!(
            "`{project}` has a window of kind `{word}` ({of}) from `{schedule}` ({zone}) on; Argo CD knows `allow` and `deny`, and what it makes of this one is not known."
        ),
    }
}

/// `applications a and b or namespaces c`.
fn selected(window: &SyncWindow) -> String {
    let lists = [
        ("applications", &window.applications),
        ("namespaces", &window.namespaces),
        ("clusters", &window.clusters),
    ];
    let written = lists.iter().filter(|it| !it.1.is_empty());
    let written: Vec<String> =
        written.map(|(word, all)| format!("{word} {}", list(all, all.len()))).collect();
    if window.needs_all { and(&written) } else { written.join(" or ") }
}
