//! What nobody could finish is settled, and what it was to work on is kept.

use serde_json::json;
use throughline_contract::{Message as _, Stage, Trigger};
use throughline_domain::{ErrorCode, RunId};
use throughline_queue::{Delivery, Handler as _, Message, Queue, Verdict};
use throughline_scheduler::dead::DeadLetters;

use crate::support::Fixture;

#[tokio::test]
async fn a_dead_run_is_settled_and_its_content_can_be_handed_out_again() {
    let fixture = Fixture::new(8, json!({ "kind": "listen" })).await;
    let trigger = fixture.webhook();
    fixture.admit(vec![trigger.clone()]).await;
    let request = fixture.take(Queue::RunsBulk, 1).await.remove(0);
    let dead = DeadLetters::new(fixture.parts.clone());
    assert_eq!(dead.handle(request.clone()).await, Verdict::Ack);

    let settled = fixture.settled(1).await.remove(0);
    let Stage::Finished(end) = settled.stage else { panic!("{settled:?}") };
    assert_eq!(end.error.unwrap().code, ErrorCode::DeliveryExhausted);
    let kept = fixture.kept(1).await.remove(0);
    assert_eq!((kept.origin.as_str(), kept.message_type.as_str()), ("triggers", Trigger::NAME));
    assert!(kept.reason.contains(&trigger.id.to_string()), "{}", kept.reason);
    let again = Trigger::decode(&kept.body).unwrap();
    assert_eq!((&again.input, again.kind), (&trigger.input, trigger.kind));
    assert_eq!(again.caused_by, Some(RunId::from(trigger.id.as_uuid())));
    assert_ne!(again.id, trigger.id, "the run that failed has ended");

    // Handed out twice it is still one run.
    assert_eq!(dead.handle(request).await, Verdict::Ack);
    assert_eq!(Trigger::decode(&fixture.kept(2).await[1].body).unwrap().id, again.id);
    fixture.admit(vec![again.clone()]).await;
    assert_eq!(fixture.requested(1).await, [RunId::from(again.id.as_uuid())]);
}

#[tokio::test]
async fn a_dead_trigger_is_kept_too_and_a_dead_poll_is_not() {
    let fixture = Fixture::new(8, json!({ "kind": "listen" })).await;
    let dead = DeadLetters::new(fixture.parts.clone());
    let webhook = fixture.webhook();
    let poll = Trigger {
        kind: throughline_domain::TriggerKind::Poll,
        input: throughline_contract::Input::Poll,
        ..fixture.webhook()
    };
    for trigger in [&webhook, &poll] {
        let message = Message::new(Trigger::NAME, trigger.id.as_uuid(), trigger.encode());
        assert_eq!(dead.handle(Delivery::of(&message)).await, Verdict::Ack);
    }
    fixture.settled(2).await;
    let kept = fixture.kept(1).await.remove(0);
    assert_eq!(Trigger::decode(&kept.body).unwrap().input, webhook.input);
}

#[tokio::test]
async fn what_no_broker_would_carry_fails_alone() {
    let fixture = Fixture::new(8, json!({ "kind": "listen" })).await;
    let mut huge = fixture.webhook();
    huge.input = throughline_contract::Input::Event(throughline_contract::Event {
        headers: Vec::new(),
        body: vec![b'x'; 15 << 20].into(),
    });
    let good = fixture.webhook();
    fixture.admit(vec![huge.clone(), good.clone()]).await;
    assert_eq!(fixture.requested(1).await, [RunId::from(good.id.as_uuid())]);
    assert_eq!(fixture.settled(1).await[0].run.run, RunId::from(huge.id.as_uuid()));
    assert_eq!(fixture.leases.count(fixture.tenant).await.unwrap(), 1);
}

#[tokio::test]
async fn a_run_past_its_time_is_settled_once_while_the_sink_is_away() {
    use throughline_store::runs::{RunBatch, RunIdentity, StartedRun, write};
    let fixture = Fixture::new(8, json!({ "kind": "listen" })).await;
    let trigger = fixture.webhook();
    let long_ago = crate::support::now() - std::time::Duration::from_secs(600);
    let identity = RunIdentity {
        run: RunId::from(trigger.id.as_uuid()),
        tenant: trigger.tenant,
        integration: trigger.integration,
        action: trigger.action,
        revision: None,
        trigger: trigger.kind,
        attempt: 1,
        queued_at: long_ago,
        caused_by: None,
        class: throughline_domain::RetentionClass::Days90,
    };
    let sink =
        throughline_store::Store::connect(&fixture.stack.database.url_of("throughline_sink"), 1).unwrap();
    let started = vec![StartedRun { identity, started_at: long_ago, deadline: long_ago }];
    write(&sink, &RunBatch { started, ..RunBatch::default() }).await.unwrap();
    let mut overdue = throughline_scheduler::overdue::Overdue::new(fixture.parts.clone());
    for _ in 0..3 {
        throughline_chassis::task::Loop::turn(&mut overdue).await.unwrap();
    }
    let settled = fixture.settled(1).await.remove(0);
    let Stage::Finished(end) = settled.stage else { panic!("{settled:?}") };
    assert_eq!(end.error.unwrap().code, ErrorCode::RunAbandoned);
}
