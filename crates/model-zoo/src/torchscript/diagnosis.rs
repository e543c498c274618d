//! What a file is that libtorch cannot read.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use zip::ZipArchive;

/// How a net becomes a file that can be read.
const SAVE: &str = "save a net with torch.jit.trace(net.eval(), example).save(FILE)";

/// What is wrong with a file and what to do; `said` is what libtorch says of it.
pub(super) fn diagnosis(file: &Path, said: &str) -> String {
    let mut head = Vec::new();
    // A file that cannot be opened is libtorch's to explain.
    let _ = File::open(file).and_then(|opened| opened.take(2).read_to_end(&mut head));
    match head.as_slice() {
        [] => format!("is empty (0 bytes); {SAVE}"),
        b"PK" => of_archive(file, said),
        [0x80, 2..=5] => saved_by_torch_save(),
        _ => format!("not a TorchScript file; {SAVE}"),
    }
}

fn of_archive(file: &Path, said: &str) -> String {
    let archive = File::open(file).ok().and_then(|opened| ZipArchive::new(opened).ok());
    let Some(archive) = archive else {
        return format!("not a whole TorchScript file: it is cut off or damaged; copy it again, or {SAVE}");
    };
    let has = |part: &str| archive.file_names().any(|name| name.contains(part));
    match (has("/data.pkl"), has("/code/")) {
        (true, false) => saved_by_torch_save(),
        (true, true) => format!("a TorchScript file that libtorch cannot read ({said}); {SAVE}"),
        (false, _) => format!("not a TorchScript file but some other zip archive; {SAVE}"),
    }
}

fn saved_by_torch_save() -> String {
    "not a TorchScript file: it was saved by torch.save, which keeps tensors or pickled Python objects and not what the net \
     computes; load it in Python, put the weights into the net, and torch.jit.trace(net.eval(), example).save(FILE)"
        .to_owned()
}
