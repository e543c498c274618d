//! The program as a user runs it: the real binary, in an empty folder, without data and without a network.

#![expect(clippy::unwrap_used, reason = "a test whose helper fails has failed")]

mod program; // how tests run it, and what they expect of every answer

mod basis; // units and random directions, and what their files say
mod browser; // Chromium, told what to do
mod norms; // how far layers stretch differences, and when a prediction is certain
mod report; // reports made again, side by side, and tables for other programs
mod report_page; // a report as somebody sees it who opens it
mod report_python; // the page "Results in Python", run

mod export; // nets written as TorchScript
mod generate; // the main job, and what its files say
mod mistakes; // every wrong flag: one clear line, exit code 2
mod models; // the nets there are, and those that can be fetched
mod nets; // nets of one's own, whole and damaged
mod perturb; // the smallest changes, and what their files say
mod perturb_mistakes; // pictures, nets and wishes that cannot be used
mod photos; // real ImageNet nets on photographs, where they are at hand
mod plain; // --version, --help, models, closed pipes

mod run_commands; // runs listed, shown, compared, repeated
mod run_records; // what a run says of itself: run.json and log.txt

mod folders; // a results folder that is taken, full, or cannot be made
mod interrupted; // Ctrl-C and kill: nothing is lost, and --resume comes to the same bytes

mod cells; // slides of cells, many trainings, learning and memorising
mod check; // experiment files: mistakes, sweeps, starting files, schemas
mod data; // data in folders of one's own, damaged in every way
mod data_prepare; // wide-field pictures cut into data sets, and leaks in those of others
mod perceptron; // nets of sign neurons
mod slice; // planes through a picture and its counterpart

mod eval; // how sure a net is, and how often it is right then
mod lyapunov; // how much nets stretch what lies around pictures, and ways that there are not
mod picture_folders; // pictures of one's own, a folder a class, and every way in which they can be wrong
mod train; // training, evaluating, and going on from there

mod shards; // studies done in parts and joined, killed at random moments, on a full disk
mod study_bases; // units and random directions, in several trainings
mod study_own_digits; // digits of other distributions, photographs among them
mod study_perceptrons; // what sign neurons learn
mod study_photos; // photographs that become something else, to nets
mod study_pool; // training with adversarial examples
mod study_training_sets; // one net on training sets that are nearly alike
mod study_transfer;
mod sweeps; // one file that stands for many experiments // examples that fool other nets

mod mnist; // the real MNIST, where it is at hand

mod cluster; // a Slurm of one machine, for tests
mod slurm; // studies as jobs of a cluster: what is submitted, and what is made of Slurm's answers
mod slurm_real; // the same on a real Slurm, where its programs are installed
