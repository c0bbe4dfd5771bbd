//! Databases on volumes that stay when their claims go.

use kai_graph::{Component, Facts, Of, Solid, StorageClass};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    credit(
        ctx.system.components().iter().filter_map(|it| evidence(it, ctx)).collect(),
        "store",
        ctx,
    )
}

fn evidence<'a>(component: &'a Component, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let (engine, class) = kept_on(component, ctx)?;
    let policy = class.facts.reclaim_policy.traced().filter(|it| it.value == "Retain")?;
    let name = &class.component.name;
    Some(Evidence {
        component,
        at: ctx.shown(policy.origin, class.component),
        title: format!(
            "`{}` keeps its {engine} data on volumes that stay when their claims go (`{name}`)",
            component.label(),
        ),
        verify: format!("kubectl get storageclass {name} -o jsonpath='{{.reclaimPolicy}}'"),
    })
}

fn kept_on<'a>(
    component: &'a Component,
    ctx: Context<'a>,
) -> Option<(&'static str, Of<'a, StorageClass>)> {
    match &component.facts {
        Facts::Datastore(store) => {
            let name = &store.storage_class.traced()?.value;
            let class = ctx.system.resolve("StorageClass", "", name, component.root)?;
            let Facts::StorageClass(facts) = &class.facts else { return None };
            Some((store.engine.name, Of { component: class, facts }))
        }
        Facts::Workload(workload) => {
            let engine = workload.engine?.name;
            let claims = ctx.system.claims_of(component.workload()?);
            let claim = claims.iter().find_map(|it| it.claim)?;
            Some((engine, ctx.system.storage_class_of(claim, component.root)?))
        }
        _ => None,
    }
}
