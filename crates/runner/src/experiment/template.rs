//! Files to start from: a small example of a kind, with the docs of every setting as comments, and what else can be set commented
//! out.

use anyhow::Result;
use serde_json::Value as Json;
use toml::{Table, Value};

use super::kinds::{KINDS, Kind};
use super::sample::{default, sample};
use super::schema::order;
use super::texts::{docs, kind_of, sentence};
use super::walk::{alternatives, join, words};

/// Columns of a comment.
const WIDTH: usize = 100;

/// A sweep, which files of any kind can have.
const SWEEP: &str = include_str!("examples/sweep.toml");

const ABOUT_SWEEP: &str = "one file for many runs: any kind, with other values of a few settings for each";

/// The starting files that there are: names, and what each is.
pub fn templates() -> impl Iterator<Item = (&'static str, &'static str)> {
    KINDS.iter().map(|kind| (kind.name, kind.about)).chain([("sweep", ABOUT_SWEEP)])
}

/// A starting file.
///
/// # Errors
/// There is none of this name.
pub fn template(name: &str) -> Result<String> {
    let (kind, example, about) = match name {
        "sweep" => (Kind::wanted("generate")?, SWEEP, ABOUT_SWEEP),
        _ => {
            let kind = Kind::wanted(name)?;
            (kind, kind.example, kind.about)
        }
    };
    let schema = kind.schema();
    let example: Table = toml::from_str(example)?;
    let mut page = Page { root: &schema, text: String::new() };
    page.comment(&sentence(about));
    page.comment("");
    page.text.push_str("#     advlab check my.toml              # every mistake at once, before anything is loaded\n");
    page.text.push_str("#     advlab run --dry-run my.toml      # how much work it is\n");
    page.text.push_str("#     advlab run my.toml\n#\n");
    page.comment("Lines that begin with `#key =` are settings that are left as they are; take the # away to set one.");
    page.table(&schema, &example, "", true);
    if !example.contains_key("sweep") {
        page.text.push_str(
            "\n# To vary settings, by their paths: one file for many runs. `advlab new sweep` has more of it.\n",
        );
        page.text.push_str("#[sweep]\n#cross = { seed = \"1..=5\" }\n");
    }
    Ok(page.text)
}

struct Page<'a> {
    root: &'a Json,
    text: String,
}

impl<'a> Page<'a> {
    fn comment(&mut self, text: &str) {
        if text.is_empty() {
            self.text.push_str("#\n");
        }
        for line in text.lines() {
            let indent = line.len() - line.trim_start().len();
            let mut row = " ".repeat(indent);
            let mut is_new = true;
            for word in line.split_whitespace() {
                if !is_new && row.chars().count() + 1 + word.chars().count() > WIDTH {
                    self.text.push_str(&format!("# {row}\n"));
                    row = " ".repeat(if indent > 0 { indent + 2 } else { 0 });
                    is_new = true;
                }
                if !is_new {
                    row.push(' ');
                }
                row.push_str(word);
                is_new = false;
            }
            self.text.push_str(&format!("# {row}\n"));
        }
    }

    /// What a setting is, what it may be, and what its words mean.
    fn about(&mut self, schema: &'a Json, is_required: bool) {
        let choices = alternatives(self.root, schema);
        let named: Vec<&Json> = choices.iter().copied().filter(|choice| !words(choice).is_empty()).collect();
        let explained = named.iter().any(|choice| choice["description"].is_string()) && schema["const"].is_null();
        let kind = if explained { "one of the words below".to_owned() } else { kind_of(self.root, schema) };
        let usual = schema["x-default"].as_str().map(str::to_owned).or_else(|| default(schema));
        let usual = match usual {
            Some(usual) if !is_required => format!("; otherwise {usual}"),
            _ => String::new(),
        };
        let is_plain_table = choices.len() == 1 && choices[0]["properties"].is_object();
        let says_nothing = !schema["const"].is_null() || is_plain_table;
        let kind = if !says_nothing { format!(" ({kind}{usual})") } else { String::new() };
        let docs = docs(self.root, schema);
        self.comment(&format!("{docs}{kind}"));
        if explained {
            for choice in named {
                let own = super::texts::docs(self.root, choice);
                let quoted: Vec<String> = words(choice).iter().map(|word| format!("\"{word}\"")).collect();
                self.comment(format!("  {}: {own}", quoted.join(", ")).replace('\n', " ").as_str());
            }
        }
    }

    /// The settings of a table: single values first, then tables, as TOML wants it.
    fn table(&mut self, schema: &'a Json, example: &Table, path: &str, with_docs: bool) {
        let mut later = Vec::new();
        for key in order(schema) {
            let own = &schema["properties"][key];
            let value = example.get(key);
            match value {
                Some(Value::Table(_)) => later.push((key, own)),
                Some(Value::Array(all)) if all.first().is_some_and(is_section) => later.push((key, own)),
                None if key == "sweep" => {}
                _ => self.line(key, own, value, is_required(schema, key), with_docs),
            }
        }
        for (key, own) in later {
            self.section(key, own, &example[key], path, with_docs);
        }
    }

    fn line(&mut self, key: &str, schema: &'a Json, value: Option<&Value>, is_required: bool, with_docs: bool) {
        if with_docs {
            self.text.push('\n');
            self.about(schema, is_required);
        }
        match value {
            Some(value) => self.text.push_str(&format!("{key} = {value}\n")),
            None if with_docs => {
                let value = default(schema).unwrap_or_else(|| sample(self.root, schema));
                self.text.push_str(&format!("#{key} = {value}\n"));
            }
            None => {}
        }
    }

    fn section(&mut self, key: &str, schema: &'a Json, value: &Value, path: &str, with_docs: bool) {
        let path = join(path, key);
        let choices = alternatives(self.root, schema);
        self.text.push('\n');
        if with_docs {
            self.about(schema, true);
        }
        match value {
            Value::Table(table) => {
                self.text.push_str(&format!("[{path}]\n"));
                if let Some(own) = choices.iter().find(|choice| has_all(choice, table)) {
                    self.table(own, table, &path, with_docs);
                } else {
                    for (key, value) in table {
                        self.text.push_str(&format!("{} = {value}\n", toml_key(key)));
                    }
                }
            }
            Value::Array(all) => {
                let items = choices.iter().find_map(|choice| choice.get("items"));
                for (at, one) in all.iter().enumerate() {
                    let Value::Table(table) = one else { continue };
                    if at > 0 {
                        self.text.push('\n');
                    }
                    self.text.push_str(&format!("[[{path}]]\n"));
                    let own = items.map(|items| alternatives(self.root, items)).unwrap_or_default();
                    if let Some(own) = own.into_iter().find(|choice| has_all(choice, table)) {
                        self.table(own, table, &path, with_docs && at == 0);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether a list of these is written as sections; `{ dense = 30 }` and the like stand in a line.
fn is_section(value: &Value) -> bool {
    value.as_table().is_some_and(|table| table.len() > 1 || table.values().any(Value::is_table))
}

fn is_required(schema: &Json, key: &str) -> bool {
    schema["required"].as_array().is_some_and(|all| all.iter().any(|name| name == key))
}

fn has_all(schema: &Json, table: &Table) -> bool {
    schema["properties"].as_object().is_some_and(|keys| table.keys().all(|key| keys.contains_key(key)))
}

fn toml_key(key: &str) -> String {
    let is_bare = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if is_bare { key.to_owned() } else { format!("\"{key}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::File;

    #[test]
    fn every_starting_file_is_without_mistakes_and_names_every_setting() {
        let folder = tempfile::tempdir().unwrap();
        for (name, _) in templates() {
            let text = template(name).unwrap();
            let file = folder.path().join("my.toml");
            std::fs::write(&file, &text).unwrap();
            let read = File::read(&file).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
            let example: Table =
                toml::from_str(if name == "sweep" { SWEEP } else { Kind::wanted(name).unwrap().example }).unwrap();
            assert_eq!(toml::from_str::<Table>(&text).unwrap(), example, "{name}");
            let schema = Kind::wanted(read.kind()).unwrap().schema();
            for key in order(&schema) {
                let starts = [format!("{key} = "), format!("#{key} = "), format!("[{key}"), format!("[[{key}]]")];
                let stands = |line: &str| {
                    starts
                        .iter()
                        .any(|start| line.trim_start_matches("#[").starts_with(start) || line.starts_with(start))
                };
                assert!(key == "sweep" || text.lines().any(stands), "{name}: {key}\n{text}");
            }
            assert!(text.lines().all(|line| !line.starts_with('#') || line.chars().count() <= 160), "{name}\n{text}");
        }
        assert_eq!(template("minimal").unwrap(), template("perturb").unwrap());
        assert!(template("nois").unwrap_err().to_string().contains("did you mean `noise`?"));
    }
}
