use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;

use super::*;
use crate::Service;

/// Plays a script: what each turn does, then idles.
struct Scripted {
    turns: Arc<AtomicU32>,
    script: fn(u32) -> anyhow::Result<Turn>,
}

#[async_trait]
impl Loop for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }
    async fn turn(&mut self) -> anyhow::Result<Turn> {
        (self.script)(self.turns.fetch_add(1, Ordering::SeqCst))
    }
}

struct Stage {
    turns: Arc<AtomicU32>,
    health: Health,
    shutdown: CancellationToken,
    supervisor: Supervisor,
}

fn stage(script: fn(u32) -> anyhow::Result<Turn>) -> Stage {
    let (turns, health, shutdown) =
        (Arc::default(), Health::new(Service::Scheduler), CancellationToken::new());
    let mut supervisor = Supervisor::new(shutdown.clone(), health.clone());
    supervisor.spawn(Scripted { turns: Arc::clone(&turns), script }, Pace::every(Duration::from_secs(1)));
    Stage { turns, health, shutdown, supervisor }
}

#[tokio::test(start_paused = true)]
async fn work_is_taken_at_once_and_idleness_waits() {
    let stage = stage(|turn| Ok(if turn < 50 { Turn::Worked(1) } else { Turn::Idle }));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(stage.turns.load(Ordering::SeqCst), 51);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(stage.turns.load(Ordering::SeqCst), 52);
}

#[tokio::test(start_paused = true)]
async fn panics_and_errors_are_survived() {
    let stage = stage(|turn| match turn {
        0 => panic!("first"),
        1 => Err(anyhow::anyhow!("second")),
        _ => Ok(Turn::Idle),
    });
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(stage.turns.load(Ordering::SeqCst) >= 3);
    assert!(stage.health.failing().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_keeps_failing_makes_the_process_not_ready_until_it_works() {
    let stage = stage(|turn| if turn < 6 { Err(anyhow::anyhow!("no database")) } else { Ok(Turn::Idle) });
    tokio::time::sleep(Duration::from_secs(2)).await;
    let failing = stage.health.failing();
    assert_eq!(failing[0].0, "scripted");
    assert!(failing[0].1.contains("no database"), "{failing:?}");
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert!(stage.health.failing().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_kept_task_is_started_again_and_ends_at_shutdown() {
    let (health, shutdown) = (Health::new(Service::Worker), CancellationToken::new());
    let mut supervisor = Supervisor::new(shutdown.clone(), health);
    let starts = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&starts);
    supervisor.keep("consumer", move |token| {
        let start = seen.fetch_add(1, Ordering::SeqCst);
        async move {
            if start < 2 {
                anyhow::bail!("connection refused");
            }
            token.cancelled().await;
            Ok(())
        }
    });
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(starts.load(Ordering::SeqCst), 3);
    shutdown.cancel();
    supervisor.finish().await;
}

#[tokio::test(start_paused = true)]
async fn shutdown_interrupts_waiting_but_not_a_turn() {
    let stage = stage(|_| Ok(Turn::Idle));
    tokio::time::sleep(Duration::from_millis(10)).await;
    stage.shutdown.cancel();
    let began = Instant::now();
    stage.supervisor.finish().await;
    assert!(began.elapsed() < Duration::from_millis(10));
}
