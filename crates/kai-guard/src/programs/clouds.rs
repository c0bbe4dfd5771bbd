//! Command lines of clouds, and of stores that are asked by name. Who reads from them talks to another host.
//!
//! What a command does is said by its operation, which stands in a place of its own: a name of a thing that is called
//! `list-orders` is none.

use crate::class::{Verdict, ask, mutates, network, secret};
use crate::words::Word;

pub(super) fn judge(name: &str, arguments: &[Word]) -> Option<Verdict> {
    let judge = match name {
        "aws" => aws,
        "gcloud" => gcloud,
        "az" => az,
        "redis-cli" | "valkey-cli" => redis,
        _ => return None,
    };
    Some(match arguments.iter().find(|it| !it.is_fixed()) {
        // What the operation is, is said by the words before it.
        Some(it) => {
            let end = arguments.iter().position(|word| word == it).unwrap_or(arguments.len());
            let unknown = || ask(format!("`{}` is known only when it runs", it.text));
            match judge(&arguments[..end]) {
                Err(it) if it.class == crate::class::Class::Mutates && end > 1 => Err(it),
                _ => unknown(),
            }
        }
        None => judge(arguments),
    })
}

/// Words that are no flags, in order; a flag of the list takes the word behind it.
fn operands<'a>(arguments: &'a [Word], valued: &str) -> Vec<&'a str> {
    let mut words = Vec::new();
    let mut rest = arguments.iter();
    while let Some(it) = rest.next() {
        if !it.text.starts_with('-') {
            words.push(it.text.as_str());
        } else if valued.split_ascii_whitespace().any(|flag| flag == it.text) {
            rest.next();
        }
    }
    words
}

const AWS_VALUED: &str = "--endpoint-url --output --query --profile --region --color --ca-bundle --cli-read-timeout \
    --cli-connect-timeout --cli-binary-format";

/// Operations of AWS that print what code is given as its environment, keys, or passwords.
const AWS_SECRETS: &[(&str, &str)] = &[
    ("amplify", "get-app"),
    ("apigateway", "get-api-key"),
    ("apprunner", "describe-service"),
    ("appsync", "list-api-keys"),
    ("autoscaling", "describe-launch-configurations"),
    ("batch", "describe-job"),
    ("codebuild", "batch-get-"),
    ("cognito-idp", "describe-user-pool-client"),
    ("ec2", "describe-instance-attribute"),
    ("ec2", "describe-launch-template-versions"),
    ("ecs", "describe-task-definition"),
    ("elasticbeanstalk", "describe-configuration-settings"),
    ("glue", "get-connection"),
    ("kms", "decrypt"),
    ("kms", "generate-data-key"),
    ("lambda", "get-function"),
    ("lambda", "list-functions"),
    ("lambda", "list-versions-by-function"),
    ("lightsail", "get-instance-access-details"),
    ("mwaa", "get-environment"),
    ("s3", "presign"),
    ("sagemaker", "describe-"),
    ("secretsmanager", "batch-get-secret-value"),
    ("secretsmanager", "get-"),
    ("ssm", "get-command-invocation"),
    ("ssm", "get-parameter"),
    ("sts", "assume-"),
    ("sts", "get-federation-token"),
    ("sts", "get-session-token"),
];

/// Operations of AWS that write what they get to a file that is their last word.
const AWS_FILES: &[&str] = &[
    "get-export",
    "get-job-output",
    "get-media",
    "get-media-for-fragment-list",
    "get-object",
    "get-object-torrent",
    "get-sdk",
    "get-snapshot-block",
    "get-thing-shadow",
];

fn aws(arguments: &[Word]) -> Verdict {
    const READS: &[&str] =
        &["describe-", "get-", "list-", "lookup-", "search-", "batch-get-", "head-", "filter-"];
    let words = operands(arguments, AWS_VALUED);
    let (service, verb) = match words[..] {
        [service, verb, ..] => (service, verb),
        ["help"] => return ask("opens a pager"),
        _ => return ask("`aws` without its operation"),
    };
    let begins = |it: &&str| verb.starts_with(*it);
    if AWS_FILES.contains(&verb) {
        return mutates(format!("`aws {service} {verb}` writes a file"));
    }
    if service == "configure" {
        return secret("`aws configure` handles keys");
    }
    if AWS_SECRETS.iter().any(|it| it.0 == service && begins(&it.1))
        || ["password", "credential", "token"].iter().any(|it| verb.contains(it))
    {
        return secret(format!("`aws {service} {verb}` prints what may be secret"));
    }
    let is_exact = matches!(verb, "query" | "scan" | "wait" | "ls" | "help")
        || service == "logs" && verb == "tail";
    if is_exact || READS.iter().any(begins) {
        return network("asks the cloud");
    }
    mutates(format!("`aws {service} {verb}` changes the cloud"))
}

const GCLOUD_VALUED: &str = "--project --account --configuration --format --zone --region --verbosity --filter --impersonate-service-account";

/// What operations of Google's command line are below; the first other word is the operation.
const GCLOUD_GROUPS: &str = "accounts addresses alpha app artifacts backend-buckets backend-services backups beta bigtable \
    billing buckets builds certificate-manager certificates clusters composer compute container dashboards databases \
    dataflow dataproc deploy disks dns docker environments executions filestore firestore firewall-rules folders \
    forwarding-rules functions health-checks hubs iam images instance-groups instance-templates instances jobs keyrings \
    keys kms locations logging logs machine-types managed managed-zones metrics monitoring networks node-pools objects \
    operations organizations packages policies projects pubsub queues record-sets redis regions repositories reservations \
    revisions roles routers routes run scheduler secrets service-accounts services sinks snapshots spanner sql \
    ssl-certificates storage subnets subscriptions target-http-proxies target-https-proxies target-pools tasks topics \
    triggers unmanaged uptime url-maps users versions vpn-gateways vpn-tunnels workload-identity-pools zones";

fn gcloud(arguments: &[Word]) -> Verdict {
    let words = operands(arguments, GCLOUD_VALUED);
    let (groups, operation) = operation(&words, GCLOUD_GROUPS);
    let has = |text: &str| groups.contains(&text);
    match operation {
        "version" | "info" => ask("asks for updates"),
        "config" => ask("the configuration of a user"),
        "access" if has("secrets") => secret("prints a secret"),
        "auth" if words.iter().any(|it| it.starts_with("print-")) => secret("prints a secret"),
        "describe" if has("functions") || has("run") || has("app") => {
            secret("prints the environment of code")
        }
        "list"
        | "describe"
        | "read"
        | "tail"
        | "get-iam-policy"
        | "get-health"
        | "get-ancestors-iam-policy" => network("asks the cloud"),
        _ => changes("gcloud", &words),
    }
}

const AZ_VALUED: &str = "--subscription --output -o --query --resource-group -g --name -n";

const AZ_GROUPS: &str = "account acr activity-log appsettings config ad afd aks alert app assignment backup blob cdn certificate consumption \
    container containerapp cosmosdb db definition deployment disk dns eventhubs extension feature firewall-rule \
    flexible-server front-door functionapp group identity image key keyvault keys lb log-analytics metrics monitor mysql \
    namespace network nic nodepool nsg nsg-rule operation policy postgres private-endpoint provider public-ip queue \
    record-set redis replica repository resource role route-table rule secret server servicebus share snapshot sp sql \
    storage subnet table tag topic user vault vm vmss vnet webapp workspace zone";

fn az(arguments: &[Word]) -> Verdict {
    let words = operands(arguments, AZ_VALUED);
    if words[..] == ["version"] {
        return Ok(());
    }
    let (groups, operation) = operation(&words, AZ_GROUPS);
    let has = |text: &str| groups.contains(&text);
    let telling =
        ["key", "secret", "token", "connection-string", "credential", "password", "publishing"];
    let is_read = ["list", "show", "exists"].contains(&operation)
        || operation.starts_with("list-")
        || operation.starts_with("show-")
        || matches!(
            operation,
            "get-instance-view" | "get-upgrades" | "get-versions" | "get-access-token"
        );
    if !is_read {
        return match operation {
            "login" => network("`az login` talks to another host"),
            _ => changes("az", &words),
        };
    }
    // Applications are shown with their environment.
    let is_application =
        ["containerapp", "container", "functionapp", "webapp"].into_iter().any(has);
    if telling.iter().any(|it| operation.contains(it))
        || has("keys")
        || has("appsettings")
        || has("secret") && operation == "show"
        || is_application && operation == "show"
    {
        return secret(format!("`az {operation}` prints what may be secret"));
    }
    network("asks the cloud")
}

/// First words of operations that change something.
const CHANGES: &str = "abandon add apply approve assign attach cancel clear copy create deallocate delete deploy detach disable \
    drain enable export failover import invoke kill move patch promote purge push redeploy regenerate remove replace reset \
    resize restart restore resume revoke rollback rolling-action rotate run-command scale set ssh start stop submit suspend \
    swap undelete unassign undo up update upgrade upload";

/// What is said of words that are not known to read.
fn changes(program: &str, words: &[&str]) -> Verdict {
    let is_change = |it: &str| {
        let first = it.split('-').next().unwrap_or(it);
        CHANGES.split_ascii_whitespace().any(|known| known == it || known == first)
    };
    // In the first place, `deploy` is a group.
    let groups = usize::from(words.first() == Some(&"deploy"));
    match words.iter().skip(groups).find(|it| is_change(it)) {
        Some(it) => mutates(format!("`{program} {it}` changes the cloud")),
        None if words.is_empty() => ask(format!("`{program}` without its operation")),
        None => ask(format!("what `{program} {}` does is not known", words.join(" "))),
    }
}

/// The groups before an operation, and the operation: the first word that is no group.
fn operation<'a>(words: &[&'a str], groups: &str) -> (Vec<&'a str>, &'a str) {
    let is_group = |it: &str| groups.split_ascii_whitespace().any(|known| known == it);
    // `deploy` is a group only in the first place: `gcloud run deploy` deploys.
    let is_operation = |index: usize, word: &str| index > 0 && word == "deploy";
    let before: Vec<&str> = words
        .iter()
        .enumerate()
        .take_while(|(index, it)| is_group(it) && !is_operation(*index, it))
        .map(|it| *it.1)
        .collect();
    let operation = words.get(before.len()).copied().unwrap_or_default();
    (before, operation)
}

const REDIS_VALUED: &str =
    "-h -p -s -a -u -n -r -i --user --pass --cacert --cacertdir --cert --key --sni";

const REDIS_READS: &str = "get mget getrange strlen exists ttl pttl type keys scan randomkey hget hmget hgetall hkeys hvals hlen \
    hscan hexists llen lrange lindex scard smembers sismember srandmember sscan zcard zrange zrevrange zrangebyscore zscore \
    zrank zcount zscan xlen xrange xrevrange xinfo dbsize info ping echo time lastsave role command object pubsub";

fn redis(arguments: &[Word]) -> Verdict {
    let words = operands(arguments, REDIS_VALUED);
    let is_flagged = arguments.iter().any(|it| {
        it.text.starts_with("--")
            && !REDIS_VALUED.split_ascii_whitespace().any(|flag| flag == it.text)
            || it.text == "-x"
    });
    let lower: Vec<String> = words.iter().map(|it| it.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match lower[..] {
        _ if is_flagged => mutates("what the flags of `redis-cli` do is not known"),
        [] => ask("waits for commands"),
        [it, ..] if REDIS_READS.split_ascii_whitespace().any(|known| known == it) => {
            network("asks the store")
        }
        ["memory", "usage" | "stats" | "doctor"]
        | ["memory", "usage", ..]
        | ["slowlog" | "latency", "get" | "len" | "latest" | "history" | "doctor", ..]
        | ["client", "list" | "info" | "id" | "getname"]
        | ["cluster", "info" | "nodes" | "slots" | "shards" | "myid"] => network("asks the store"),
        ["config", "get", ..] | ["acl", "list" | "getuser", ..] => secret("prints passwords"),
        [it, ..] => mutates(format!("`redis-cli {it}` may change the store")),
    }
}
