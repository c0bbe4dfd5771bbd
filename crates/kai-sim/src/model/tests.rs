use super::*;

fn amounts(cpu: i64, memory: i64) -> Resources {
    [(CPU, cpu), (MEMORY, memory)].into_iter().collect()
}

fn container(cpu: i64) -> Container {
    Container { requests: amounts(cpu, 0), ..Container::default() }
}

fn sidecar(cpu: i64) -> Container {
    Container { is_sidecar: true, ..container(cpu) }
}

#[track_caller]
fn check_cpu(containers: &[i64], init: Vec<Container>, expected: i64) {
    let containers = containers.iter().map(|&it| container(it)).collect();
    let pod = Pod::default().with(|it| (it.containers, it.init_containers) = (containers, init));
    assert_eq!(requests(&pod).get(CPU), expected);
}

#[test]
fn containers_add_up_and_init_containers_do_not() {
    check_cpu(&[100, 200], vec![], 300);
    check_cpu(&[100, 200], vec![container(250)], 300);
    check_cpu(&[100, 200], vec![container(400), container(350)], 400);
}

#[test]
fn a_sidecar_runs_beside_what_starts_after_it() {
    check_cpu(&[100], vec![sidecar(50)], 150);
    check_cpu(&[100], vec![sidecar(50), container(200)], 250);
    check_cpu(&[100], vec![container(200), sidecar(50)], 200);
    check_cpu(&[], vec![sidecar(50), sidecar(60)], 110);
}

#[test]
fn requests_of_the_pod_stand_for_those_of_its_containers_and_overhead_comes_on_top() {
    let pod = Pod::default().with(|it| {
        it.containers = vec![container(100)];
        it.requests = [(CPU, 700), (EPHEMERAL_STORAGE, 5)].into_iter().collect();
        it.overhead = amounts(50, 10);
    });
    assert_eq!(requests(&pod), amounts(750, 10));
}

#[test]
fn what_asks_for_nothing_is_scored_as_something_and_zero_stays_zero() {
    let silent = Pod::default().with(|it| it.containers = vec![Container::default()]);
    assert_eq!(scored_requests(&silent), amounts(100, 200 << 20));
    let zero = Pod::default().with(|it| it.containers = vec![container(0)]);
    assert_eq!(scored_requests(&zero), amounts(0, 0));
}

#[track_caller]
fn check_term(operator: Operator, values: &[&str], label: Option<&str>, expected: bool) {
    let values = values.iter().map(|&it| it.into()).collect();
    let requirement = Requirement { key: "a".into(), operator, values };
    let labels = label.map(|it| ("a".into(), it.into())).into_iter().collect();
    assert_eq!(requirement.matches(&labels), expected, "{operator:?} of {label:?}");
}

#[test]
fn a_missing_label_is_not_in_anything() {
    check_term(Operator::In, &["1"], None, false);
    check_term(Operator::NotIn, &["1"], None, true);
    check_term(Operator::NotIn, &["1"], Some("1"), false);
    check_term(Operator::Exists, &[], None, false);
    check_term(Operator::DoesNotExist, &[], None, true);
}

#[test]
fn comparisons_are_of_whole_numbers() {
    check_term(Operator::Gt, &["1"], Some("2"), true);
    check_term(Operator::Gt, &["1"], Some("two"), false);
    check_term(Operator::Lt, &["10"], Some("9"), true);
    check_term(Operator::Lt, &["10"], None, false);
    check_term(Operator::Gt, &["1", "2"], Some("3"), false);
}

#[test]
fn an_empty_term_selects_no_node() {
    let labels = Labels::new();
    let selector = NodeSelector { terms: vec![NodeSelectorTerm::default()] };
    assert!(!selector.matches(&labels, None));
}

#[test]
fn shares_round_up_or_down_but_never_past_a_whole_number() {
    assert_eq!(IntOrPercent::parse("25%").map(|it| it.rounded_up(3)), Some(1));
    assert_eq!(IntOrPercent::parse("25%").map(|it| it.rounded_down(3)), Some(0));
    assert_eq!(IntOrPercent::parse("50%").map(|it| it.rounded_up(4)), Some(2));
    assert_eq!(IntOrPercent::parse("7").map(|it| it.rounded_down(3)), Some(7));
    assert_eq!(IntOrPercent::parse("0.5"), None);
}

#[test]
fn ports_of_every_address_conflict_with_those_of_one() {
    let port =
        |address: &str| HostPort { address: address.into(), protocol: "TCP".into(), port: 80 };
    assert!(port(HostPort::EVERY_ADDRESS).conflicts(&port("10.0.0.1")));
    assert!(port("10.0.0.1").conflicts(&port(HostPort::EVERY_ADDRESS)));
    assert!(!port("10.0.0.1").conflicts(&port("10.0.0.2")));
}
