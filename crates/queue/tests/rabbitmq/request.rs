use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use throughline_queue::{Answer, Broker, CallError, Delivery, Publisher, Queue, Requester, Responder};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::stage::{Running, message, options, stage};

/// Answers with the question's bytes, backwards; counts.
struct Backwards(Arc<AtomicUsize>);

#[async_trait]
impl Answer for Backwards {
    async fn answer(&self, question: Delivery) -> Option<Bytes> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Some(question.body.iter().rev().copied().collect())
    }
}

fn answering(broker: &Broker, asked: &Arc<AtomicUsize>) -> Running {
    let responder = Responder::new(broker, &Publisher::new(broker), options(8));
    let token = CancellationToken::new();
    Running::new(token.clone(), responder.run(Arc::new(Backwards(Arc::clone(asked))), token))
}

#[tokio::test]
async fn each_caller_gets_its_own_answer() {
    let Some(stage) = stage().await else { return };
    let running = answering(&stage.broker, &Arc::default());
    let requester = Requester::new(&stage.fragile);
    let mut calls = JoinSet::new();
    for number in 100..200 {
        let requester = requester.clone();
        calls.spawn(async move {
            let answer = requester.call(message(number.to_string()), Duration::from_secs(10)).await.unwrap();
            let backwards: String = number.to_string().chars().rev().collect();
            assert_eq!(&*answer, backwards.as_bytes());
        });
    }
    calls.join_all().await;
    running.end().await.unwrap();
}

#[tokio::test]
async fn a_question_that_nobody_takes_times_out_and_is_not_executed_late() {
    let Some(stage) = stage().await else { return };
    let requester = Requester::new(&stage.broker);
    let began = Instant::now();
    let timeout = Duration::from_millis(300);
    let unanswered = requester.call(message("anybody?"), timeout).await;
    assert!(matches!(unanswered, Err(CallError::TimedOut(_))), "{unanswered:?}");
    assert!(began.elapsed() < Duration::from_secs(2));
    sleep(timeout).await;
    let asked = Arc::default();
    let running = answering(&stage.broker, &asked);
    stage.depth_becomes(Queue::Tasks, 0).await;
    sleep(Duration::from_millis(100)).await;
    running.end().await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn questions_can_be_asked_again_after_a_broken_connection() {
    let Some(stage) = stage().await else { return };
    let running = answering(&stage.broker, &Arc::default());
    let requester = Requester::new(&stage.fragile);
    for _ in 0..3 {
        let answer = requester.call(message("abc"), Duration::from_secs(10)).await.unwrap();
        assert_eq!(&*answer, b"cba");
        stage.proxy.cut();
        sleep(Duration::from_millis(100)).await;
    }
    running.end().await.unwrap();
}

#[tokio::test]
async fn a_caller_whose_line_breaks_is_told_at_once() {
    let Some(stage) = stage().await else { return };
    let requester = Requester::new(&stage.fragile);
    let mut calls = JoinSet::new();
    calls.spawn(async move { requester.call(message("abc"), Duration::from_secs(30)).await });
    stage.depth_becomes(Queue::Tasks, 1).await;
    sleep(Duration::from_millis(100)).await;
    stage.proxy.cut();
    let told = tokio::time::timeout(Duration::from_secs(5), calls.join_next()).await.unwrap();
    assert!(matches!(told, Some(Ok(Err(CallError::Disconnected)))), "{told:?}");
}
