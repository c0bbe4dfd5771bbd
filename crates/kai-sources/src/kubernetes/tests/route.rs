use std::fmt::Write as _;

use kai_graph::Facts;

use super::{components, object};

/// Kind, hosts, TLS and backends of the ways in.
#[track_caller]
fn check(text: &str, expected: &str) {
    let mut shown = String::new();
    for component in components(text) {
        let Facts::EntryPoint(entry) = &component.facts else { continue };
        let tls = match entry.has_tls.value() {
            Some(true) => "tls",
            Some(false) => "plain",
            None => "?",
        };
        let hosts = entry.hosts.join(",");
        let parents = entry.parents.join(",");
        writeln!(shown, "{:?} [{hosts}] {tls} on [{parents}]", component.kind).unwrap();
        for it in &entry.backends {
            let port = it.port.as_ref().map_or(String::from("-"), ToString::to_string);
            let place = [&it.host, &it.path, &it.namespace].map(|it| it.as_str()).join("|");
            writeln!(shown, "  {place} → {}/{}:{port}", it.kind, it.name).unwrap();
        }
    }
    assert_eq!(shown.trim(), expected);
}

#[test]
fn an_ingress_leads_to_services() {
    let spec = "spec:
  ingressClassName: nginx
  tls: [{secretName: cert}]
  defaultBackend: {service: {name: rest, port: {name: web}}}
  rules:
  - host: shop.test
    http:
      paths:
      - {path: /cart, backend: {service: {name: cart, port: {number: 80}}}}
      - {path: /files, backend: {resource: {kind: Bucket, name: files}}}";
    check(
        &object("networking.k8s.io/v1", "Ingress", spec),
        "EntryPoint [shop.test] tls on [nginx]
  shop.test|/cart| → Service/cart:80
  shop.test|/files| → Bucket/files:-
  || → Service/rest:web",
    );
}

#[test]
fn an_ingress_of_the_first_version_leads_to_services() {
    let spec = "spec: {rules: [{http: {paths: [{backend: {serviceName: a, servicePort: 80}}]}}]}";
    let expected = "EntryPoint [] plain on []\n  || → Service/a:80";
    check(&object("extensions/v1beta1", "Ingress", spec), expected);
}

#[test]
fn a_load_balancer_is_a_path_and_a_way_in() {
    let text = object("v1", "Service", "spec: {type: LoadBalancer, selector: {app: a}}");
    let kinds: Vec<_> = components(&text).iter().map(|it| format!("{:?}", it.kind)).collect();
    assert_eq!(kinds, ["NetworkPath", "EntryPoint"]);
    check(&text, "EntryPoint [] ? on []\n  ||default → Service/it:-");
}

#[test]
fn a_route_of_the_gateway_api_hangs_on_a_gateway_or_inside_the_mesh() {
    let spec = |parent: &str| {
        format!(
            "spec: {{hostnames: [shop.test], parentRefs: [{parent}], rules: [{{matches: \
             [{{path: {{value: /}}}}], backendRefs: [{{name: web, namespace: front, port: 80}}]}}]}}"
        )
    };
    let route = |parent| object("gateway.networking.k8s.io/v1", "HTTPRoute", &spec(parent));
    check(
        &route("{name: edge}"),
        "EntryPoint [shop.test] ? on [edge]\n  |/|front → Service/web:80",
    );
    check(
        &route("{kind: Service, name: web}"),
        "NetworkPath [shop.test] ? on [web]\n  |/|front → Service/web:80",
    );
}

#[test]
fn a_virtual_service_names_services_as_dns_does() {
    let spec = |gateways: &str| {
        format!(
            "spec:
  hosts: [shop.test]
  gateways: {gateways}
  http:
  - match: [{{uri: {{prefix: /api}}}}]
    route:
    - destination: {{host: api, port: {{number: 80}}}}
    - destination: {{host: api.back.svc.cluster.local}}
    - destination: {{host: api.example.test}}"
        )
    };
    let text = |gateways| object("networking.istio.io/v1", "VirtualService", &spec(gateways));
    let routes = "
  |/api| → Service/api:80
  |/api|back → Service/api:-
  |/api| → Host/api.example.test:-";
    check(&text("[edge]"), &format!("EntryPoint [shop.test] ? on [edge]{routes}"));
    check(&text("[mesh]"), &format!("NetworkPath [shop.test] ? on [mesh]{routes}"));
}

#[test]
fn a_proxy_of_contour_may_be_a_part_of_another() {
    let spec = "spec:
  virtualhost: {fqdn: shop.test, tls: {secretName: cert}}
  includes: [{name: cart, namespace: cart, conditions: [{prefix: /cart}]}]
  routes: [{conditions: [{prefix: /}], services: [{name: web, port: 80}]}]";
    check(
        &object("projectcontour.io/v1", "HTTPProxy", spec),
        "EntryPoint [shop.test] tls on []\n  |/| → Service/web:80\n  |/cart|cart → HTTPProxy/cart:-",
    );
    let part = "spec: {routes: [{services: [{name: web, port: 80}]}]}";
    check(
        &object("projectcontour.io/v1", "HTTPProxy", part),
        "NetworkPath [] plain on []\n  || → Service/web:80",
    );
}

#[test]
fn a_route_of_traefik_says_hosts_and_paths_in_its_rule() {
    let spec = "spec:
  entryPoints: [websecure]
  tls: {}
  routes:
  - match: Host(`shop.test`) && PathPrefix(`/api`)
    services: [{name: api, port: http}]";
    check(
        &object("traefik.io/v1alpha1", "IngressRoute", spec),
        "EntryPoint [shop.test] tls on [websecure]\n  |/api| → Service/api:http",
    );
}

#[test]
fn a_route_of_openshift_leads_to_all_its_services() {
    let spec = "spec: {host: shop.test, to: {kind: Service, name: a}, \
                alternateBackends: [{kind: Service, name: b}], port: {targetPort: web}}";
    check(
        &object("route.openshift.io/v1", "Route", spec),
        "EntryPoint [shop.test] plain on []\n  || → Service/a:web\n  || → Service/b:web",
    );
}
