//! A progress line on standard error, when a person looks at it and the work lasts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use migrate_core::plan::Progress;

/// Work that is done sooner than this shows no progress.
const PATIENCE: Duration = Duration::from_millis(300);
/// How often the line shows that the work goes on, also when no file is read.
const BEAT: Duration = Duration::from_millis(120);

/// How far the work is, as the walk's threads tell it: they wait for nothing.
#[derive(Debug, Default)]
struct Counts {
    scanned: AtomicUsize,
    matched: AtomicUsize,
}

/// The line, gone when this is dropped.
pub(crate) struct Line {
    counts: Arc<Counts>,
    /// Shows the line, and is told when there is nothing to show any more.
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Line {
    /// A line that shows nothing yet, and never will if nobody `looks`.
    pub fn new(looks: bool) -> Self {
        let counts = Arc::new(Counts::default());
        let shown = looks.then(|| {
            let (done, over) = channel::<()>();
            let counts = Arc::clone(&counts);
            let thread = spawn(move || {
                let goes_on = |time| over.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
                if !goes_on(PATIENCE) {
                    return;
                }
                let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
                if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} files read, {msg}") {
                    bar.set_style(style);
                }
                loop {
                    bar.set_message(format!("{} to look at", counts.matched.load(Ordering::Relaxed)));
                    bar.set_position(counts.scanned.load(Ordering::Relaxed) as u64);
                    bar.tick();
                    if !goes_on(BEAT) {
                        break;
                    }
                }
                bar.finish_and_clear();
            });
            (done, thread)
        });
        Self { counts, shown }
    }

    /// What the planning is to call, if anybody looks: two threads that count each file wait for one another.
    pub fn callback(&self) -> Option<Arc<dyn Fn(Progress) + Send + Sync>> {
        self.shown.as_ref()?;
        let counts = Arc::clone(&self.counts);
        Some(Arc::new(move |progress: Progress| {
            counts.scanned.fetch_max(progress.files_scanned, Ordering::Relaxed);
            counts.matched.fetch_max(progress.files_matched, Ordering::Relaxed);
        }))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.shown.take() {
            drop(done);
            // The line has to be gone before anything else is printed.
            let _ = thread.join();
        }
    }
}
