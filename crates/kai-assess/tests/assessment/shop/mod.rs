//! A shop whose checkout depends on a cache that loses everything with its pod.

use kai_core::{Environment, LossClass};

use kai_testing::Memory;

use crate::assess;

const FILES: [(&str, &str); 10] = [
    ("shop/cart-cache.yaml", include_str!("cart-cache.yaml")),
    ("shop/catalog.yaml", include_str!("catalog.yaml")),
    ("shop/checkout.yaml", include_str!("checkout.yaml")),
    ("shop/ingress.yaml", include_str!("ingress.yaml")),
    ("shop/mailer.yaml", include_str!("mailer.yaml")),
    ("shop/namespace.yaml", include_str!("namespace.yaml")),
    ("shop/orders-db.yaml", include_str!("orders-db.yaml")),
    ("shop/payments.yaml", include_str!("payments.yaml")),
    ("shop/policies.yaml", include_str!("policies.yaml")),
    ("shop/storefront.yaml", include_str!("storefront.yaml")),
];

#[test]
fn the_cache_that_checkout_cannot_do_without_comes_first() {
    let assessment = assess(&Memory::new(FILES));
    assert_eq!(assessment.reading.object_count, 35);
    assert_eq!(assessment.failures, [""; 0]);
    let first = &assessment.findings[0];
    assert_eq!(first.component, "Deployment/cart-cache");
    assert_eq!(first.loss_class, LossClass::Outage);
    assert_eq!(first.environment, Environment::Production);
    assert!(first.blast_radius.contains("checkout"), "{}", first.blast_radius);
    assert!((8..=13).contains(&assessment.findings.len()), "{:#?}", titles(&assessment));
}

fn titles(assessment: &kai_assess::Assessment) -> Vec<String> {
    let title = |it: &kai_core::Finding| format!("{}: {}", it.component, it.title);
    assessment.findings.iter().map(title).collect()
}
