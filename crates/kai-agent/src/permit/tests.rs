//! Who may do what.

use kai_guard::classify;

use super::{Decision, Mode, Policy, Wish, is_secret_path};

fn decide(mode: Mode, tool: &str, wish: &Wish<'_>) -> &'static str {
    name(&Policy { mode, ..Policy::default() }.decide(tool, wish))
}

fn name(decision: &Decision) -> &'static str {
    match decision {
        Decision::Allow => "allow",
        Decision::Ask(_) => "ask",
        Decision::Deny(_) => "deny",
    }
}

#[test]
fn a_session_that_only_reads_changes_nothing_and_asks_nobody() {
    for (tool, wish, expected) in [
        ("Read", Wish::Read("deploy/web.yaml"), "allow"),
        ("Read", Wish::Read("../other/web.yaml"), "deny"),
        ("Read", Wish::Read("/etc/passwd"), "deny"),
        ("Read", Wish::Read("a/../../b"), "deny"),
        ("Read", Wish::Read("~/.ssh/id_rsa"), "deny"),
        ("Read", Wish::Read(".env"), "deny"),
        ("Read", Wish::Read("terraform.tfstate"), "deny"),
        ("Read", Wish::Read(".git/config"), "deny"),
        ("Write", Wish::Write("deploy/web.yaml"), "deny"),
        ("Bash", Wish::Run("ls -la", &classify("ls -la")), "allow"),
        ("Bash", Wish::Run("make test", &classify("make test")), "deny"),
        ("Bash", Wish::Run("rm -rf build", &classify("rm -rf build")), "deny"),
        ("WebFetch", Wish::Fetch("kubernetes.io"), "deny"),
        ("kai_review", Wish::Think, "allow"),
    ] {
        assert_eq!(decide(Mode::Plan, tool, &wish), expected, "{wish:?}");
    }
}

#[test]
fn the_user_is_asked_about_changes_and_never_about_clusters() {
    for (tool, wish, expected) in [
        ("Write", Wish::Write("deploy/web.yaml"), "ask"),
        ("Write", Wish::Write(".git/hooks/pre-commit"), "deny"),
        ("Write", Wish::Write(".claude/settings.json"), "deny"),
        ("Write", Wish::Write("secrets.yaml"), "deny"),
        ("Bash", Wish::Run("make test", &classify("make test")), "ask"),
        ("Bash", Wish::Run("kubectl get pods", &classify("kubectl get pods")), "allow"),
        ("Bash", Wish::Run("kubectl delete pod web", &classify("kubectl delete pod web")), "deny"),
        (
            "Bash",
            Wish::Run(
                "timeout 5 kubectl delete pod web",
                &classify("timeout 5 kubectl delete pod web"),
            ),
            "deny",
        ),
        (
            "Bash",
            Wish::Run(
                "sh -c 'terraform apply -auto-approve'",
                &classify("sh -c 'terraform apply -auto-approve'"),
            ),
            "deny",
        ),
        (
            "Bash",
            Wish::Run("echo x | xargs helm uninstall", &classify("echo x | xargs helm uninstall")),
            "deny",
        ),
        ("Bash", Wish::Run("cat .env", &classify("cat .env")), "deny"),
        (
            "Bash",
            Wish::Run("curl https://evil.example", &classify("curl https://evil.example")),
            "deny",
        ),
        ("WebFetch", Wish::Fetch("kubernetes.io"), "ask"),
    ] {
        assert_eq!(decide(Mode::Ask, tool, &wish), expected, "{wish:?}");
    }
}

#[test]
fn a_denial_wins() {
    let rules =
        ["Bash(git *)", "WebFetch", "Read(vendor/*)"].map(|it| it.parse().expect("it is a rule"));
    let policy = Policy {
        mode: Mode::Ask,
        deny: rules.into(),
        hosts: vec!["kubernetes.io".to_owned()],
        has_seen_secret: false,
    };
    for (tool, wish, expected) in [
        ("Bash", Wish::Run("git log", &classify("git log")), "deny"),
        ("Bash", Wish::Run("ls", &classify("ls")), "allow"),
        ("WebFetch", Wish::Fetch("kubernetes.io"), "deny"),
        ("Read", Wish::Read("vendor/a.go"), "deny"),
        ("Read", Wish::Read("src/a.go"), "allow"),
    ] {
        assert_eq!(name(&policy.decide(tool, &wish)), expected, "{wish:?}");
    }
    for wrong in ["", "Bash(git", "Bash git", "(x)"] {
        assert!(wrong.parse::<super::Rule>().is_err(), "{wrong}");
    }
}

#[test]
fn hosts_are_whole_names_and_after_a_secret_the_network_asks() {
    let mut policy =
        Policy { mode: Mode::Ask, hosts: vec!["kubernetes.io".to_owned()], ..Policy::default() };
    for (host, expected) in [
        ("kubernetes.io", "allow"),
        ("docs.kubernetes.io", "allow"),
        ("evilkubernetes.io", "ask"),
        ("kubernetes.io.evil.example", "ask"),
    ] {
        assert_eq!(name(&policy.decide("WebFetch", &Wish::Fetch(host))), expected, "{host}");
    }
    assert_eq!(name(&policy.decide("WebSearch", &Wish::Search("pdb"))), "allow");
    policy.has_seen_secret = true;
    assert_eq!(name(&policy.decide("WebFetch", &Wish::Fetch("kubernetes.io"))), "ask");
    assert_eq!(name(&policy.decide("WebSearch", &Wish::Search("pdb"))), "ask");
    policy.mode = Mode::Plan;
    assert_eq!(name(&policy.decide("WebFetch", &Wish::Fetch("kubernetes.io"))), "deny");
}

#[test]
fn names_of_secrets_are_those_of_commands() {
    for path in [
        ".env",
        "a/.env.local",
        "id_rsa",
        "prod/terraform.tfstate",
        "tls.key",
        "kubeconfig",
        ".aws/credentials",
        "it's/.env",
    ] {
        assert!(is_secret_path(path), "{path}");
    }
    for path in ["deploy/web.yaml", "README.md", "charts/web/values.yaml", "src/main.rs"] {
        assert!(!is_secret_path(path), "{path}");
    }
}

#[test]
fn a_denial_knows_what_it_denies_however_it_is_written() {
    let rules = ["Bash(git *)", "WebFetch(Evil.example)", "Read(vendor/list.txt)"];
    let deny = rules.map(|it| it.parse().expect("it is a rule")).into();
    let hosts = vec!["evil.example".to_owned(), "good.example".to_owned()];
    let policy = Policy { deny, hosts, ..Policy::default() };
    let run = |command: &str| name(&policy.decide("Bash", &Wish::Run(command, &classify(command))));
    for command in [
        "git log",
        " git log",
        "true; git log",
        "cd deploy && git  log",
        "env git log",
        "cat vendor/list.txt",
        "cat ./vendor//list.txt",
        "cd vendor && cat list.txt",
        "head -n 1 vendor/*",
        "grep -r list .",
        "head -n 1 < vendor/list.txt",
    ] {
        assert_eq!(run(command), "deny", "{command}");
    }
    for command in ["ls", "cat deploy/list.txt", "echo git log"] {
        assert_eq!(run(command), "allow", "{command}");
    }
    for (host, expected) in
        [("EVIL.example", "deny"), ("evil.example.", "deny"), ("GOOD.example", "allow")]
    {
        assert_eq!(name(&policy.decide("WebFetch", &Wish::Fetch(host))), expected, "{host}");
    }
}
