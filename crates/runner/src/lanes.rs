//! Work side by side, each piece on a thread of its own.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Result, anyhow};
use tracing::info;

use crate::record::Ending;

/// Most pieces side by side: each may hold training pictures in memory.
const MOST_AT_ONCE: usize = 8;

/// Where pieces of work go on, and how many at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lanes {
    device: tch::Device,
    jobs: Option<usize>,
}

impl Lanes {
    /// As many as someone asked for; if nobody did, one for each core, or one by one on a GPU.
    pub(crate) const fn new(device: tch::Device, jobs: Option<usize>) -> Self {
        Self { device, jobs }
    }

    /// How many there are for so many pieces.
    pub(crate) fn at_once(self, pieces: usize) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_AT_ONCE);
        let usual = if self.device == tch::Device::Cpu { cores } else { 1 };
        self.jobs.unwrap_or(usual).min(pieces).max(1)
    }
}

/// Does pieces `0..n` of work, in this order as far as there are threads, and says whether one of them was asked to stop.
///
/// On the CPU libtorch works on one thread within each: its threads wait for each other at every operation, and nets as small
/// as those of studies are fastest on one. So what comes of a piece does not depend on how many go on at once.
///
/// # Errors
/// The first of the pieces; those that are not begun by then are left.
pub(crate) fn side_by_side(n: usize, lanes: Lanes, piece: &(dyn Fn(usize) -> Result<Ending> + Sync)) -> Result<Ending> {
    let (next, stopped, failure) = (AtomicUsize::new(0), AtomicBool::new(false), Mutex::new(None));
    let work = || {
        if lanes.device == tch::Device::Cpu {
            tch::set_num_threads(1);
        }
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= n || stopped.load(Ordering::Relaxed) {
                break;
            }
            match piece(at) {
                Ok(Ending::Stopped) => stopped.store(true, Ordering::Relaxed),
                Ok(_) => {}
                Err(error) => {
                    failure.lock().expect("no thread panics with it").get_or_insert(error);
                    next.store(n, Ordering::Relaxed);
                }
            }
        }
    };
    let threads = lanes.at_once(n);
    let libtorch = if lanes.device == tch::Device::Cpu { "; libtorch on one thread in each" } else { "" };
    info!("{n} pieces of work on {threads} threads{libtorch}");
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    match failure.into_inner().map_err(|_| anyhow!("a thread panicked"))? {
        Some(error) => Err(error),
        None if stopped.into_inner() => Ok(Ending::Stopped),
        None => Ok(Ending::Complete),
    }
}

/// [`side_by_side`] for pieces that come to something: what they came to, in order. One that was asked to stop comes to nothing, and
/// then fewer come back.
///
/// # Errors
/// Those of [`side_by_side`].
pub(crate) fn gathered<T: Send>(
    n: usize,
    lanes: Lanes,
    piece: &(dyn Fn(usize) -> Result<Option<T>> + Sync),
) -> Result<Vec<T>> {
    let done = Mutex::new(Vec::with_capacity(n));
    let one = |at: usize| {
        let Some(made) = piece(at)? else { return Ok(Ending::Stopped) };
        done.lock().expect("no thread panics with it").push((at, made));
        Ok(Ending::Complete)
    };
    side_by_side(n, lanes, &one)?;
    let mut done = done.into_inner().expect("no thread panicked");
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, made)| made).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPU: Lanes = Lanes::new(tch::Device::Cpu, None);

    #[test]
    fn every_piece_is_done_once_and_the_first_failure_is_told() {
        let done = Mutex::new(Vec::new());
        let piece = |at: usize| {
            done.lock().unwrap().push(at);
            Ok(Ending::Complete)
        };
        assert_eq!(side_by_side(20, CPU, &piece).unwrap(), Ending::Complete);
        let mut done = done.into_inner().unwrap();
        done.sort_unstable();
        assert_eq!(done, (0..20).collect::<Vec<_>>());

        let fails = |at: usize| if at == 3 { Err(anyhow!("piece 3")) } else { Ok(Ending::Complete) };
        assert_eq!(side_by_side(9, CPU, &fails).unwrap_err().to_string(), "piece 3");
        let double = |at: usize| Ok(Some(2 * at));
        assert_eq!(gathered(20, CPU, &double).unwrap(), (0..20).map(|at| 2 * at).collect::<Vec<_>>());
        let until = |at: usize| Ok((at < 3).then_some(at));
        assert_eq!(gathered(9, CPU, &until).unwrap(), [0, 1, 2]);

        let stops = |at: usize| Ok(if at == 3 { Ending::Stopped } else { Ending::Complete });
        assert_eq!(side_by_side(9, CPU, &stops).unwrap(), Ending::Stopped);
    }
}
