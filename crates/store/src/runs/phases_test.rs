use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use throughline_domain::{PackId, Phase, RetentionClass};
use uuid::Uuid;

use super::*;

fn pointer(class: RetentionClass, pack: u128, offset: u64, length: u32, plain: u32) -> PhaseState {
    PhaseState::Captured(Pointer {
        pack: PackId::from_uuid(Uuid::from_u128(pack)),
        class,
        offset,
        length,
        plain,
    })
}

fn entry(phase: Phase, state: PhaseState) -> PhaseEntry {
    PhaseEntry { phase, items: 12, took_us: 34_567, state }
}

/// What a failed run leaves: every phase captured, in the middle of large packs.
fn all_captured() -> Phases {
    let class = |phase: Phase| match phase {
        Phase::ExtractHttp | Phase::LoadHttp => (RetentionClass::Days7, u128::MAX - 1),
        Phase::Extract | Phase::Load | Phase::Response => (RetentionClass::Days30, u128::MAX - 2),
        Phase::Status | Phase::Uql => (RetentionClass::Days90, u128::MAX - 3),
    };
    let entries = Phase::ALL.iter().map(|phase| {
        let (class, pack) = class(*phase);
        entry(*phase, pointer(class, pack, 7 << 20, 40_000, 400_000))
    });
    Phases(entries.collect())
}

#[test]
fn seven_phases_take_less_than_250_bytes() {
    let encoded = all_captured().encode();
    assert!(encoded.len() < 200, "{}", encoded.len());
    assert_eq!(Phases::decode(&encoded).unwrap(), all_captured());

    let reason =
        || PhaseState::NotCaptured("HTTP data is kept of runs that fail, and this one did not".to_owned());
    let mut good = all_captured();
    for entry in good.0.iter_mut().filter(|entry| entry.phase.is_http()) {
        entry.state = reason();
    }
    assert!(good.encode().len() < 250, "{}", good.encode().len());
    assert_eq!(Phases::decode(&good.encode()).unwrap(), good);
}

#[test]
fn version_1_reads_for_ever() {
    let golden = [
        1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 1, 3, b'o', b'f', b'f', 3, 1, 0, 5, 2, 5, 1,
        0xac, 2, 0, 0, 4, 2, 1, 3, 0, 8, 0x90, 3, 0xe8, 7,
    ];
    let phases = Phases(vec![
        PhaseEntry { phase: Phase::Status, items: 2, took_us: 5, state: PhaseState::Empty },
        PhaseEntry {
            phase: Phase::LoadHttp,
            items: 0,
            took_us: 300,
            state: PhaseState::NotCaptured("off".to_owned()),
        },
        PhaseEntry {
            phase: Phase::Load,
            items: 3,
            took_us: 1,
            state: pointer(RetentionClass::Days7, 9, 8, 400, 1000),
        },
    ]);
    assert_eq!(phases.encode(), golden);
    assert_eq!(Phases::decode(&golden).unwrap(), phases);
}

#[test]
fn a_run_that_has_not_ended_has_none() {
    assert_eq!(Phases::decode(&[]).unwrap(), Phases::default());
}

#[test]
fn a_long_reason_is_cut_between_characters() {
    let long = PhaseState::NotCaptured("é".repeat(300));
    let read = Phases::decode(&Phases(vec![entry(Phase::Load, long)]).encode()).unwrap();
    assert_eq!(read.0[0].state, PhaseState::NotCaptured("é".repeat(127)));
}

fn any_state() -> impl Strategy<Value = PhaseState> {
    let class = (0..RetentionClass::ALL.len()).prop_map(|at| RetentionClass::ALL[at]);
    prop_oneof![
        Just(PhaseState::Empty),
        "[a-z é]{0,60}".prop_map(PhaseState::NotCaptured),
        (class, any::<u128>(), any::<u64>(), any::<u32>(), any::<u32>())
            .prop_map(|(class, pack, offset, length, plain)| pointer(class, pack, offset, length, plain)),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read(states in vec(option::of((any_state(), any::<u32>(), any::<u64>())), 7)) {
        let entries = Phase::ALL.iter().zip(states).filter_map(|(phase, state)| {
            let (state, items, took_us) = state?;
            Some(PhaseEntry { phase: *phase, items, took_us, state })
        });
        let phases = Phases(entries.collect());
        prop_assert_eq!(Phases::decode(&phases.encode()).unwrap(), phases);
    }

    #[test]
    fn garbage_is_an_error_and_never_a_panic(bytes in vec(any::<u8>(), 1..80)) {
        let _ = Phases::decode(&bytes);
    }

    #[test]
    fn a_cut_value_is_an_error(keep in 1..100usize) {
        let encoded = all_captured().encode();
        prop_assert!(Phases::decode(&encoded[..keep.min(encoded.len() - 1)]).is_err());
    }
}
