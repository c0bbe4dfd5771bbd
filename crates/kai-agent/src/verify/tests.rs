//! Models that make things up.

use camino::Utf8PathBuf;
use kai_core::{Evidence, EvidenceKind, Location, LocationRole};

use super::{Claim, Kind, Shown, verify};

const NAMES: &[&str] = &["checkout", "ledger", "ledger-db", "orders", "web"];

fn place(path: &str, line: u32) -> Vec<Location> {
    vec![Location { path: Utf8PathBuf::from(path), line, column: 1, role: LocationRole::Primary }]
}

/// What a session has shown: `f` a finding, `p` a path, `a` an absence, `s` a line, `n` a number.
fn session() -> Vec<(char, Evidence)> {
    let details = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let new = Evidence::new;
    vec![
        (
            'f',
            new(
                EvidenceKind::Finding,
                "PodDisruptionBudget/ledger",
                "`ledger` lets none of the 3 pods of `ledger` be evicted, so a node drain never ends",
                details(&[
                    "recovery: about 45 minutes until a human removes it",
                    "fix: set minAvailable to 2",
                    "verify: kubectl get pdb ledger -n payments",
                ]),
                place("deploy/ledger/pdb.yaml", 8),
            ),
        ),
        (
            'p',
            new(
                EvidenceKind::Path,
                "Deployment/checkout",
                "Deployment/checkout → Deployment/ledger → StatefulSet/ledger-db",
                details(&[
                    "Deployment/checkout calls Deployment/ledger",
                    "Deployment/ledger calls StatefulSet/ledger-db",
                ]),
                place("deploy/checkout.yaml", 41),
            ),
        ),
        (
            'a',
            new(
                EvidenceKind::Absence,
                "Deployment/web",
                "no disruption budget selects `web`",
                details(&["214 objects in 3 roots of 40 files"]),
                Vec::new(),
            ),
        ),
        (
            's',
            new(
                EvidenceKind::Span,
                "Deployment/web",
                "replicas: 2",
                Vec::new(),
                place("deploy/web.yaml", 12),
            ),
        ),
        (
            't',
            new(
                EvidenceKind::Span,
                "Deployment/web",
                "terminationGracePeriodSeconds: 30",
                Vec::new(),
                place("deploy/web.yaml", 20),
            ),
        ),
        (
            'n',
            new(
                EvidenceKind::Number,
                "Deployment/web",
                "99.9 % of 30 days leaves 43 minutes",
                details(&["30 d × 0.1 % = 43.2 min"]),
                Vec::new(),
            ),
        ),
    ]
}

fn shown() -> Shown {
    let mut shown = Shown::new(NAMES.iter().map(|it| (*it).to_owned()));
    session().into_iter().for_each(|it| shown.add(it.1));
    shown
}

fn id(letter: char) -> String {
    session()
        .iter()
        .find(|it| it.0 == letter)
        .map(|it| it.1.name())
        .unwrap_or_else(|| "E-00000000deadbeef".to_owned())
}

/// What of a claim that cites the evidence with these letters is refused.
fn refused(text: &str, cited: &str) -> Vec<String> {
    let claim = Claim {
        text: text.to_owned(),
        evidence: cited.chars().map(id).collect(),
        ..Claim::default()
    };
    let verdict = verify(vec![claim], &shown());
    assert_eq!(verdict.supported.len() + verdict.refused.len(), 1);
    verdict.refused.into_iter().flat_map(|it| it.reasons).map(|it| it.to_string()).collect()
}

#[test]
fn what_stands_in_the_evidence_may_be_said() {
    for (text, cited) in [
        (
            "`ledger` lets none of the 3 pods of `ledger` be evicted, so a node drain never ends",
            "f",
        ),
        ("A node drain never ends: none of the 3 pods of ledger can be evicted.", "f"),
        ("checkout calls ledger, and ledger calls ledger-db.", "p"),
        ("checkout stops because ledger-db stops.", "p"),
        ("If ledger-db fails, checkout fails.", "p"),
        ("ledger-db is the root cause of the checkout failure.", "p"),
        ("Because ledger stops, checkout stops.", "p"),
        ("`web` has 2 replicas.", "s"),
        ("Two replicas of web are declared at deploy/web.yaml:12.", "s"),
        ("No disruption budget selects web; 214 objects in 3 roots were looked at.", "a"),
        ("web's termination grace period is 30 seconds.", "t"),
        ("43 minutes of 30 days are what web leaves.", "nf"),
        ("deploy/web.yaml is where web sets replicas.", "s"),
        ("ＷＥＢ has ２ replicas.", "s"),
    ] {
        let reasons = refused(text, cited);
        assert!(reasons.is_empty(), "{text}: {reasons:?}");
    }
}

#[test]
fn what_does_not_stand_there_is_refused_and_named() {
    for (text, cited, reason) in [
        // No evidence, or none that was shown.
        ("web has 2 replicas.", "", "cites no evidence"),
        ("web has 2 replicas.", "x", "`E-00000000deadbeef` was not shown"),
        ("web has 2 replicas.", "sx", "`E-00000000deadbeef` was not shown"),
        // The right id and another number.
        ("web has 3 replicas.", "s", "number `3`"),
        ("web has three replicas.", "s", "number `three`"),
        ("web has 2.5 replicas.", "s", "number `2.5`"),
        ("web has 20 replicas.", "s", "number `20`"),
        ("web has a single replica.", "s", "number `single`"),
        ("web has 2x replicas.", "s", "number `2x`"),
        ("web has 2 nodes.", "s", "number `2`"),
        ("web has half a dozen replicas.", "s", "number `half`"),
        ("The budget of web is 43 hours.", "n", "number `43`"),
        ("The budget of web is 43 seconds.", "n", "number `43`"),
        ("web has 99.99 % of 30 days.", "n", "number `99.99`"),
        ("web has 43 pods.", "n", "number `43`"),
        ("2-4 replicas of web.", "s", "number `2-4`"),
        ("web has ３ replicas.", "s", "number `3`"),
        ("web has 2\u{200b}0 replicas.", "s", "number `20`"),
        // Another name, or one that there is not.
        ("orders has 2 replicas.", "s", "`orders` is not in"),
        ("ledger has 2 replicas.", "s", "`ledger` is not in"),
        ("ledger-db lets none of its 3 pods be evicted.", "f", "`ledger-db` is not in"),
        ("wеb has 2 replicas.", "s", "is not in the evidence"),
        ("web-canary has 2 replicas.", "s", "`web-canary` is not in"),
        ("The invoicer service has 2 replicas.", "s", "`invoicer` is not in"),
        ("Redis has 2 replicas.", "s", "`redis` is not in"),
        ("Deployment/orders has 2 replicas.", "s", "`deployment/orders` is not in"),
        ("web runs in eu-west-1.", "s", "`eu-west-1` is not in"),
        ("web runs v2.3.1.", "s", "`v2.3.1` is not in"),
        ("web calls 10.0.0.7.", "s", "`10.0.0.7` is not in"),
        // Another path, or another line of it.
        ("It is in deploy/other.yaml.", "s", "`deploy/other.yaml` is not in"),
        ("It is in eploy/web.yaml.", "s", "`eploy/web.yaml` is not in"),
        ("It is at deploy/web.yaml:13.", "s", "`deploy/web.yaml:13` is not in"),
        ("It is at deploy/web.yaml:1.", "s", "`deploy/web.yaml:1` is not in"),
        ("It is in /etc/shadow.", "s", "`/etc/shadow` is not in"),
        // Words of substance.
        ("web is safe.", "s", "`safe` is not in"),
        ("web loses data.", "s", "`loses` is not in"),
        ("web is encrypted and tested.", "s", "`encrypted` is not in"),
        ("All of web is healthy.", "s", "`healthy` is not in"),
        ("web never has 2 replicas.", "s", "it denies something"),
        ("web has no 2 replicas.", "s", "it denies something"),
        // A denial turned around.
        ("A disruption budget selects web.", "a", "its evidence denies"),
        ("web has a disruption budget.", "a", "its evidence denies"),
        ("web has a disruption budget and 2 replicas.", "sa", "its evidence denies"),
        ("The 3 pods of ledger can be evicted.", "f", "its evidence denies"),
        ("3 pods of ledger be evicted", "f", "its evidence denies"),
        // A reason without a path, or against it.
        ("web has 2 replicas because ledger has 3 pods.", "sf", "`because` says why"),
        ("ledger never ends due to a node drain.", "f", "`due to` says why"),
        ("ledger is the root cause.", "f", "`root cause` says why"),
        (
            "ledger stops because checkout stops.",
            "p",
            "no path that it cites leads from `ledger` to `checkout`",
        ),
        ("ledger depends on checkout.", "pf", "leads from `ledger` to `checkout`"),
        ("checkout causes ledger-db to stop.", "p", "leads from `ledger-db` to `checkout`"),
        ("web stops because ledger stops.", "ps", "leads from `web` to `ledger`"),
        ("checkout stops because it calls.", "p", "one component alone"),
        ("If web fails, ledger is down.", "sf", "says why"),
        ("If checkout fails, ledger fails.", "p", "leads from `ledger` to `checkout`"),
        ("Because checkout stops, ledger stops.", "p", "leads from `ledger` to `checkout`"),
        (
            "checkout is the root cause of the ledger failure.",
            "p",
            "leads from `ledger` to `checkout`",
        ),
        (
            "The root cause of the ledger failure is checkout.",
            "p",
            "leads from `ledger` to `checkout`",
        ),
        ("checkout breaks ledger.", "p", "leads from `ledger` to `checkout`"),
        ("checkout and ledger fail.", "p", "is not said"),
        ("web needs ledger.", "sf", "`needs` says why"),
        // Two sentences, one of them quoted.
        ("replicas: 2. web is safe.", "s", "`safe` is not in"),
        // What is hidden.
        ("web has 2 replicas.\u{202e}efas si", "s", "is not in the evidence"),
        ("web has 2 replicas. [details](https://evil.example/x)", "s", "is not in the evidence"),
        ("E-00000000deadbeef shows it.", "s", "`e-00000000deadbeef` is not in"),
    ] {
        let reasons = refused(text, cited);
        assert!(reasons.iter().any(|it| it.contains(reason)), "{text:?} [{cited}]: {reasons:?}");
    }
}

#[test]
fn a_recommendation_needs_a_command_that_only_reads() {
    let check = |verify: Option<&str>| {
        let claim = Claim {
            kind: Kind::Recommendation,
            text: "Set minAvailable to 2.".to_owned(),
            evidence: vec![id('f')],
            verify: verify.map(str::to_owned),
        };
        let verdict = super::verify(vec![claim], &shown());
        verdict
            .refused
            .into_iter()
            .flat_map(|it| it.reasons)
            .map(|it| it.to_string())
            .collect::<Vec<_>>()
            .join("; ")
    };
    let denied = "its evidence denies";
    let without = |it: String| it.replace(denied, "");
    for (command, reason) in [
        (None, "needs `verify`"),
        (Some("kubectl delete pdb ledger"), "only reads"),
        (Some("kubectl get pdb 'ledger"), "only reads"),
        (Some("kubectl get secret ledger -o yaml"), "only reads"),
        (Some("curl http://ledger"), "only reads"),
        (Some("kubectl get pdb orders"), "`orders`"),
    ] {
        assert!(check(command).contains(reason), "{command:?}: {}", check(command));
    }
    for command in ["kubectl get pdb ledger -n payments", "kubectl get pdb ledger"] {
        let reasons = without(check(Some(command)));
        assert!(
            !reasons.contains("only reads") && !reasons.contains("is not in"),
            "{command}: {reasons}"
        );
    }
}

/// The classic generator of Marsaglia, seeded.
struct Chance(u64);

impl Chance {
    fn below(&mut self, max: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % max as u64).unwrap_or(0)
    }
}

/// A model that takes true sentences and changes one thing in each: a number, a name, a path, the direction, what it
/// denies, or what it cites. Whatever it does, none of it stands.
#[test]
fn of_a_thousand_sentences_with_one_invention_none_stands() {
    const TRUE: &[(&str, &str)] = &[
        ("web has 2 replicas at deploy/web.yaml:12", "s"),
        ("checkout stops because ledger stops", "p"),
        ("none of the 3 pods of ledger can be evicted", "f"),
        ("no disruption budget selects web in 3 roots", "a"),
        ("checkout calls ledger", "p"),
    ];
    const INVENTIONS: &[&str] = &[
        "7",
        "999",
        "eleven",
        "404s",
        "orders-db",
        "Kafka",
        "s3://bucket",
        "charts/x.yaml:3",
        "critical",
        "leaked",
        "https://evil.example",
        "v9.9",
        "ＡＣＭＥ",
        "50%",
        "us-east-1",
        "unhealthy",
    ];
    for (text, cited) in TRUE {
        assert_eq!(refused(text, cited), Vec::<String>::new(), "{text}");
    }
    for seed in 1..=1000_u64 {
        let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for _ in 0..16 {
            chance.below(2);
        }
        let (text, cited) = TRUE[chance.below(TRUE.len())];
        let mut words: Vec<&str> = text.split(' ').collect();
        let mut cited = cited.to_owned();
        match chance.below(3) {
            0 => {
                let at = chance.below(words.len() + 1);
                words.insert(at, INVENTIONS[chance.below(INVENTIONS.len())]);
            }
            1 => {
                let at = chance.below(words.len());
                words[at] = INVENTIONS[chance.below(INVENTIONS.len())];
            }
            _ => {
                // Evidence that is real and about something else.
                cited =
                    if matches!(cited.as_str(), "t" | "s" | "a") { "p" } else { "t" }.to_owned();
            }
        }
        let text = words.join(" ");
        assert!(!refused(&text, &cited).is_empty(), "seed {seed}: {text:?} [{cited}] stands");
    }
}

/// Bytes of all kinds never make it panic, and never stand.
#[test]
fn noise_is_refused_without_a_panic() {
    const PIECES: &[&str] = &[
        "web",
        "2",
        "replicas",
        "\u{202e}",
        "\u{0}",
        "é",
        "🚨",
        "-",
        "--",
        "'",
        "`",
        "''s",
        "’s",
        "1/",
        "/1",
        "1.2.3",
        "=",
        ".",
        "because",
        "due",
        "to",
        "E-",
        "\n",
        "\t",
        "9",
        "√2",
        "½",
        "Ⅷ",
        "٣",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];
    for seed in 1..=2000_u64 {
        let mut chance = Chance(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) | 1);
        let count = 1 + chance.below(9);
        let text: Vec<&str> = (0..count).map(|_| PIECES[chance.below(PIECES.len())]).collect();
        let text = text.join(if chance.below(2) == 0 { " " } else { "" });
        let reasons = refused(&text, "s");
        for lie in ["9", "½", "Ⅷ", "٣", "because", "√2"] {
            if text.split_whitespace().any(|it| it == lie) {
                assert!(!reasons.is_empty(), "seed {seed}: {text:?} stands");
            }
        }
    }
}

#[test]
fn a_number_of_one_component_is_not_said_of_another() {
    let mut shown = Shown::new(["web", "ledger", "cache"].map(str::to_owned));
    let of = |name: &str, count: u32| {
        let text = format!("replicas: {count}");
        Evidence::new(EvidenceKind::Span, name, text, Vec::new(), Vec::new())
    };
    let all = [of("Deployment/web", 2), of("Deployment/ledger", 3), of("values", 4)];
    all.iter().for_each(|it| shown.add(it.clone()));
    for (text, stands) in [
        ("web has 2 replicas.", true),
        ("web has 3 replicas.", false),
        ("ledger has 3 replicas.", true),
        ("web has 2 replicas and ledger has 3 replicas.", true),
        // Whose number that is, its evidence does not say.
        ("web has 4 replicas.", true),
    ] {
        let evidence = all.iter().map(Evidence::name).collect();
        let claim = Claim { text: text.to_owned(), evidence, ..Claim::default() };
        assert_eq!(verify(vec![claim], &shown).refused.is_empty(), stands, "{text}");
    }
}

/// What a session about a shop has shown: its components, a path, an absence, and two alerts that end elsewhere.
fn shop() -> Shown {
    let details = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let mut shown = Shown::new(["shop-api", "orders-db", "shop", "worker"].map(str::to_owned));
    for (kind, subject, text, all) in [
        (
            EvidenceKind::Span,
            "StatefulSet/orders-db",
            "replicas: 1",
            &[
                "1 of 2 components that journeys of production cannot do without runs only once: `StatefulSet/orders-db`.",
            ][..],
        ),
        (EvidenceKind::Span, "Deployment/shop-api", "replicas: 3", &[]),
        (
            EvidenceKind::Path,
            "Ingress/shop",
            "Ingress/shop → 3 more → StatefulSet/orders-db",
            &[
                "Ingress/shop routes to Service/shop-api",
                "Service/shop-api routes to Deployment/shop-api",
                "Deployment/shop-api calls Service/orders-db",
                "Service/orders-db routes to StatefulSet/orders-db",
                "If `StatefulSet/orders-db` fails, `shop.example` stops.",
            ],
        ),
        (
            EvidenceKind::Absence,
            "StatefulSet/orders-db",
            "no backup of `StatefulSet/orders-db`",
            &["11 objects in 2 roots of 4 files"],
        ),
        (
            EvidenceKind::Span,
            "alert ShopApiDown",
            "- alert: ShopApiDown",
            &[
                "Alert `ShopApiDown` shows it once it has lasted 5 min; receiver `pager` pages by pagerduty after 30 s more.",
            ],
        ),
        (
            EvidenceKind::Span,
            "alert OrdersDbDown",
            "- alert: OrdersDbDown",
            &[
                "`OrdersDbDown` goes to receiver `default`, which has no integration, so nobody is told.",
            ],
        ),
        (
            EvidenceKind::Absence,
            "alert OrdersDbDown",
            "no annotation `runbook_url`",
            &["It names no runbook."],
        ),
        (
            EvidenceKind::Finding,
            "Deployment/worker",
            "requests-missing: `Deployment/worker` reserves nothing",
            &["None of the 2 pods of `Deployment/worker` is evicted last."],
        ),
    ] {
        shown.add(Evidence::new(kind, subject, text, details(all), Vec::new()));
    }
    shown
}

fn stands(shown: &Shown, text: &str, evidence: &[String]) -> bool {
    let (text, evidence) = (text.to_owned(), evidence.to_vec());
    verify(vec![Claim { text, evidence, ..Claim::default() }], shown).refused.is_empty()
}

/// True claims of the shop, each with the beginnings of the evidence that it cites.
const SHOP: &[(&str, &[&str])] = &[
    ("`StatefulSet/orders-db` has 1 replica.", &["replicas: 1"]),
    ("`StatefulSet/orders-db` runs only once.", &["replicas: 1"]),
    ("`Deployment/shop-api` has replicas: 3.", &["replicas: 3"]),
    ("`StatefulSet/orders-db` has no backup.", &["no backup"]),
    ("No backup of `StatefulSet/orders-db` is in 11 objects of 4 files.", &["no backup"]),
    ("`StatefulSet/orders-db` has 1 replica and no backup.", &["replicas: 1", "no backup"]),
    ("`StatefulSet/orders-db` lacks a backup.", &["no backup"]),
    ("`Ingress/shop` routes to `Service/shop-api`.", &["Ingress/shop →"]),
    ("`Deployment/shop-api` calls `Service/orders-db`.", &["Ingress/shop →"]),
    ("`Deployment/shop-api` calls `StatefulSet/orders-db`.", &["Ingress/shop →"]),
    ("`Service/orders-db` routes to `StatefulSet/orders-db`.", &["Ingress/shop →"]),
    ("`Ingress/shop` needs `StatefulSet/orders-db`.", &["Ingress/shop →"]),
    ("If `StatefulSet/orders-db` fails, `Ingress/shop` fails.", &["Ingress/shop →"]),
    ("`Ingress/shop` stops because `Deployment/shop-api` stops.", &["Ingress/shop →"]),
    ("`StatefulSet/orders-db` breaks `Ingress/shop`.", &["Ingress/shop →"]),
    ("Alert `ShopApiDown` pages receiver `pager` by pagerduty.", &["- alert: Shop"]),
    ("Receiver `pager` pages by pagerduty after 30 s.", &["- alert: Shop"]),
    ("`OrdersDbDown` goes to receiver `default`.", &["- alert: Orders"]),
    ("`OrdersDbDown` goes to receiver `default`, which has no integration.", &["- alert: Orders"]),
    ("Alert `OrdersDbDown` has no runbook.", &["no annotation"]),
    ("None of the 2 pods of `Deployment/worker` is evicted.", &["requests-missing"]),
    ("`Deployment/worker` reserves nothing.", &["requests-missing"]),
];

fn cited(shown: &Shown, beginnings: &[&str]) -> Vec<String> {
    let is_meant = |it: &&Evidence| beginnings.iter().any(|one| it.text.starts_with(one));
    shown.all().filter(is_meant).map(Evidence::name).collect()
}

#[test]
fn true_claims_of_a_shop_stand() {
    let shown = shop();
    for (text, beginnings) in SHOP {
        let claim = Claim {
            text: (*text).to_owned(),
            evidence: cited(&shown, beginnings),
            ..Claim::default()
        };
        let verdict = verify(vec![claim], &shown);
        assert_eq!(verdict.refused, Vec::new(), "{text}");
    }
}

/// Each true claim with one thing turned into its opposite: what it is said of, its direction, or that it is so. None
/// stands on what the true one cites, nor on everything that was shown, nor on all of it that denies nothing.
#[test]
fn no_false_variant_of_a_true_claim_stands() {
    const LABELS: &[&str] = &[
        "StatefulSet/orders-db",
        "Service/orders-db",
        "Deployment/shop-api",
        "Service/shop-api",
        "Ingress/shop",
        "Deployment/worker",
        "ShopApiDown",
        "OrdersDbDown",
        "pager",
        "default",
    ];
    const NEGATED: &[(&str, &[&str])] = &[
        (" has ", &[" has no ", " has never ", " lacks "]),
        (" runs ", &[" never runs ", " does not run "]),
        (" routes ", &[" never routes ", " does not route "]),
        (" calls ", &[" never calls ", " does not call "]),
        (" needs ", &[" never needs ", " does not need "]),
        (" fails", &[" never fails"]),
        (" stops ", &[" never stops "]),
        (" goes ", &[" never goes ", " does not go "]),
        (" pages ", &[" never pages ", " pages no "]),
        (" breaks ", &[" never breaks ", " does not break "]),
        (" has no ", &[" has a "]),
        ("No backup", &["A backup"]),
        (" lacks a ", &[" has a "]),
        ("None of the", &["All of the", "The"]),
        (" reserves nothing", &[" reserves it", " reserves"]),
    ];
    let shown = shop();
    // What is true as well, of those that come about: what comes before on the path needs what comes behind it.
    let true_as_well = |text: &str| {
        const ROW: &[&str] = &[
            "Ingress/shop",
            "Service/shop-api",
            "Deployment/shop-api",
            "Service/orders-db",
            "StatefulSet/orders-db",
        ];
        let label = |it: usize| ROW[it];
        (0..ROW.len()).any(|one| {
            (one + 1..ROW.len()).any(|other| {
                let (needs, needed) = (label(one), label(other));
                text == format!("`{needs}` needs `{needed}`.")
                    || text == format!("If `{needed}` fails, `{needs}` fails.")
                    || text == format!("`{needs}` stops because `{needed}` stops.")
                    || text == format!("`{needed}` breaks `{needs}`.")
            }) || text == format!("If `{0}` fails, `{0}` fails.", label(one))
        }) || text == "`Ingress/shop` routes to `Deployment/shop-api`."
    };
    let every: Vec<String> = shown.all().map(Evidence::name).collect();
    let affirming: Vec<String> =
        shown.all().filter(|it| it.kind != EvidenceKind::Absence).map(Evidence::name).collect();
    let mut variants: Vec<(String, Vec<String>)> = Vec::new();
    for (text, beginnings) in SHOP {
        let own = cited(&shown, beginnings);
        let named: Vec<&&str> =
            LABELS.iter().filter(|it| text.contains(&format!("`{it}`"))).collect();
        let mut all: Vec<String> = Vec::new();
        for name in &named {
            for other in LABELS.iter().filter(|it| *it != *name) {
                all.push(text.replace(&format!("`{name}`"), &format!("`{other}`")));
            }
        }
        if let [one, two] = named[..] {
            let swapped = text.replace(&format!("`{one}`"), "`?`");
            let swapped = swapped.replace(&format!("`{two}`"), &format!("`{one}`"));
            all.push(swapped.replace("`?`", &format!("`{two}`")));
        }
        for (from, to) in NEGATED.iter().filter(|it| text.contains(it.0)) {
            all.extend(to.iter().map(|to| text.replacen(from, to, 1)));
        }
        let is_new = |it: &String| SHOP.iter().all(|known| known.0 != it) && !true_as_well(it);
        variants.extend(all.into_iter().filter(is_new).map(|it| (it, own.clone())));
    }
    let mut standing: Vec<String> = Vec::new();
    for (text, own) in &variants {
        for (which, evidence) in [("its own", own), ("all", &every), ("what affirms", &affirming)] {
            // What is affirmed on an absence never stands.
            let is_denied = ["no ", "not ", "never ", "lacks ", "No ", "None "];
            if which == "all" && !is_denied.iter().any(|it| text.contains(it)) {
                continue;
            }
            if stands(&shown, text, evidence) {
                standing.push(format!("{text} [{which}]"));
            }
        }
    }
    assert!(
        variants.len() > 250 && standing.is_empty(),
        "{} variants: {standing:#?}",
        variants.len()
    );
}

#[test]
fn what_is_put_together_stands_in_one_piece() {
    let shown = shop();
    let every: Vec<String> =
        shown.all().filter(|it| it.kind != EvidenceKind::Absence).map(Evidence::name).collect();
    for text in [
        "Alert `OrdersDbDown` goes to receiver `pager`.",
        "Alert `OrdersDbDown` pages `pager` by pagerduty.",
        "Alert `OrdersDbDown` has lasted, and goes to receiver `pager`.",
        "Alert `ShopApiDown` has a runbook of `StatefulSet/orders-db`.",
        "`ShopApiDown` and `OrdersDbDown` go to receiver `pager`.",
        "`StatefulSet/orders-db` has no replicas.",
        "`StatefulSet/orders-db` has no replicas: 1.",
        "`StatefulSet/orders-db` has no Service.",
        "`Deployment/shop-api` has no backup.",
        "No alert is `OrdersDbDown`.",
        "No receiver has alert `ShopApiDown`.",
        "The 2 pods of `Deployment/worker` are evicted.",
        "`StatefulSet/orders-db` routes to `Service/orders-db`.",
        "`Ingress/shop` routes to `StatefulSet/orders-db`.",
        "`StatefulSet/orders-db` calls `Ingress/shop`.",
        "`Service/orders-db` calls `Deployment/shop-api`.",
    ] {
        assert!(!stands(&shown, text, &every), "{text}");
    }
}
