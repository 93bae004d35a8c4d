//! Encrypts and decrypts the sound (RFC 3711) with the keys DTLS made (RFC 5764 4.2).

use super::identity::Identity;
use super::limit;
use bytes::Bytes;
use rtc::dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc::dtls::state::State;
use rtc::srtp::config::{Config, LABEL_EXTRACTOR_DTLS_SRTP};
use rtc::srtp::context::Context;
use rtc::srtp::option::{srtcp_replay_protection, srtp_replay_protection};
use rtc::srtp::protection_profile::ProtectionProfile;

/// Packets a late one may lag behind.
const REPLAY_WINDOW: usize = 64;

pub(super) struct Srtp {
    outbound: Context,
    inbound: Context,
    /// SSRCs met so far; rtc makes state for each before it knows whether the packet is authentic.
    sources: Vec<u32>,
}

impl Srtp {
    /// None if the peer negotiated no profile we offered.
    pub fn new(state: &State, identity: &Identity) -> Option<Srtp> {
        let profile = match state.srtp_protection_profile() {
            SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm => ProtectionProfile::AeadAes128Gcm,
            SrtpProtectionProfile::Srtp_Aead_Aes_256_Gcm => ProtectionProfile::AeadAes256Gcm,
            SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80 => ProtectionProfile::Aes128CmHmacSha1_80,
            _ => return None,
        };
        let mut config = Config { profile, ..Config::default() };
        let material =
            state.export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], config.keying_material_len()).ok()?;
        config.set_session_keys_from_keying_material(material.as_ref(), state.is_client()).ok()?;
        let crypto = identity.provider.crypto();
        let keys = &config.keys;
        let outbound =
            Context::new(&keys.local_master_key, &keys.local_master_salt, profile, None, None, crypto).ok()?;
        let inbound = Context::new(
            &keys.remote_master_key,
            &keys.remote_master_salt,
            profile,
            Some(srtp_replay_protection(REPLAY_WINDOW)),
            Some(srtcp_replay_protection(REPLAY_WINDOW)),
            crypto,
        )
        .ok()?;
        Some(Srtp { outbound, inbound, sources: Vec::new() })
    }

    /// Sources announced in SDP; others may fill the rest of the room only.
    pub fn announce(&mut self, sources: &[u32]) {
        self.sources.clear();
        self.sources.extend(sources.iter().take(limit::SOURCES / 2));
    }

    /// The packet in the clear; None if it is not authentic, is a repetition or comes from one source too many.
    pub fn open_rtp(&mut self, packet: &[u8]) -> Option<Bytes> {
        self.admit(packet.get(8..12)?)?;
        self.inbound.decrypt_rtp(packet).ok().map(|clear| clear.freeze())
    }

    /// The same for RTCP.
    pub fn open_rtcp(&mut self, packet: &[u8]) -> Option<Bytes> {
        self.admit(packet.get(4..8)?)?;
        self.inbound.decrypt_rtcp(packet).ok().map(|clear| clear.freeze())
    }

    pub fn seal_rtp(&mut self, clear: &[u8]) -> Option<Bytes> {
        self.outbound.encrypt_rtp(clear).ok().map(|packet| packet.freeze())
    }

    pub fn seal_rtcp(&mut self, clear: &[u8]) -> Option<Bytes> {
        self.outbound.encrypt_rtcp(clear).ok().map(|packet| packet.freeze())
    }

    fn admit(&mut self, ssrc: &[u8]) -> Option<()> {
        let ssrc = u32::from_be_bytes(ssrc.try_into().ok()?);
        if self.sources.contains(&ssrc) {
            return Some(());
        }
        if self.sources.len() >= limit::SOURCES {
            return None;
        }
        self.sources.push(ssrc);
        Some(())
    }
}
