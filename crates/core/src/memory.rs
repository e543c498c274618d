//! How the process deals with memory that libtorch frees.

/// Lets the C library keep memory that was freed, up to 256 MiB of it, instead of handing it back to the system.
///
/// Libtorch asks for the values of every layer anew in every pass, in pieces that glibc would map and unmap each time; the
/// system clears each page again. On a MobileNet at 224×224 that is a third of a forward and backward pass. It does nothing
/// with other C libraries. To be called before the first tensor is made.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    set();
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the C library's settings have no safe interface")]
fn set() {
    const MIB: i32 = 1024 * 1024;
    // SAFETY: both are settings that any program may change at any time; values out of range are refused and change nothing.
    unsafe {
        // 32 MiB is the most that glibc takes.
        let _ = libc::mallopt(libc::M_MMAP_THRESHOLD, 32 * MIB);
        let _ = libc::mallopt(libc::M_TRIM_THRESHOLD, 256 * MIB);
    }
}
