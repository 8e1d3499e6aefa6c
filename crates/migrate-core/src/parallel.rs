//! The same work on many things, on several threads, the results in the order of the things.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// So many things are done at once before the results of the first are passed on.
const AT_ONCE: usize = 128;
/// Things that are so large together, in bytes, are enough for once.
const LARGE: usize = 4 << 20;

/// The number of threads that is asked for: 0 means as many as the machine has cores.
pub fn threads(asked: usize) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        asked => asked,
    }
}

/// `work` of each of `items`, in their order. With one thread, or where no more are to be had, all is done on this one.
/// An item is passed over, and nothing stands in its place, once `stop` says so.
pub fn map<T: Send, R: Send>(
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

/// `items` in groups, to be done one after the other, each on several threads: what is held of one is never much.
/// `size` is how many bytes the results of an item take, roughly. One that is large is a group by itself.
pub fn groups<T>(
    items: impl IntoIterator<Item = T>,
    size: impl Fn(&T) -> usize,
) -> impl Iterator<Item = Vec<T>> {
    let mut items = items.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut group: Vec<T> = items.next().into_iter().collect();
        let mut left = LARGE.saturating_sub(group.first().map(&size)?);
        while group.len() < AT_ONCE {
            let Some(next) = items.next_if(|next| size(next) <= left) else { break };
            left -= size(&next);
            group.push(next);
        }
        Some(group)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_all_in_order_and_not_too_much() {
        let sizes: Vec<usize> = [vec![1; 300], vec![LARGE * 2, LARGE, 1, LARGE - 1, 1]].concat();
        let groups: Vec<Vec<usize>> = groups(sizes.clone(), |size| *size).collect();
        let lengths: Vec<usize> = groups.iter().map(Vec::len).collect();
        assert_eq!(lengths, [128, 128, 44, 1, 1, 2, 1]);
        assert_eq!(groups.concat(), sizes);
        assert_eq!(super::groups(Vec::<usize>::new(), |size| *size).count(), 0);
    }

    #[test]
    fn results_stand_in_the_order_of_their_items() {
        for threads in [1, 2, 7] {
            let doubled = map((0..100).collect(), threads, &|| false, |number| number * 2);
            assert_eq!(doubled, (0..200).step_by(2).collect::<Vec<_>>());
        }
        assert!(map(vec![1, 2, 3], 2, &|| true, |number| number).is_empty());
    }
}
