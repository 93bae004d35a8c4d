//! G.711 by tables: nanoseconds for 20 ms of one channel.

mod support;

use media::Law;
use media::codec::g711;
use std::hint::black_box;
use support::{line, nanos, spread, title};

const TIMES: u32 = 20_000;

fn main() {
    title("mix: G.711, CPU nanoseconds for one frame of 160 samples, min / median / max");
    let frame: [u8; 160] = std::array::from_fn(|at| (at * 37) as u8);
    let other: [u8; 160] = std::array::from_fn(|at| (at * 91) as u8);
    let linear: [i16; 160] = std::array::from_fn(|at| (at as i16 - 80) * 400);
    let mut octets = [0u8; 160];
    let mut samples = [0i16; 160];
    let table = Law::A.table(Law::Mu).expect("two laws, one table");
    let translated = spread(15, || {
        nanos(TIMES, || {
            octets.iter_mut().zip(black_box(&frame)).for_each(|(to, from)| *to = table[usize::from(*from)]);
            black_box(&octets);
        })
    });
    let decoded = spread(15, || {
        nanos(TIMES, || {
            let table = Law::A.linear();
            samples.iter_mut().zip(black_box(&frame)).for_each(|(to, from)| *to = table[usize::from(*from)]);
            black_box(&samples);
        })
    });
    let encoded = spread(15, || {
        nanos(TIMES, || {
            octets.iter_mut().zip(black_box(&linear)).for_each(|(to, from)| *to = g711::alaw(*from));
            black_box(&octets);
        })
    });
    let mixed = spread(15, || {
        nanos(TIMES, || {
            let table = Law::A.linear();
            let both = black_box(&frame).iter().zip(black_box(&other));
            octets.iter_mut().zip(both).for_each(|(to, (a, b))| {
                *to = g711::alaw(table[usize::from(*a)].saturating_add(table[usize::from(*b)]));
            });
            black_box(&octets);
        })
    });
    line("A-law to mu-law", &translated.to_string(), "a leg is 50 frames a second: 1,000 ns are 0.005 core %");
    line("A-law to linear", &decoded.to_string(), "");
    line("linear to A-law", &encoded.to_string(), "");
    line("two A-law channels mixed to one", &mixed.to_string(), "");
}
