//! Short calls: what one costs, how soon it is answered, what is left of it in memory.

use crate::answers;
use crate::generator::UAS;
use crate::house::{QUEUED, UNATTENDED};
use crate::support::{line, short};
use crate::{Bench, number};

impl Bench {
    /// Short calls that are answered and hung up, without sound: intake, recording, callback task and ticket rows included.
    pub async fn answered(&self) -> Result<(), String> {
        for rate in [50, 100, 200] {
            let args = format!("--user {UNATTENDED} --rate {rate} --life 500 --hold 10 --send-rtp 0");
            self.short(
                &args,
                &format!("answered, {rate} calls/s"),
                "Asterisk 1.5, FreeSWITCH 3.6, rustpbx 5.6; good 1.0, goal 0.4",
            )
            .await?;
        }
        Ok(())
    }

    /// Short calls through the queue to an agent's phone.
    pub async fn queued(&self) -> Result<(), String> {
        for rate in [20, 50] {
            let args = format!("--user {QUEUED} --rate {rate} --life 1000 --hold 10 --send-rtp 0 --uas-port {}", UAS);
            self.short(&args, &format!("queued, {rate} calls/s"), "Asterisk 10-11, FreeSWITCH 27; good 5, goal 2.5")
                .await?;
        }
        Ok(())
    }

    async fn short(&self, args: &str, what: &str, peers: &str) -> Result<(), String> {
        let before = self.server.cpu_ms();
        let run = self.run(args).await?;
        self.server.rest().await;
        // callgen warms up for three seconds before its window of ten
        let whole = (self.server.cpu_ms() - before) / (number(&run, "/rate") * 13.0);
        let done = format!("{what}: CPU ms a call ({} of {} done)", number(&run, "/done"), number(&run, "/placed"));
        line(&done, &short(number(&run, "/cpu_ms_per_call")), peers);
        line(&format!("{what}: the same, until the database has it all"), &short(whole), "");
        let at = |name: &str| short(number(&run, &format!("/ans_ms/{name}")));
        let answer = format!("{} / {} / {}", at("p50"), at("p99"), at("max"));
        line(
            &format!("{what}: INVITE to 200 p50 / p99 / max, ms"),
            &answer,
            "Asterisk 0.9 / 1.4-2.8; p99 good 15, goal 8",
        );
        Ok(())
    }

    /// INVITE to 100 and to 200 at a carrier's pace.
    pub async fn invite(&self) -> Result<(), String> {
        let run = answers::run(self.server.sip(), UNATTENDED, 200, 10).await?;
        self.server.rest().await;
        for (what, path, bar) in [
            ("INVITE to 100", "trying_ms", "p99 good 2, goal 1"),
            ("INVITE to 200", "answered_ms", "Asterisk 0.9 / 1.4-2.8 (nothing durable); p99 good 15, goal 8"),
        ] {
            let at = |name: &str| short(number(&run, &format!("/{path}/{name}")));
            let figure = format!("{} / {} / {}", at("p50"), at("p99"), at("max"));
            line(&format!("{what}, 200 calls/s: p50 / p99 / max, ms"), &figure, bar);
        }
        let (asked, done) = (number(&run, "/asked"), number(&run, "/done"));
        line(
            "of so many calls, done; the generator's latest, ms",
            &format!("{asked} / {done} / {}", short(number(&run, "/late_ms"))),
            "",
        );
        Ok(())
    }

    /// 20,000 short calls, twice: what is resident afterwards against before. A leak grows the second time as well.
    pub async fn memory(&self) -> Result<(), String> {
        let call = |seconds: u32| format!("--user {UNATTENDED} --rate 200 --life 100 --hold {seconds} --send-rtp 0");
        self.run(&call(5)).await?;
        let mut resident = vec![short(self.settled().await)];
        for _ in 0..2 {
            self.run(&call(97)).await?;
            resident.push(short(self.settled().await));
        }
        let peers = "Asterisk to 1.1 GB, rustpbx to 1.7 GB; good +5 %, goal +1 %";
        line("memory before, after 20,000 short calls, after 20,000 more, MB", &resident.join(" / "), peers);
        Ok(())
    }

    /// Resident memory when the last transactions are forgotten (RFC 3261 17: 32 s).
    async fn settled(&self) -> f64 {
        self.server.rest().await;
        tokio::time::sleep(std::time::Duration::from_secs(35)).await;
        self.server.memory()
    }
}
