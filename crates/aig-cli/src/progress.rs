//! A progress line on standard error, when a person looks at it and the work lasts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use migrate_core::plan::Progress;

/// Work that is done sooner than this shows no progress.
const PATIENCE: Duration = Duration::from_millis(300);

/// The line, gone when this is dropped.
pub(crate) struct Line {
    bar: ProgressBar,
    looks: bool,
}

impl Line {
    /// A line that shows nothing yet, and never will if nobody `looks`.
    pub fn new(looks: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} files read, {msg}") {
            bar.set_style(style);
        }
        Self { bar, looks }
    }

    /// What the planning is to call.
    pub fn callback(&self) -> Arc<dyn Fn(Progress) + Send + Sync> {
        let (bar, looks) = (self.bar.clone(), self.looks);
        let started = Instant::now();
        let shown = std::sync::Once::new();
        Arc::new(move |progress: Progress| {
            if !looks || started.elapsed() < PATIENCE {
                return;
            }
            shown.call_once(|| bar.set_draw_target(ProgressDrawTarget::stderr()));
            bar.set_message(format!("{} to look at", progress.files_matched));
            bar.set_position(progress.files_scanned as u64);
        })
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
