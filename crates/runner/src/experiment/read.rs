//! A file and those that it includes, as one document.

use std::fs;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::mistake::Mistake;
use super::node::{Node, Source, Value};

/// Files as they were read, and the document that they make.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) sources: Vec<Source>,
    pub(super) root: Node,
}

/// Reads a file and those that it includes. Mistakes of syntax are all that can keep a document from being there.
pub(super) fn document(file: &Path) -> Result<Document, Vec<Mistake>> {
    let mut reader = Reader { sources: Vec::new(), chain: Vec::new(), mistakes: Vec::new() };
    let root = match fs::read_to_string(file) {
        Ok(text) => reader.parsed(file, text),
        Err(error) => {
            let source = Source { path: file.to_owned(), text: String::new() };
            return Err(vec![source.mistake(0, "", format!("cannot be read: {error}"))]);
        }
    };
    if reader.mistakes.is_empty() { Ok(Document { sources: reader.sources, root }) } else { Err(reader.mistakes) }
}

struct Reader {
    sources: Vec<Source>,
    /// The files that are being read, each included by the one before; with their full paths.
    chain: Vec<(PathBuf, PathBuf)>,
    mistakes: Vec<Mistake>,
}

impl Reader {
    fn parsed(&mut self, file: &Path, text: String) -> Node {
        let number = self.sources.len();
        let source = Source { path: file.to_owned(), text };
        let (table, errors) = DeTable::parse_recoverable(&source.text);
        for error in errors {
            let what = error.message().trim_end().replace('\n', ", ");
            self.mistakes.push(source.mistake(error.span().map_or(0, |span| span.start), "", what));
        }
        let own = Node::of_table(table, number);
        self.sources.push(source);
        let full = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        self.chain.push((file.to_owned(), full));
        let whole = self.with_included(own, number);
        self.chain.pop();
        whole
    }

    /// What the included files say, in their order, and above it what the file says itself.
    fn with_included(&mut self, mut own: Node, number: usize) -> Node {
        let Some((_, include)) = own.table_mut().and_then(|table| table.remove("include")) else { return own };
        let wanted = match include.value {
            Value::List(all) => all,
            _ => vec![include],
        };
        let mut below: Option<Node> = None;
        for one in wanted {
            let Value::Text(name) = &one.value else {
                let what = format!("wanted the path of a file, or a list of paths, got {}", one.words());
                self.complain(number, one.place.at, what);
                continue;
            };
            let Some(included) = self.included(name, number, one.place.at) else { continue };
            match &mut below {
                Some(below) => below.merge(included),
                None => below = Some(included),
            }
        }
        match below {
            Some(mut whole) => {
                whole.merge(own);
                whole
            }
            None => own,
        }
    }

    fn included(&mut self, name: &str, number: usize, at: usize) -> Option<Node> {
        let file = self.sources[number].path.parent().unwrap_or(Path::new("")).join(name);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => {
                self.complain(number, at, format!("{} cannot be read: {error}", file.display()));
                return None;
            }
        };
        let full = fs::canonicalize(&file).unwrap_or_else(|_| file.clone());
        if let Some(first) = self.chain.iter().position(|(_, seen)| *seen == full) {
            let chain = self.chain[first..].iter().map(|(file, _)| file.as_path()).chain([file.as_path()]);
            let chain: Vec<String> = chain.map(|file| file.display().to_string()).collect();
            self.complain(number, at, format!("files include each other in a circle: {}", chain.join(" → ")));
            return None;
        }
        Some(self.parsed(&file, text))
    }

    fn complain(&mut self, number: usize, at: usize, what: String) {
        let mistake = self.sources[number].mistake(at, "include", what);
        self.mistakes.push(mistake);
    }
}
