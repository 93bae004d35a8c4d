//! A flow in a terminal: lines typed in, the transcript of what the caller hears out. The clock is virtual.
//!
//! Lines:
//! `start` begins; `2` or `4521#` presses keys at once; an empty line or `wait` lets what plays come to its end, or silence
//! to its timeout; `wait 3` lets three seconds pass; `ticket 4521 in_progress 20.11 09:30` is an open ticket of the caller,
//! `other 4521 in_progress 20.11 09:30 0144` one of another phone ending so; `gone` and `back`: the application stops and resumes
//! answering; `closed` and `open`: what the calendars say; `#` and a blank begin a remark.

use crate::{Flow, Input, Locale, Question, Run, Spoken, Step, say};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;
use types::Moment;

/// How long a clip lasts in a locale; None: unknown, then it is estimated from the text.
pub type ClipTime = Box<dyn Fn(Locale, &str) -> Option<Duration>>;

/// One simulated caller.
pub struct Simulation {
    run: Run,
    began: Moment,
    now: Moment,
    /// When what plays now comes to its end.
    playing: Option<Moment>,
    world: World,
    clip_time: Option<ClipTime>,
    ended: bool,
}

#[derive(Default)]
struct World {
    of_caller: Vec<Spoken>,
    of_others: Vec<(Spoken, String)>,
    is_closed: bool,
    is_gone: bool,
}

const HELP: &str = "keys: 0-9 * #; wait [seconds]; start; ticket NUMBER STATE DAY.MONTH HOUR:MINUTE; other ... LAST4; \
gone; back; closed; open";

impl Simulation {
    /// `now` is only where the virtual clock begins.
    pub fn new(flow: Arc<Flow>, locale: Locale, now: Moment) -> Simulation {
        Simulation {
            run: Run::new(flow, locale),
            began: now,
            now,
            playing: None,
            world: World::default(),
            clip_time: None,
            ended: false,
        }
    }

    /// Uses the true lengths of the recordings.
    pub fn with_clip_time(mut self, clip_time: ClipTime) -> Simulation {
        self.clip_time = Some(clip_time);
        self
    }

    /// Has the caller left the flow?
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Does one line and tells what happened, line by line, each with the time since the start.
    pub fn line(&mut self, line: &str) -> String {
        let mut out = String::new();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["#", ..] => {}
            [] | ["wait"] => self.wait(&mut out),
            ["wait", seconds] => match seconds.parse::<u32>() {
                Ok(seconds) => self.pass(Duration::from_secs(u64::from(seconds)), &mut out),
                Err(_) => out.push_str("wait how many seconds?\n"),
            },
            ["start"] => self.give(Input::Start, &mut out),
            ["gone"] => self.world.is_gone = true,
            ["back"] => self.world.is_gone = false,
            ["closed"] => self.world.is_closed = true,
            ["open"] => self.world.is_closed = false,
            ["ticket", rest @ ..] => match ticket(rest) {
                Some((spoken, _)) => self.world.of_caller.push(spoken),
                None => out.push_str("ticket NUMBER STATE DAY.MONTH HOUR:MINUTE\n"),
            },
            ["other", rest @ ..] => match ticket(rest) {
                Some((spoken, Some(last4))) => self.world.of_others.push((spoken, last4)),
                _ => out.push_str("other NUMBER STATE DAY.MONTH HOUR:MINUTE LAST4\n"),
            },
            [keys] if keys.chars().all(|key| matches!(key, '0'..='9' | '*' | '#')) => {
                for key in keys.chars() {
                    self.give(Input::Digit(key), &mut out);
                }
            }
            _ => {
                out.push_str(HELP);
                out.push('\n');
            }
        }
        out
    }

    /// Until the next thing happens by itself.
    fn wait(&mut self, out: &mut String) {
        if let Some(at) = self.playing.or(self.run.timeout()) {
            self.pass(at.saturating_duration_since(self.now), out);
        }
    }

    fn pass(&mut self, time: Duration, out: &mut String) {
        let end = self.now + time;
        while !self.ended {
            let due = [self.playing, self.run.timeout()].into_iter().flatten().min();
            let Some(at) = due.filter(|at| *at <= end) else {
                break;
            };
            self.now = self.now.max(at);
            if self.playing.is_some_and(|played| played <= at) {
                self.playing = None;
                self.give(Input::Played, out);
            } else {
                self.run.tick(self.now);
                self.drain(out);
            }
        }
        self.now = self.now.max(end);
    }

    fn give(&mut self, input: Input, out: &mut String) {
        self.run.handle(self.now, input);
        self.drain(out);
    }

    fn drain(&mut self, out: &mut String) {
        while let Some(step) = self.run.poll() {
            match step {
                Step::Say { locale, clips } => {
                    self.playing = Some(self.now + clips.iter().map(|clip| self.time(locale, clip)).sum::<Duration>());
                    let texts: Vec<String> =
                        clips.iter().map(|clip| say::text(locale, clip).unwrap_or(format!("[{clip}?]"))).collect();
                    self.tell(out, &format!("says: {}", texts.join(" ")));
                }
                Step::StopPlaying => {
                    self.playing = None;
                    self.tell(out, "falls silent");
                }
                Step::Ask(question) => {
                    let (asked, answer) = self.world.answer(&question);
                    self.tell(out, &asked);
                    if let Some(answer) = answer {
                        self.run.handle(self.now, answer);
                    }
                }
                Step::Queue { queue, locale, priority } => {
                    self.ended = true;
                    self.tell(out, &format!("=> queue {queue}, {locale:?}, priority {priority}"));
                }
                Step::HangUp { disposition } => {
                    self.ended = true;
                    self.tell(out, &format!("=> hangs up, {disposition}"));
                }
                Step::Trace { node, input } => self.tell(out, format!("[{node}] {input}").trim_end()),
            }
        }
    }

    fn tell(&self, out: &mut String, what: &str) {
        let time = self.now.saturating_duration_since(self.began);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:5.1} {what}", time.as_secs_f64());
    }

    fn time(&self, locale: Locale, clip: &str) -> Duration {
        let known = self.clip_time.as_ref().and_then(|clip_time| clip_time(locale, clip));
        known.unwrap_or_else(|| {
            let letters = say::text(locale, clip).map_or(0, |text| text.chars().count());
            // Twelve letters a second is unhurried speech.
            Duration::from_millis(200 + letters as u64 * 1000 / 12)
        })
    }
}

impl World {
    fn answer(&self, question: &Question) -> (String, Option<Input>) {
        let (asked, answer) = match question {
            Question::TicketsOfCaller => {
                ("asks for the caller's tickets".to_string(), Input::Tickets(self.of_caller.clone()))
            }
            Question::TicketByNumber { number, phone_last4 } => {
                let own = self.of_caller.iter().filter(|spoken| spoken.number == *number);
                let others = self
                    .of_others
                    .iter()
                    .filter(|(spoken, last4)| spoken.number == *number && phone_last4.as_ref() == Some(last4));
                let found = own.chain(others.map(|(spoken, _)| spoken)).cloned().collect();
                let phone = phone_last4.as_ref().map_or(String::new(), |last4| format!(" with phone ...{last4}"));
                (format!("asks for ticket {number}{phone}"), Input::Tickets(found))
            }
            Question::Hours { calendar } => (format!("asks for the hours of {calendar}"), Input::Open(!self.is_closed)),
        };
        (asked, (!self.is_gone).then_some(answer))
    }
}

fn ticket(words: &[&str]) -> Option<(Spoken, Option<String>)> {
    let [number, state, date, time, rest @ ..] = words else {
        return None;
    };
    let (day, month) = date.split_once('.')?;
    let (hour, minute) = time.split_once(':')?;
    let registered = (day.parse().ok()?, month.parse().ok()?, hour.parse().ok()?, minute.parse().ok()?);
    let spoken = Spoken { number: number.to_string(), state: state.to_string(), registered };
    Some((spoken, rest.first().map(|last4| last4.to_string())))
}
