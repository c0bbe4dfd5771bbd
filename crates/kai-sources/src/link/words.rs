//! What the name of a setting says about its value.

/// Words of a key whose value is an address.
const ADDRESS: &[&str] = &[
    "addr",
    "address",
    "addresses",
    "addrs",
    "backend",
    "bootstrap",
    "broker",
    "brokers",
    "dsn",
    "dbhost",
    "dburl",
    "endpoint",
    "endpoints",
    "host",
    "hostname",
    "hosts",
    "peer",
    "pghost",
    "peers",
    "sentinel",
    "sentinels",
    "server",
    "servers",
    "service",
    "svc",
    "upstream",
    "upstreams",
    "uri",
    "uris",
    "url",
    "urls",
];

/// Words of a key whose value is the name of the program itself or of something else that no
/// traffic goes to.
const NO_ADDRESS: &[&str] =
    &["account", "app", "class", "image", "name", "names", "namespace", "tag", "type", "version"];

/// Words of a key, or of a target's name, that mean telemetry: the program works without.
const TELEMETRY: &[&str] = &[
    "apm",
    "collector",
    "datadog",
    "fluent",
    "fluentbit",
    "fluentd",
    "grafana",
    "honeycomb",
    "jaeger",
    "logging",
    "logs",
    "logstash",
    "loki",
    "metrics",
    "monitoring",
    "newrelic",
    "opencensus",
    "opentelemetry",
    "otel",
    "otelcol",
    "otlp",
    "profiler",
    "profiling",
    "pushgateway",
    "pyroscope",
    "sentry",
    "statsd",
    "telemetry",
    "tempo",
    "trace",
    "tracer",
    "traces",
    "tracing",
    "zipkin",
];

/// Words of a key that says where to send one's own telemetry.
const EXPORTER: &[&str] = &["otel", "otlp", "sentry", "statsd"];

/// Words of an image that collects from others: what it cannot reach it reports and goes on.
const COLLECTOR: &[&str] = &[
    "alloy",
    "blackbox",
    "collector",
    "exporter",
    "fluent",
    "fluentbit",
    "fluentd",
    "otelcol",
    "promtail",
    "telegraf",
    "vector",
    "vmagent",
];

/// Words of a key whose URL is for people or names the program itself, so that nothing calls it.
const FOR_PEOPLE: &[&str] = &[
    "about",
    "allowed",
    "avatar",
    "base",
    "callback",
    "canonical",
    "cors",
    "description",
    "doc",
    "docs",
    "documentation",
    "domain",
    "domains",
    "external",
    "favicon",
    "help",
    "home",
    "homepage",
    "icon",
    "image",
    "issue",
    "issues",
    "license",
    "link",
    "links",
    "logo",
    "origin",
    "origins",
    "own",
    "public",
    "redirect",
    "referrer",
    "repo",
    "repository",
    "root",
    "runbook",
    "schema",
    "self",
    "site",
    "source",
    "support",
    "website",
];

/// Words of a key whose service adds to a page that is there without it, or does work later on.
const ORNAMENT: &[&str] = &["announcement", "banner", "feedback", "hatchet", "survey", "temporal"];

/// True where the value of the key is an address, by its words: `REDIS_HOST`, `brokerUrl`.
pub(super) fn is_address(key: &str) -> bool {
    let mut found = false;
    for word in words(key) {
        if contains(NO_ADDRESS, word) {
            return false;
        }
        found |= contains(ADDRESS, word);
    }
    found
}

/// True where the words mean telemetry.
pub(super) fn is_telemetry(text: &str) -> bool {
    words(text).any(|it| contains(TELEMETRY, it))
}

/// True where the key says where a program sends its own telemetry, whatever the program is.
pub(super) fn is_exporter(key: &str) -> bool {
    words(key).any(|it| contains(EXPORTER, it))
}

/// `BACKEND_URL` of `BACKEND_URL_search`: what several addresses of one purpose have before their names.
pub(super) fn family(key: &str) -> Option<&str> {
    const PURPOSES: &[&str] = &["BACKEND_", "UPSTREAM_", "ROUTE_", "TARGET_"];
    let (family, name) = key.rsplit_once('_')?;
    let is_such = PURPOSES.iter().any(|it| family.len() + 1 >= it.len() && key.starts_with(it));
    (is_such && !name.is_empty()).then_some(family)
}

/// True for a key of something that a request can do without: `EMERGENCY_BANNER_REDIS_URL`.
pub(super) fn is_ornament(key: &str) -> bool {
    words(key).any(|it| contains(ORNAMENT, it))
}

/// True where the image of this name collects telemetry from others.
pub(super) fn is_collector(image: &str) -> bool {
    image == "prometheus" || words(image).any(|it| contains(COLLECTOR, it))
}

/// True where the image of this name shows what others hold.
pub(super) fn is_viewer(image: &str) -> bool {
    words(image).any(|it| it.eq_ignore_ascii_case("grafana"))
}

/// True for a text that tells a viewer what to show.
pub(super) fn lists_sources(text: &str) -> bool {
    text.contains("datasources:")
}

/// True where a URL under this key is one that people open or that others use to come here.
pub(super) fn is_for_people(key: &str) -> bool {
    words(key).any(|it| contains(FOR_PEOPLE, it))
}

/// True where the key speaks of images.
pub(super) fn is_image(key: &str) -> bool {
    words(key).any(|it| contains(&["image", "images", "tag", "version"], it))
}

fn contains(table: &[&str], word: &str) -> bool {
    table.iter().any(|it| it.eq_ignore_ascii_case(word))
}

/// The words of a key: split at signs, and where a capital follows a small letter.
fn words(key: &str) -> impl Iterator<Item = &str> {
    key.split(|it: char| !it.is_ascii_alphanumeric()).flat_map(humps).filter(|it| !it.is_empty())
}

fn humps(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(word);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let bytes = text.as_bytes();
        let at = (1..bytes.len())
            .find(|&at| bytes[at - 1].is_ascii_lowercase() && bytes[at].is_ascii_uppercase());
        match at {
            Some(at) => {
                rest = Some(&text[at..]);
                Some(&text[..at])
            }
            None => Some(text),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_say_what_their_values_are() {
        for key in ["REDIS_HOST", "redis-addr", "brokerUrl", "spring.datasource.url", "--host"] {
            assert!(is_address(key), "{key}");
        }
        for key in
            ["SERVICE_NAME", "APP_HOST", "GHOST", "curl", "hosting", "PORT", "serviceAccount"]
        {
            assert!(!is_address(key), "{key}");
        }
        assert!(is_telemetry("OTEL_EXPORTER_OTLP_ENDPOINT"));
        assert!(is_telemetry("otel-collector"));
        assert!(!is_telemetry("LOGIN_URL"));
        assert!(!is_telemetry("catalog"));
    }
}
