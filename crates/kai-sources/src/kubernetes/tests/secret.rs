use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kai_graph::Facts;

use super::{components, facts, object, problems};

/// Keys, what is in the clear, and what a Secret stands for.
#[track_caller]
fn check(text: &str, expected: &str) {
    let component = components(text).remove(0);
    let Facts::Secret(secret) = &component.facts else { panic!("no secret") };
    let keys: Vec<_> = secret.keys.iter().map(|(key, _)| key.as_str()).collect();
    let mut shown = format!("{} [{}]", secret.secret_type, keys.join(","));
    for it in &secret.material {
        write!(shown, " {:?} {}", it.kind, it.key).unwrap();
    }
    if secret.is_reference {
        write!(shown, " for {}", secret.target_name.as_deref().unwrap_or_default()).unwrap();
    }
    assert_eq!(shown, expected);
}

#[test]
fn a_password_in_a_secret_is_found_encoded_or_not() {
    let encoded = STANDARD.encode("fake-one");
    let data = format!("data: {{password: {encoded}, username: {encoded}}}");
    check(&object("v1", "Secret", &data), "Opaque [password,username] Password password");
    let plain = "type: kubernetes.io/basic-auth\nstringData: {password: fake-one, host: db}";
    check(
        &object("v1", "Secret", plain),
        "kubernetes.io/basic-auth [password,host] Password password",
    );
}

#[test]
fn what_is_encrypted_or_only_stands_for_a_secret_is_no_material() {
    for value in ["ENC[AES256_GCM,data:x]", "${PASSWORD}", "<path:secret#x>", "Y2hhbmdlbWU="] {
        let data = format!("data: {{password: \"{value}\"}}");
        check(&object("v1", "Secret", &data), "Opaque [password]");
    }
}

#[test]
fn data_that_is_not_base64_is_a_problem_that_does_not_quote_it() {
    let text = object("v1", "Secret", "data: {password: fake-one}");
    assert_eq!(problems(&text), "`password` of `Secret/it` is not base64: fake-one\n");
}

#[test]
fn what_a_controller_fills_stands_for_its_secret() {
    let external = "spec: {target: {name: key}, data: [{secretKey: password}]}";
    check(
        &object("external-secrets.io/v1", "ExternalSecret", external),
        "ExternalSecret [password] for key",
    );
    let sealed = "spec: {encryptedData: {password: AgB}}";
    check(
        &object("bitnami.com/v1alpha1", "SealedSecret", sealed),
        "SealedSecret [password] for it",
    );
    check(
        &object("cert-manager.io/v1", "Certificate", "spec: {secretName: cert}"),
        "Certificate [tls.crt,tls.key,ca.crt] for cert",
    );
}

#[test]
fn a_configuration_keeps_what_is_around_a_password() {
    let data =
        "data: {URL: \"postgresql://a:fake-one@db:5432/x\", DB_PASSWORD: fake-one, LEVEL: info}";
    let Facts::Configuration(it) = facts(&object("v1", "ConfigMap", data)) else { panic!() };
    let settings: Vec<_> =
        it.settings.iter().map(|it| format!("{}={}", it.key, it.value)).collect();
    assert_eq!(settings, ["URL=postgresql://a:***@db:5432/x", "DB_PASSWORD=***", "LEVEL=info"]);
    let keys: Vec<_> = it.material.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["URL", "DB_PASSWORD"]);
}

#[test]
fn no_byte_of_a_secret_reaches_the_graph() {
    let encoded = STANDARD.encode("fake-one");
    let pod = "containers: [{name: a, image: b, args: [--password=fake-one], \
               env: [{name: DB_PASSWORD, value: fake-one}, {name: URL, value: \"amqp://a:fake-one@q\"}]}]";
    let objects = [
        object("v1", "Secret", &format!("data: {{password: {encoded}}}")),
        object("v1", "Secret", "stringData: {password: fake-one}"),
        object("v1", "ConfigMap", "data: {password: fake-one}"),
        object("v1", "Pod", &format!("spec: {{{pod}}}")),
        object(
            "postgresql.cnpg.io/v1",
            "Cluster",
            "spec: {externalClusters: [{connectionParameters: {password: fake-one}}]}",
        ),
    ];
    let components = components(&objects.join("---\n"));
    let shown = format!("{components:?}");
    assert!(!shown.contains("fake-one") && !shown.contains(&encoded));
}
