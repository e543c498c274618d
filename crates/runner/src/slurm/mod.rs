//! Studies on Slurm: an array job with a task for each shard, and a job after it that joins them.
//!
//! `submit` writes the scripts into the results folder, hands them to `sbatch` and notes the jobs. Submitted again, a study goes on with what is
//! missing: what counts as finished is what the shards' own folders say, not what Slurm says of a job.

mod client;
mod jobs;
mod numbers;
mod resources;
mod scripts;
mod shards;
mod status;
mod submit;

pub use resources::{Resources, Tasks};
pub use status::{Status, status};
pub use submit::{Order, Submitted, submit};
