//! Hints that something changed, for live screens and whoever keeps a copy.

use super::Subject;
use tokio::sync::broadcast;

/// News waiting for the slowest listener; beyond, it is told that it missed some.
pub const WAITING: usize = 1_024;

/// The channel of [`Subject`]. Slow listeners miss some and are told so by the channel.
#[derive(Clone, Debug)]
pub struct News(broadcast::Sender<Subject>);

impl Default for News {
    fn default() -> News {
        News(broadcast::channel(WAITING).0)
    }
}

impl News {
    pub fn changed(&self, changed: Subject) {
        // No listener is no error.
        let _ = self.0.send(changed);
    }

    pub fn listen(&self) -> broadcast::Receiver<Subject> {
        self.0.subscribe()
    }
}
