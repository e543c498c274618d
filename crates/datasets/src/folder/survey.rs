//! A look at every picture of a folder before work on them begins.

use std::sync::atomic::{AtomicUsize, Ordering};

use advlab_core::Stop;
use rayon::prelude::*;

use crate::{Error, Result};

/// Is told now and then how many pictures have been looked at, and of how many.
pub type Seen<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// What a look at every picture found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The pictures that cannot be read, in order, and why.
    pub(super) broken: Vec<(usize, Error)>,
    /// The first grey one.
    pub(super) grey: Option<usize>,
    /// The first with colours.
    pub(super) colour: Option<usize>,
}

impl Survey {
    /// Has every picture judged on all threads; a judge says whether it has colours, or what is wrong with it.
    pub(super) fn of<I, J>(pictures: I, judge: J, stop: &Stop, seen: Seen<'_>) -> Result<Self>
    where
        I: IndexedParallelIterator,
        J: Fn(usize, I::Item) -> Result<bool> + Sync + Send,
    {
        let (n, done) = (pictures.len(), AtomicUsize::new(0));
        pictures
            .enumerate()
            .try_fold(Self::default, |mut found, (i, picture)| {
                if stop.asked() {
                    return Err(Error::Stopped);
                }
                match judge(i, picture) {
                    Ok(true) => _ = found.colour.get_or_insert(i),
                    Ok(false) => _ = found.grey.get_or_insert(i),
                    Err(error) => found.broken.push((i, error)),
                }
                seen(done.fetch_add(1, Ordering::Relaxed) + 1, n);
                Ok(found)
            })
            .try_reduce(Self::default, |mut first, second| {
                first.broken.extend(second.broken);
                Ok(Self {
                    broken: first.broken,
                    grey: first.grey.or(second.grey),
                    colour: first.colour.or(second.colour),
                })
            })
    }
}
