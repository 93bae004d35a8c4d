//! RTCP of a browser's leg (RFC 3550 6.4): what we sent and how we heard, so that the browser can show loss and
//! round trip.

use super::limit;
use rtcp_types::{
    Compound, Packet, ReceiverReport, ReportBlock, RtcpPacketWriter, RtcpPacketWriterExt, Sdes, SdesChunk, SdesItem,
    SenderReport,
};
use std::time::Duration;
use types::Moment;

/// RTP clock of G.711, ticks a millisecond.
const TICKS_PER_MS: u64 = 8;

pub(super) struct Report {
    ssrc: u32,
    cname: String,
    began: Moment,
    pub due: Moment,
    sent: Sent,
    heard: Option<Heard>,
}

#[derive(Default)]
struct Sent {
    packets: u32,
    octets: u32,
    last: Option<(Moment, u32)>,
}

/// Reception of one source (RFC 3550 A.1, A.3, A.8).
struct Heard {
    ssrc: u32,
    first: u32,
    highest: u32,
    received: u32,
    expected_before: u32,
    received_before: u32,
    transit: u32,
    /// In 1/16 of a tick, as A.8 keeps it.
    jitter: u32,
    /// Middle of the NTP time of the last sender report, and when it came.
    sender_report: Option<(u32, Moment)>,
}

impl Report {
    pub fn new(now: Moment, ssrc: u32, cname: String) -> Report {
        Report { ssrc, cname, began: now, due: now + limit::FIRST_REPORT, sent: Sent::default(), heard: None }
    }

    pub fn sent(&mut self, now: Moment, timestamp: u32, octets: usize) {
        self.sent.packets = self.sent.packets.wrapping_add(1);
        self.sent.octets = self.sent.octets.wrapping_add(u32::try_from(octets).unwrap_or(0));
        self.sent.last = Some((now, timestamp));
    }

    pub fn heard(&mut self, now: Moment, ssrc: u32, sequence: u16, timestamp: u32) {
        let arrival = (milliseconds(now.saturating_duration_since(self.began)).wrapping_mul(TICKS_PER_MS)) as u32;
        match self.heard.as_mut().filter(|heard| heard.ssrc == ssrc) {
            Some(heard) => heard.packet(sequence, arrival.wrapping_sub(timestamp)),
            None => self.heard = Some(Heard::new(ssrc, sequence, arrival.wrapping_sub(timestamp))),
        }
    }

    /// Takes in what the browser reports; `left` is called with each source of a BYE.
    pub fn receive(&mut self, now: Moment, clear: &[u8], mut left: impl FnMut(u32)) {
        let Ok(compound) = Compound::parse(clear) else {
            return;
        };
        for packet in compound.flatten() {
            match (packet, self.heard.as_mut()) {
                (Packet::Sr(report), Some(heard)) if report.ssrc() == heard.ssrc => {
                    heard.sender_report = Some(((report.ntp_timestamp() >> 16) as u32, now));
                }
                (Packet::Bye(bye), _) => bye.ssrcs().for_each(&mut left),
                _ => {}
            }
        }
    }

    /// The report due now, unencrypted.
    pub fn write(&mut self, now: Moment) -> Option<Vec<u8>> {
        self.due = now + limit::REPORTS;
        let block = self.heard.as_mut().map(|heard| heard.block(now));
        // RFC 3550 6.4: SR if we sent since the last one, RR otherwise.
        let recent = |(at, _): &(Moment, u32)| now.saturating_duration_since(*at) < limit::REPORTS * 2;
        let sdes = Sdes::builder()
            .add_chunk(SdesChunk::builder(self.ssrc).add_item(SdesItem::builder(SdesItem::CNAME, &self.cname)));
        let compound = match self.sent.last.filter(recent) {
            Some((at, timestamp)) => {
                let since = milliseconds(now.saturating_duration_since(at)).wrapping_mul(TICKS_PER_MS) as u32;
                let mut report = SenderReport::builder(self.ssrc)
                    .ntp_timestamp(self.ntp(now))
                    .rtp_timestamp(timestamp.wrapping_add(since))
                    .packet_count(self.sent.packets)
                    .octet_count(self.sent.octets);
                if let Some(block) = block {
                    report = report.add_report_block(block);
                }
                Compound::builder().add_packet(report).add_packet(sdes)
            }
            None => {
                let mut report = ReceiverReport::builder(self.ssrc);
                if let Some(block) = block {
                    report = report.add_report_block(block);
                }
                Compound::builder().add_packet(report).add_packet(sdes)
            }
        };
        let mut clear = vec![0; compound.calculate_size().ok()?];
        let length = compound.write_into(&mut clear).ok()?;
        clear.truncate(length);
        Some(clear)
    }

    /// RFC 3550 4: without a wall clock, the time since the session began.
    fn ntp(&self, now: Moment) -> u64 {
        let elapsed = now.saturating_duration_since(self.began);
        ((elapsed.as_secs() + 1) << 32) | ((u64::from(elapsed.subsec_nanos()) << 32) / 1_000_000_000)
    }
}

impl Heard {
    fn new(ssrc: u32, sequence: u16, transit: u32) -> Heard {
        let first = u32::from(sequence);
        Heard {
            ssrc,
            first,
            highest: first,
            received: 1,
            expected_before: 0,
            received_before: 0,
            transit,
            jitter: 0,
            sender_report: None,
        }
    }

    fn packet(&mut self, sequence: u16, transit: u32) {
        self.received = self.received.wrapping_add(1);
        // RFC 3550 A.1: forward by less than half the circle is new.
        let step = sequence.wrapping_sub(self.highest as u16);
        if step < 0x8000 {
            self.highest = self.highest.wrapping_add(u32::from(step));
        }
        // A.8
        let change = transit.wrapping_sub(self.transit) as i32;
        self.transit = transit;
        let change = change.unsigned_abs().min(1 << 20);
        self.jitter = self.jitter.saturating_add(change).saturating_sub((self.jitter + 8) >> 4);
    }

    fn block(&mut self, now: Moment) -> rtcp_types::ReportBlockBuilder {
        // A.3
        let expected = self.highest.wrapping_sub(self.first).wrapping_add(1);
        let lost = expected.saturating_sub(self.received).min(0x7f_ffff);
        let expected_now = expected.wrapping_sub(self.expected_before);
        let lost_now = expected_now.saturating_sub(self.received.wrapping_sub(self.received_before));
        (self.expected_before, self.received_before) = (expected, self.received);
        let fraction = (u64::from(lost_now) * 256).checked_div(u64::from(expected_now)).unwrap_or(0).min(255);
        let (last, delay) = self.sender_report.map_or((0, 0), |(middle, at)| {
            let delay = now.saturating_duration_since(at).as_micros() * 65536 / 1_000_000;
            (middle, u32::try_from(delay).unwrap_or(u32::MAX))
        });
        ReportBlock::builder(self.ssrc)
            .fraction_lost(fraction as u8)
            .cumulative_lost(lost)
            .extended_sequence_number(self.highest)
            .interarrival_jitter(self.jitter >> 4)
            .last_sender_report_timestamp(last)
            .delay_since_last_sender_report_timestamp(delay)
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_of(report: &mut Report, now: Moment) -> (u8, u32, u32, u32) {
        let clear = report.write(now).unwrap();
        for packet in Compound::parse(&clear).unwrap().flatten() {
            if let Packet::Rr(packet) = packet {
                let block = packet.report_blocks().next().unwrap();
                return (
                    block.fraction_lost(),
                    block.cumulative_lost(),
                    block.extended_sequence_number(),
                    block.interarrival_jitter(),
                );
            }
        }
        panic!("no receiver report");
    }

    #[test]
    fn counts_losses_over_the_wrap() {
        let now = Moment::START;
        let mut report = Report::new(now, 1, "name".into());
        // 65530..=65535 and 0..=9: sixteen, of which four are lost.
        for n in (0..16u32).filter(|n| n % 4 != 3) {
            let at = now + Duration::from_millis(u64::from(n) * 20);
            report.heard(at, 9, (65530 + n) as u16, n * 160);
        }
        // The last one lost (n = 15) cannot be known yet.
        assert_eq!(block_of(&mut report, now), ((3 * 256 / 15) as u8, 3, 65536 + 8, 0));
        assert_eq!(block_of(&mut report, now).0, 0, "none since");
    }

    #[test]
    fn a_bye_names_the_sources_that_left() {
        let now = Moment::START;
        let mut report = Report::new(now, 1, "name".into());
        let bye = rtcp_types::Bye::builder().add_source(9).add_source(10);
        let compound = Compound::builder().add_packet(ReceiverReport::builder(9)).add_packet(bye);
        let mut octets = [0; 64];
        let length = compound.write_into(&mut octets).unwrap();
        let mut left = Vec::new();
        report.receive(now, &octets[..length], |ssrc| left.push(ssrc));
        assert_eq!(left, [9, 10]);
    }

    #[test]
    fn a_sender_reports_what_it_sent() {
        let now = Moment::START;
        let mut report = Report::new(now, 1, "name".into());
        report.sent(now, 1000, 160);
        report.sent(now, 1160, 160);
        let clear = report.write(now + Duration::from_millis(100)).unwrap();
        let packets: Vec<_> = Compound::parse(&clear).unwrap().flatten().collect();
        let Some(Packet::Sr(sr)) = packets.first() else { panic!("no sender report") };
        assert_eq!((sr.packet_count(), sr.octet_count(), sr.rtp_timestamp()), (2, 320, 1160 + 800));
        assert!(matches!(packets.get(1), Some(Packet::Sdes(_))), "RFC 3550 6.1: CNAME in every compound");
    }
}
