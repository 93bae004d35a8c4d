//! A thousand days at random, in the gate. More: `make sim`.

#[test]
fn a_thousand_days() {
    for seed in 0..1_000 {
        sim::random::run(seed);
    }
}
