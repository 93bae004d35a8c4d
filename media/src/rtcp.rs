//! RTCP reports (RFC 3550 6) on legs that share the port (RFC 5761). Browser legs have theirs from `rtc`.

use crate::limit;
use crate::reception::Block;
use rtcp_types::{
    Compound, Packet, ReceiverReport, ReportBlock, RtcpPacketWriterExt, Sdes, SdesChunk, SdesItem, SenderReport,
};
use std::time::Duration;
use types::Moment;

/// One leg's reports.
#[derive(Clone, Debug)]
pub struct Control {
    /// The engine's start: our "wall clock" (RFC 3550 4: any common reference will do, and we have no other).
    origin: Moment,
    due: Moment,
    packets_reported: u64,
    /// The peer's last sender report: the middle of its NTP time, and when it came.
    peer: Option<(u32, Moment)>,
    pub round_trip: Option<Duration>,
}

/// What we sent so far.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    pub ssrc: u32,
    /// The RTP timestamp of this moment.
    pub ts: u32,
    pub packets: u64,
    pub octets: u64,
}

impl Control {
    /// The first report comes after half the interval (RFC 3550 6.2); `share` 0..1 of it spreads the legs.
    pub fn new(origin: Moment, now: Moment, share: f32) -> Control {
        let due = now + limit::RTCP_INTERVAL.mul_f32(0.5 + 0.5 * share.clamp(0.0, 1.0));
        Control { origin, due, packets_reported: 0, peer: None, round_trip: None }
    }

    pub fn is_due(&self, now: Moment) -> bool {
        now >= self.due
    }

    /// Writes the report due into `buffer`; the octets used, or None when there is nothing to say.
    pub fn report(&mut self, now: Moment, sent: Sent, block: Option<Block>, buffer: &mut [u8]) -> Option<usize> {
        self.due = now + limit::RTCP_INTERVAL;
        let spoke = sent.packets != self.packets_reported;
        self.packets_reported = sent.packets;
        if !spoke && block.is_none() {
            return None;
        }
        let block = block.map(|block| self.block(now, block));
        // RFC 3550 6.5.1: a CNAME that identifies nobody.
        let name = format!("{:08x}@linedesk", sent.ssrc);
        let sdes = Sdes::builder()
            .add_chunk(SdesChunk::builder(sent.ssrc).add_item(SdesItem::builder(SdesItem::CNAME, &name)));
        let compound = if spoke {
            let report = SenderReport::builder(sent.ssrc).ntp_timestamp(self.ntp(now)).rtp_timestamp(sent.ts);
            let report = report.packet_count(sent.packets as u32).octet_count(sent.octets as u32);
            let report = block.into_iter().fold(report, |report, block| report.add_report_block(block));
            Compound::builder().add_packet(report).add_packet(sdes)
        } else {
            let report = ReceiverReport::builder(sent.ssrc);
            let report = block.into_iter().fold(report, |report, block| report.add_report_block(block));
            Compound::builder().add_packet(report).add_packet(sdes)
        };
        compound.write_into(buffer).ok()
    }

    fn block(&self, now: Moment, block: Block) -> rtcp_types::ReportBlockBuilder {
        let (last, delay) = match self.peer {
            Some((last, at)) => (last, (now.saturating_duration_since(at).as_secs_f64() * 65_536.0) as u32),
            None => (0, 0),
        };
        ReportBlock::builder(block.ssrc)
            .fraction_lost(block.fraction_lost)
            .cumulative_lost(block.lost)
            .extended_sequence_number(block.seq_high)
            .interarrival_jitter(block.jitter)
            .last_sender_report_timestamp(last)
            .delay_since_last_sender_report_timestamp(delay)
    }

    /// Reads a peer's compound packet; what is malformed is left.
    pub fn receive(&mut self, now: Moment, ssrc: u32, packet: &[u8]) {
        let Ok(compound) = Compound::parse(packet) else {
            return;
        };
        for part in compound.flatten() {
            match part {
                Packet::Sr(report) => {
                    self.peer = Some(((report.ntp_timestamp() >> 16) as u32, now));
                    report.report_blocks().for_each(|block| self.measure(now, ssrc, &block));
                }
                Packet::Rr(report) => report.report_blocks().for_each(|block| self.measure(now, ssrc, &block)),
                _ => {}
            }
        }
    }

    /// RFC 3550 6.4.1: round trip = now - LSR - DLSR.
    fn measure(&mut self, now: Moment, ssrc: u32, block: &ReportBlock) {
        let last = block.last_sender_report_timestamp();
        if block.ssrc() != ssrc || last == 0 {
            return;
        }
        let middle = (self.ntp(now) >> 16) as u32;
        let trip = middle.wrapping_sub(last).wrapping_sub(block.delay_since_last_sender_report_timestamp());
        // A forged or stale report must not spoil the quality: above 10 s it is nonsense.
        if trip < 10 << 16 {
            self.round_trip = Some(Duration::from_secs_f64(f64::from(trip) / 65_536.0));
        }
    }

    /// Time since the engine's start as a 32.32 fixed-point number; never 0, which would mean "none".
    fn ntp(&self, now: Moment) -> u64 {
        let elapsed = now.saturating_duration_since(self.origin) + Duration::from_secs(1);
        let fraction = (u64::from(elapsed.subsec_nanos()) << 32) / 1_000_000_000;
        elapsed.as_secs() << 32 | fraction
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(ssrc: u32) -> Block {
        Block { ssrc, fraction_lost: 3, lost: 7, seq_high: 70_000, jitter: 11 }
    }

    #[test]
    fn two_sides_measure_the_round_trip() {
        let start = Moment::START;
        let (mut ours, mut theirs) = (Control::new(start, start, 0.0), Control::new(start, start, 0.0));
        let ms = |millis| start + Duration::from_millis(millis);
        let mut buffer = [0; 256];
        assert!(!ours.is_due(ms(2499)) && ours.is_due(ms(2500)));
        let sent = Sent { ssrc: 1, ts: 8000, packets: 50, octets: 8000 };
        let count = ours.report(ms(2500), sent, None, &mut buffer).unwrap();
        assert!(crate::rtp::is_rtcp(&buffer[..count]));
        theirs.receive(ms(2540), 2, &buffer[..count]);
        let count = theirs.report(ms(3000), Sent { ssrc: 2, packets: 0, ..sent }, Some(block(1)), &mut buffer).unwrap();
        ours.receive(ms(3060), 9, &buffer[..count]);
        assert_eq!(ours.round_trip, None, "a report about another stream");
        ours.receive(ms(3060), 1, &buffer[..count]);
        let trip = ours.round_trip.unwrap().as_secs_f64();
        assert!((0.099..0.101).contains(&trip), "{trip}");
    }

    #[test]
    fn nothing_to_say_nothing_sent() {
        let start = Moment::START;
        let mut control = Control::new(start, start, 0.0);
        let sent = Sent { ssrc: 1, ts: 0, packets: 0, octets: 0 };
        assert_eq!(control.report(start, sent, None, &mut [0; 256]), None);
        assert_eq!(control.report(start, Sent { packets: 1, ..sent }, None, &mut [0; 4]), None, "no room, no panic");
    }

    #[test]
    fn garbage_is_left() {
        let start = Moment::START;
        let mut control = Control::new(start, start, 0.0);
        for length in 0..64 {
            for second in 192..=223u8 {
                let mut packet = vec![0x81; length];
                packet.iter_mut().skip(1).for_each(|octet| *octet = second);
                control.receive(start, 1, &packet);
            }
        }
        assert_eq!(control.round_trip, None);
    }
}
