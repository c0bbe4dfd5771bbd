//! Which block configures the provider of a resource, and the region that it says.

use std::rc::Rc;

use kai_core::Span;
use smol_str::SmolStr;

use super::expansion::Bound;
use super::instance::Instance;
use super::planner::Planner;
use super::reference::InstanceScope;
use crate::config::Resource;
use crate::eval::{Evaluator, References};
use crate::syntax::{Block, Expr, Key, Kind};

/// The configuration of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configured {
    /// The module and the name of the block: `aws`, `module.a.aws.west`; empty where that is not known.
    /// The same text is the same configuration, whether a block is written for it or not.
    pub by: SmolStr,
    /// Empty where that is not known.
    pub region: SmolStr,
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
                return Configured { by, region };
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

    /// What is written there, or given from outside: anything else may wait for what is planned now.
    fn region(&self, instance: &Rc<Instance>, block: &Block) -> Option<SmolStr> {
        let attribute = block.body.attribute("region")?;
        let is_root = instance.parent.is_none();
        let mut is_given = true;
        References::each(&attribute.expr, &mut |root, _, _| is_given &= is_root && root == "var");
        if !is_given {
            return None;
        }
        let bound = Bound::default();
        let scope =
            InstanceScope { planner: self, instance, bound: &bound, itself: None, within: None };
        let value = Evaluator::new(&scope).value(&attribute.expr).ok()?;
        value.as_str().map(SmolStr::from)
    }
}
