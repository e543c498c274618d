//! What a net in a TorchScript file does, function by function, in the order of computation.

use super::code::{Code, is_block};
use super::scan::{arguments, functions, word};

/// More functions than a net calls.
const MOST: usize = 20_000;

/// A function of libtorch, called inside of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Act {
    /// Attributes that lead to the module.
    pub(super) path: Vec<String>,
    /// Such as `_convolution`; empty for a condition or a loop, and for a function of Python's.
    pub(super) function: String,
    /// As the code has them; attributes of the module are written `self.weight`.
    pub(super) arguments: Vec<String>,
}

/// All functions that `forward` of the class `top` leads to; those inside of conditions and loops count as one act without a function.
///
/// # Errors
/// That they are too many: modules that call one another.
pub(super) fn acts(code: &Code, top: &str) -> Result<Vec<Act>, String> {
    let mut acts = Vec::new();
    follow(code, (top, "forward"), &[], &mut acts)?;
    Ok(acts)
}

fn follow(code: &Code, (class, method): (&str, &str), path: &[String], acts: &mut Vec<Act>) -> Result<(), String> {
    let Some(found) = code.classes.get(class).and_then(|class| class.methods.get(method)) else { return Ok(()) };
    let calls = code.calls(class, method);
    let this = word(&found.parameters);
    let named = |text: &str| -> String {
        // A variable that was set to an attribute stands for it.
        let value =
            found.statements.iter().filter_map(|statement| statement.split_once(" = ")).find(|(name, _)| *name == text);
        match value.and_then(|(_, value)| value.split_once('.')) {
            Some((module, attribute)) if module == this && word(attribute) == attribute => format!("self.{attribute}"),
            _ => text.to_owned(),
        }
    };
    for (number, statement) in found.statements.iter().enumerate() {
        if acts.len() > MOST || path.len() > 100 {
            return Err(format!("it calls functions more than {MOST} times"));
        }
        let unread = |acts: &mut Vec<Act>| {
            acts.push(Act { path: path.to_vec(), function: String::new(), arguments: Vec::new() });
        };
        if is_block(statement) {
            unread(acts);
            continue;
        }
        if calls_function(statement) {
            unread(acts);
        }
        // Both kinds in the order in which they return.
        let mut inside: Vec<(usize, Result<Act, usize>)> = functions(statement)
            .into_iter()
            .map(|function| {
                let arguments = arguments(&statement[function.arguments..function.close]);
                let arguments = arguments.into_iter().map(named).collect();
                (function.close, Ok(Act { path: path.to_vec(), function: function.method.to_owned(), arguments }))
            })
            .collect();
        let here = calls.iter().enumerate().filter(|(_, call)| call.statement == number);
        inside.extend(here.map(|(at, call)| (call.close, Err(at))));
        inside.sort_by_key(|(close, _)| *close);
        for (_, what) in inside {
            match what {
                Ok(act) => acts.push(act),
                Err(at) => {
                    let call = &calls[at];
                    let path: Vec<String> = path.iter().chain(&call.path).cloned().collect();
                    follow(code, (&call.class, &call.method), &path, acts)?;
                }
            }
        }
    }
    Ok(())
}

/// Whether a statement calls a function that is none of libtorch's own: one in the file, or of another library.
fn calls_function(statement: &str) -> bool {
    let parts = statement.split(|c: char| !(c.is_alphanumeric() || "_.".contains(c)));
    let named = parts.filter(|part| part.starts_with("__torch__.") || part.starts_with("ops."));
    // `ops.prim` is about numbers, texts and types. A function may be put into a variable first.
    named.into_iter().any(|part| {
        !part.starts_with("ops.prim.")
            && (statement.contains(&format!("{part}(")) || statement.ends_with(&format!(" = {part}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NET: &str = r#"class Net(Module):
  conv : __torch__.nets.Conv
  def forward(self: __torch__.nets.Net,
    x: Tensor) -> Tensor:
    conv = self.conv
    y = torch.relu((conv).forward(torch.sub(x, CONSTANTS.c0), ))
    if bool(y):
      z = torch.neg(y)
    else:
      z = y
    return z
class Conv(Module):
  weight : Tensor
  def forward(self: __torch__.nets.Conv,
    x: Tensor) -> Tensor:
    weight = self.weight
    return torch.conv2d(x, weight, None, [2, 1], [0, 0])
"#;

    #[test]
    fn functions_are_found_in_the_order_in_which_they_are_computed() {
        let mut code = Code::default();
        code.add("code/__torch__/nets.py", NET);
        let told: Vec<String> = acts(&code, "__torch__.nets.Net")
            .unwrap()
            .into_iter()
            .map(|act| format!("{}:{}({})", act.path.join("."), act.function, act.arguments.join("; ")))
            .collect();
        let wanted = [
            ":sub(x; CONSTANTS.c0)",
            "conv:conv2d(x; self.weight; None; [2, 1]; [0, 0])",
            ":relu((conv).forward(torch.sub(x, CONSTANTS.c0), ))",
            ":()",
        ];
        assert_eq!(told, wanted);
    }
}
