//! Brackets, commas and calls in a line of TorchScript.

/// A call of a method of a variable, `(net).forward(x, )`; places are bytes in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Called<'a> {
    /// Of the bracket before the variable.
    pub(super) start: usize,
    pub(super) variable: &'a str,
    pub(super) method: &'a str,
    /// Of the first argument.
    pub(super) arguments: usize,
    /// Of the bracket after the last one.
    pub(super) close: usize,
}

/// Brackets and commas outside of texts in quotes, with their places.
fn marks(line: &str) -> Vec<(usize, u8)> {
    let (mut quote, mut escaped, mut marks) = (None, false, Vec::new());
    for (at, byte) in line.bytes().enumerate() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if byte == b'\\' => escaped = true,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            None if b"()[]{},".contains(&byte) => marks.push((at, byte)),
            None => {}
        }
    }
    marks
}

/// Place of the bracket that closes the one at `open`.
pub(super) fn closing(line: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, mark) in marks(line).into_iter().filter(|(at, _)| *at >= open) {
        depth += match mark {
            b',' => 0,
            b'(' | b'[' | b'{' => 1,
            _ => -1,
        };
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The calls in a line, in the order in which they return.
pub(super) fn calls(line: &str) -> Vec<Called<'_>> {
    let brackets = marks(line).into_iter().filter(|(_, mark)| *mark == b'(');
    let mut calls: Vec<Called<'_>> = brackets.filter_map(|(start, _)| call_at(line, start)).collect();
    calls.sort_by_key(|call| call.close);
    calls
}

fn call_at(line: &str, start: usize) -> Option<Called<'_>> {
    // Behind a name or a value, it would be the bracket of another call.
    let before = line[..start].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || "_)]".contains(c)) {
        return None;
    }
    let rest = &line[start + 1..];
    let variable = word(rest);
    let method = word(rest[variable.len()..].strip_prefix(").")?);
    let open = start + 1 + variable.len() + 2 + method.len();
    if variable.is_empty() || method.is_empty() || line.as_bytes().get(open) != Some(&b'(') {
        return None;
    }
    Some(Called { start, variable, method, arguments: open + 1, close: closing(line, open)? })
}

/// The functions of libtorch in a line, `torch.relu(x)`: those that are called by their names.
pub(super) fn functions(line: &str) -> Vec<Called<'_>> {
    let brackets = marks(line).into_iter().filter(|(_, mark)| *mark == b'(');
    brackets.filter_map(|(open, _)| function_at(line, open)).collect()
}

fn function_at(line: &str, open: usize) -> Option<Called<'_>> {
    let before = &line[..open];
    let start = before.rfind(|c: char| !(c.is_alphanumeric() || "_.".contains(c))).map_or(0, |at| at + 1);
    let method = before[start..].strip_prefix("torch.")?;
    (word(method) == method && !method.is_empty())
        .then(|| Some(Called { start, variable: "torch", method, arguments: open + 1, close: closing(line, open)? }))?
}

/// The arguments between the brackets of a call.
pub(super) fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_i32, 0, Vec::new());
    for (place, mark) in marks(text) {
        match mark {
            b',' if depth == 0 => {
                found.push(text[start..place].trim());
                start = place + 1;
            }
            b',' => {}
            b'(' | b'[' | b'{' => depth += 1,
            _ => depth -= 1,
        }
    }
    let last = text[start..].trim();
    found.extend((!last.is_empty()).then_some(last));
    found
}

/// The name at the beginning of a text.
pub(super) fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// Expressions with calls that stand beside the one at `at`, in the same brackets, and are computed before it.
pub(super) fn before(line: &str, at: usize) -> Vec<&str> {
    let mut levels = vec![(0, Vec::new())];
    for (place, mark) in marks(line).into_iter().filter(|(place, _)| *place < at) {
        match mark {
            b',' => {
                if let Some((start, beside)) = levels.last_mut() {
                    beside.push(line[*start..place].trim());
                    *start = place + 1;
                }
            }
            b'(' | b'[' | b'{' => levels.push((place + 1, Vec::new())),
            _ => {
                levels.pop();
            }
        }
    }
    // Outside of all brackets stand the names that get the values.
    let inside = levels.into_iter().skip(1).flat_map(|(_, beside)| beside);
    inside.filter(|text| text.contains('(')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(line: &str) -> Vec<(&str, &str, &str)> {
        calls(line).into_iter().map(|c| (c.variable, c.method, &line[c.arguments..c.close])).collect()
    }

    #[test]
    fn calls_are_found_in_the_order_in_which_they_return() {
        let line = "_0 = torch.add_((bn2).forward((_1).forward1(x, ), ), (down).forward(x, [1, (2)], ))";
        assert_eq!(
            called(line),
            [
                ("_1", "forward1", "x, "),
                ("bn2", "forward", "(_1).forward1(x, ), "),
                ("down", "forward", "x, [1, (2)], ")
            ]
        );
        assert_eq!(called("return (fc).forward()"), [("fc", "forward", "")]);
    }

    #[test]
    fn functions_and_their_arguments_are_found() {
        let line = "_0 = torch.relu(torch._convolution(x, w, None, [1, 2], \"a, b\", 1)), (torch.f)(y), (a).b(c)";
        let found = functions(line);
        let told: Vec<_> = found.iter().map(|f| (f.method, arguments(&line[f.arguments..f.close]))).collect();
        assert_eq!(told[0].0, "relu");
        assert_eq!(told[1], ("_convolution", vec!["x", "w", "None", "[1, 2]", "\"a, b\"", "1"]));
        assert_eq!(told.len(), 2);
        assert_eq!(arguments("x, "), ["x"]);
        assert!(arguments("").is_empty());
    }

    #[test]
    fn what_only_looks_like_a_call_is_none() {
        for line in
            ["_1 = (torch.size(x))[0]", "y = f(x).g(z, )", "n = (torch.size(x)).f(x)", "z = \"(a).b(c)\"", "(a).b"]
        {
            assert_eq!(called(line), [], "{line}");
        }
        assert_eq!(called(r#"y = torch.format("(\")", (a).b(x, ))"#), [("a", "b", "x, ")]);
    }

    #[test]
    fn what_is_computed_before_a_call_is_found() {
        let line = "a, b = f(g(x), [y, (c).d(y, )], h, (e).forward(k(x), z, ))";
        let at = line.find("(e)").unwrap();
        assert_eq!(before(line, at), ["g(x)", "[y, (c).d(y, )]"]);
        assert_eq!(before(line, line.find("(c)").unwrap()), ["g(x)"]);
        assert_eq!(before(line, line.find("k(x)").unwrap() + 4), ["g(x)", "[y, (c).d(y, )]"]);
    }
}
