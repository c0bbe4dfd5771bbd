//! What `amtool config routes test` (Alertmanager 0.25) says to the same labels.

use kai_core::{Origins, Role, SmolStr};
use kai_graph::LabelSet;
use kai_syntax::yaml;

use super::configuration;
use crate::fields::Reader;

const CONFIGURATION: &str = r#"
route:
  receiver: default
  routes:
    - matchers: ['alertname = Watchdog']
      receiver: heartbeat
    - matchers: ['severity =~ "crit|page"', 'team != "web"']
      receiver: pager
      continue: true
      routes:
        - match: { team: data }
          receiver: data-pager
    - match_re: { severity: 'crit.*' }
      receiver: chat
    - matchers: ['{severity!~"warning|info", team="web"}']
receivers:
  - name: default
  - name: heartbeat
  - name: pager
    pagerduty_configs: [{ routing_key: not-a-key }]
  - name: data-pager
  - name: chat
"#;

/// Labels as amtool takes them, and the receivers that it prints.
const RECORDED: &[(&str, &str)] = &[
    ("alertname=Watchdog", "heartbeat"),
    ("severity=crit", "pager,chat"),
    ("severity=critical", "chat"),
    ("severity=crit team=data", "data-pager,chat"),
    ("severity=crit team=web", "chat"),
    ("severity=warning team=web", "default"),
    ("severity=page team=web", "default"),
    ("severity=page", "pager"),
    ("severity=xcrit", "default"),
    ("", "default"),
];

#[test]
fn alerts_go_where_amtool_says() {
    let origins = Origins::new();
    let id = origins.add_document("alertmanager.yml".into(), CONFIGURATION.into()).unwrap();
    let node = &yaml::parse(&origins, id).documents[0].node;
    let reader = Reader::new(&origins, Role::ApiDefault, "Alertmanager", "");
    let found = configuration(reader.fields(node), None).unwrap();
    for (labels, expected) in RECORDED {
        let pairs = labels.split_whitespace().filter_map(|it| it.split_once('='));
        let pairs = pairs.map(|(key, value)| (SmolStr::from(key), SmolStr::from(value)));
        let labels = LabelSet::closed(pairs.collect());
        let deliveries = found.deliveries(&labels);
        let names: Vec<_> = deliveries.iter().map(|it| it.receiver).collect();
        assert_eq!(names.join(","), *expected, "{labels:?}");
        assert!(deliveries.iter().all(|it| it.is_certain), "{labels:?}");
    }
    assert_eq!(found.receiver("pager").unwrap().integrations[0].kind, "pagerduty");
    assert!(!format!("{found:?}").contains("not-a-key"));
}
