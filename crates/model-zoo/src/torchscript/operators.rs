//! The steps of a net in a TorchScript file: from the functions that its code calls, and the weights that its modules hold.

use std::collections::HashMap;
use std::path::Path;

use advlab_core::{Convolution, Layer, Operator, Operators, Step, complaint};
use tch::{CModule, Device, Kind, TchError, Tensor, no_grad};

use super::acts::{Act, acts};
use super::archive::{Edit, rewrite};
use super::code::Code;
use super::layers::{Trouble, texts};

/// Functions that stretch no difference: they put values in other places, leave some out, or move them all by the same.
const NEUTRAL: [&str; 13] = [
    "flatten",
    "unflatten",
    "reshape",
    "view",
    "squeeze",
    "contiguous",
    "pad",
    "constant_pad_nd",
    "dropout",
    "dropout_",
    "feature_dropout",
    "size",
    "format",
];

/// Functions of each value on its own, and their largest slope. That of `x sigmoid(x)` is 1.09984 at 2.3994.
const SLOPES: [(&str, &str, f64); 10] = [
    ("relu", "relu", 1.0),
    ("relu_", "relu", 1.0),
    ("relu6", "relu6", 1.0),
    ("relu6_", "relu6", 1.0),
    ("hardtanh", "clipping", 1.0),
    ("hardtanh_", "clipping", 1.0),
    ("sigmoid", "sigmoid", 0.25),
    ("tanh", "tanh", 1.0),
    ("silu", "silu", 1.099_85),
    ("silu_", "silu", 1.099_85),
];

/// Reads the steps of a net; `layers` are those whose shapes are known.
///
/// # Errors
/// Why no step can be read, in a sentence that follows the net's name.
pub(super) fn read(file: &Path, layers: &[Layer]) -> Result<Operators, String> {
    let refused = |why: String| format!("its layers cannot be read: {why}");
    let (texts, top) = texts(file).map_err(|trouble| match trouble {
        Trouble::NoSubmodules => refused("its code does not say which class the net is".to_owned()),
        Trouble::Other(why) => refused(why),
    })?;
    let mut code = Code::default();
    for (path, text) in &texts {
        code.add(path, text);
    }
    let acts = acts(&code, &top).map_err(refused)?;
    let mut values = Values { wanted: Vec::new(), found: Vec::new() };
    for act in &acts {
        for argument in &act.arguments {
            values.want(&act.path, argument);
        }
    }
    values.load(file, &texts, &code, &top).map_err(refused)?;
    let shapes: HashMap<&str, &Layer> = layers.iter().map(|layer| (layer.name.as_str(), layer)).collect();
    let mut reading = Reading { shapes, values, times: HashMap::new(), map: None, operators: Operators::default() };
    for act in &acts {
        reading.take(act);
    }
    let operators = reading.operators;
    let weighs = |operator: &Operator| matches!(operator.step, Step::Dense(_) | Step::Convolution(_));
    if !operators.steps.iter().any(weighs) {
        let why = operators.besides.first().map_or_else(
            || {
                "its file holds no module with weights; frozen and inlined nets have none, so save it without freezing"
                    .to_owned()
            },
            |first| format!("the first that cannot be is {first}"),
        );
        return Err(refused(why));
    }
    Ok(operators)
}

/// Tensors of modules and constants, read by methods that are added to a copy of the file.
struct Values {
    /// Path of the module and what is read of it: `self.weight`, `CONSTANTS.c0`.
    wanted: Vec<(Vec<String>, String)>,
    found: Vec<Option<Tensor>>,
}

impl Values {
    fn want(&mut self, path: &[String], argument: &str) {
        let constant = argument.starts_with("CONSTANTS.");
        if !(constant || argument.starts_with("self.")) {
            return;
        }
        let path = if constant { Vec::new() } else { path.to_vec() };
        let wanted = (path, argument.to_owned());
        if !self.wanted.contains(&wanted) {
            self.wanted.push(wanted);
        }
    }

    fn get(&self, path: &[String], argument: &str) -> Option<&Tensor> {
        let constant = argument.starts_with("CONSTANTS.");
        let is_it = |wanted: &(Vec<String>, String)| wanted.1 == argument && (constant || wanted.0 == path);
        self.found.get(self.wanted.iter().position(is_it)?)?.as_ref()
    }

    /// Reads all that is wanted; what is no tensor is passed over.
    fn load(&mut self, file: &Path, texts: &HashMap<String, String>, code: &Code, top: &str) -> Result<(), String> {
        let Some(class) = code.classes.get(top) else {
            return Err("its code does not hold the net's class".to_owned());
        };
        // Of other things than tensors, numbers and flags, no method could be made.
        let tensors = self.wanted.drain(..).filter(|(path, argument)| match argument.strip_prefix("self.") {
            Some(attribute) => code.is_tensor(top, path, attribute),
            None => true,
        });
        self.wanted = tensors.collect();
        let mut methods = String::new();
        for (number, (path, what)) in self.wanted.iter().enumerate() {
            methods += &format!("  def advlab_value_{number}(self: {top}) -> Tensor:\n");
            let mut module = "self".to_owned();
            for (depth, attribute) in path.iter().enumerate() {
                methods += &format!("    module_{depth} = getattr({module}, \"{attribute}\")\n");
                module = format!("module_{depth}");
            }
            match what.strip_prefix("self.") {
                Some(attribute) => methods += &format!("    return {module}.{attribute}\n"),
                None => methods += &format!("    return {what}\n"),
            }
        }
        let mut lines: Vec<&str> = texts[&class.file].lines().collect();
        lines.splice(class.end..class.end, methods.lines());
        let changed = (lines.join("\n") + "\n").into_bytes();
        let edit = |path: &str| match path.strip_suffix(".debug_pkl") {
            _ if path == class.file => Edit::Replace(changed.clone()),
            Some(code) if code == class.file => Edit::Drop,
            _ => Edit::Keep,
        };
        let spare = tempfile::Builder::new().prefix("advlab-").suffix(".pt").tempfile().map_err(|e| e.to_string())?;
        rewrite(file, spare.path(), edit, &[]).map_err(|error| error.to_string())?;
        let module = CModule::load_on_device(spare.path(), Device::Cpu).map_err(|error| complaint(&error))?;
        let value = |number: usize| -> Result<Tensor, TchError> {
            no_grad(|| module.method_ts::<Tensor>(&format!("advlab_value_{number}"), &[]).map(|value| value.detach()))
        };
        self.found = (0..self.wanted.len()).map(|number| value(number).ok()).collect();
        Ok(())
    }
}

/// A walk over the acts.
struct Reading<'a> {
    shapes: HashMap<&'a str, &'a Layer>,
    values: Values,
    /// How often a module was met.
    times: HashMap<String, usize>,
    /// Height and width of the maps, where they are known.
    map: Option<[i64; 2]>,
    operators: Operators,
}

impl Reading<'_> {
    fn take(&mut self, act: &Act) {
        let place = if act.path.is_empty() { "the net itself".to_owned() } else { format!("`{}`", act.path.join(".")) };
        match self.step(act) {
            Ok(Some((name, step))) => self.operators.steps.push(Operator { name, step }),
            Ok(None) => {}
            Err(why) => {
                let told = format!("{why} in {place}");
                if !self.operators.besides.contains(&told) {
                    self.operators.besides.push(told);
                }
            }
        }
    }

    /// What a function does; none for one that stretches nothing.
    fn step(&mut self, act: &Act) -> Result<Option<(String, Step)>, String> {
        let argument = |at: usize| act.arguments.get(at).map_or("", String::as_str);
        let unread = || {
            if act.function.is_empty() {
                "a condition, loop or function".to_owned()
            } else {
                format!("`{}`", act.function)
            }
        };
        let name = act.path.join(".");
        let slope = SLOPES.iter().find(|(function, ..)| *function == act.function);
        if let Some((_, function, slope)) = slope {
            return Ok(Some((name, Step::Activation { name: function, slope: *slope })));
        }
        let step = match act.function.as_str() {
            function if NEUTRAL.contains(&function) => {
                // Other ways of padding than with zeros copy values.
                let copies = function == "pad" && !matches!(argument(2), "" | "\"constant\"");
                return if copies { Err(unread()) } else { Ok(None) };
            }
            "linear" => Step::Dense(self.tensor(act, 1)?),
            "_convolution" | "conv2d" => {
                let (convolution, output) = self.convolution(act)?;
                self.map = Some(output);
                Step::Convolution(convolution)
            }
            "batch_norm" => {
                let (weight, variance) = (self.tensor(act, 1), self.tensor(act, 4)?);
                let epsilon: f64 = argument(7).parse().map_err(|_| unread())?;
                let mut factors = (variance.to_kind(Kind::Double) + epsilon).sqrt().reciprocal();
                if argument(1) != "None" {
                    factors *= weight?.to_kind(Kind::Double);
                }
                if argument(5) != "False" && !argument(5).starts_with("self.") {
                    return Err("a batch normalisation by the batch at hand".to_owned());
                }
                Step::Scale(Vec::try_from(factors).map_err(|_| unread())?)
            }
            "max_pool2d" | "avg_pool2d" => {
                let size = pair(argument(1)).ok_or_else(unread)?;
                let stride = if argument(2) == "[]" { Some(size) } else { pair(argument(2)) }.ok_or_else(unread)?;
                self.map = None;
                if act.function == "max_pool2d" {
                    Step::MaxPool { size, stride }
                } else {
                    Step::MeanPool { size, stride }
                }
            }
            "mean" | "adaptive_avg_pool2d" => {
                let whole = matches!(argument(1), "[2, 3]" | "[-2, -1]" | "[-1, -2]") || argument(1) == "[1, 1]";
                let size = self.map.take().filter(|_| whole).ok_or_else(unread)?;
                Step::MeanPool { size, stride: size }
            }
            "add" | "sub" | "add_" | "sub_" if is_constant(argument(1)) => return Ok(None),
            "add_" if argument(0).starts_with("self.") => return Ok(None), // It counts batches.
            "mul" | "div" if is_constant(argument(1)) => {
                let factor = match argument(1).parse::<f64>() {
                    Ok(factor) => Tensor::from(factor),
                    Err(_) => self.tensor(act, 1)?.to_kind(Kind::Double),
                };
                let factor = if act.function == "div" { factor.reciprocal() } else { factor };
                Step::Scale(Vec::try_from(factor.flatten(0, -1)).map_err(|_| unread())?)
            }
            "add" | "cat" | "mul" | "add_" => {
                return Err(format!("values of several branches come together (`{}`)", act.function));
            }
            _ => return Err(unread()),
        };
        Ok(Some((if name.is_empty() { act.function.clone() } else { name }, step)))
    }

    fn tensor(&self, act: &Act, at: usize) -> Result<Tensor, String> {
        let argument = act.arguments.get(at).map_or("", String::as_str);
        let value = self.values.get(&act.path, argument);
        value.map(Tensor::shallow_clone).ok_or_else(|| format!("`{}` with weights that are no module's", act.function))
    }

    /// A convolution, with the largest maps that its outputs see; and the sides of the outputs.
    fn convolution(&mut self, act: &Act) -> Result<(Convolution, [i64; 2]), String> {
        let unread = || format!("a convolution (`{}`) with settings that are not written out", act.function);
        let name = act.path.join(".");
        let times = self.times.entry(name.clone()).or_default();
        *times += 1;
        let name = if *times == 1 { name } else { format!("{name}@{times}") };
        let layer = self.shapes.get(name.as_str()).copied();
        let weights = self.tensor(act, 1)?;
        let argument = |at: usize| act.arguments.get(at).map_or("", String::as_str);
        let at = |at: usize| pair(argument(at)).ok_or_else(unread);
        let (stride, padding) = (at(3)?, at(4)?);
        let (dilation, groups) = if act.function == "conv2d" {
            let dilation = if argument(5).is_empty() { [1; 2] } else { at(5)? };
            (dilation, if argument(6).is_empty() { "1" } else { argument(6) })
        } else {
            if argument(6) != "False" {
                return Err("a transposed convolution".to_owned());
            }
            (at(5)?, argument(8))
        };
        let groups = groups.parse().map_err(|_| unread())?;
        let size = weights.size();
        let output = match layer.map(|layer| layer.shape.as_slice()) {
            Some([channels, height, width]) if size.len() == 4 && *channels == size[0] => [*height, *width],
            _ => return Err("a convolution whose maps are not known".to_owned()),
        };
        let mut convolution = Convolution { weights, stride, padding, dilation, groups, input: [0; 2] };
        let seen = convolution.seen();
        // Rows and columns up to the last that an output sees: with fewer and zeros in their place the norm would be no larger.
        convolution.input = [0, 1].map(|side| stride[side] * (output[side] - 1) + seen[side] - padding[side]);
        Ok((convolution, output))
    }
}

/// Whether an argument is a number or a constant of the code.
fn is_constant(argument: &str) -> bool {
    argument.starts_with("CONSTANTS.") || argument.parse::<f64>().is_ok()
}

/// The two numbers of `[2, 2]`.
fn pair(argument: &str) -> Option<[i64; 2]> {
    let (first, second) = argument.strip_prefix('[')?.strip_suffix(']')?.split_once(", ")?;
    Some([first.parse().ok()?, second.parse().ok()?])
}
