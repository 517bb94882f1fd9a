use std::time::Duration;

use throughline_coord::{Admission, Buckets, Rate};
use tokio::time::sleep;

use crate::stage::stage;

const RATE: Rate = Rate { per_second: 5.0, burst: 3 };

#[tokio::test]
async fn processes_share_a_bucket() {
    let Some(stage) = stage().await else { return };
    let processes = [Buckets::new(&stage.coord), Buckets::new(&stage.coord)];
    let mut admitted = 0;
    for turn in 0..8 {
        admitted += u32::from(processes[turn % 2].take("system:1", RATE).await == Admission::Now);
    }
    assert!((3..=4).contains(&admitted), "{admitted} of a burst of 3");
    let Admission::After(wait) = processes[0].take("system:1", RATE).await else { panic!("one too many") };
    assert!(wait <= Duration::from_millis(200), "{wait:?}");
    sleep(wait + Duration::from_millis(5)).await;
    assert_eq!(processes[1].take("system:1", RATE).await, Admission::Now);
}

#[tokio::test]
async fn a_pause_holds_for_every_process() {
    let Some(stage) = stage().await else { return };
    let processes = [Buckets::new(&stage.coord), Buckets::new(&stage.coord)];
    processes[0].pause("system:1", RATE, Duration::from_secs(5)).await;
    for process in &processes {
        let Admission::After(wait) = process.take("system:1", RATE).await else {
            panic!("a token in a pause")
        };
        assert!(wait > Duration::from_secs(4) && wait <= Duration::from_secs(5), "{wait:?}");
    }
    assert_eq!(processes[0].take("system:2", RATE).await, Admission::Now);
}

#[tokio::test]
async fn a_flushed_bucket_is_a_full_one() {
    let Some(stage) = stage().await else { return };
    let buckets = Buckets::new(&stage.coord);
    for _ in 0..3 {
        buckets.take("system:1", RATE).await;
    }
    stage.flush().await;
    assert_eq!(buckets.take("system:1", RATE).await, Admission::Now);
}

#[tokio::test]
async fn without_redis_each_process_has_a_bucket_of_its_own() {
    let Some(stage) = stage().await else { return };
    stage.proxy.die();
    let buckets = Buckets::new(&stage.fragile);
    let mut admitted = 0;
    for _ in 0..8 {
        admitted += u32::from(buckets.take("system:1", RATE).await == Admission::Now);
    }
    assert!((3..=4).contains(&admitted), "{admitted} of a burst of 3");
}
