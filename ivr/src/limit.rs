//! Every maximum and every patience of this crate, named.

use std::time::Duration;

/// Silence after a prompt before the caller counts as having pressed nothing (G3).
pub const NO_INPUT_SECONDS: u64 = 7;
/// The longest `no_input_seconds` a file may ask for: silence must not eat the time to the queue.
pub const NO_INPUT_SECONDS_MAX: u64 = 20;
/// Silence between two digits of one number before it counts as complete (G3).
pub const INTER_DIGIT: Duration = Duration::from_secs(4);
/// Wrong keys forgiven at one node; the next one goes to the queue (G3, AC-I6: the third).
pub const RETRIES: u32 = 2;
/// The most retries or repeats a file may ask for.
pub const RETRIES_MAX: u32 = 5;
/// How long a Run waits for an answer. The application answers within 2 s; this only guards against one that does not.
pub const ANSWER: Duration = Duration::from_secs(3);
/// How long a Run waits for `Input::Played`. No prompt is that long; this guards against a lost report.
pub const PLAYING: Duration = Duration::from_secs(60);
/// Time a caller who was not yet served may spend in a flow; then the queue (G6: the five minutes run from the INVITE).
pub const FLOW: Duration = Duration::from_secs(150);
/// Nodes walked for one input. The checker forbids loops without input, so only a defect would reach it.
pub const HOPS_MAX: usize = 32;
/// Nodes walked by one caller; a machine that presses keys for ever ends in the queue.
pub const ENTRIES_MAX: usize = 200;
/// Ticket look-ups by number for one caller: nobody tries out phone endings (AC-I8).
pub const LOOKUPS_MAX: u32 = 6;
/// Keys kept that were pressed before the node that wants them.
pub const TYPED_AHEAD_MAX: usize = 16;
/// Digits of one number.
pub const DIGITS_MAX: usize = 12;
/// Tickets read to one caller, newest first.
pub const TICKETS_SPOKEN_MAX: usize = 5;
/// Digits spoken of one ticket number.
pub const DIGITS_SPOKEN_MAX: usize = 12;
/// Nodes of one flow.
pub const NODES_MAX: usize = 200;
/// Prompts in one list.
pub const PROMPTS_MAX: usize = 16;
/// Bytes of a flow file.
pub const FILE_BYTES_MAX: usize = 256 * 1024;
/// Length of a node's, queue's or calendar's name.
pub const NAME_MAX: usize = 64;
/// The largest number that can be spoken; larger ones are read digit by digit.
pub const NUMBER_SPOKEN_MAX: u32 = 9_999;
/// The largest place in the queue that is said as an ordinal.
pub const POSITION_SPOKEN_MAX: u32 = 999;
/// The longest wait said in minutes; beyond it "more than an hour".
pub const WAIT_MINUTES_SPOKEN_MAX: u32 = 60;
/// A silent caller is in a queue by then (G4).
pub const SILENT_TO_QUEUE: Duration = Duration::from_secs(45);
/// The emergency hint has been heard by then (G4).
pub const HINT_HEARD: Duration = Duration::from_secs(12);
