//! Libtorch's threads beside our own.

/// While it lives, libtorch works on the calling thread alone.
///
/// Its other threads keep their cores busy for milliseconds after each piece of work, waiting for the next one: time that
/// our own threads need.
#[derive(Debug)]
pub(crate) struct OneThread {
    before: i32,
}

impl OneThread {
    pub(crate) fn begin() -> Self {
        let before = tch::get_num_threads();
        tch::set_num_threads(1);
        Self { before }
    }
}

impl Drop for OneThread {
    fn drop(&mut self) {
        tch::set_num_threads(self.before);
    }
}
