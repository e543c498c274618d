//! A block of searches: pictures in, what came of each out, with its files.

use std::ops::{ControlFlow, Range};

use advlab_attacks::perturb::Job;
use advlab_core::{Aim, Perturbation, Pictures, Seed, Verdict};
use anyhow::Result;
use indicatif::ProgressBar;
use tch::Tensor;

use super::asking::{Said, ask};
use super::example::Example;
use super::parts::Block;
use super::targets::Known;
use super::written::{self, ToWrite};
use super::{Prepared, names, own_size};
use crate::inputs::Inputs;

impl Prepared {
    /// Makes a block of searches; says whether it was not asked to stop before the end.
    pub(super) fn block(&self, which: Range<usize>, bar: &ProgressBar) -> Result<(Block, bool)> {
        let (net, seed) = (&*self.model.net, Seed::new(self.spec.seed));
        let each = self.rule.searches(net.classes().len());
        let pictures = which.start / each..which.end.div_ceil(each);
        let values = pictures.clone().map(|picture| self.inputs.values(picture)).collect::<Result<Vec<_>>>()?;
        let said = ask(net, &values.concat(), self.batch, &|row| self.inputs.name(pictures.start + row))?;
        let picture_of = |search: usize| search / each;
        let row_of = |search: usize| picture_of(search) - pictures.start;
        let aims: Vec<Aim> =
            which.clone().map(|search| self.aim(&said, picture_of(search), row_of(search), search % each)).collect();
        let cleans: Vec<f32> = which.clone().flat_map(|search| values[row_of(search)].iter().copied()).collect();
        let batch = Tensor::from_slice(&cleans).reshape(net.input().batch(aims.len() as i64));
        let job = Job {
            net,
            pictures: &Pictures::new(batch)?,
            aims: &aims,
            first: which.start as u64,
            seed,
            batch: self.batch,
            stop: &self.surroundings.stop,
        };
        let mut found: Vec<(Perturbation, Vec<f32>)> = Vec::with_capacity(aims.len());
        let whole = self.attack.run(&job, &mut |record, picture| {
            found.push((record, picture.to_vec()));
            bar.inc(1);
            ControlFlow::Continue(())
        })?;
        found.sort_by_key(|(record, _)| record.index);
        let mut block = Block::default();
        for (record, result) in found {
            let picture = picture_of(record.index as usize);
            block.clean.extend(&values[row_of(record.index as usize)]);
            block.results.extend(&result);
            block.examples.push(Example {
                found: record,
                picture,
                input: self.inputs.name(picture),
                stem: self.inputs.stem(picture),
                truth: self.inputs.truth(picture),
                written: None,
                own_size: None,
            });
        }
        self.write(&mut block)?;
        Ok((block, whole))
    }

    fn aim(&self, said: &Said, picture: usize, row: usize, search: usize) -> Aim {
        let known = Known { picture, scores: said.scores_of(row), truth: self.inputs.truth(picture) };
        self.rule.aim(&known, search, Seed::new(self.spec.seed))
    }

    /// Writes the results of a block as files, and notes what the net says of those.
    fn write(&self, block: &mut Block) -> Result<()> {
        let (net, root, len) = (&*self.model.net, self.folder.root(), self.model.net.input().len());
        let most = self.spec.pictures.unwrap_or(usize::MAX) as u64;
        let Block { examples, clean, results } = block;
        let changed: Vec<usize> = (0..examples.len())
            .filter(|row| examples[*row].is_changed() && examples[*row].found.index < most)
            .collect();
        let to_write: Vec<ToWrite<'_>> = changed
            .iter()
            .map(|row| ToWrite {
                file: names::result(&examples[*row], net),
                values: &results[row * len..(row + 1) * len],
                aim: examples[*row].found.aim,
            })
            .collect();
        let written = written::write_all(net, root, &to_write, self.batch)?;
        for (row, written) in changed.into_iter().zip(written) {
            let example = &mut examples[row];
            if let Inputs::Photos { images, .. } = &self.inputs
                && self.spec.own_size
                && example.found.verdict == Verdict::Success
                && let Some((photo, fitted)) = self.inputs.photo(example.picture)?
            {
                let (from, to) = (row * len, (row + 1) * len);
                let found = own_size::Found {
                    photo: &photo,
                    fitted: &fitted,
                    clean: &clean[from..to],
                    result: &results[from..to],
                    aim: example.found.aim,
                };
                let file = names::own_size(&written.file);
                example.own_size = Some(own_size::give_back(net, &found, images.fit, root, &file)?);
            }
            example.written = Some(written);
        }
        Ok(())
    }
}
