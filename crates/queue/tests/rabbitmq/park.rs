use throughline_queue::{Delivery, Parked, Publisher, Queue, Verdict};

use crate::stage::{Deciding, message, options, stage};

const REASON: &str = "not a protobuf message";

fn parking() -> Deciding<impl Fn(Delivery) -> Verdict> {
    Deciding(|_| Verdict::Park(REASON.to_owned()))
}

#[tokio::test]
async fn an_undecodable_message_is_kept_byte_for_byte_and_can_be_sent_back() {
    let Some(stage) = stage().await else { return };
    let publisher = Publisher::new(&stage.broker);
    let mut sent = message("");
    sent.body = (0..=255u8).collect::<Vec<_>>().into();
    publisher.publish(Queue::Captures, sent.clone()).await.unwrap();
    let running = stage.consume(&stage.broker, Queue::Captures, options(1), parking());
    stage.depth_becomes(Queue::Parked, 1).await;
    running.end().await.unwrap();

    let parked = Parked::new(&stage.broker, &publisher);
    let found = parked.list(10).await.unwrap().remove(0);
    assert_eq!(found.body, sent.body);
    assert_eq!((found.id.as_str(), found.message_type.as_str()), (sent.id.to_string().as_str(), "test.Text"));
    assert_eq!((found.origin.as_str(), found.reason.as_str()), ("captures", REASON));
    assert!(found.parked_at_ms > 0);

    stage.depth_becomes(Queue::Parked, 1).await;
    assert!(!parked.replay("another").await.unwrap());
    assert!(parked.replay(&found.id).await.unwrap());
    stage.depth_becomes(Queue::Parked, 0).await;
    let again = stage.take(Queue::Captures, 1).await.remove(0);
    assert_eq!(again.body, sent.body);
    assert_eq!(again.message_type, "test.Text");
}

#[tokio::test]
async fn parked_messages_can_be_looked_at_any_number_of_times_and_thrown_away() {
    let Some(stage) = stage().await else { return };
    let publisher = Publisher::new(&stage.broker);
    let sent = [message("one"), message("two"), message("three")];
    for message in &sent {
        publisher.publish(Queue::Triggers, message.clone()).await.unwrap();
    }
    let running = stage.consume(&stage.broker, Queue::Triggers, options(1), parking());
    stage.depth_becomes(Queue::Parked, 3).await;
    running.end().await.unwrap();
    let parked = Parked::new(&stage.broker, &publisher);
    for _ in 0..10 {
        assert_eq!(parked.list(2).await.unwrap().len(), 2);
        stage.depth_becomes(Queue::Parked, 3).await;
    }
    assert!(parked.discard(&sent[1].id.to_string()).await.unwrap());
    stage.depth_becomes(Queue::Parked, 2).await;
    let left: Vec<_> = parked.list(10).await.unwrap().into_iter().map(|message| message.body).collect();
    assert_eq!(left, [sent[0].body.clone(), sent[2].body.clone()]);
}

#[tokio::test]
async fn a_dead_letter_that_is_parked_goes_back_to_where_it_died() {
    let Some(stage) = stage().await else { return };
    let publisher = Publisher::new(&stage.broker);
    publisher.publish(Queue::Captures, message("poison")).await.unwrap();
    let panicking = Deciding(|_| panic!("cannot stomach this"));
    let killing = stage.consume(&stage.broker, Queue::Captures, options(1), panicking);
    stage.depth_becomes(Queue::Dead, 1).await;
    killing.end().await.unwrap();
    let burying = stage.consume(&stage.broker, Queue::Dead, options(1), parking());
    stage.depth_becomes(Queue::Parked, 1).await;
    burying.end().await.unwrap();
    let found = Parked::new(&stage.broker, &publisher).list(1).await.unwrap().remove(0);
    assert_eq!((found.origin.as_str(), found.reason.as_str()), ("captures", REASON));
}

#[tokio::test]
async fn what_came_from_elsewhere_can_be_kept_too() {
    let Some(stage) = stage().await else { return };
    let publisher = Publisher::new(&stage.broker);
    let sent = message("from a table");
    publisher.park(Queue::Triggers, REASON, sent.clone()).await.unwrap();
    let parked = Parked::new(&stage.broker, &publisher);
    let found = parked.list(1).await.unwrap().remove(0);
    assert_eq!((found.origin.as_str(), found.reason.as_str(), found.body), ("triggers", REASON, sent.body));
    assert!(parked.replay(&found.id).await.unwrap());
    assert_eq!(stage.take(Queue::Triggers, 1).await[0].message_id, sent.id.to_string());
}
