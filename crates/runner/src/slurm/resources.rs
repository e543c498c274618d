//! What the tasks of a job ask for, checked before Slurm sees it.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail, ensure};
use serde::{Deserialize, Serialize};

/// Before its time is over, a task has this many seconds to end its record.
pub(super) const NOTICE: u64 = 60;

/// Options of `sbatch` that would undo what the scripts rely on, long and short.
const OURS: [(&str, &str); 9] = [
    ("--array", "-a"),
    ("--chdir", "-D"),
    ("--dependency", "-d"),
    ("--error", "-e"),
    ("--output", "-o"),
    ("--parsable", ""),
    ("--signal", ""),
    ("--test-only", ""),
    ("--wrap", ""),
];

/// What a task asks for, in Slurm's own words; what is not said is left to the partition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// GPUs: a number, or a type and a number such as `a100:2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpus: Option<String>,
    /// Longest time, such as `2:00:00` or `1-12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Partition, or several with commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
    /// Memory, such as `8G`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
    /// Processor cores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpus: Option<usize>,
    /// Account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Other options of `sbatch`, such as `--qos=high`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<String>,
}

impl Resources {
    /// The same, if Slurm can make sense of it.
    ///
    /// # Errors
    /// The first flag that is not what Slurm takes.
    pub fn check(self) -> Result<Self> {
        if let Some(gpus) = &self.gpus {
            let number = gpus.rsplit(':').next().unwrap_or_default();
            let usable = plain(gpus) && number.parse().is_ok_and(|n: u32| n > 0);
            ensure!(usable, "--gpus takes a number or a type and a number, such as 1 or a100:2, and got `{gpus}`");
        }
        if let Some(time) = &self.time {
            let seconds = seconds(time).with_context(|| {
                format!("--time takes minutes, H:MM:SS, D-HH or D-HH:MM:SS, such as 2:00:00, and got `{time}`")
            })?;
            ensure!(
                seconds >= 2 * NOTICE,
                "--time {time} is {seconds} s; the last {NOTICE} are for ending, so give it two minutes at least"
            );
        }
        if let Some(memory) = &self.memory {
            let digits = memory.strip_suffix(['K', 'M', 'G', 'T', 'k', 'm', 'g', 't']).unwrap_or(memory);
            let usable = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse().is_ok_and(|n: u64| n > 0);
            ensure!(
                usable,
                "--mem takes a number of megabytes, or one with K, M, G or T, such as 8G, and got `{memory}`"
            );
        }
        ensure!(self.cpus != Some(0), "--cpus 0: a task needs one at least");
        for (flag, name) in [("--partition", &self.partition), ("--account", &self.account)] {
            let usable = name.as_deref().is_none_or(plain);
            ensure!(usable, "{flag} takes a name, and got `{}`", name.as_deref().unwrap_or_default());
        }
        for extra in &self.extra {
            ensure!(
                extra.starts_with('-') && !extra.contains(char::is_control),
                "--sbatch takes an option of sbatch, such as --sbatch=--qos=high, and got `{extra}`"
            );
            let name = extra.split(['=', ' ']).next().unwrap_or_default();
            let short = |s: &str| !s.is_empty() && !extra.starts_with("--") && extra.starts_with(s);
            if let Some((ours, _)) = OURS.into_iter().find(|(long, s)| name == *long || short(s)) {
                bail!("--sbatch {extra}: {ours} is set by advlab; leave it out");
            }
        }
        Ok(self)
    }
}

/// A word that means nothing to a shell or to Slurm's reader of options.
fn plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_.:,+@/".contains(c)) && !word.starts_with('-')
}

/// Seconds of `90` (minutes), `90:00`, `1:30:00`, `1-2`, `1-2:30` or `1-2:30:00`; None for what Slurm would not take.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let (days, rest) = match text.split_once('-') {
        Some((days, rest)) => (Some(days), rest),
        None => (None, text),
    };
    let number =
        |word: &str| (!word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())).then(|| word.parse().ok())?;
    let parts: Vec<u64> = rest.split(':').map(number).collect::<Option<_>>()?;
    let units: &[u64] = match (days, parts.len()) {
        (None, 1) => &[60],
        (None, 2) => &[60, 1],
        (None, 3) | (Some(_), 1..=3) => &[3600, 60, 1],
        _ => return None,
    };
    let total =
        parts.iter().zip(units).try_fold(0_u64, |sum, (part, unit)| sum.checked_add(part.checked_mul(*unit)?))?;
    total.checked_add(number(days.unwrap_or("0"))?.checked_mul(86_400)?)
}

/// How many tasks, and how many of them at once: `64` or `64%8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tasks {
    /// Tasks, one for each shard.
    pub count: usize,
    /// Most at once.
    pub at_once: Option<usize>,
}

impl FromStr for Tasks {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = |word: &str| {
            let number: Option<usize> = word.parse().ok().filter(|n| *n > 0);
            number.with_context(|| {
                format!("`{text}` is no number of tasks; write 64, or 64%8 for no more than eight at once")
            })
        };
        let (count, at_once) = match text.split_once('%') {
            Some((count, at_once)) => (number(count)?, Some(number(at_once)?)),
            None => (number(text)?, None),
        };
        Ok(Self { count, at_once })
    }
}

impl fmt::Display for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.count)?;
        self.at_once.map_or(Ok(()), |most| write!(f, "%{most}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_what_slurm_takes_for_times() {
        let good = [
            ("90", 5400),
            ("90:30", 5430),
            ("2:00:00", 7200),
            ("1-2", 93_600),
            ("1-2:30", 95_400),
            ("0-00:02:00", 120),
        ];
        for (text, wanted) in good {
            assert_eq!(seconds(text), Some(wanted), "{text}");
        }
        for text in ["", "2h", "1:2:3:4", "-5", "1-", "1:", "+1", "1.5", "99999999999999999999", "1-2-3"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_flag_that_slurm_would_not_take_is_named() {
        let none = Resources::default;
        let text = |text: &str| Some(text.to_owned());
        let wrong = [
            (Resources { gpus: text("0"), ..none() }, "--gpus takes a number"),
            (Resources { gpus: text("a100"), ..none() }, "got `a100`"),
            (Resources { time: text("2h"), ..none() }, "--time takes minutes, H:MM:SS"),
            (Resources { time: text("1"), ..none() }, "--time 1 is 60 s; the last 60 are for ending"),
            (Resources { memory: text("8 G"), ..none() }, "--mem takes a number of megabytes"),
            (Resources { memory: text("0"), ..none() }, "got `0`"),
            (Resources { memory: text("+8G"), ..none() }, "got `+8G`"),
            (Resources { cpus: Some(0), ..none() }, "--cpus 0"),
            (Resources { partition: text("a b"), ..none() }, "--partition takes a name, and got `a b`"),
            (Resources { account: text(""), ..none() }, "--account takes a name"),
            (Resources { extra: vec!["qos=high".into()], ..none() }, "--sbatch takes an option of sbatch"),
            (Resources { extra: vec!["--qos=a\n#SBATCH -a 1".into()], ..none() }, "--sbatch takes an option"),
            (Resources { extra: vec!["--array=1-4".into()], ..none() }, "--array is set by advlab"),
            (Resources { extra: vec!["-a1-4".into()], ..none() }, "--array is set by advlab"),
        ];
        for (resources, wanted) in wrong {
            let error = format!("{:#}", resources.check().unwrap_err());
            assert!(error.contains(wanted), "{error}");
        }
        let good = Resources {
            gpus: text("a100:2"),
            time: text("2:00:00"),
            partition: text("gpu,long"),
            memory: text("8G"),
            cpus: Some(4),
            account: text("group-1"),
            extra: vec!["--qos=high".into(), "--exclusive".into(), "-C a100".into()],
        };
        assert_eq!(good.clone().check().unwrap(), good);
    }

    #[test]
    fn a_number_of_tasks_may_have_a_most_at_once() {
        for (text, count, at_once) in [("64", 64, None), ("64%8", 64, Some(8))] {
            let tasks: Tasks = text.parse().unwrap();
            assert_eq!((tasks, tasks.to_string().as_str()), (Tasks { count, at_once }, text));
        }
        for text in ["0", "", "1-64", "64%", "64%0", "-1"] {
            assert!(text.parse::<Tasks>().unwrap_err().to_string().contains("is no number of tasks"), "{text}");
        }
    }
}
