//! Which block configures the provider of a resource, and the region that it says.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use kai_core::{Reason, Span};
use smol_str::SmolStr;

use super::expansion::Bound;
use super::instance::Instance;
use super::planner::Planner;
use super::reference::InstanceScope;
use crate::config::Resource;
use crate::eval::{Evaluator, References};
use crate::syntax::{Block, Expr, Key, Kind, StepKind};
use crate::value::{Cause, Type, Value};

/// The configuration of a provider.
#[derive(Debug, Clone, Default)]
pub struct Configured {
    /// The module and the name of the block: `aws`, `module.a.aws.west`; empty where that is not known.
    /// The same text is the same configuration, whether a block is written for it or not.
    pub by: SmolStr,
    /// Empty where that is not known.
    pub region: SmolStr,
    /// The tags that it puts on everything that it makes (`default_tags`), which may be to come; none where no block
    /// that configures it is here.
    pub default_tags: Option<Value>,
}

impl Planner<'_> {
    /// The provider that a resource names, as it is written.
    pub(super) fn provider(&self, resource: &Resource) -> SmolStr {
        resource.provider.as_ref().map(|it| self.text(it.span)).unwrap_or_default()
    }

    fn text(&self, span: Span) -> SmolStr {
        let text = &self.origins.document(span.document).text;
        text.get(span.start as usize..span.end as usize).unwrap_or_default().into()
    }

    /// The block, as modules hand it down: what a call does not name it takes from around it, if that
    /// has no other name.
    pub(super) fn configured(&self, instance: &Rc<Instance>, resource: &Resource) -> Configured {
        let written = self.provider(resource);
        let ty = resource.name.ty.split('_').next().unwrap_or_default();
        let mut name = if written.is_empty() { SmolStr::from(ty) } else { written };
        let mut at = Rc::clone(instance);
        loop {
            let found = at.module.providers.iter().find(|it| self.name_of(it) == name);
            let Some(parent) = at.parent.clone().filter(|_| found.is_none()) else {
                let by = super::address::below(&at.address, &name).into();
                let region = found.and_then(|it| self.region(&at, it)).unwrap_or_default();
                let default_tags = found.map(|it| self.default_tags(&at, it));
                return Configured { by, region, default_tags };
            };
            let handed = at.call.as_ref().and_then(|it| it.providers.as_deref());
            name = match handed {
                Some(handed) => match self.handed(handed, &name) {
                    Some(it) => it,
                    None => return Configured::default(),
                },
                None if name.contains('.') => return Configured::default(),
                None => name,
            };
            at = parent;
        }
    }

    /// `aws`, or `aws.west` where it has an alias.
    fn name_of(&self, block: &Block) -> SmolStr {
        let ty = block.labels.first().map(|it| it.text.clone()).unwrap_or_default();
        match block.body.attribute("alias") {
            Some(alias) => {
                let alias = self.text(alias.expr.span);
                format!("{ty}.{}", alias.trim_matches('"')).into()
            }
            None => ty,
        }
    }

    /// What a call hands down under a name.
    fn handed(&self, providers: &Expr, name: &str) -> Option<SmolStr> {
        let Kind::Object(items) = &providers.kind else { return None };
        let key = |key: &Key| match key {
            Key::Word(word, _) => word.clone(),
            Key::Expr(expr) => self.text(expr.span),
        };
        let item = items.iter().find(|it| key(&it.key) == name)?;
        Some(self.text(item.value.span))
    }

    fn region(&self, instance: &Rc<Instance>, block: &Block) -> Option<SmolStr> {
        let value = self.given(instance, &block.body.attribute("region")?.expr)?;
        value.as_str().map(SmolStr::from)
    }

    fn default_tags(&self, instance: &Rc<Instance>, block: &Block) -> Value {
        let mut blocks = block.body.blocks.iter().filter(|it| it.kind == "default_tags");
        let tags = blocks.next().and_then(|it| it.body.attribute("tags"));
        let Some(tags) = tags else { return Value::object(BTreeMap::new()) };
        self.given(instance, &tags.expr).unwrap_or_else(|| {
            let text = SmolStr::new_static("default_tags");
            let cause = Cause::new(Reason::ComputedAtApply, text, tags.expr.origin);
            Value::unknown(Type::Dynamic, cause)
        })
    }

    /// What is written there, or given from outside: anything else may wait for what is planned now.
    fn given(&self, instance: &Rc<Instance>, expr: &Expr) -> Option<Value> {
        if !is_given(instance, expr) {
            return None;
        }
        let bound = Bound::default();
        let scope =
            InstanceScope { planner: self, instance, bound: &bound, itself: None, within: None };
        Evaluator::new(&scope).value(expr).ok()
    }
}

/// True where an expression of a root module hangs on nothing but its variables and what locals make of them.
fn is_given(instance: &Instance, expr: &Expr) -> bool {
    let mut is_it = true;
    let (mut seen, mut left) = (BTreeSet::new(), vec![expr]);
    while let Some(expr) = left.pop().filter(|_| is_it) {
        References::each(expr, &mut |root, steps, _| {
            let name = match steps.first().map(|it| &it.kind) {
                Some(StepKind::Attribute(name)) if root == "local" => name,
                _ => return is_it &= root == "var" && instance.parent.is_none(),
            };
            match instance.module.locals.get(name) {
                Some(local) if seen.insert(name) => left.push(&local.expr),
                Some(_) => {}
                None => is_it = false,
            }
        });
    }
    is_it
}
