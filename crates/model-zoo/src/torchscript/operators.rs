//! The steps of a net in a TorchScript file: from the functions that its code calls, and the weights that its modules hold.

use std::collections::HashMap;
use std::path::Path;

use advlab_core::{Convolution, InputShape, Layer, Operator, Operators, Step};
use tch::{Kind, Tensor};

use super::acts::{Act, acts};
use super::code::Code;
use super::layers::{Trouble, texts};
use super::map::{adaptive, maps_of, padded, pair, windows};
use super::values::Values;

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

/// Functions of each value on its own, without the `_` of those that write in place, and their largest slope. That of `x sigmoid(x)` is
/// 1.09984 at 2.3994; that of `x Φ(x)` is 1.12904 at √2.
const SLOPES: [(&str, &str, f64); 10] = [
    ("relu", "relu", 1.0),
    ("relu6", "relu6", 1.0),
    ("hardtanh", "clipping", 1.0),
    ("clamp", "clipping", 1.0),
    ("sigmoid", "sigmoid", 0.25),
    ("tanh", "tanh", 1.0),
    ("silu", "silu", 1.099_85),
    ("gelu", "gelu", 1.129_05),
    ("hardswish", "hardswish", 1.5),
    ("softplus", "softplus", 1.0),
];

/// Reads the steps of a net that takes pictures of this shape; `layers` are those whose shapes are known.
///
/// # Errors
/// Why no step can be read, in a sentence that follows the net's name.
pub(super) fn read(file: &Path, input: InputShape, layers: &[Layer]) -> Result<Operators, String> {
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
    let mut values = Values::default();
    for act in &acts {
        for argument in &act.arguments {
            values.want(&act.path, argument);
        }
    }
    values.load(file, &texts, &code, &top).map_err(refused)?;
    let shapes: HashMap<&str, &Layer> = layers.iter().map(|layer| (layer.name.as_str(), layer)).collect();
    let map = Some([input.height, input.width]);
    let mut reading = Reading { shapes, values, times: HashMap::new(), map, operators: Operators::default() };
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

/// A walk over the acts.
struct Reading<'a> {
    shapes: HashMap<&'a str, &'a Layer>,
    values: Values,
    /// How often a module was met.
    times: HashMap<String, usize>,
    /// Height and width of the maps that were computed last, where they are known.
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
                // Branches that come together have maps of the same sides; of anything else that is not read nobody knows.
                let channels = act.function == "cat" && act.arguments.get(1).is_some_and(|dim| dim == "1");
                if !(channels || matches!(act.function.as_str(), "add" | "add_" | "mul")) {
                    self.map = None;
                }
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
        let unread = || match act.function.as_str() {
            "" => "a condition, loop or function (a traced net has none)".to_owned(),
            function => format!("`{function}`"),
        };
        let plain = act.function.trim_matches('_');
        let step = match act.function.as_str() {
            function if NEUTRAL.contains(&function) => {
                match function {
                    // Other ways of padding than with zeros copy values.
                    "pad" if !matches!(argument(2), "" | "\"constant\"") => return Err(unread()),
                    "pad" | "constant_pad_nd" => self.map = self.map.and_then(|map| padded(map, argument(1))),
                    "reshape" | "view" => self.map = maps_of(argument(1), false),
                    "unflatten" => self.map = maps_of(argument(2), true),
                    "flatten" | "squeeze" => self.map = None,
                    _ => {}
                }
                return Ok(None);
            }
            "linear" => Step::Dense(self.tensor(act, 1)?),
            "_convolution" | "conv2d" | "_convolution_mode" => {
                let (convolution, output) = self.convolution(act)?;
                self.map = Some(output);
                Step::Convolution(convolution)
            }
            "batch_norm" => self.normalisation(act)?,
            "max_pool2d" | "avg_pool2d" => {
                let is_max = act.function == "max_pool2d";
                let (size, stride, padding) = windows(argument(1), argument(2), argument(3)).ok_or_else(unread)?;
                let round_up = argument(if is_max { 5 } else { 4 });
                // A mean at the edge that counts fewer values weighs each of them more.
                let whole = padding == [0; 2] || matches!(argument(5), "" | "True");
                let usual = if is_max {
                    matches!(argument(4), "" | "[1, 1]")
                } else {
                    matches!(round_up, "" | "False") && whole && matches!(argument(6), "" | "None")
                };
                if !usual {
                    return Err(format!("`{}` with settings that change its windows", act.function));
                }
                let side = |map: i64, at: usize| {
                    let room = map + 2 * padding[at] - size[at];
                    let room = if round_up == "True" { room + stride[at] - 1 } else { room };
                    room / stride[at] + 1
                };
                self.map = self.map.map(|map| [side(map[0], 0), side(map[1], 1)]);
                if is_max { Step::MaxPool { size, stride } } else { Step::MeanPool { size, stride } }
            }
            "mean" | "adaptive_avg_pool2d" => {
                let wanted =
                    if matches!(argument(1), "[2, 3]" | "[-2, -1]" | "[-1, -2]") { "[1, 1]" } else { argument(1) };
                let (output, size) = self.map.and_then(|map| adaptive(map, wanted)).ok_or_else(unread)?;
                self.map = Some(output);
                if size == [1; 2] {
                    return Ok(None);
                }
                Step::MeanPool { size, stride: size }
            }
            "add_" if argument(0).starts_with("self.") => return Ok(None), // It counts batches.
            "add" | "sub" | "add_" | "sub_" if is_constant(argument(1)) => return Ok(None),
            "mul" | "div" | "mul_" | "div_" if is_constant(argument(1)) => {
                let factor = match argument(1).parse::<f64>() {
                    Ok(factor) => Tensor::from(factor),
                    Err(_) => self.tensor(act, 1)?.to_kind(Kind::Double),
                };
                let factor = if plain == "div" { factor.reciprocal() } else { factor };
                Step::Scale(Vec::try_from(factor.flatten(0, -1)).map_err(|_| unread())?)
            }
            "add" | "cat" | "mul" | "add_" => {
                return Err(format!("values of several branches come together (`{}`)", act.function));
            }
            "gelu" if !matches!(argument(1), "" | "\"none\"") => return Err(unread()),
            _ => {
                let (_, name, slope) = SLOPES.iter().find(|(function, ..)| *function == plain).ok_or_else(unread)?;
                Step::Activation { name, slope: *slope }
            }
        };
        let name = act.path.join(".");
        Ok(Some((if name.is_empty() { plain.to_owned() } else { name }, step)))
    }

    /// A batch normalisation by the statistics of the training: a factor for each channel.
    fn normalisation(&self, act: &Act) -> Result<Step, String> {
        let argument = |at: usize| act.arguments.get(at).map_or("", String::as_str);
        if argument(5) != "False" && !argument(5).starts_with("self.") {
            return Err("a batch normalisation by the batch at hand".to_owned());
        }
        let unread = || "a batch normalisation with settings that are not written out".to_owned();
        let epsilon: f64 = argument(7).parse().map_err(|_| unread())?;
        let mut factors = (self.tensor(act, 4)?.to_kind(Kind::Double) + epsilon).sqrt().reciprocal();
        if argument(1) != "None" {
            factors *= self.tensor(act, 1)?.to_kind(Kind::Double);
        }
        Ok(Step::Scale(Vec::try_from(factors).map_err(|_| unread())?))
    }

    fn tensor(&self, act: &Act, at: usize) -> Result<Tensor, String> {
        let argument = act.arguments.get(at).map_or("", String::as_str);
        let value = self.values.get(&act.path, argument);
        value.map(Tensor::shallow_clone).ok_or_else(|| format!("`{}` with weights that are no module's", act.function))
    }

    /// A convolution, and the sides of the maps that it puts out. Those that come in are the ones computed last, where these fit; of
    /// several that may come in the largest, whose norm is no smaller.
    fn convolution(&mut self, act: &Act) -> Result<(Convolution, [i64; 2]), String> {
        let unread = || format!("a convolution (`{}`) with settings that are not written out", act.function);
        let name = act.path.join(".");
        let times = self.times.entry(name.clone()).or_default();
        *times += 1;
        let name = if *times == 1 { name } else { format!("{name}@{times}") };
        let argument = |at: usize| act.arguments.get(at).map_or("", String::as_str);
        let at = |at: usize, usual: i64| match argument(at) {
            "" => Ok([usual; 2]),
            text => pair(text).ok_or_else(unread),
        };
        let weights = self.tensor(act, 1)?;
        let &[outputs, ..] = &weights.size()[..] else { return Err(unread()) };
        let (stride, dilation) = (at(3, 1)?, at(5, 1)?);
        let groups = match act.function.as_str() {
            "_convolution" if argument(6) != "False" => return Err("a transposed convolution".to_owned()),
            "_convolution" => argument(8),
            _ => argument(6),
        };
        let groups = if groups.is_empty() { 1 } else { groups.parse().map_err(|_| unread())? };
        let mut convolution = Convolution { weights, stride, padding: [0; 2], dilation, groups, input: [0; 2] };
        let seen = convolution.seen();
        convolution.padding = match argument(4) {
            "\"valid\"" => [0; 2],
            // An even kernel has a zero more on one side.
            "\"same\"" if seen.iter().all(|side| side % 2 == 1) => seen.map(|side| (side - 1) / 2),
            _ => at(4, 0)?,
        };
        let output = match self.shapes.get(name.as_str()).map(|layer| layer.shape.as_slice()) {
            Some([channels, height, width]) if *channels == outputs => Some([*height, *width]),
            _ => None,
        };
        convolution.input = match (output, self.map) {
            (Some(output), map) => {
                let least =
                    |side: usize| stride[side] * (output[side] - 1) + seen[side] - 2 * convolution.padding[side];
                let fits = |map: &[i64; 2]| (0..2).all(|side| (0..stride[side]).contains(&(map[side] - least(side))));
                map.filter(fits).unwrap_or_else(|| [0, 1].map(|side| least(side) + stride[side] - 1))
            }
            (None, Some(map)) => map,
            (None, None) => return Err("a convolution whose maps are not known".to_owned()),
        };
        let output = convolution.output();
        Ok((convolution, output))
    }
}

/// Whether an argument is a number, a constant of the code or a tensor of the module.
fn is_constant(argument: &str) -> bool {
    argument.starts_with("CONSTANTS.") || argument.starts_with("self.") || argument.parse::<f64>().is_ok()
}
