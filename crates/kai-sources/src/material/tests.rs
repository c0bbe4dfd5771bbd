use kai_core::SmolStr;

use super::token::forge;
use super::{Place, in_argument, in_value, mask};

/// The kinds found in a value, and what is left of it.
#[track_caller]
fn check(key: &str, value: &str, place: Place, expected: &str) {
    let found = in_value(key, value, place);
    let kinds: Vec<_> = found.iter().map(|it| format!("{:?}", it.kind)).collect();
    let masked = mask(&SmolStr::from(value), &found);
    assert_eq!(format!("{} {masked}", kinds.join(" ")).trim(), expected);
}

/// A key that no cipher would take: a sequence of zeros.
fn fake_key(label: &str) -> String {
    use base64::Engine as _;
    let mut der = vec![0x30, 0x81, 200];
    der.extend([0; 200]);
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

#[test]
fn a_private_key_is_found_where_its_body_is_one() {
    let key = fake_key("RSA PRIVATE KEY");
    check("tls.key", &key, Place::Secret, "PrivateKey ***");
    let json = format!("{{\"private_key\": \"{}\"}}", key.replace('\n', "\\n"));
    check("sa.json", &json, Place::Secret, "PrivateKey {\"private_key\": \"***\\n\"}");
    let certificate = fake_key("CERTIFICATE");
    check("tls.crt", &certificate, Place::Secret, certificate.trim());
    let encrypted = fake_key("ENCRYPTED PRIVATE KEY");
    check("tls.key", &encrypted, Place::Secret, encrypted.trim());
    let shown = "-----BEGIN PRIVATE KEY-----\nMIIE...\n-----END PRIVATE KEY-----";
    check("tls.key", shown, Place::Secret, shown);
    let cut = key.replacen("AAAA", "", 1);
    check("tls.key", &cut, Place::Secret, cut.trim());
}

#[test]
fn a_token_is_found_where_its_checksum_is_right() {
    let token = forge::github("fakefakefakefakefakefakefakefa");
    check("script", &format!("curl -H {token}"), Place::Open, "AccessToken curl -H ***");
    let wrong = "curl -H ghp_fakefakefakefakefakefakefakefa000000";
    check("script", wrong, Place::Open, wrong);
    let shown = "AIzaxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    check("maps", shown, Place::Open, shown);
}

#[test]
fn a_password_in_a_url_is_found_and_the_rest_stays() {
    let url = "postgresql://admin:not-so-secret@accounts-db:5432/accounts";
    check("URI", url, Place::Open, "Password postgresql://admin:***@accounts-db:5432/accounts");
    let at = "amqp://shop:p@ss@queue:5672";
    check("BROKER", at, Place::Open, "Password amqp://shop:***@queue:5672");
    let jdbc = "jdbc:mysql://db:3306/shop?user=shop&password=fake1&ssl=1";
    check(
        "URL",
        jdbc,
        Place::Open,
        "Password jdbc:mysql://db:3306/shop?user=shop&password=***&ssl=1",
    );
    for url in [
        "postgresql://admin:$(PASSWORD)@db:5432/accounts",
        "postgresql://admin:${PASSWORD}@db/accounts",
        "postgresql://user:password@host/db",
        "https://example.com/a@b:c",
        "http://db:5432/x",
        "# postgresql://admin:not-so-secret@accounts-db:5432/accounts",
    ] {
        check("URI", url, Place::Open, url);
    }
}

#[test]
fn a_password_is_found_under_a_key_that_says_so() {
    for key in ["POSTGRES_PASSWORD", "password", "redis-password", "adminPassword", "DB_PASS"] {
        check(key, "accounts-pwd", Place::Open, "Password ***");
    }
    for key in ["PASSWORD_FILE", "passwordPolicy", "username", "PASSWORD_LENGTH", "compass"] {
        check(key, "accounts-pwd", Place::Open, "accounts-pwd");
    }
    for value in [
        "changeme",
        "CHANGE_ME",
        "example",
        "${PASSWORD}",
        "$(PASSWORD)",
        "<password>",
        "xxxxx",
        "/run/secrets/password",
        "vault:secret/shop#password",
        "$2y$05$fakefakefake",
        "ENC[AES256]",
        "REPLACE_WITH_YOURS",
        "true",
        "arn:aws:secretsmanager:x",
    ] {
        check("password", value, Place::Secret, value);
    }
    check("password", "", Place::Secret, "");
}

#[test]
fn outside_of_a_secret_a_token_must_look_like_one() {
    check("SESSION_SECRET", "shop-session", Place::Secret, "Password ***");
    check("SESSION_SECRET", "shop-session", Place::Open, "shop-session");
    check("API_TOKEN", "f4k3f4k3f4k3f4k3f4k3", Place::Open, "Password ***");
    check("AWS_SECRET_ACCESS_KEY", "fAk3fAk3fAk3fAk3fAk3", Place::Open, "Password ***");
    check("SECRET_KEY_BASE", "f4k3f4k3f4k3f4k3f4k3", Place::Open, "Password ***");
    check("AWS_ACCESS_KEY_ID", "FAKEFAKEFAKEFAKE1234", Place::Secret, "FAKEFAKEFAKEFAKE1234");
}

#[test]
fn a_password_among_arguments_is_found_after_its_flag() {
    let found = |before: Option<&str>, argument: &str| {
        mask(&SmolStr::from(argument), &in_argument(before, argument)).to_string()
    };
    assert_eq!(found(None, "--password=fake-one"), "--password=***");
    assert_eq!(found(Some("--requirepass"), "fake-one"), "***");
    assert_eq!(found(Some("--requirepass"), "$(REDIS_PASSWORD)"), "$(REDIS_PASSWORD)");
    assert_eq!(found(Some("--password"), "--user"), "--user");
    assert_eq!(found(Some("--port"), "6379"), "6379");
}

#[test]
fn a_registry_password_is_found_in_its_file() {
    use base64::Engine as _;
    let auth = base64::engine::general_purpose::STANDARD.encode("robot:fake-one");
    let file = format!("{{\"auths\":{{\"registry.test\":{{\"auth\":\"{auth}\"}}}}}}");
    let masked = "Password {\"auths\":{\"registry.test\":{\"auth\":\"***\"}}}";
    check(".dockerconfigjson", &file, Place::Secret, masked);
}

#[test]
fn one_long_line_takes_linear_time() {
    let openings = [
        "y=http://foo:80/",
        "-----BEGIN PRIVATE KEY-----",
        "-github_pat_",
        "-glpat-",
        "xoxb-",
        "SG.",
        ".eyJ",
        "AGE-SECRET-KEY-1",
    ];
    for opening in openings {
        let line = opening.repeat(300_000 / opening.len());
        assert!(in_value("", &line, Place::Open).is_empty(), "{opening}");
    }
}

#[test]
fn a_url_inside_of_another_one_is_looked_at_too() {
    let nested = "https://proxy.example/?to=amqp://shop:fake-pass@queue:5672";
    let masked = "Password https://proxy.example/?to=amqp://shop:***@queue:5672";
    check("URL", nested, Place::Open, masked);
    let after = "https://shop.example/?to=https://next.example/&password=fake1";
    let masked = "Password https://shop.example/?to=https://next.example/&password=***";
    check("URL", after, Place::Open, masked);
}

#[test]
fn only_the_line_of_a_comment_is_left_out() {
    let text =
        "# http://a:fake-pass@h/ http://b:fake-pass@h/\nhttp://c:fake-pass@h/ # http://d:e1@h";
    let masked = "Password Password # http://a:fake-pass@h/ http://b:fake-pass@h/\nhttp://c:***@h/ # http://d:***@h";
    check("URL", text, Place::Open, masked);
}
