use throughline_queue::{Publisher, Queue, Topology};

use crate::stage::{bare_stage, message, stage};

#[tokio::test]
async fn declaring_again_changes_nothing() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::Triggers, ["kept".to_owned()]).await;
    Topology::throughline().declare(&stage.broker).await.unwrap();
    for queue in Queue::ALL {
        let expected = u32::from(queue == Queue::Triggers);
        assert_eq!(stage.depth(queue).await, expected, "{queue}");
    }
}

#[tokio::test]
async fn a_queue_with_other_properties_is_an_error_and_the_link_lives_on() {
    let Some(stage) = stage().await else { return };
    let mut other = Topology::throughline();
    other.queues[0].delivery_limit = 7;
    assert!(other.declare(&stage.broker).await.unwrap_err().is_refusal());
    assert_eq!(stage.depth(Queue::Triggers).await, 0);
}

#[tokio::test]
async fn a_missing_queue_has_no_depth() {
    let Some(stage) = bare_stage().await else { return };
    assert!(stage.broker.depth(Queue::RunsBulk).await.unwrap_err().is_refusal());
    stage.broker.ping().await.unwrap();
}

#[tokio::test]
async fn installations_with_prefixes_do_not_meet() {
    let Some(stage) = stage().await else { return };
    let other = stage.broker.clone().with_prefix("blue.");
    Topology::throughline().declare(&other).await.unwrap();
    Publisher::new(&other).publish(Queue::Triggers, message("blue")).await.unwrap();
    assert_eq!(other.depth(Queue::Triggers).await.unwrap().messages, 1);
    assert_eq!(stage.depth(Queue::Triggers).await, 0);
}
