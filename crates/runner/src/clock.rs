//! Times: what the clock on the wall says, and how long something took by a clock that never jumps.

use std::time::{Duration, Instant, SystemTime};

/// The last second that the format has room for: the end of the year 9999.
const LAST: u64 = 253_402_300_799;

/// A time in UTC, such as `2026-01-31T12:00:00Z`. A clock that is out of all reason gives the nearest time that can be written.
pub(crate) fn utc(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let since = Duration::from_secs(since.as_secs().min(LAST));
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since).to_string()
}

/// Seconds since then, to the millisecond: never negative, whatever happens to the clock on the wall.
pub(crate) fn seconds_since(began: Instant) -> f64 {
    (began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_out_of_all_reason_are_written_too() {
        let at = |seconds: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(utc(at(0)), "1970-01-01T00:00:00Z");
        assert_eq!(utc(at(1_767_225_600)), "2026-01-01T00:00:00Z");
        assert_eq!(utc(SystemTime::UNIX_EPOCH - Duration::from_secs(9)), "1970-01-01T00:00:00Z", "before the epoch");
        assert_eq!(utc(at(LAST + 5)), "9999-12-31T23:59:59Z", "after the year 9999");
    }

    #[test]
    fn a_moment_that_is_still_to_come_is_no_time_ago() {
        let to_come = Instant::now() + Duration::from_secs(60);
        assert_eq!(seconds_since(to_come), 0.0);
        std::thread::sleep(Duration::from_millis(3));
        assert!(seconds_since(Instant::now() - Duration::from_millis(1500)) >= 1.5);
    }
}
