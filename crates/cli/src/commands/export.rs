//! `advlab export`: a net as TorchScript, for Python libraries.

use std::io::Write;
use std::path::{Path, PathBuf};

use advlab_core::Device;
use advlab_model_zoo::{export, is_torchscript};
use advlab_runner::ModelChoice;
use anyhow::{Result, bail};

use crate::exit::Outcome;

/// Write a net as TorchScript, so that Python libraries can attack it
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Net: a name from `advlab models`, or a .safetensors file of advlab
    #[arg(long)]
    model: String,
    /// File to write, NAME.pt; NAME.toml beside it says what TorchScript does not
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
    /// Print what was written as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome> {
    if is_torchscript(Path::new(&args.model)) {
        bail!("{} is TorchScript already; copy it", args.model);
    }
    let choice = ModelChoice { model: args.model, device: Device::Cpu, ..ModelChoice::default() };
    let model = choice.open()?;
    let done = export(model.net.as_ref(), &args.out, args.force)?;
    let (file, sidecar) = (done.file.display(), done.sidecar.display());
    if args.json {
        let input = done.input.to_string();
        let facts =
            serde_json::json!({"file": done.file, "sidecar": done.sidecar, "input": input, "scores": done.scores});
        writeln!(out, "{facts}")?;
        return Ok(Outcome::Done);
    }
    writeln!(out, "{file}: {} as TorchScript, and {sidecar}, which says what it takes", model.net.name())?;
    writeln!(out, "  takes   [N, {}], values in [0, 1]; or rows [N, {}]", sides(&done), done.input.len())?;
    writeln!(out, "  gives   [N, {}]. {}", model.net.classes().len(), done.meaning())?;
    writeln!(out, "  Python  net = torch.jit.load({:?}); scores = net(x)", done.file)?;
    Ok(Outcome::Done)
}

fn sides(done: &advlab_model_zoo::Exported) -> String {
    let shape = done.input;
    format!("{}, {}, {}", shape.channels, shape.height, shape.width)
}
