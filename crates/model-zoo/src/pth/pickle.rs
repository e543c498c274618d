//! Looking into a pickle without running it.
//!
//! Python's pickle is a small stack machine. Its instructions for plain data are carried out here; those that would call a
//! function or make an object leave a [`Value::Call`] with the function's name.
//!
//! Source: `Lib/pickletools.py` of Python, which describes every instruction.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// What a pickle holds.
#[derive(Clone, Debug)]
pub(super) enum Value {
    None,
    Bool(bool),
    Int(i64),
    Float,
    Text(Rc<str>),
    Tuple(Rc<Vec<Value>>),
    List(Rc<RefCell<Vec<Value>>>),
    Dict(Rc<RefCell<Vec<(Value, Value)>>>),
    /// Something of Python's, such as `torch.FloatStorage`, by name.
    Global(Rc<str>),
    /// What calling a global would have made.
    Call(Rc<str>, Rc<Vec<Value>>),
    /// A reference to something outside of the pickle.
    Persistent(Rc<Vec<Value>>),
    /// A number too large to matter, as its bytes.
    Large(Rc<[u8]>),
}

impl Value {
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) const fn int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    pub(super) fn tuple(&self) -> Option<&[Self]> {
        if let Self::Tuple(items) = self { Some(items) } else { None }
    }

    /// What it is, in a word or two.
    pub(super) fn what(&self) -> String {
        match self {
            Self::None => "nothing".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Float | Self::Large(_) => "a number".to_owned(),
            Self::Text(_) => "a text".to_owned(),
            Self::Tuple(_) | Self::List(_) => "a list".to_owned(),
            Self::Dict(_) => "a table".to_owned(),
            Self::Global(name) => name.to_string(),
            Self::Call(name, _) => format!("{name}(...)"),
            Self::Persistent(_) => "values without a shape".to_owned(),
        }
    }
}

/// Reads the pickle that `bytes` begin with; returns it and the number of bytes it took.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(bytes: &[u8]) -> Result<(Value, usize), String> {
    let mut machine = Machine { bytes, at: 0, stack: Vec::new(), marks: Vec::new(), memo: HashMap::new() };
    let value = machine.run()?;
    Ok((value, machine.at))
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Value>,
    /// Lengths that the stack had at each mark.
    marks: Vec<usize>,
    memo: HashMap<u64, Value>,
}

type Done<T = ()> = Result<T, String>;

impl Machine<'_> {
    fn run(&mut self) -> Done<Value> {
        loop {
            let code = self.take(1)?[0];
            match code {
                // PROTO, FRAME: how the pickle was written.
                0x80 | 0x95 => {
                    self.take(if code == 0x80 { 1 } else { 8 })?;
                }
                b'.' => return self.pop(),
                b'(' => self.marks.push(self.stack.len()),
                b'0' => drop(self.pop()?),
                b'1' => drop(self.since_mark()?),
                b'N' => self.push(Value::None),
                0x88 => self.push(Value::Bool(true)),
                0x89 => self.push(Value::Bool(false)),
                b'K' => self.int(1)?,
                b'M' => self.int(2)?,
                b'J' => {
                    let bytes = self.take(4)?;
                    let number = i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
                    self.push(Value::Int(number.into()));
                }
                0x8a => self.long()?,
                b'G' => {
                    self.take(8)?;
                    self.push(Value::Float);
                }
                // Texts; those of Python 2 come as bytes.
                b'X' | b'T' | b'B' => self.text(4)?,
                b'U' | 0x8c | b'C' => self.text(1)?,
                b')' => self.push(Value::Tuple(Rc::default())),
                0x85..=0x87 => {
                    let first =
                        self.stack.len().checked_sub((code - 0x84).into()).ok_or("it takes from an empty stack")?;
                    let items = self.stack.split_off(first);
                    self.push(Value::Tuple(Rc::new(items)));
                }
                b't' => {
                    let items = self.since_mark()?;
                    self.push(Value::Tuple(Rc::new(items)));
                }
                b']' => self.push(Value::List(Rc::default())),
                b'a' => {
                    let item = self.pop()?;
                    self.extend(vec![item])?;
                }
                b'e' => {
                    let items = self.since_mark()?;
                    self.extend(items)?;
                }
                b'}' => self.push(Value::Dict(Rc::default())),
                b's' => {
                    let (value, key) = (self.pop()?, self.pop()?);
                    self.insert(vec![key, value])?;
                }
                b'u' => {
                    let items = self.since_mark()?;
                    self.insert(items)?;
                }
                b'q' => self.store(1)?,
                b'r' => self.store(4)?,
                0x94 => {
                    let value = self.top()?.clone();
                    self.memo.insert(self.memo.len() as u64, value);
                }
                b'h' => self.recall(1)?,
                b'j' => self.recall(4)?,
                b'c' => {
                    let (module, name) = (self.line()?, self.line()?);
                    self.push(Value::Global(format!("{module}.{name}").into()));
                }
                0x93 => {
                    let (name, module) = (self.pop()?, self.pop()?);
                    let both = module.text().zip(name.text()).ok_or("it names something without a name")?;
                    self.push(Value::Global(format!("{}.{}", both.0, both.1).into()));
                }
                b'Q' => {
                    let id = self.pop()?;
                    let Value::Tuple(id) = id else { return Err(format!("it refers to {}", id.what())) };
                    self.push(Value::Persistent(id));
                }
                // REDUCE, NEWOBJ: where Python would call something.
                b'R' | 0x81 => {
                    let (arguments, function) = (self.pop()?, self.pop()?);
                    let (Value::Global(name), Value::Tuple(arguments)) = (&function, &arguments) else {
                        return Err(format!("it calls {}", function.what()));
                    };
                    self.push(match name.as_ref() {
                        "collections.OrderedDict" if arguments.is_empty() => Value::Dict(Rc::default()),
                        _ => Value::Call(Rc::clone(name), Rc::clone(arguments)),
                    });
                }
                // BUILD: attributes of the object below, such as a table's version.
                b'b' => drop(self.pop()?),
                _ => return Err(format!("its instruction {code:#04x} at byte {} is not known", self.at - 1)),
            }
        }
    }

    fn push(&mut self, value: Value) {
        self.stack.push(value);
    }

    fn pop(&mut self) -> Done<Value> {
        self.stack.pop().ok_or_else(|| "it takes from an empty stack".to_owned())
    }

    fn top(&self) -> Done<&Value> {
        self.stack.last().ok_or_else(|| "it looks at an empty stack".to_owned())
    }

    fn since_mark(&mut self) -> Done<Vec<Value>> {
        let mark = self.marks.pop().filter(|mark| *mark <= self.stack.len()).ok_or("it goes back to no mark")?;
        Ok(self.stack.split_off(mark))
    }

    fn take(&mut self, n: usize) -> Done<&[u8]> {
        let end = self.at.checked_add(n).filter(|end| *end <= self.bytes.len()).ok_or("it is truncated")?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    /// An unsigned number of `n` bytes, the lowest first.
    fn number(&mut self, n: usize) -> Done<u64> {
        Ok(self.take(n)?.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn int(&mut self, n: usize) -> Done {
        let number = self.number(n)?;
        self.push(Value::Int(number as i64));
        Ok(())
    }

    fn long(&mut self) -> Done {
        let length = self.number(1)? as usize;
        let bytes = self.take(length)?;
        let value = if length <= 8 {
            let filling = if bytes.last().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
            let mut whole = [filling; 8];
            whole[..length].copy_from_slice(bytes);
            Value::Int(i64::from_le_bytes(whole))
        } else {
            Value::Large(bytes.into())
        };
        self.push(value);
        Ok(())
    }

    fn text(&mut self, n: usize) -> Done {
        let length = self.number(n)? as usize;
        let text: Rc<str> = String::from_utf8_lossy(self.take(length)?).into();
        self.push(Value::Text(text));
        Ok(())
    }

    fn line(&mut self) -> Done<String> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| *byte == b'\n').ok_or("it is truncated")?;
        self.at += length + 1;
        Ok(String::from_utf8_lossy(&rest[..length]).into_owned())
    }

    fn extend(&mut self, items: Vec<Value>) -> Done {
        match self.top()? {
            Value::List(list) => list.borrow_mut().extend(items),
            other => return Err(format!("it adds to {}", other.what())),
        }
        Ok(())
    }

    fn insert(&mut self, items: Vec<Value>) -> Done {
        match self.top()? {
            Value::Dict(dict) => {
                let mut items = items.into_iter();
                while let (Some(key), Some(value)) = (items.next(), items.next()) {
                    dict.borrow_mut().push((key, value));
                }
            }
            other => return Err(format!("it adds to {}", other.what())),
        }
        Ok(())
    }

    fn store(&mut self, n: usize) -> Done {
        let (number, value) = (self.number(n)?, self.top()?.clone());
        self.memo.insert(number, value);
        Ok(())
    }

    fn recall(&mut self, n: usize) -> Done {
        let number = self.number(n)?;
        let value = self.memo.get(&number).ok_or_else(|| format!("it recalls {number}, which it has not stored"))?;
        self.stack.push(value.clone());
        Ok(())
    }
}
