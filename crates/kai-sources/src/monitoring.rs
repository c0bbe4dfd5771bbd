//! What a file of Prometheus or Alertmanager says, wherever it stands: alone, in a ConfigMap or
//! Secret, in a folder that a container mounts.

use camino::Utf8PathBuf;
use kai_core::{Node, Origins};
use kai_graph::Facts;
use kai_syntax::{MonitoringFile, embed, yaml};

use crate::fields::Reader;
use crate::{alertmanager, prometheus};

/// None for other files, and for one that cannot be read as a whole.
pub(crate) fn facts<'a>(node: &'a Node, reader: &'a Reader<'a>) -> Option<Facts> {
    let fields = reader.fields(node);
    Some(match MonitoringFile::of(node)? {
        MonitoringFile::Alertmanager => {
            Facts::Notifications(Box::new(alertmanager::configuration(fields, None)?))
        }
        MonitoringFile::Prometheus => Facts::Prometheus(Box::new(prometheus::of_file(fields))),
        MonitoringFile::Rules => Facts::AlertRules(Box::new(prometheus::rules(fields))),
    })
}

/// The text of a value as a tree, where its words say that it may be one of these.
pub(crate) fn embedded(key: &str, node: &Node, origins: &Origins) -> Option<Node> {
    node.as_str().filter(|it| may_be(it))?;
    let id = embed(origins, node, Utf8PathBuf::from(key))?;
    let mut documents = yaml::parse(origins, id).documents.into_iter();
    documents.next().map(|it| it.node)
}

pub(crate) fn may_be(text: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has("receivers") && has("route")
        || has("groups") && has("alert") && has("expr")
        || has("scrape_configs")
        || has("rule_files")
        || has("scrape_interval")
}
