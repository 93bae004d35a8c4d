//! Sound coding. G.711 only: it is carried, recorded and relayed as it is.

pub mod g711;
