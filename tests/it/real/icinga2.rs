//! Problems of the real Icinga 2 become tickets of the real Request Tracker.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Map, Value, json};
use throughline_connectors::{Catalogue, Connection, Egress, EgressConfig, Recorder, SystemConfig};
use throughline_domain::{Clock, ErrorCode, SystemClock, SystemId};
use throughline_mask::Masker;
use throughline_testkit::eventually;

use super::software::{Icinga, RequestTracker, SOON, field, read_entity, said, unique, value_of};
use crate::support::Ring;

/// A problem opens a ticket, its end resolves it.
fn document(icinga: &str, rt: &str, ticket: &Value, host: &str) -> Value {
    let external = &field(ticket, "External ID")["path"];
    json!({
        "name": "Icinga to Request Tracker", "description": "",
        "source": { "system": icinga, "entity": "service" },
        "target": { "system": rt, "entity": "ticket" },
        "correlation": { "target_field": external },
        "actions": [{
            "key": "problem-to-ticket", "name": "Problem opens ticket", "direction": "forward",
            "trigger": { "kind": "poll", "every": "1s", "overlap": "5s" },
            "filter": { "all": [
                { "field": "host_name", "op": "eq", "value": host },
                { "field": "state_type", "op": "eq", "value": "hard" },
                { "field": "host.vars.team", "op": "eq", "value": "storage" },
            ] },
            "map": [
                { "target": "Queue", "constant": said("RT_QUEUE"), "on": "create" },
                { "target": "Subject", "template": "{{ display_name }} on {{ host_name }}" },
                { "target": "Content", "template": "{{ state_name }}: {{ output }}", "on": "create" },
                { "target": "Comment", "template": "{{ state_name }}: {{ output }}", "on": "update" },
                { "target": "Priority", "value_map": { "from": "state", "values": { "2": 90, "1": 60 }, "default": 20 } },
                { "target": "Status", "conditional": {
                    "cases": [{ "when": { "field": "problem", "op": "eq", "value": true }, "then": { "constant": "open" } }],
                    "else": { "constant": "resolved" } } },
                { "target": external, "copy": "id" },
            ],
            "write": "upsert",
            "create_when": { "field": "problem", "op": "eq", "value": true },
            "limits": { "timeout": "2m", "http_timeout": "30s" },
            "capture": { "http": "all" },
        }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_opens_one_ticket_and_recovery_closes_it() {
    let ring = Ring::start().await;
    let (client, rt, icinga, host) =
        (&ring.client, RequestTracker::new(&ring.client), Icinga::new(), unique("db"));
    icinga.watch(&host, "disk").await;
    let source = client.system(&Icinga::system("Icinga", "reader")).await;
    let tested = client.post(&format!("/v1/systems/{source}/test"), &json!({})).await;
    assert_eq!((&tested["ok"], &tested["identity"]), (&json!(true), &json!("reader")), "{tested:#}");
    // The package's revision is another one than the program's.
    let version = tested["version"].as_str().unwrap().split('-').next().unwrap();
    assert!(said("ICINGA_VERSION").starts_with(version), "{tested:#}");
    let target = client.system(&RequestTracker::system("Request Tracker", &said("RT_TOKEN"), true)).await;
    let ticket = read_entity(client, &target, "ticket").await;
    let published = client.publish(&document(&source, &target, &ticket, &host)).await;

    // All is well: polls read the service, and make nothing of it.
    let run = eventually("a poll", SOON, || async {
        let runs = client.get(&format!("/v1/runs?integration={}&limit=1", published.id)).await;
        runs["items"][0]["id"].as_str().map(str::to_owned).ok_or(runs)
    })
    .await;
    client.ended(&run).await;
    assert!(rt.tickets(&host).await.is_empty());

    icinga.check(&host, "disk", 2, "DISK CRITICAL - free 2%").await;
    let opened = rt.ticket(&host, |ticket| ticket["Status"] == "open").await;
    assert_eq!(opened["Subject"], json!(format!("Disk of the database on {host}")));
    assert_eq!(
        (&opened["Priority"], value_of(&opened, "External ID")),
        (&json!("90"), &json!(format!("{host}!disk")))
    );

    icinga.check(&host, "disk", 0, "DISK OK - free 40%").await;
    let closed = rt.ticket(&host, |ticket| ticket["Status"] == "resolved").await;
    assert_eq!(closed["id"], opened["id"]);

    icinga.check(&host, "disk", 1, "DISK WARNING - free 9%").await;
    let reopened = rt.ticket(&host, |ticket| ticket["Status"] == "open" && ticket["Priority"] == "60").await;
    assert_eq!(reopened["id"], opened["id"], "reopened, not doubled");
    let texts: Vec<_> = eventually("both comments", SOON, || async {
        let texts: Vec<_> = rt.messages(&reopened).await.into_iter().map(|(_, text)| text).collect();
        if texts.len() == 3 { Ok(texts) } else { Err(texts) }
    })
    .await;
    assert_eq!(
        texts,
        ["CRITICAL: DISK CRITICAL - free 2%", "OK: DISK OK - free 40%", "WARNING: DISK WARNING - free 9%"]
    );

    // What Icinga was asked, and what remained for the worker.
    let runs = client
        .get(&format!("/v1/runs?integration={}&record={host}!disk&status=succeeded", published.id))
        .await;
    let uql = client.phase(runs["items"][0]["id"].as_str().unwrap(), "uql").await;
    let filter = uql["native"]["body"]["filter"].as_str().unwrap();
    for part in [
        &*format!("service.host_name in [\"{host}\"]"),
        "service.state_type in [1]",
        "service.last_state_change >= ",
    ] {
        assert!(filter.contains(part), "no {part} in {filter}");
    }
    let residual = uql["residual"].as_array().unwrap();
    assert!(residual.iter().any(|text| text.as_str().unwrap().contains("host.vars.team")), "{residual:?}");
    let failed = client.get(&format!("/v1/runs?integration={}&status=failed", published.id)).await;
    assert_eq!(failed["items"], json!([]), "{failed:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_is_not_trusted_and_a_wrong_password_are_told() {
    let ring = Ring::start().await;
    let client = &ring.client;
    let mut system = Icinga::system("Icinga, not trusted", "root");
    system["settings"] = json!({});
    let id = client.system(&system).await;
    let tested = client.post(&format!("/v1/systems/{id}/test"), &json!({})).await;
    assert_eq!(
        (&tested["ok"], &tested["error"]["code"]),
        (&json!(false), &json!("tls_failed")),
        "{tested:#}"
    );
    assert!(tested["message"].as_str().unwrap().contains("no secure connection to 127.0.0.1"), "{tested:#}");

    let mut system = Icinga::system("Icinga, wrong password", "root");
    system["credentials"]["password"] = json!("wrong-password");
    let id = client.system(&system).await;
    let tested = client.post(&format!("/v1/systems/{id}/test"), &json!({})).await;
    assert_eq!(
        (&tested["ok"], &tested["error"]["code"]),
        (&json!(false), &json!("credentials_refused")),
        "{tested:#}"
    );
    assert_eq!(
        tested["message"],
        "Icinga 2 did not accept the credentials (HTTP 401): Unauthorized. Please check your user credentials. Enter valid credentials for the system."
    );
}

/// The connector alone, as the worker uses it.
fn connection(login: &str) -> Connection {
    let credentials = [("username", login.to_owned()), ("password", said("ICINGA_PASSWORD"))];
    let system = SystemConfig {
        id: SystemId::new(SystemClock.now()),
        base_url: said("ICINGA_URL"),
        settings: json!({ "ca_certificate": Icinga::authority() }),
        credentials: credentials
            .into_iter()
            .map(|(name, value)| (name.to_owned(), SecretString::from(value)))
            .collect(),
    };
    let allow = vec!["127.0.0.1/32".parse().unwrap()];
    let egress = Egress::new(EgressConfig {
        allow,
        total_timeout: Duration::from_secs(20),
        ..EgressConfig::default()
    });
    let manifest = Catalogue::builtin().unwrap().get("icinga2").unwrap();
    Connection::new(manifest, system, egress.unwrap()).unwrap()
}

fn fields(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_is_acknowledged_once_and_comments_are_added() {
    let (icinga, host) = (Icinga::new(), unique("ack"));
    icinga.watch(&host, "disk").await;
    let (key, root) = (format!("{host}!disk"), connection("root"));
    let rec = Recorder::new(Masker::new(b"tag key", &root.secrets(), &[]));
    let acknowledged = fields(json!({ "acknowledged": true, "comment": "INC0001", "author": "Ann" }));

    let well = root.update("service", &key, &acknowledged, &rec).await.unwrap_err();
    assert_eq!(
        (well.code, well.field.as_deref(), well.transient),
        (ErrorCode::ValueRefused, Some("acknowledged"), false)
    );
    assert_eq!(
        well.message,
        format!(
            "Icinga 2 has nothing to acknowledge here (HTTP 409: Service {key} is OK.). The problem is over."
        )
    );

    icinga.check(&host, "disk", 2, "DISK CRITICAL").await;
    let before = root.get("service", &key, &rec).await.unwrap().unwrap();
    let written = root.update("service", &key, &acknowledged, &rec).await.unwrap();
    assert_eq!(
        (&written.document["acknowledged"], &written.document["state_name"]),
        (&json!(true), &json!("CRITICAL"))
    );
    assert!(written.version > before.version, "an acknowledgement is a change: {:?}", written.version);
    // An attempt whose answer was lost is repeated: it says nothing new, but its comment may.
    let again = fields(json!({ "acknowledged": true, "comment": "In work" }));
    root.update("service", &key, &again, &rec).await.unwrap();
    root.update("service", &key, &fields(json!({ "comment": "Nearly done" })), &rec).await.unwrap();
    assert_eq!(
        icinga.comments(&host).await,
        ["Acknowledged by way of Throughline.", "INC0001", "In work", "Nearly done"]
    );
    root.update("service", &key, &fields(json!({ "acknowledged": false })), &rec).await.unwrap();
    assert_eq!(icinga.service(&host, "disk").await["acknowledgement"], json!(0));

    // An API user without the permission, and a service that is not there.
    let reader = connection("reader");
    let refused = reader.update("service", &key, &again, &rec).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::PermissionDenied);
    assert!(refused.message.contains("Missing permission: actions/acknowledge-problem"), "{refused}");
    assert_eq!(root.get("service", &format!("{host}!none"), &rec).await, Ok(None));
    let found = root.find("service", "id", &json!(key), &rec).await.unwrap();
    assert_eq!(found.len(), 1);
    assert!(root.find("host", "id", &json!("\"; no such host"), &rec).await.unwrap().is_empty());
}
