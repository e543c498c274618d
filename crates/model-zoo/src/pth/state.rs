//! Named tensors in what a pickle holds.

use tch::{Kind, Tensor};

use super::pickle::Value;

/// Values that one or several tensors are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Storage {
    /// What the file calls them.
    pub(super) key: String,
    /// Of which kind.
    pub(super) kind: Kind,
    /// How many.
    pub(super) len: usize,
}

impl Storage {
    /// How many bytes they take.
    ///
    /// # Errors
    /// If they are more than any memory holds.
    pub(super) fn bytes(&self) -> Result<usize, String> {
        let bytes = self.len.checked_mul(self.kind.elt_size_in_bytes());
        bytes.ok_or_else(|| format!("`{}` speaks of {} values", self.key, self.len))
    }

    /// The values, from their bytes.
    pub(super) fn values(&self, bytes: &[u8]) -> Result<Tensor, String> {
        let wanted = self.bytes()?;
        if bytes.len() != wanted {
            return Err(format!("`{}` must have {wanted} bytes, got {}", self.key, bytes.len()));
        }
        Tensor::f_from_data_size(bytes, &[self.len as i64], self.kind).map_err(|error| error.to_string())
    }
}

/// A tensor as the file describes it.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) storage: Storage,
    offset: i64,
    size: Vec<i64>,
    stride: Vec<i64>,
}

impl Described {
    /// Whether it is made of whole numbers, as the counters of batches are that no net computes with.
    pub(super) const fn is_counter(&self) -> bool {
        matches!(self.storage.kind, Kind::Int64 | Kind::Int)
    }

    /// The tensor itself, `Float`, from the values of its storage.
    ///
    /// # Errors
    /// If it reaches beyond them.
    pub(super) fn tensor(&self, values: &Tensor) -> Result<Tensor, String> {
        let beyond = || format!("`{}` reaches beyond its values", self.name);
        let last = self.size.iter().zip(&self.stride).try_fold(self.offset, |last, (size, stride)| {
            let step = (size - 1).max(0).checked_mul(*stride)?;
            last.checked_add(step)
        });
        let whole = last.is_some_and(|last| last < self.storage.len as i64 || self.size.contains(&0));
        if !whole {
            return Err(beyond());
        }
        let view = values.f_as_strided(&self.size, &self.stride, self.offset).map_err(|_| beyond())?;
        // A view of a part would keep the whole storage in memory.
        let copy = view.numel() < self.storage.len;
        let own = view.f_to_dtype(Kind::Float, false, copy).and_then(|own| own.f_contiguous());
        own.map_err(|error| error.to_string())
    }
}

/// The tensors in a table of them.
///
/// # Errors
/// What is no tensor.
pub(super) fn described(root: &Value) -> Result<Vec<Described>, String> {
    let Value::Dict(entries) = root else {
        return Err(format!(
            "holds {} and not a table of named tensors; save one with torch.save(net.state_dict(), FILE)",
            root.what()
        ));
    };
    let mut found = Vec::new();
    for (key, value) in entries.borrow().iter() {
        let name = key.text().ok_or_else(|| format!("a tensor is called {}", key.what()))?;
        found.push(tensor(name, value)?);
    }
    Ok(found)
}

fn tensor(name: &str, value: &Value) -> Result<Described, String> {
    let wrong = || format!("`{name}` is not a tensor but {}", value.what());
    let Value::Call(function, arguments) = value else { return Err(wrong()) };
    match (function.as_ref(), arguments.as_slice()) {
        ("torch._utils._rebuild_parameter", [data, ..]) => tensor(name, data),
        ("torch._utils._rebuild_tensor" | "torch._utils._rebuild_tensor_v2", [storage, offset, size, stride, ..]) => {
            let numbers = |value: &Value| value.tuple()?.iter().map(Value::int).collect::<Option<Vec<i64>>>();
            let (Some(offset), Some(size), Some(stride)) = (offset.int(), numbers(size), numbers(stride)) else {
                return Err(wrong());
            };
            if offset < 0 || size.len() != stride.len() || size.iter().chain(&stride).any(|n| *n < 0) {
                return Err(format!("`{name}` has an impossible shape {size:?}"));
            }
            let (kind, key, len) = self::storage(storage).ok_or_else(wrong)?;
            let kind = match kind {
                "torch.FloatStorage" => Kind::Float,
                "torch.DoubleStorage" => Kind::Double,
                "torch.HalfStorage" => Kind::Half,
                "torch.BFloat16Storage" => Kind::BFloat16,
                "torch.LongStorage" => Kind::Int64,
                "torch.IntStorage" => Kind::Int,
                _ => return Err(format!("`{name}` is made of a {kind}; floating point is wanted")),
            };
            let storage = Storage { key: key.to_owned(), kind, len };
            Ok(Described { name: name.to_owned(), storage, offset, size, stride })
        }
        _ => Err(wrong()),
    }
}

/// Type, key and length of the storage that a reference names.
fn storage(value: &Value) -> Option<(&str, &str, usize)> {
    let Value::Persistent(id) = value else { return None };
    match id.as_slice() {
        [Value::Text(what), Value::Global(kind), Value::Text(key), _, Value::Int(len), ..]
            if what.as_ref() == "storage" =>
        {
            Some((kind, key, usize::try_from(*len).ok()?))
        }
        _ => None,
    }
}
