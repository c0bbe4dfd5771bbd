use kai_core::{Known, OriginId, Reason};

use crate::{Delivered, SyncWindow, WindowKind};

fn known(text: &str) -> Known<kai_core::SmolStr> {
    Known::new(text.into(), OriginId::NONE)
}

fn pay(application: &str) -> Delivered {
    Delivered {
        project: known("shop"),
        application: known(application),
        namespace: known("shop"),
        clusters: [Known::default(), known("https://kubernetes.default.svc")],
    }
}

fn window(applications: &[&str], namespaces: &[&str], clusters: &[&str]) -> SyncWindow {
    let texts = |all: &[&str]| all.iter().map(|it| (*it).into()).collect();
    SyncWindow {
        kind: WindowKind::Denies,
        schedule: "* * * * *".into(),
        duration: "1h".into(),
        zone: "UTC".into(),
        applications: texts(applications),
        namespaces: texts(namespaces),
        clusters: texts(clusters),
        needs_all: false,
        lets_people: false,
        origin: OriginId::NONE,
    }
}

#[test]
fn one_list_is_enough_unless_all_are_asked_for() {
    let one = window(&["*"], &["prod-x"], &[]);
    assert_eq!(one.holds_for(&pay("pay")), Some(true));
    assert_eq!(SyncWindow { needs_all: true, ..one }.holds_for(&pay("pay")), Some(false));
    let all = SyncWindow { needs_all: true, ..window(&["pay"], &["shop"], &["https://*"]) };
    assert_eq!(all.holds_for(&pay("pay")), Some(true));
}

#[test]
fn a_window_that_names_nothing_holds_for_nothing() {
    for needs_all in [false, true] {
        let window = SyncWindow { needs_all, ..window(&[], &[], &[]) };
        assert_eq!(window.holds_for(&pay("pay")), Some(false));
    }
}

#[test]
fn patterns_are_those_of_argo() {
    let holds = |pattern: &str| window(&[pattern], &[], &[]).holds_for(&pay("team/pay-1"));
    for pattern in ["*", "team*", "*/pay-?", "{a,team/pay-[0-9]}", "team/pay-[!2]"] {
        assert_eq!(holds(pattern), Some(true), "{pattern}");
    }
    for pattern in ["pay-1", "team", "team/pay-[!1]", "{team/pay-1", "team.pay-1", ""] {
        assert_eq!(holds(pattern), Some(false), "{pattern}");
    }
}

#[test]
fn what_is_filled_in_later_may_match() {
    let window = window(&["pay-*"], &["bank"], &[]);
    assert_eq!(window.holds_for(&pay("{{name}}")), None);
    assert_eq!(
        SyncWindow { needs_all: true, ..window.clone() }.holds_for(&pay("{{name}}")),
        Some(false)
    );
    let unread = Delivered { application: Known::Unknown(Reason::Templated), ..pay("") };
    assert_eq!(window.holds_for(&unread), None);
}
