//! `moved` blocks, and the moves that a new `count` implies.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::address::{below, suffix, without_key};
use super::expansion::{Bound, by_each};
use super::instance::Instance;
use super::planner::Planner;
use super::state::Prior;
use crate::config::{Import, Move, address_text};
use crate::diagnostic::Diagnostic;
use crate::syntax::Kind;
use crate::value::{Type, Value};

/// A move between two addresses.
struct Statement {
    from: String,
    to: String,
}

impl Planner<'_> {
    /// Puts the objects of the state where the configuration has them now.
    pub(super) fn apply_moves(&mut self, root: &Rc<Instance>) {
        let mut statements = Vec::new();
        self.collect_moves(root, &mut statements);
        self.check_moves(&root.module.moves, &root.module);
        self.note_moves(root, &statements);
        for _ in 0..=statements.len() {
            let objects = std::mem::take(&mut self.state.objects);
            let before: Vec<_> = objects.keys().cloned().collect();
            self.state.objects = moved(objects, &statements);
            if self.state.objects.keys().eq(before.iter()) {
                break;
            }
        }
        let objects = std::mem::take(&mut self.state.objects);
        self.state.objects = implied(objects, root);
    }

    fn note_moves(&self, root: &Instance, statements: &[Statement]) {
        let mut plan = self.plan.borrow_mut();
        plan.moves = statements.iter().map(|it| (it.from.clone(), it.to.clone())).collect();
        let forgotten = root.module.removals.iter().filter(|it| !it.destroys);
        plan.forgotten = forgotten.filter_map(|it| address_text(&it.from)).collect();
    }

    /// Objects that are taken over are as if they had been there.
    pub(super) fn apply_imports(&mut self, root: &Rc<Instance>) {
        for import in &root.module.imports {
            for bound in self.import_bounds(root, import) {
                if let Some((address, prior)) = self.imported(root, import, &bound) {
                    self.state.objects.entry(address).or_insert(prior);
                }
            }
        }
    }

    fn import_bounds(&self, root: &Rc<Instance>, import: &Import) -> Vec<Bound> {
        let Some(each) = &import.for_each else { return vec![Bound::default()] };
        let expansion = self.evaluate(root, &Bound::default(), each);
        match expansion.and_then(|value| by_each(&value, each)) {
            Ok(expansion) => expansion.instances(),
            Err(problem) => {
                self.problem(*problem);
                Vec::new()
            }
        }
    }

    fn imported(
        &self,
        root: &Rc<Instance>,
        import: &Import,
        bound: &Bound,
    ) -> Option<(String, Prior)> {
        let id = self.evaluate(root, bound, import.id.as_ref()?);
        let id = id.map_err(|problem| self.problem(*problem)).ok()?;
        let address = match &import.to.kind {
            Kind::Index(from, key, _) => {
                let key = self.evaluate(root, bound, key).ok()?;
                format!("{}{}", address_text(from)?, suffix(Some(&key)))
            }
            _ => address_text(&import.to)?,
        };
        let nothing = || Value::null(Type::Dynamic);
        let values = Value::object(BTreeMap::from([
            ("id".into(), id),
            ("input".into(), nothing()),
            ("output".into(), nothing()),
            ("triggers_replace".into(), nothing()),
        ]));
        Some((address, Prior { values, is_data: false, previous_address: None }))
    }

    fn collect_moves(&self, instance: &Rc<Instance>, statements: &mut Vec<Statement>) {
        for it in &instance.module.moves {
            let (Some(from), Some(to)) = (address_text(&it.from), address_text(&it.to)) else {
                continue;
            };
            let place = |it: &str| below(&instance.address, it);
            statements.push(Statement { from: place(&from), to: place(&to) });
        }
        for call in instance.module.calls.values() {
            for child in self.children(instance, call).iter() {
                self.collect_moves(child, statements);
            }
        }
    }

    fn check_moves(&self, moves: &[Move], module: &crate::config::Module) {
        let texts = |it: &Move| Some((address_text(&it.from)?, address_text(&it.to)?));
        let all: Vec<_> = moves.iter().filter_map(|it| Some((texts(it)?, it.span))).collect();
        for (index, ((from, to), span)) in all.iter().enumerate() {
            let first = all[..index].iter().find(|((other, same), _)| same == to && other != from);
            if let Some(((other, _), at)) = first {
                let detail = format!(
                    "A statement at {} declared that {other} moved to {to}, but this statement instead declares that {from} moved there.\n\nEach resource can have moved from only one source address.",
                    crate::config::place(self.origins, *at)
                );
                self.problem(*Diagnostic::new(*span, "Ambiguous move statements", detail));
            }
            let mut next = to;
            let mut is_cycle = false;
            for _ in 0..all.len() {
                let Some(((_, end), _)) = all.iter().find(|((start, _), _)| start == next) else {
                    break;
                };
                is_cycle |= end == from || next == from;
                next = end;
            }
            if is_cycle {
                let detail = format!(
                    "The chained move statements from {from} form a cycle, and so there is no final location to move objects to."
                );
                let summary = "Cyclic dependency in move statements";
                return self.problem(*Diagnostic::new(None, summary, detail));
            }
            if is_there(module, from) {
                let detail = format!(
                    "This statement declares a move from {from}, but that resource is still declared in the configuration."
                );
                self.problem(*Diagnostic::new(*span, "Moved object still exists", detail));
            }
        }
    }
}

/// True where an address without a key is declared without a key.
fn is_there(module: &crate::config::Module, address: &str) -> bool {
    let is_resource = module.resources.values().any(|it| {
        it.name.to_string() == address
            && it.repetition.count.is_none()
            && it.repetition.for_each.is_none()
    });
    let is_call = module.calls.values().any(|it| {
        format!("module.{}", it.name) == address
            && it.repetition.count.is_none()
            && it.repetition.for_each.is_none()
    });
    is_resource || is_call
}

fn moved(objects: BTreeMap<String, Prior>, statements: &[Statement]) -> BTreeMap<String, Prior> {
    let mut result = BTreeMap::new();
    for (address, prior) in objects {
        let target = statements.iter().find_map(|it| moved_to(&address, &it.from, &it.to));
        let prior = match &target {
            Some(_) => {
                let previous_address = prior.previous_address.clone().or(Some(address.clone()));
                Prior { previous_address, ..prior }
            }
            None => prior,
        };
        result.insert(target.unwrap_or(address), prior);
    }
    result
}

/// Where a statement from one address to another puts an object, if it means it.
pub(crate) fn moved_to(address: &str, from: &str, to: &str) -> Option<String> {
    let rest = address.strip_prefix(from)?;
    let has_key = from.ends_with(']') || to.ends_with(']');
    let is_meant = rest.is_empty() || rest.starts_with('.') || (!has_key && rest.starts_with('['));
    is_meant.then(|| format!("{to}{rest}"))
}

/// An object without a key is number 0 where there is a count now, and the other way round.
fn implied(objects: BTreeMap<String, Prior>, root: &Rc<Instance>) -> BTreeMap<String, Prior> {
    let mut result = objects.clone();
    for (address, prior) in objects {
        let bare = without_key(&address);
        let found = root.module.resources.values().find(|it| it.name.to_string() == bare);
        let Some(resource) = found else { continue };
        let has_count = resource.repetition.count.is_some();
        let target = if has_count && bare == address {
            format!("{address}[0]")
        } else if !resource.is_repeated() && address == format!("{bare}[0]") {
            bare.to_owned()
        } else {
            continue;
        };
        if result.contains_key(&target) {
            continue;
        }
        result.remove(&address);
        let previous_address = prior.previous_address.clone().or(Some(address));
        result.insert(target, Prior { previous_address, ..prior });
    }
    result
}
