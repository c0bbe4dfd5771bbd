//! What a question may say besides what an answer speaks of, and what comes of it.

use kai_answer::{Reply, text};
use kai_report::terminal::Options;

use crate::system::System;

/// A question, and the beginning of what is said: of a refusal behind `!`.
const SAID: &[(&str, &str)] = &[
    (
        "is shop-api ready for production?",
        "No, I would not put `Deployment/shop-api` into production: 2 findings stand against it, the worst being that it reads `Secret/orders-db-credentials`: ",
    ),
    ("is shop-api redundant?", "Yes: there are 2 of `Deployment/shop-api`, so one may go."),
    ("is shop-api a single point of failure?", "No: there are 2 of `Deployment/shop-api`"),
    ("is orders-db redundant?", "No: `StatefulSet/orders-db` runs only once, and 1 journey stops"),
    (
        "what breaks if shop-api and orders-db fail?",
        "If all of `Deployment/shop-api` fails, `shop.example` stops. If `StatefulSet/orders-db` fails, `shop.example` stops.",
    ),
    (
        "single points of failure in staging?",
        "!There is no staging in what I read, only production",
    ),
    (
        "is shop-api redundant in staging?",
        "!I know no `Deployment/shop-api` in staging, only in production",
    ),
    (
        "what breaks if shop-api does not fail?",
        "!I have no answer to what is so if something does `not fail`",
    ),
    ("is shop-api exposed to the internet?", "Yes: `shop.example` leads to `Deployment/shop-api`."),
    (
        "is orders-db exposed to the internet?",
        "Not itself, as far as I read: `shop.example` needs it",
    ),
    (
        "is shop-api ready for production and what does it cost?",
        "No, I would not put `Deployment/shop-api` into production: 2 findings stand against it, the worst being that it reads `Secret/orders-db-credentials`: ",
    ),
    (
        "is orders-db backed up, and what if the region goes?",
        "Not that I can see: nothing that I read copies `StatefulSet/orders-db` away, and something outside of it may. As far as I can see, `StatefulSet/orders-db` goes with it",
    ),
    (
        "is shop-api ready for production, and is it blue?",
        "!I would have to leave `blue` out of that question",
    ),
    (
        "what happens to orders-db at 2x, 5x, 10x?",
        "At 2×, none of 1 component can follow by configuration; `StatefulSet/orders-db` stays as it is. At 5×, none of",
    ),
    ("how many copies of orders-db are there?", "`StatefulSet/orders-db` is one pod."),
    ("why is shop-api not ready?", "I would not put `Deployment/shop-api` into production: "),
    ("why isn't orders-db redundant?", "`StatefulSet/orders-db` runs only once, and 1 journey"),
    ("why is shop-api not redundant?", "There are 2 of `Deployment/shop-api`, so one may go."),
    ("why is orders-db not backed up?", "Nothing that I read copies `StatefulSet/orders-db` away"),
    ("why is shop-api not in the list?", "!I do not say why something is not so"),
    (
        "does shop-api need orders-db?",
        "Yes: `Deployment/shop-api` cannot work without `StatefulSet/orders-db`.",
    ),
    (
        "does orders-db depend on shop-api?",
        "No, it is the other way around: `Deployment/shop-api` cannot work without `StatefulSet/orders-db`.",
    ),
    (
        "does shop-api need orders-db-credentials?",
        "Yes: `Deployment/shop-api` reads secrets from `Secret/orders-db-credentials`.",
    ),
    (
        "is orders-db needed by shop-api?",
        "Yes: `Deployment/shop-api` cannot work without `StatefulSet/orders-db`.",
    ),
    (
        "does shop-apii need orders-db?",
        "Yes: `Deployment/shop-api` cannot work without `StatefulSet/orders-db`.",
    ),
    ("how does orders-db come back?", "Kubernetes starts `StatefulSet/orders-db` again by itself"),
    ("what is the RPO of orders-db?", "All of `StatefulSet/orders-db`, as far as I can see"),
    (
        "how much data do we lose if orders-db dies?",
        "All of `StatefulSet/orders-db`, as far as I can see",
    ),
    ("what is the RPO of shop-api?", "`Deployment/shop-api` keeps no state that I can see"),
    (
        "what would it cost to run shop-api twice?",
        "!I would have to leave `cost` out of that question",
    ),
    ("how do I scale orders-db to 5?", "!I would have to leave `5` out of that question"),
    ("when was the last drill?", "!No file that I read says when a drill was held"),
    (
        "who gets woken when orders-db dies?",
        "Alert `OrdersDbDown` shows it once it has lasted 2 min",
    ),
    (
        "are backups encrypted?",
        "!`encrypted` names nothing here, and no answer of mine speaks of it",
    ),
    ("what breaks if the database fails?", "!I need the name of a component for that"),
    ("what if eu-west-1 goes?", "As far as I can see, both components go with it"),
    (
        "what happens if the secret orders-db-credentials leaks?",
        "`Secret/orders-db-credentials` is used by ",
    ),
    (
        "what is the runbook for ShopApiDown",
        "The runbook of `ShopApiDown` is https://runbooks.example/shop-api-down.",
    ),
];

/// The same as somebody types it who was just woken.
const TYPED: &[(&str, &str)] = &[
    ("wtf happens if orders-db dies", "If `StatefulSet/orders-db` fails, `shop.example` stops."),
    ("whats the blast radius of orders-db pls", "If `StatefulSet/orders-db` fails"),
    ("what brakes if ordrs-db dies at 3am", "If `StatefulSet/orders-db` fails"),
    ("what hapens if postgres dies", "If `StatefulSet/orders-db` fails"),
    ("what happens if sts/orders-db dies", "If `StatefulSet/orders-db` fails"),
    ("what happens if po/orders-db-0 dies", "If `StatefulSet/orders-db` fails"),
    ("what happens if shop-api-7d9f8b6c5d-x2x4z crashes?", "If all of `Deployment/shop-api` fails"),
    (
        "is it safe to kubectl delete pod orders-db-0 -n shop",
        "No, not without an outage: it is one pod",
    ),
    ("can i delete orders-db?", "No: it keeps state, and `shop.example` stops without it."),
    ("which secrets does shop-api use", "`Deployment/shop-api` is no secret; it reads `Secret/"),
    ("what happens if i scale orders-db to 0", "If `StatefulSet/orders-db` fails"),
    ("what depends on orders-db -n shop", "If `StatefulSet/orders-db` fails"),
    ("what depends on orders-db -n other", "!I would have to leave `-n` out"),
    ("how many replicas does deploy/shop-api run", "`Deployment/shop-api` runs 2 pods."),
    (
        "can i restart deploy/shop-api",
        "Yes, as far as is declared: I find nothing that makes restarting `Deployment/shop-api`",
    ),
    (
        "kubectl -n shop rollout restart deploy/shop-api ok?",
        "Yes, as far as is declared: I find nothing that makes restarting `Deployment/shop-api`",
    ),
    (
        "does the shop api need the orders database",
        "Yes: `Deployment/shop-api` cannot work without",
    ),
    ("how do i recover the shop-api database", "Kubernetes starts `StatefulSet/orders-db` again"),
    ("is the orders-db database backed up", "Not that I can see: nothing that I read copies"),
    ("how do i recover the orders-db-credentials database", "`Secret/orders-db-credentials` does"),
    ("singel points of failure plz", "1 of 2 components that journeys"),
    ("do we have enough replicas everywhere", "1 of 2 components that journeys"),
    ("who holds orders-db-credentials", "`Secret/orders-db-credentials` is used by "),
    ("is there a freeze?", "I find nothing that makes deploying this system unsafe"),
    ("does shop-api need mongo", "!I know no component `mongo` here"),
    ("what breaks if the shop api is down", "If all of `Deployment/shop-api` fails"),
    ("which service is purple", "!"),
];

#[test]
fn a_question_is_understood_as_it_is_typed_at_night() {
    check(&System::of_text(SHOP, ""), TYPED);
}

/// Commands of documents that a cloud and a cluster share are those of the cluster.
#[test]
fn no_command_is_without_its_namespace() {
    let cloud = "resource \"aws_db_instance\" \"orders\" {\n  engine = \"postgres\"\n}\n";
    let system = System::of_text(&format!("\n== main.tf\n{cloud}{SHOP}"), "");
    for question in ["design the incident response", "design a game day", "runbook for shop-api"] {
        let Reply::Answer(it) = system.ask(question) else { panic!("it is answered") };
        let commands: Vec<&String> = it.statements().filter_map(|it| it.command.as_ref()).collect();
        assert!(!commands.is_empty(), "{question}");
        for command in commands {
            assert!(command.contains("kubectl -n shop "), "{question}: {command}");
        }
    }
}

/// On one host there are neither namespaces nor CronJobs.
#[test]
fn what_compose_runs_is_copied_by_its_host() {
    let files = "\n== compose.yaml\nservices:\n  db:\n    image: postgres:16\n    volumes: ['data:/var/lib/postgresql/data']\nvolumes: {data: {}}\n";
    let system = System::of_text(files, "");
    let Reply::Answer(it) = system.ask("is postgres backed up?") else { panic!("it is answered") };
    let text = text(&it, &Options::default());
    assert!(text.contains("a job of the host that runs `pg_dump`"), "{text}");
    assert!(!text.contains("CronJob") && !text.contains("namespace"), "{text}");
}

/// Parts of what has a name share it with a secret that has it alone.
#[test]
fn a_secret_is_nothing_that_users_reach() {
    let secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: api, namespace: shop}\nstringData: {a: fake}\n";
    let system = System::of_text(&format!("{SHOP}\n{secret}"), "");
    let question = "is api internet-facing?";
    let Reply::Answer(it) = system.ask(question) else { panic!("one of it runs") };
    assert_eq!(it.subject, "Deployment/shop-api");
}

#[test]
fn what_stands_on_the_disk_of_a_pod_is_lost_by_a_release_of_it() {
    let said = "No, not as it is: 1 finding speaks against";
    let night = [
        ("is it safe to deploy cache?", said),
        ("can i restart redis", said),
        ("wtf happens if redis dies", "If `Deployment/cache` fails, `pay.example` stops."),
    ];
    check(&System::payments(&[]), &night);
}

/// Who asks for leave is told yes or no, and the worst reason.
#[test]
fn who_asks_for_leave_is_told_yes_or_no_first() {
    let lost = "No: `Deployment/cache` is one pod and keeps its redis data on emptyDir; ";
    let all = [
        ("can I delete cache", lost),
        ("is it safe to kubectl delete pod cache-7d9f8b6c5d-x2x4z -n payments", lost),
        (
            "is it safe to delete pod ledger-db-1",
            "Yes, as far as is declared: it is one of 3 instances, and the others go on",
        ),
        (
            "can I delete the ledger-db cluster",
            "No: it keeps state, and `pay.example` stops without it.",
        ),
        ("can i scale checkout to zero", "No: `pay.example` stops without it."),
        ("may we kill one checkout pod", "Yes, as far as is declared: it is one of 3 pods, "),
        ("could i kill the checkout pods", "No: all of them go at once, and `pay.example` stops"),
        ("may I restart checkout", "Yes, as far as is declared: I find nothing"),
        ("is it risky to deploy checkout", "I find nothing that makes deploying"),
        (
            "what happens to payments during a deploy of cache",
            "Not as it is: 1 finding speaks against deploying `Deployment/cache`",
        ),
        ("what happens if I delete cache", "If `Deployment/cache` fails"),
    ];
    check(&System::payments(&[]), &all);
    let alone = [
        (
            "may I kill orders-db-0",
            "No, not without an outage: it is one pod, and `shop.example` stops",
        ),
        ("can I restart orders-db", "No, not without an outage: `StatefulSet/orders-db` is one, "),
        ("is it ok to restart shop-api", "Yes, as far as is declared: I find nothing"),
    ];
    check(&System::of_text(SHOP, ""), &alone);
}

/// `kubectl rollout undo` knows versions of three kinds, and brings no data back.
#[test]
fn a_way_back_is_one_that_there_is() {
    let system = System::payments(&[]);
    let commands = |question: &str| {
        let Reply::Answer(it) = system.ask(question) else { panic!("it is answered: {question}") };
        let all = it.statements().filter_map(|it| it.command.clone());
        all.collect::<Vec<String>>().join("\n")
    };
    let copy = "kubectl -n payments exec deployment/cache -- redis-cli --rdb - > cache.rdb";
    for question in ["can I restart redis", "can I delete cache", "runbook for cache"] {
        let said = commands(question);
        assert!(said.contains(copy) && !said.contains("rollout undo"), "{question}: {said}");
    }
    for question in
        ["may I restart checkout", "can ledger-db be rolled back", "how do we recover cache"]
    {
        let said = commands(question);
        assert!(!said.contains("rollout undo"), "{question}: {said}");
    }
    assert!(commands("is it safe to deploy checkout").contains("rollout undo deployment/checkout"));
}

/// A plan of backups has the name that people have for what it copies.
#[test]
fn what_only_has_the_name_is_not_taken_for_what_runs() {
    let cluster = |name: &str| {
        format!(
            "resource \"aws_rds_cluster\" \"{name}\" {{\n  engine = \"aurora-postgresql\"\n}}\n"
        )
    };
    let plan = "resource \"aws_backup_plan\" \"rds\" {\n  name = \"rds\"\n}\n";
    let one = System::of_text(&format!("\n== main.tf\n{plan}{}", cluster("orders")), "");
    let Reply::Answer(it) = one.ask("is rds backed up?") else { panic!("it is answered") };
    assert_eq!(it.subject, "aws_rds_cluster/orders");
    assert_eq!(it.reading.as_deref(), Some("I read `rds` as `aws_rds_cluster/orders`"));
    let both = format!("\n== main.tf\n{plan}{}{}", cluster("orders"), cluster("users"));
    let Reply::Unanswered(it) = System::of_text(&both, "").ask("is rds backed up?") else {
        panic!("nobody knows which one");
    };
    assert_eq!(it.suggestions, ["aws_rds_cluster/orders", "aws_rds_cluster/users"]);
}

#[test]
fn a_question_is_answered_in_full_or_not_at_all() {
    check(&System::of_text(SHOP, ""), SAID);
}

#[track_caller]
fn check(system: &System, all: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (question, said) in all {
        let reply = match system.ask(question) {
            Reply::Answer(it) => {
                it.direct.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join(" ")
            }
            Reply::Unanswered(it) => format!("!{}", it.reason),
            Reply::Compare { base, .. } => base,
        };
        if !reply.starts_with(said) {
            wrong.push(format!("{question}\n  {reply}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The database is in development alone, and what needs it in both.
const STAGES: &str = r#"
== overlays/production/kustomization.yaml
resources: [../../base]
namespace: shop
== overlays/development/kustomization.yaml
resources: [../../base, db.yaml]
namespace: shop-development
== base/kustomization.yaml
resources: [api.yaml]
== base/api.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-api}
spec:
  selector: {matchLabels: {app: shop-api}}
  template:
    metadata: {labels: {app: shop-api}}
    spec:
      containers:
        - name: api
          image: registry.example/shop-api:1.2.3
          env: [{name: DATABASE_HOST, value: orders-db}]
== overlays/development/db.yaml
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: orders-db}
spec:
  serviceName: orders-db
  selector: {matchLabels: {app: orders-db}}
  template:
    metadata: {labels: {app: orders-db}}
    spec: {containers: [{name: postgres, image: "postgres:16", ports: [{containerPort: 5432}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: orders-db}
spec: {clusterIP: None, selector: {app: orders-db}, ports: [{port: 5432}]}
"#;

#[test]
fn what_needs_another_is_looked_for_where_both_are() {
    let system = System::of_text(STAGES, "");
    let Reply::Answer(it) = system.ask("does shop-api need orders-db?") else {
        panic!("it is answered");
    };
    let said = "Yes: `Deployment/shop-api` cannot work without `StatefulSet/orders-db`.";
    assert_eq!(it.direct[0].text, said);
    let reading = "I speak of development: `StatefulSet/orders-db` is not in production";
    assert_eq!(it.reading.as_deref(), Some(reading));
}

#[test]
fn a_database_without_a_name_may_be_one_of_these() {
    let system = System::of_text(SHOP, "");
    let Reply::Unanswered(it) = system.ask("what breaks if the database fails?") else {
        panic!("it names nothing");
    };
    assert_eq!(it.suggestions, ["StatefulSet/orders-db"]);
}

#[test]
fn a_name_beside_the_subject_is_said_to_be_left_out() {
    let system = System::of_text(SHOP, "");
    let Reply::Answer(it) = system.ask("are shop-api and orders-db redundant?") else {
        panic!("it is answered");
    };
    let said = "I speak of `Deployment/shop-api` alone, and not of `StatefulSet/orders-db`";
    assert_eq!(it.reading.as_deref(), Some(said));
}

#[test]
fn what_is_not_copied_is_to_be_copied_and_not_doubled() {
    let system = System::of_text(SHOP, "");
    let Reply::Answer(it) = system.ask("is orders-db backed up?") else { panic!("it is answered") };
    let text = text(&it, &Options::default());
    assert!(
        text.contains("1. Copy `StatefulSet/orders-db` away: a CronJob that runs `pg_dump`"),
        "{text}"
    );
    assert!(!text.contains("Run postgresql with a replica"), "{text}");
}

#[test]
fn a_log_that_is_archived_loses_minutes_and_is_restored_as_a_new_cluster() {
    let system = System::payments(&[]);
    for question in ["what is the RPO of ledger-db", "how do we recover ledger-db?"] {
        let Reply::Answer(it) = system.ask(question) else { panic!("it is answered") };
        let has = |part: &str| it.statements().any(|it| it.text.contains(part));
        assert!(has("about 5 minutes of data are lost with it"), "{question}");
        assert!(has("From that copy alone up to 24 h of data are lost"), "{question}");
        assert!(has("`bootstrap.recovery.source: ledger-db`"), "{question}");
    }
}

#[test]
fn a_drain_that_nothing_holds_back_is_no_drain_that_is_blocked() {
    let system = System::of_text(SHOP, "");
    let Reply::Answer(it) = system.ask("is shop-api redundant?") else { panic!("it is answered") };
    assert_eq!(it.incident.map(|it| it.id), Some("openpanel-upgrade"));
}

/// The same of what stands behind doors that are not for everybody.
const INNER_SAID: &[(&str, &str)] = &[
    ("is notifier redundant?", "Yes: there are 2 of `Deployment/notifier`, so one may go."),
    ("is notifier redundant now?", "Yes: there are 2 of `Deployment/notifier`, so one may go."),
    ("is notifier not redundant?", "No: there are 2 of `Deployment/notifier`, so one may go."),
    ("does notifier run more than one pod?", "Yes: there are 2 of `Deployment/notifier`"),
    ("is notifier exposed to the internet?", "Not from the internet by what leads to it: "),
    ("is back public?", "Not from the internet by what leads to it: "),
    (
        "is logs reachable from outside?",
        "There is a way in: `Service/logs` opens a port of every node for `DaemonSet/logs`; `DaemonSet/logs` stands in the network of its node (`hostNetwork`).",
    ),
    ("is back not exposed?", "!`not` turns that question around"),
    ("which services are not exposed?", "!`not` turns that question around"),
    ("which components are not backed up?", "Of 1 that keep state, nothing that I read copies 1"),
    ("what isn't backed up?", "Of 1 that keep state, nothing that I read copies 1"),
    ("what has no backup?", "Of 1 that keep state, nothing that I read copies 1"),
    ("is back ready for staging?", "!I judge what is ready for production alone, and not staging"),
    (
        "is back in staging ready for production?",
        "!I judge what is ready for production alone, and not staging",
    ),
    ("what would wake me up at night?", "!I need the name of an alert for that"),
    ("are we ready for black friday?", "!I would have to leave `black friday` out"),
];

#[test]
fn doors_and_words_that_turn_a_question_around_are_read() {
    check(&System::of_text(INNER, ""), INNER_SAID);
}

#[test]
fn what_several_share_is_told_of_the_one_that_is_asked_about() {
    let one = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  replicas: 1\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers: [{{name: main, image: example.com/{name}:1.2.3}}]\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  rules: [{{host: {name}.example, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}]}}}}]\n---\n"
        )
    };
    let names = ["basket", "search", "mails", "users", "rates", "stock", "prices"];
    let all: String = names.map(one).concat();
    let system = System::of_text(&format!("\n== production/all.yaml\n{all}"), "");
    let mut shared = 0;
    for name in names {
        let Reply::Answer(it) = system.ask(&format!("what breaks if {name} fails?")) else {
            panic!("it is answered");
        };
        for statement in it.statements() {
            shared += usize::from(statement.text.contains("shared with"));
            let is_said = statement.text.contains("shared with")
                || statement.text.contains(&format!("`Deployment/{name}`"));
            let of_other =
                |text: &str| names.iter().any(|it| *it != name && text.contains(&format!("/{it}")));
            assert!(is_said || !of_other(&statement.text), "{name}: {}", statement.text);
            let command = statement.command.as_deref().unwrap_or_default();
            let is_own = command.contains(&format!("/{name}"));
            assert!(is_own || !of_other(command), "{name}: {command}");
        }
    }
    assert!(shared > 0, "nothing is shared");
}

#[test]
fn a_step_shows_no_command_about_another_component() {
    let system = System::of_text(INNER, "");
    for name in ["notifier", "back"] {
        let question = format!("what breaks if {name} fails?");
        let Reply::Answer(it) = system.ask(&question) else { panic!("it is answered") };
        let commands: Vec<&String> = it.statements().filter_map(|it| it.command.as_ref()).collect();
        let other = if name == "back" { "/notifier" } else { "/back" };
        assert!(commands.iter().all(|it| !it.contains(other)), "{commands:?}");
    }
}

const INNER: &str = r#"
== all.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: notifier}
spec:
  replicas: 2
  selector: {matchLabels: {app: notifier}}
  template:
    metadata: {labels: {app: notifier}}
    spec: {containers: [{name: w, image: "w:1.2.3", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata:
  name: notifier
  annotations: {service.beta.kubernetes.io/aws-load-balancer-scheme: internal, networking.gke.io/load-balancer-type: Internal}
spec: {type: LoadBalancer, selector: {app: notifier}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: back}
spec:
  replicas: 2
  selector: {matchLabels: {app: back}}
  template:
    metadata: {labels: {app: back}}
    spec: {containers: [{name: w, image: "w:1.2.3", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: back}
spec: {selector: {app: back}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: back, annotations: {alb.ingress.kubernetes.io/scheme: internal}}
spec: {ingressClassName: alb, rules: [{host: back.corp, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: back, port: {number: 80}}}}]}}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: logs}
spec:
  selector: {matchLabels: {app: logs}}
  template:
    metadata: {labels: {app: logs}}
    spec: {hostNetwork: true, containers: [{name: w, image: "w:1.2.3", ports: [{containerPort: 80, hostPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: logs}
spec: {type: NodePort, selector: {app: logs}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: scaled}
spec:
  selector: {matchLabels: {app: scaled}}
  template:
    metadata: {labels: {app: scaled}}
    spec: {containers: [{name: w, image: "w:1.2.3"}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: scaled}
spec: {minReplicas: 3, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: scaled}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  serviceName: store
  replicas: 1
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec:
      containers:
        - {name: db, image: "postgres:16", volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}]}
  volumeClaimTemplates:
    - {metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}}
"#;

const SHOP: &str = r#"
== overlays/production/kustomization.yaml
resources: [../../base]
namespace: shop
== base/kustomization.yaml
resources: [all.yaml]
== base/all.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-api, labels: {app: shop-api}}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop-api}}
  template:
    metadata: {labels: {app: shop-api}}
    spec:
      containers:
        - name: api
          image: registry.example/shop-api:1.2.3
          ports: [{containerPort: 8080}]
          env:
            - {name: DATABASE_HOST, value: orders-db}
            - name: DB_PASSWORD
              valueFrom: {secretKeyRef: {name: orders-db-credentials, key: password}}
          resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 128Mi}}
          readinessProbe: {httpGet: {path: /health, port: 8080}}
---
apiVersion: v1
kind: Service
metadata: {name: shop-api}
spec: {selector: {app: shop-api}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: shop.example
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop-api, port: {number: 80}}}}]}
---
apiVersion: v1
kind: Secret
metadata: {name: orders-db-credentials}
stringData: {password: "fake-Zq9xhunter2"}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: orders-db}
spec:
  serviceName: orders-db
  replicas: 1
  selector: {matchLabels: {app: orders-db}}
  template:
    metadata: {labels: {app: orders-db}}
    spec:
      containers:
        - name: postgres
          image: postgres:16
          ports: [{containerPort: 5432}]
          env: [{name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: orders-db-credentials, key: password}}}]
          volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: orders-db}
spec: {clusterIP: None, selector: {app: orders-db}, ports: [{port: 5432}]}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: shop}
spec:
  groups:
    - name: shop
      rules:
        - alert: ShopApiDown
          expr: absent(up{job="shop-api"} ==1)
          for: 5m
          labels: {severity: critical}
          annotations: {runbook_url: "https://runbooks.example/shop-api-down"}
        - alert: OrdersDbDown
          expr: kube_statefulset_status_replicas_ready{statefulset="orders-db"} ==0
          for: 2m
          labels: {severity: warning}
"#;

#[test]
fn a_claim_holds_state_by_itself() {
    let claim =
        "== films.yaml\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: films\n";
    let system = System::of_text(claim, "");
    let Reply::Answer(it) = system.ask("is films backed up?") else { panic!("it is answered") };
    let direct = &it.direct[0].text;
    assert!(direct.starts_with("Not that I can see: nothing that I read copies"), "{direct}");
}
