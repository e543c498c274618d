//! The pictures for a user who named none.

use advlab_core::{Classifier, InputShape};
use advlab_datasets::catalogue::{Source, find};
use advlab_datasets::{Places, Split};

use crate::data::DataSpec;
use crate::inputs::Input;
use crate::recipes;

/// The test pictures of the set that a net was made for; MNIST's for other nets of that input where its files are on this machine,
/// and drawn digits where they are not. With a note on what was chosen; none where nothing fits.
pub(crate) fn pictures_for(model: &str, net: &dyn Classifier) -> Option<(Input, String)> {
    let of = |set: DataSpec| Input::Data { set, split: Split::Test };
    if let Some(set) = recipes::own_data(model) {
        let note = format!("the pictures are the test pictures of {}, which {model} was made for", set.set);
        return Some((of(set), note));
    }
    if net.input() != InputShape::MNIST || net.classes().len() != 10 {
        return None;
    }
    let (name, note) = if is_at_hand("mnist") {
        ("mnist", "the pictures are the test pictures of MNIST")
    } else {
        ("digits", "the pictures are drawn digits, since MNIST is not on this machine; --data mnist fetches it")
    };
    Some((of(DataSpec::named(name)), note.to_owned()))
}

/// Whether the test files of a set need not be fetched.
fn is_at_hand(set: &str) -> bool {
    let Ok(Source::Files(entry)) = find(set) else { return false };
    Places::of_process(None).folder_of(entry, Split::Test).is_ok_and(|folder| folder.is_some())
}
