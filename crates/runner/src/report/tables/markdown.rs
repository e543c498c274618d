//! Tables between pipes, as GitHub, Pandoc and Jupyter read them.

use crate::report::csv_files::Shown;

/// The table, numbers to the right.
pub(super) fn text(table: &Shown) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(table.columns.iter().map(|column| escaped(&column.name)).collect());
    let rule = |numeric: bool| if numeric { "---:" } else { "---" };
    text.push_str(&line(table.columns.iter().map(|column| rule(column.numeric).to_owned()).collect()));
    for row in &table.rows {
        text.push_str(&line(row.iter().map(|cell| escaped(cell)).collect()));
    }
    text
}

/// What would end a cell or a line, or begin markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' => out.push(' '),
            '|' | '*' | '_' | '`' | '<' | '\\' | '[' | ']' => out.extend(['\\', letter]),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::csv_files::Column;

    #[test]
    fn what_means_something_in_markdown_is_escaped() {
        let column = |name: &str, numeric| Column { name: name.to_owned(), numeric };
        let table = Shown {
            file: "t.csv".to_owned(),
            title: "T".to_owned(),
            columns: vec![column("a|b", false), column("n", true)],
            rows: vec![vec!["*x*\ny".to_owned(), "1.5".to_owned()]],
            total: 1,
        };
        assert_eq!(text(&table), "| a\\|b | n |\n| --- | ---: |\n| \\*x\\* y | 1.5 |\n");
    }
}
