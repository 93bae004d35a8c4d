use sim::random;

#[test]
fn the_same_seed_tells_the_same_story() {
    for seed in 0..5 {
        let (first, second) = (random::run(seed), random::run(seed));
        assert_eq!(first.ladder.draw(), second.ladder.draw(), "seed {seed}");
    }
}
