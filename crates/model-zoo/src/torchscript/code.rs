//! The code in a TorchScript file, taken apart as far as calls of submodules are concerned.
//!
//! Libtorch writes code in one way only, whatever the net was written in: a class for each type of module, a statement on a line,
//! two blanks for each level, submodules first put into variables. What looks otherwise is passed over.

use std::collections::HashMap;

use super::scan::{calls, closing, word};

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Code {
    /// Types of modules, by their whole names.
    pub(super) classes: HashMap<String, Class>,
}

/// A type of module.
#[derive(Debug)]
pub(super) struct Class {
    /// Path of its file in the archive.
    pub(super) file: String,
    /// Number of the line after its last one, counted from 0.
    pub(super) end: usize,
    /// Types of its attributes, by name.
    attributes: HashMap<String, String>,
    pub(super) methods: HashMap<String, Method>,
}

#[derive(Debug)]
pub(super) struct Method {
    /// What stands between the brackets behind its name.
    pub(super) parameters: String,
    /// What it is declared to return.
    pub(super) returns: String,
    pub(super) statements: Vec<String>,
}

/// A call of a method of a module or of its submodules.
#[derive(Debug)]
pub(super) struct Call {
    /// Number of its statement.
    pub(super) statement: usize,
    /// Of the bracket before the variable; this place and the others are bytes in the statement.
    pub(super) start: usize,
    pub(super) variable: String,
    /// Of the first argument.
    pub(super) arguments: usize,
    /// Of the bracket after the last one.
    pub(super) close: usize,
    /// Attributes that lead from the module to the one that is called; empty for itself.
    pub(super) path: Vec<String>,
    /// Type of the one that is called.
    pub(super) class: String,
    pub(super) method: String,
}

impl Code {
    /// Takes a file apart; `path` is the one in the archive, `code/__torch__/nets.py`.
    pub(super) fn add(&mut self, path: &str, text: &str) {
        let Some(module) = path.strip_prefix("code/").and_then(|path| path.strip_suffix(".py")) else { return };
        let module = module.replace('/', ".");
        let lines: Vec<&str> = text.lines().collect();
        let starts = |line: &&str| !line.is_empty() && !line.starts_with(' ');
        let mut at = 0;
        while at < lines.len() {
            let end = lines[at + 1..].iter().position(starts).map_or(lines.len(), |more| at + 1 + more);
            if let Some(name) = lines[at].strip_prefix("class ").and_then(|rest| rest.strip_suffix("(Module):")) {
                self.classes.insert(format!("{module}.{name}"), class(path, at + 1, &lines[..end]));
            }
            at = end;
        }
    }

    /// Whether the module that a path leads to, from one of the class `top`, holds a tensor of this name.
    pub(super) fn is_tensor(&self, top: &str, path: &[String], attribute: &str) -> bool {
        let mut class = top;
        for name in path {
            match self.classes.get(class).and_then(|class| class.attributes.get(name)) {
                Some(next) => class = next,
                None => return false,
            }
        }
        self.classes.get(class).and_then(|class| class.attributes.get(attribute)).is_some_and(|kind| kind == "Tensor")
    }

    /// The calls at the top level of a method, in the order in which they return. Those inside of conditions and loops are left
    /// out.
    pub(super) fn calls(&self, class: &str, method: &str) -> Vec<Call> {
        let Some(method) = self.classes.get(class).and_then(|class| class.methods.get(method)) else {
            return Vec::new();
        };
        let this = word(&method.parameters).to_owned();
        let mut modules = HashMap::from([(this, (Vec::new(), class.to_owned()))]);
        let mut found = Vec::new();
        for (number, statement) in method.statements.iter().enumerate() {
            if !is_block(statement) {
                for called in calls(statement) {
                    let Some((path, class)) = modules.get(called.variable) else { continue };
                    found.push(Call {
                        statement: number,
                        start: called.start,
                        variable: called.variable.to_owned(),
                        arguments: called.arguments,
                        close: called.close,
                        path: path.clone(),
                        class: class.clone(),
                        method: called.method.to_owned(),
                    });
                }
            }
            for line in statement.lines() {
                let Some((names, value)) = line.trim_start().split_once(" = ") else { continue };
                for name in names.split(", ") {
                    modules.remove(word(name));
                }
                if let Some((module, attribute)) = attribute(value).filter(|_| !is_block(statement)) {
                    let Some((path, class)) = modules.get(module) else { continue };
                    let Some(class) = self.classes.get(class).and_then(|class| class.attributes.get(attribute)) else {
                        continue;
                    };
                    if self.classes.contains_key(class) {
                        let path = path.iter().cloned().chain([attribute.to_owned()]).collect();
                        modules.insert(names.to_owned(), (path, class.clone()));
                    }
                }
            }
        }
        found
    }
}

/// Whether a statement is a condition or a loop, with what is inside.
pub(super) fn is_block(statement: &str) -> bool {
    statement.lines().next().is_some_and(|line| line.ends_with(':'))
}

/// The variable and the attribute's name in `net.conv1` or `getattr(net, "1")`.
fn attribute(value: &str) -> Option<(&str, &str)> {
    let pair = match value.strip_prefix("getattr(") {
        Some(rest) => rest.strip_suffix("\")")?.split_once(", \"")?,
        None => value.split_once('.')?,
    };
    (word(pair.0) == pair.0 && word(pair.1) == pair.1).then_some(pair)
}

/// The class whose inside begins at a line and goes to the end of these.
fn class(file: &str, from: usize, lines: &[&str]) -> Class {
    let mut class =
        Class { file: file.to_owned(), end: lines.len(), attributes: HashMap::new(), methods: HashMap::new() };
    let mut at = from;
    while at < lines.len() {
        let line = lines[at];
        if let Some(name) = line.strip_prefix("  def ").map(word) {
            let inside = |line: &&str| !line.starts_with("    ");
            let end = lines[at + 1..].iter().position(inside).map_or(lines.len(), |more| at + 1 + more);
            if let Some(method) = method(&lines[at..end]) {
                class.methods.insert(name.to_owned(), method);
            }
            at = end;
            continue;
        }
        let declared = match line.strip_prefix("  __annotations__[\"") {
            Some(rest) => rest.split_once("\"] = "),
            None => line.split_once(" : ").map(|(name, kind)| (name.trim(), kind)),
        };
        if let Some((name, kind)) = declared {
            class.attributes.insert(name.to_owned(), kind.to_owned());
        }
        at += 1;
    }
    class
}

/// A method from its lines; its head may take several.
fn method(lines: &[&str]) -> Option<Method> {
    let head_lines = 1 + lines.iter().position(|line| line.ends_with(':'))?;
    let head = lines[..head_lines].join("\n");
    let open = head.find('(')?;
    let close = closing(&head, open)?;
    let mut statements: Vec<String> = Vec::new();
    for line in &lines[head_lines..] {
        match line.strip_prefix("    ") {
            Some(text) if !text.starts_with(' ') && !text.starts_with("else:") => statements.push(text.to_owned()),
            // The inside of a condition or a loop.
            _ => {
                let block = statements.last_mut()?;
                block.push('\n');
                block.push_str(line);
            }
        }
    }
    Some(Method {
        parameters: head[open + 1..close].to_owned(),
        returns: head[close + 1..].strip_prefix(" -> ")?.strip_suffix(':')?.to_owned(),
        statements,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NET: &str = r#"class Net(Module):
  __parameters__ = []
  training : bool
  stem : __torch__.nets.___torch_mangle_1.Conv
  __annotations__["0"] = __torch__.nets.___torch_mangle_1.Conv
  other : Optional[Tensor]
  def forward(s: __torch__.nets.Net,
    x: Tensor,
    text: str="):") -> Tensor:
    a = s.stem
    if bool(x):
      a0 = s.stem
      y = (a0).forward(x, )
    else:
      y = x
    _0 = getattr(s, "0")
    _1 = (_0).forward((a).forward(x, ), )
    other = s.other
    return (s).tail(_1, (other).forward(x, ), )
  def tail(s: __torch__.nets.Net,
    x: Tensor, z: Tensor) -> Tuple[Tensor, Tensor]:
    return (x, z)
def free(x: Tensor) -> Tensor:
  return x
class Pair(NamedTuple):
  first : Tensor
"#;

    fn code() -> Code {
        let mut code = Code::default();
        code.add("code/__torch__/nets.py", NET);
        code.add("code/__torch__/nets/___torch_mangle_1.py", "class Conv(Module):\n  __parameters__ = []\n");
        code
    }

    #[test]
    fn classes_are_taken_apart() {
        let code = code();
        assert_eq!(code.classes.len(), 2);
        let net = &code.classes["__torch__.nets.Net"];
        assert_eq!(NET.lines().nth(net.end), Some("def free(x: Tensor) -> Tensor:"));
        let forward = &net.methods["forward"];
        assert_eq!(
            (forward.returns.as_str(), net.methods["tail"].returns.as_str()),
            ("Tensor", "Tuple[Tensor, Tensor]")
        );
        assert_eq!(forward.parameters, "s: __torch__.nets.Net,\n    x: Tensor,\n    text: str=\"):\"");
        assert_eq!(forward.statements.len(), 6);
        assert!(forward.statements[1].ends_with("    else:\n      y = x"), "{}", forward.statements[1]);
    }

    #[test]
    fn calls_lead_to_submodules() {
        let calls = code().calls("__torch__.nets.Net", "forward");
        let told: Vec<_> = calls.iter().map(|c| (c.statement, c.path.join("."), c.method.as_str())).collect();
        let wanted = [(3, "stem", "forward"), (3, "0", "forward"), (5, "", "tail")];
        assert_eq!(told, wanted.map(|(number, path, method)| (number, path.to_owned(), method)));
        assert_eq!(calls[0].class, "__torch__.nets.___torch_mangle_1.Conv");
    }

    #[test]
    fn a_variable_that_is_set_in_a_condition_is_not_followed() {
        let text = NET.replace("      y = x\n", "      a = x\n");
        let mut code = code();
        code.add("code/__torch__/nets.py", &text);
        let calls = code.calls("__torch__.nets.Net", "forward");
        assert!(calls.iter().all(|call| call.path.join(".") != "stem"), "{calls:?}");
    }
}
