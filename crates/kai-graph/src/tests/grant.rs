use super::*;

/// What the rules of a role lead to; a rule is `group/resource/verb`.
#[track_caller]
fn check(rules: &[&str], expected: &str) {
    let rule = |text: &&str| {
        let [group, resource, verb] = text.splitn(3, '|').collect::<Vec<_>>()[..] else {
            panic!("a rule has three parts: {text}");
        };
        let one = |it: &str| vec![SmolStr::from(it)];
        RoleRule {
            verbs: one(verb),
            api_groups: one(group),
            resources: one(resource),
            resource_names: Vec::new(),
            origin: OriginId::NONE,
        }
    };
    let role = Role { rules: rules.iter().map(rule).collect(), is_aggregated: false };
    let powers: Vec<_> = role.powers().iter().map(|it| format!("{:?}", it.0)).collect();
    assert_eq!(powers.join(" "), expected);
}

#[test]
fn rights_that_lead_to_others_are_powers() {
    check(
        &["*|*|*"],
        "Everything Escalation Impersonation Tokens Pods Exec Secrets Nodes Admission",
    );
    check(&["|secrets|list", "|pods|get"], "Secrets");
    check(&["apps|deployments|patch"], "Pods");
    check(&["|pods/*|create"], "Exec");
    check(&["|*/exec|create"], "Exec");
    check(&["rbac.authorization.k8s.io|clusterroles|bind"], "Escalation");
    check(&["|nodes/proxy|get", "|nodes/metrics|get"], "Nodes");
}

#[test]
fn rights_that_lead_nowhere_are_none() {
    check(&["|pods|list", "|configmaps|create", "apps|deployments|get"], "");
    check(&["example.com|secrets|get", "|pods/log|get", "|nodes/metrics|get"], "");
    check(&["rbac.authorization.k8s.io|clusterroles|create"], "");
}

fn binding(sketch: &mut Sketch, root: RootId, name: &str, subject: (&str, &str, &str)) {
    let (kind, namespace, account) = subject;
    let subject = Subject {
        kind: kind.into(),
        namespace: namespace.into(),
        name: account.into(),
        origin: OriginId::NONE,
    };
    let role = ObjectRef {
        kind: "ClusterRole".into(),
        namespace: SmolStr::default(),
        name: "edit".into(),
        origin: OriginId::NONE,
    };
    let facts = Facts::Binding(Box::new(Binding { role, subjects: vec![subject] }));
    sketch.add(root, "RoleBinding", name, facts);
}

#[test]
fn an_account_has_what_bindings_of_its_environment_give_it() {
    let mut sketch = Sketch::default();
    let live = sketch.root("live", Environment::Production);
    let other = sketch.root("other", Environment::Production);
    let trial = sketch.root("trial", Environment::Staging);
    binding(&mut sketch, live, "by-name", ("ServiceAccount", "shop", "web"));
    binding(&mut sketch, other, "as-user", ("User", "", "system:serviceaccount:shop:web"));
    binding(&mut sketch, trial, "elsewhere", ("ServiceAccount", "shop", "web"));
    binding(&mut sketch, live, "another", ("ServiceAccount", "shop", "mail"));
    let system = sketch.system();
    let grants = system.grants_to("shop", "web", live);
    assert_eq!(
        names(grants.iter().map(|it| it.binding.component)),
        "RoleBinding/by-name RoleBinding/as-user"
    );
    let powers: Vec<_> = grants[0].powers().into_iter().map(|it| it.0).collect();
    assert_eq!(powers, [Power::Pods, Power::Exec, Power::Secrets]);
}
