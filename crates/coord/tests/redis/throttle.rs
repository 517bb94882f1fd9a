use std::time::Duration;

use throughline_coord::{Attempt, Places, Throttle, ThrottlePolicy};
use tokio::time::sleep;

use crate::stage::stage;

const POLICY: ThrottlePolicy = ThrottlePolicy { attempts: 3, window: Duration::from_millis(600) };

#[tokio::test]
async fn wrong_attempts_are_counted_across_processes_and_forgotten_with_the_window() {
    let Some(stage) = stage().await else { return };
    let processes = [Throttle::new(&stage.coord, POLICY), Throttle::new(&stage.coord, POLICY)];
    for turn in 0..3 {
        assert_eq!(processes[turn % 2].attempt("ann").await, Attempt::Allowed);
    }
    let Attempt::Refused(wait) = processes[1].attempt("ann").await else { panic!("a fourth attempt") };
    assert!(wait <= POLICY.window);
    assert_eq!(processes[0].attempt("bob").await, Attempt::Allowed);
    sleep(POLICY.window).await;
    assert_eq!(processes[0].attempt("ann").await, Attempt::Allowed);
}

#[tokio::test]
async fn a_right_attempt_clears_the_count() {
    let Some(stage) = stage().await else { return };
    let throttle = Throttle::new(&stage.coord, POLICY);
    for _ in 0..6 {
        assert_eq!(throttle.attempt("ann").await, Attempt::Allowed);
        throttle.succeeded("ann").await;
    }
}

#[tokio::test]
async fn what_is_given_back_does_not_count_and_the_rest_does() {
    let Some(stage) = stage().await else { return };
    let throttle = Throttle::new(&stage.coord, POLICY);
    for _ in 0..6 {
        assert_eq!(throttle.attempt("ann").await, Attempt::Allowed);
        throttle.give_back("ann").await;
    }
    for _ in 0..3 {
        assert_eq!(throttle.attempt("ann").await, Attempt::Allowed);
    }
    assert!(matches!(throttle.attempt("ann").await, Attempt::Refused(_)));
}

#[tokio::test]
async fn a_place_is_known_to_all_processes_once_there_was_a_right_login() {
    let Some(stage) = stage().await else { return };
    let (one, other) = (Places::new(&stage.coord), Places::new(&stage.coord));
    assert_eq!(other.knows("ann at home").await, Ok(false));
    one.remember("ann at home").await.unwrap();
    assert_eq!(other.knows("ann at home").await, Ok(true));
    assert_eq!(other.knows("ann elsewhere").await, Ok(false));
}

#[tokio::test]
async fn taking_redis_away_or_flushing_it_does_not_let_anybody_guess_on() {
    let Some(stage) = stage().await else { return };
    let throttle =
        Throttle::new(&stage.fragile, ThrottlePolicy { attempts: 3, window: Duration::from_secs(60) });
    for _ in 0..3 {
        assert_eq!(throttle.attempt("ann").await, Attempt::Allowed);
    }
    stage.flush().await;
    assert!(matches!(throttle.attempt("ann").await, Attempt::Refused(_)));
    stage.proxy.die();
    assert!(matches!(throttle.attempt("ann").await, Attempt::Refused(_)));
}
