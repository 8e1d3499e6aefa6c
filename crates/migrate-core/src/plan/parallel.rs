//! The same work on many things, on several threads, the results in the order of the things.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The number of threads that is asked for: 0 means as many as the machine has cores.
pub(super) fn threads(asked: usize) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        asked => asked,
    }
}

/// `work` of each of `items`, in their order. With one thread, or where no more are to be had, all is done on this one.
/// An item is passed over, and nothing stands in its place, once `stop` says so.
pub(super) fn map<T: Send, R: Send>(
    items: Vec<T>,
    threads: usize,
    stop: &(dyn Fn() -> bool + Sync),
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.min(items.len());
    if threads <= 1 {
        return items.into_iter().map_while(|item| (!stop()).then(|| work(item))).collect();
    }
    let jobs: Vec<_> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
    let results: Vec<Mutex<Option<R>>> = jobs.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let run = || {
        while !stop() {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else { break };
            // Each job is taken once; the locks are never waited for.
            let item = job.lock().unwrap_or_else(PoisonError::into_inner).take();
            let result = item.map(&work);
            *results[index].lock().unwrap_or_else(PoisonError::into_inner) = result;
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(run);
        }
        run();
    });
    results
        .into_iter()
        .filter_map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_their_items() {
        for threads in [1, 2, 7] {
            let doubled = map((0..100).collect(), threads, &|| false, |number| number * 2);
            assert_eq!(doubled, (0..200).step_by(2).collect::<Vec<_>>());
        }
        assert!(map(vec![1, 2, 3], 2, &|| true, |number| number).is_empty());
    }
}
