//! Methods that stop at a submodule.
//!
//! Libtorch's bindings call methods of a net but not of what is inside of it. So the code gets further methods: for each call of a
//! submodule one that does what the original does up to there, and returns what the submodule gives; in every type of module on
//! the way, since it may be called from others. One more method goes through the whole net and notes the shapes.

use std::collections::HashMap;
use std::rc::Rc;

use super::code::{Call, Code};
use super::scan::before;

/// The method that returns shapes: for each layer the number of its kind, the number of its sides, and these.
pub(super) const SHAPES: &str = "advlab_shapes";

/// Path of a file for the function that notes a shape, and the function.
pub(super) const NOTE: (&str, &str) = (
    "code/__torch__/advlab_layers.py",
    "def note(x: Tensor,\n    seen: List[int]) -> Tensor:\n  _0 = torch.append(seen, ops.prim.dtype(x))\n  \
     _1 = torch.append(seen, torch.dim(x))\n  _2 = torch.extend(seen, torch.size(x))\n  return x\n",
);

/// More layers than a net has: types of modules that use each other twice, and so on, would fill the memory.
const MOST: usize = 5000;

/// A place that a method can stop at.
#[derive(Clone, Debug)]
struct Reach {
    /// Attributes that lead to the submodule.
    path: Vec<String>,
    /// The method that stops there.
    method: String,
}

/// What was added to the code of a net.
#[derive(Debug)]
pub(super) struct Reached {
    /// Names of the layers and of the methods that return their values, in the order in which [`SHAPES`] tells of them.
    pub(super) layers: Vec<(String, String)>,
    /// New methods, by the whole name of the class.
    pub(super) methods: HashMap<String, Vec<String>>,
}

/// Methods for all calls of submodules that `forward` of the class `top` leads to.
///
/// # Errors
/// Why that cannot be done, in words.
pub(super) fn reach(code: &Code, top: &str) -> Result<Reached, String> {
    let mut adder = Adder { code, added: HashMap::new(), done: HashMap::new() };
    let found = adder.reach(top, "forward")?;
    let shapes = format!(
        "  def {SHAPES}(self: {top},\n    x: Tensor) -> List[int]:\n    seen = annotate(List[int], [])\n    \
         _0 = (self).{}(seen, x, )\n    return seen\n",
        watching("forward")
    );
    adder.added.entry(top.to_owned()).or_default().push(shapes);
    let mut times = HashMap::<String, usize>::new();
    let layers = found.iter().map(|reach| {
        let path = reach.path.join(".");
        let count = times.entry(path.clone()).or_default();
        *count += 1;
        (if *count == 1 { path } else { format!("{path}@{count}") }, reach.method.clone())
    });
    Ok(Reached { layers: layers.collect(), methods: adder.added })
}

/// The method that does what another does and notes shapes.
fn watching(method: &str) -> String {
    format!("advlab_watch_{method}")
}

struct Adder<'a> {
    code: &'a Code,
    added: HashMap<String, Vec<String>>,
    /// By class and method; `None` while it is being looked at.
    done: HashMap<(String, String), Option<Rc<Vec<Reach>>>>,
}

impl Adder<'_> {
    /// The places that a method of a class leads to.
    fn reach(&mut self, class: &str, method: &str) -> Result<Rc<Vec<Reach>>, String> {
        let key = (class.to_owned(), method.to_owned());
        match self.done.get(&key) {
            Some(Some(done)) => return Ok(Rc::clone(done)),
            Some(None) => return Err("a module in it calls itself".to_owned()),
            None => {}
        }
        self.done.insert(key.clone(), None);
        let (mut found, mut edits) = (Vec::new(), Vec::new());
        for call in self.code.calls(class, method) {
            let Some(called) = self.code.classes.get(&call.class).and_then(|class| class.methods.get(&call.method))
            else {
                continue;
            };
            let inner = self.reach(&call.class, &call.method)?;
            for place in inner.iter() {
                let path = call.path.iter().chain(&place.path).cloned().collect();
                found.push(Reach { path, method: self.stop(class, method, &call, &place.method) });
            }
            if !inner.is_empty() {
                let name = watching(&call.method);
                edits.push((call.statement, call.start..call.arguments, format!("({}).{name}(seen_, ", call.variable)));
            }
            if !call.path.is_empty() && called.returns == "Tensor" {
                found.push(Reach { path: call.path.clone(), method: self.stop(class, method, &call, &call.method) });
                edits.push((call.statement, call.start..call.start, "__torch__.advlab_layers.note(".to_owned()));
                edits.push((call.statement, call.close + 1..call.close + 1, ", seen_, )".to_owned()));
            }
            if found.len() > MOST {
                return Err(format!("it calls submodules more than {MOST} times"));
            }
        }
        if !found.is_empty() {
            self.watch(class, method, edits);
        }
        let found = Rc::new(found);
        self.done.insert(key, Some(Rc::clone(&found)));
        Ok(found)
    }

    /// Adds a method that does what `method` does up to a call and returns what the method `then` of the called one gives; its
    /// name.
    fn stop(&mut self, class: &str, method: &str, call: &Call, then: &str) -> String {
        let added = self.added.entry(class.to_owned()).or_default();
        let name = format!("advlab_layer_{}", added.len());
        let method = &self.code.classes[class].methods[method];
        let (done, rest) = method.statements.split_at(call.statement);
        let mut text = format!("  def {name}({}) -> Tensor:\n", method.parameters);
        let mut line = |statement: &str| text.push_str(&format!("    {statement}\n"));
        for statement in done {
            line(statement);
        }
        // They may change a value in its place that the call is given.
        for (number, beside) in before(&rest[0], call.start).into_iter().enumerate() {
            line(&format!("before_{number}_ = {beside}"));
        }
        line(&format!("return ({}).{then}({})", call.variable, &rest[0][call.arguments..call.close]));
        added.push(text);
        name
    }

    /// Adds the method that does what another does, with these changes of statements.
    fn watch(&mut self, class: &str, name: &str, mut edits: Vec<(usize, std::ops::Range<usize>, String)>) {
        let found = &self.code.classes[class].methods[name];
        let mut statements = found.statements.clone();
        // From the end to the beginning, so that places stay right. A longer change at a place goes before an insertion there.
        edits.sort_by_key(|(statement, range, _)| (*statement, range.start, range.end));
        for (statement, range, text) in edits.into_iter().rev() {
            statements[statement].replace_range(range, &text);
        }
        let (this, others) = found.parameters.split_once(',').unwrap_or((&found.parameters, ""));
        let others = if others.is_empty() { String::new() } else { format!(",{others}") };
        let mut text =
            format!("  def {}({this},\n    seen_: List[int]{others}) -> {}:\n", watching(name), found.returns);
        for statement in statements {
            text.push_str(&format!("    {statement}\n"));
        }
        self.added.entry(class.to_owned()).or_default().push(text);
    }
}
