//! LaTeX tables with the rules of `booktabs`, to be read in by `\input`.

use crate::report::csv_files::Shown;

/// A table of more rows goes over several pages.
const ON_A_PAGE: usize = 45;

/// The table, numbers to the right; a long one as a `longtable`.
pub(super) fn text(table: &Shown) -> String {
    let is_long = table.rows.len() > ON_A_PAGE;
    let packages = if is_long { "{booktabs,longtable}" } else { "{booktabs}" };
    let environment = if is_long { "longtable" } else { "tabular" };
    let sides: String = table.columns.iter().map(|column| if column.numeric { 'r' } else { 'l' }).collect();
    let line = |cells: Vec<String>| format!("{} \\\\\n", cells.join(" & "));
    let mut text = format!("% {}; needs \\usepackage{packages}\n", table.file);
    text.push_str(&format!("\\begin{{{environment}}}{{{sides}}}\n\\toprule\n"));
    text.push_str(&line(table.columns.iter().map(|column| escaped(&column.name)).collect()));
    text.push_str("\\midrule\n");
    if is_long {
        text.push_str("\\endhead\n\\bottomrule\n\\endfoot\n");
    }
    for row in &table.rows {
        // A bracket at the start of a line would be taken for an argument of the `\\` before it.
        let row = line(row.iter().map(|cell| escaped(cell)).collect());
        text.push_str(&if row.starts_with('[') { format!("{{}}{row}") } else { row });
    }
    if !is_long {
        text.push_str("\\bottomrule\n");
    }
    text.push_str(&format!("\\end{{{environment}}}\n"));
    text
}

/// What means something to LaTeX, and what its usual fonts lack.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', letter]),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '\\' => out.push_str("\\textbackslash{}"),
            '<' => out.push_str("$<$"),
            '>' => out.push_str("$>$"),
            '|' => out.push_str("$|$"),
            '"' => out.push_str("\\textquotedbl{}"),
            '\n' | '\r' => out.push(' '),
            '\u{a0}' | '\u{202f}' => out.push('~'),
            '−' => out.push_str("$-$"),
            '–' => out.push_str("--"),
            '—' => out.push_str("---"),
            '×' => out.push_str("$\\times$"),
            '·' => out.push_str("$\\cdot$"),
            '→' => out.push_str("$\\rightarrow$"),
            '±' => out.push_str("$\\pm$"),
            '∞' => out.push_str("$\\infty$"),
            '≤' => out.push_str("$\\leq$"),
            '≥' => out.push_str("$\\geq$"),
            '…' => out.push_str("\\ldots{}"),
            _ => match greek(letter) {
                Some(name) => out.push_str(&format!("$\\{name}$")),
                None => out.push(letter),
            },
        }
    }
    out
}

fn greek(letter: char) -> Option<&'static str> {
    Some(match letter {
        'α' => "alpha",
        'β' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' => "varepsilon",
        'κ' => "kappa",
        'λ' => "lambda",
        'μ' | 'µ' => "mu",
        'π' => "pi",
        'ρ' => "rho",
        'σ' => "sigma",
        'φ' => "varphi",
        'Δ' => "Delta",
        'Σ' => "Sigma",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::csv_files::Column;

    fn table(rows: usize) -> Shown {
        let column = |name: &str, numeric| Column { name: name.to_owned(), numeric };
        Shown {
            file: "t.csv".to_owned(),
            title: "T".to_owned(),
            columns: vec![column("net_1 & #2", false), column("rate", true)],
            rows: vec![vec!["[a]{b}\\~^$".to_owned(), "−1.5\u{a0}%".to_owned()]; rows],
            total: rows,
        }
    }

    #[test]
    fn what_means_something_in_latex_is_escaped() {
        let wanted = "% t.csv; needs \\usepackage{booktabs}\n\\begin{tabular}{lr}\n\\toprule\nnet\\_1 \\& \\#2 & rate \\\\\n\\midrule\n\
                      {}[a]\\{b\\}\\textbackslash{}\\textasciitilde{}\\textasciicircum{}\\$ & $-$1.5~\\% \\\\\n\\bottomrule\n\\end{tabular}\n";
        assert_eq!(text(&table(1)), wanted);
    }

    #[test]
    fn a_long_table_goes_over_pages() {
        let text = text(&table(60));
        assert!(
            text.contains("{booktabs,longtable}") && text.contains("\\endhead") && text.ends_with("\\end{longtable}\n")
        );
        assert_eq!((text.matches("\\bottomrule").count(), text.matches("[a]").count()), (1, 60));
    }
}
