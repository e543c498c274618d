//! The tensors that a TorchScript file's modules hold, and the constants of its code.

use std::collections::HashMap;
use std::path::Path;

use advlab_core::complaint;
use tch::{CModule, Device, TchError, Tensor, no_grad};

use super::archive::{Edit, rewrite};
use super::code::Code;

/// Tensors of modules and constants, read by methods that are added to a copy of the file.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Path of the module and what is read of it: `self.weight`, `CONSTANTS.c0`.
    wanted: Vec<(Vec<String>, String)>,
    found: Vec<Option<Tensor>>,
}

impl Values {
    /// Asks for what an argument names, if that is a tensor of a module or a constant.
    pub(super) fn want(&mut self, path: &[String], argument: &str) {
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

    /// The tensor that an argument names, of the module of this path.
    pub(super) fn get(&self, path: &[String], argument: &str) -> Option<&Tensor> {
        let constant = argument.starts_with("CONSTANTS.");
        let is_it = |wanted: &(Vec<String>, String)| wanted.1 == argument && (constant || wanted.0 == path);
        self.found.get(self.wanted.iter().position(is_it)?)?.as_ref()
    }

    /// Reads all that is wanted; what is no tensor is passed over.
    pub(super) fn load(
        &mut self,
        file: &Path,
        texts: &HashMap<String, String>,
        code: &Code,
        top: &str,
    ) -> Result<(), String> {
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
