//! Names that lead elsewhere by themselves, in answers about recovery.

use kai_answer::Reply;

use crate::system::System;

const FAILOVER: &str = r#"
== main.tf
resource "aws_route53_health_check" "shop" {
  fqdn              = "shop.example"
  type              = "HTTPS"
  port              = 443
  request_interval  = 30
}
resource "aws_route53_record" "first" {
  zone_id         = "Z1"
  name            = "shop.example"
  type            = "CNAME"
  ttl             = 300
  records         = ["shop.eu-west-1.example"]
  set_identifier  = "first"
  health_check_id = aws_route53_health_check.shop.id
  failover_routing_policy {
    type = "PRIMARY"
  }
}
"#;

const SHOP: &str = "
== shop/shop.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: registry.example/shop:1.4 }] }
---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { selector: { app: shop }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
  rules:
    - host: shop.example
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: shop, port: { number: 80 } } } }] }
";

/// What the answer says of records.
fn told(files: &str, component: &str) -> Vec<String> {
    let system = System::of_text(files, "");
    let Reply::Answer(answer) = system.ask(&format!("how do we recover {component}?")) else {
        panic!("it is answered");
    };
    let statements = answer.sections.iter().flat_map(|it| &it.statements);
    let texts = statements.map(|it| it.text.clone());
    texts.filter(|it| it.contains("leads elsewhere")).collect()
}

#[test]
fn how_soon_a_name_leads_elsewhere_is_told_with_its_arithmetic() {
    let sum = "`aws_route53_record/first` leads elsewhere by itself within 390 s: probes 30 s apart fail 3 times in a row, and answers are kept for 300 s (30 s × 3 + 300 s = 390 s).";
    assert_eq!(told(FAILOVER, "aws_route53_record/first"), [sum]);
    let both = format!("{FAILOVER}{SHOP}");
    assert_eq!(told(&both, "Deployment/shop"), [sum]);
    let other = both.replace("host: shop.example", "host: other.example");
    assert_eq!(told(&other, "Deployment/shop"), [] as [String; 0]);
}

#[test]
fn what_notices_is_said_to_be_unknown() {
    let calculated =
        FAILOVER.replace("\"HTTPS\"", "\"CALCULATED\"").replace("  request_interval  = 30\n", "");
    let told = told(&calculated, "aws_route53_record/first");
    assert_eq!(
        told,
        [
            "`aws_route53_record/first` leads elsewhere 300 s after that is noticed, because answers are kept for so long; when it is noticed is not known here."
        ]
    );
}
