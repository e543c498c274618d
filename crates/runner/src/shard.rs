//! Shards: which part of a study's cells a machine does.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail, ensure};
use serde::{Deserialize, Serialize};

/// Where the shards of a study lie within its results folder.
pub(crate) const FOLDER: &str = "shards";

/// The part `index` of `of` parts, written `2/4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    of: usize,
    index: usize,
}

impl Shard {
    /// The part `index`, counted from 1, of `of` parts.
    ///
    /// # Errors
    /// No parts, or an index that is not one of them.
    pub fn new(index: usize, of: usize) -> Result<Self> {
        ensure!(of > 0, "shard {index}/{of}: there is at least one shard, such as 1/1");
        ensure!(
            (1..=of).contains(&index),
            "shard {index}/{of}: shards are counted from 1, so the first is 1/{of} and the last {of}/{of}"
        );
        Ok(Self { of, index })
    }

    /// Reads `2/4`; or `auto` and `auto/4`, which take the index from what a scheduler says in the environment.
    ///
    /// - Slurm's job arrays: `auto` for a whole array, `--array=1-4` or `--array=0-3`. `auto/4` goes by the task's number alone, counted from
    ///   1, so that an array of some tasks (`--array=2,4`) means the same shards as the whole one.
    /// - Kubernetes' Indexed Jobs and GNU parallel do not say how many there are: `auto/4`.
    ///
    /// # Errors
    /// A text that is none of these; surroundings that say nothing, too little, or something else.
    pub fn parse(text: &str, env: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let of = match text.split_once('/') {
            None if text == "auto" => None,
            Some(("auto", of)) => Some(count(of).with_context(|| not_one(text))?),
            _ => return text.parse(),
        };
        let mut told = Teller::ALL.into_iter().filter(|teller| env(teller.variable()).is_some());
        let Some(teller) = told.next() else {
            bail!(
                "shard {text}: neither Slurm ({}), Kubernetes ({}) nor GNU parallel ({}) says which one this is; \
                 write it out, such as 2/4",
                Teller::Slurm.variable(),
                Teller::Kubernetes.variable(),
                Teller::Parallel.variable()
            );
        };
        if let Some(other) = told.next() {
            bail!(
                "shard {text}: both {} and {} are set, and either could be meant; write it out, such as 2/4",
                teller.variable(),
                other.variable()
            );
        }
        teller.shard(of, &env).with_context(|| format!("shard {text}"))
    }

    /// Which one, counted from 1.
    pub const fn index(self) -> usize {
        self.index
    }

    /// Of how many.
    pub const fn of(self) -> usize {
        self.of
    }

    /// All shards of `of`.
    pub fn all(of: usize) -> impl Iterator<Item = Self> {
        (1..=of).map(move |index| Self { of, index })
    }

    /// Its cells among `n`: neighbours, and as many as any other shard's or one more.
    pub fn range(self, n: usize) -> Range<usize> {
        let end = |index: usize| (index as u128 * n as u128 / self.of as u128) as usize;
        end(self.index - 1)..end(self.index)
    }

    /// Where its results go within the results folder of the study: `shards/2-of-4`.
    pub fn folder(self) -> PathBuf {
        PathBuf::from(FOLDER).join(format!("{}-of-{}", self.index, self.of))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (index, of) = text.split_once('/').with_context(|| not_one(text))?;
        let number = |text: &str| text.parse().ok().with_context(|| not_one(&format!("{index}/{of}")));
        Self::new(number(index)?, number(of)?)
    }
}

impl TryFrom<String> for Shard {
    type Error = anyhow::Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

fn not_one(text: &str) -> String {
    format!(
        "`{text}` is no shard; write which one and of how many, such as 2/4, or auto/4 where a scheduler says which"
    )
}

fn count(text: &str) -> Result<usize> {
    let of: usize = text.parse().with_context(|| format!("`{text}` is no number of shards"))?;
    ensure!(of > 0, "there is at least one shard");
    Ok(of)
}

/// What starts many processes and tells each its number.
#[derive(Clone, Copy, Debug)]
enum Teller {
    Slurm,
    Kubernetes,
    Parallel,
}

impl Teller {
    const ALL: [Self; 3] = [Self::Slurm, Self::Kubernetes, Self::Parallel];

    const fn variable(self) -> &'static str {
        match self {
            Self::Slurm => "SLURM_ARRAY_TASK_ID",
            Self::Kubernetes => "JOB_COMPLETION_INDEX",
            Self::Parallel => "PARALLEL_SEQ",
        }
    }

    fn shard(self, of: Option<usize>, env: &impl Fn(&str) -> Option<String>) -> Result<Shard> {
        let number = |name: &str| -> Result<Option<usize>> {
            let Some(text) = env(name) else { return Ok(None) };
            Ok(Some(text.trim().parse().with_context(|| format!("{name} is `{text}`, which is no number"))?))
        };
        let variable = self.variable();
        let id = number(variable)?.expect("it was found to be set");
        let array = Array {
            first: number("SLURM_ARRAY_TASK_MIN")?,
            last: number("SLURM_ARRAY_TASK_MAX")?,
            tasks: number("SLURM_ARRAY_TASK_COUNT")?,
        };
        match (self, of) {
            (Self::Slurm, Some(of)) => array.stated(id, of),
            (Self::Slurm, None) => array.whole(id),
            (Self::Kubernetes, Some(of)) => {
                ensure!(id < of, "{variable} is {id}, but {of} completions are 0 to {}", of - 1);
                Shard::new(id + 1, of)
            }
            (Self::Parallel, Some(of)) => {
                ensure!((1..=of).contains(&id), "{variable} is {id}, but {of} jobs are 1 to {of}");
                Shard::new(id, of)
            }
            (Self::Kubernetes | Self::Parallel, None) => {
                bail!("{variable} does not say of how many; write auto/COUNT, such as auto/64")
            }
        }
    }
}

/// What Slurm says of a job array.
#[derive(Clone, Copy, Debug)]
struct Array {
    first: Option<usize>,
    last: Option<usize>,
    tasks: Option<usize>,
}

impl Array {
    /// The shard of task `id` where the array is known to have one task for each of `of` shards, or for some of them.
    fn stated(self, id: usize, of: usize) -> Result<Shard> {
        // An array of some tasks does not show whether the whole one began with 0, so it never may.
        ensure!(
            id > 0 && self.first != Some(0),
            "the job array begins with task 0, but tasks of {of} shards are counted from 1; submit --array=1-{of}"
        );
        let most = self.last.unwrap_or(id).max(id);
        ensure!(most <= of, "the job array has a task {most}, but there are {of} shards; submit --array=1-{of}");
        Shard::new(id, of)
    }

    /// The shard of task `id` of a whole array.
    fn whole(self, id: usize) -> Result<Shard> {
        let (Some(first), Some(last), Some(tasks)) = (self.first, self.last, self.tasks) else {
            bail!("Slurm does not say how many tasks the job array has; write auto/COUNT, such as auto/64");
        };
        ensure!(
            first <= 1 && last.checked_sub(first) == Some(tasks.saturating_sub(1)) && (first..=last).contains(&id),
            "the job array, {tasks} tasks from {first} to {last}, is not a whole one from 0 or 1 on; \
             write auto/COUNT with the number of all shards, such as auto/64"
        );
        Shard::new(id - first + 1, tasks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, env: &[(&str, &str)]) -> Result<Shard> {
        Shard::parse(text, |name| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    /// What a task of a Slurm array sees.
    fn slurm(text: &str, id: &str, first: &str, last: &str, tasks: &str) -> Result<Shard> {
        let names = ["ID", "MIN", "MAX", "COUNT"].map(|name| format!("SLURM_ARRAY_TASK_{name}"));
        let env: Vec<_> = names.iter().map(String::as_str).zip([id, first, last, tasks]).collect();
        parse(text, &env)
    }

    fn mistake(shard: Result<Shard>, wanted: &str) {
        let error = format!("{:#}", shard.unwrap_err());
        assert!(error.contains(wanted) && !error.contains('\n'), "{error}");
    }

    #[test]
    fn shards_share_out_every_cell_once_and_evenly() {
        for of in (1..40).chain([64, 1000]) {
            for n in (0..200).chain([1_000_003]) {
                let mut next = 0;
                for shard in Shard::all(of) {
                    let range = shard.range(n);
                    assert_eq!(range.start, next, "{shard} of {n}");
                    assert!((n / of..=n.div_ceil(of)).contains(&range.len()), "{shard} of {n}: {range:?}");
                    next = range.end;
                }
                assert_eq!(next, n, "{of} shards");
            }
        }
        assert_eq!(Shard::new(usize::MAX, usize::MAX).unwrap().range(usize::MAX), usize::MAX - 1..usize::MAX);
    }

    #[test]
    fn a_shard_is_written_as_it_is_read() {
        let shard: Shard = "3/64".parse().unwrap();
        assert_eq!((shard.index(), shard.of(), shard.to_string().as_str()), (3, 64, "3/64"));
        assert_eq!(serde_json::to_string(&shard).unwrap(), "\"3/64\"");
        assert_eq!(serde_json::from_str::<Shard>("\"3/64\"").unwrap(), shard);
        assert!(serde_json::from_str::<Shard>("\"65/64\"").unwrap_err().to_string().contains("shard 65/64"));
        assert_eq!(shard.folder(), PathBuf::from("shards/3-of-64"));
        mistake("0/4".parse(), "shard 0/4: shards are counted from 1, so the first is 1/4 and the last 4/4");
        mistake("5/4".parse(), "shard 5/4: shards are counted from 1");
        mistake("0/0".parse(), "at least one shard");
        for text in ["3", "", "/", "a/4", "-1/4", "1/4/2", "1 /4"] {
            mistake(text.parse(), "is no shard; write which one and of how many, such as 2/4");
        }
    }

    #[test]
    fn a_whole_array_says_which_shard_it_is() {
        assert_eq!(slurm("auto", "3", "1", "64", "64").unwrap().to_string(), "3/64");
        assert_eq!(slurm("auto", "3", "0", "63", "64").unwrap().to_string(), "4/64");
        assert_eq!(slurm("auto", "1", "1", "1", "1").unwrap().to_string(), "1/1");
        for (id, first, last, tasks) in [("3", "3", "7", "2"), ("3", "3", "4", "2"), ("5", "1", "63", "32")] {
            mistake(slurm("auto", id, first, last, tasks), "is not a whole one from 0 or 1 on; write auto/COUNT");
        }
        mistake(parse("auto", &[("SLURM_ARRAY_TASK_ID", "3")]), "does not say how many tasks");
        mistake(slurm("auto", "three", "1", "64", "64"), "SLURM_ARRAY_TASK_ID is `three`, which is no number");
    }

    #[test]
    fn some_tasks_of_an_array_are_the_shards_that_they_were() {
        assert_eq!(slurm("auto/64", "3", "1", "64", "64").unwrap().to_string(), "3/64");
        assert_eq!(slurm("auto/64", "7", "3", "7", "2").unwrap().to_string(), "7/64");
        assert_eq!(parse("auto/64", &[("SLURM_ARRAY_TASK_ID", "7")]).unwrap().to_string(), "7/64");
        mistake(slurm("auto/64", "7", "1", "65", "65"), "has a task 65, but there are 64 shards; submit --array=1-64");
        mistake(slurm("auto/64", "7", "0", "63", "64"), "begins with task 0");
    }

    #[test]
    fn others_number_their_processes_too() {
        assert_eq!(parse("auto/64", &[("JOB_COMPLETION_INDEX", "0")]).unwrap().to_string(), "1/64");
        assert_eq!(parse("auto/64", &[("PARALLEL_SEQ", "64")]).unwrap().to_string(), "64/64");
        mistake(parse("auto/64", &[("JOB_COMPLETION_INDEX", "64")]), "but 64 completions are 0 to 63");
        mistake(parse("auto/64", &[("PARALLEL_SEQ", "65")]), "but 64 jobs are 1 to 64");
        mistake(parse("auto", &[("PARALLEL_SEQ", "1")]), "does not say of how many; write auto/COUNT");
        mistake(parse("auto", &[]), "neither Slurm (SLURM_ARRAY_TASK_ID), Kubernetes");
        mistake(
            parse("auto/2", &[("PARALLEL_SEQ", "1"), ("SLURM_ARRAY_TASK_ID", "1")]),
            "both SLURM_ARRAY_TASK_ID and PARALLEL_SEQ are set",
        );
        for text in ["auto/", "auto/0", "auto/x", "auto/1/2", "automatic"] {
            mistake(parse(text, &[("PARALLEL_SEQ", "1")]), &format!("`{text}` is no shard"));
        }
    }
}
