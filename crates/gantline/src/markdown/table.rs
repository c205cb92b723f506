//! Tables, with columns of the same width.

use unicode_width::UnicodeWidthStr;

use crate::paint::Paint;

/// Draws the rows of a table. One that is wider than the window stays as the agent wrote it.
pub(super) fn draw(rows: &[String], columns: usize, paint: Paint) -> Vec<String> {
    let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row)).collect();
    let count = cells.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        let of_row = |row: &Vec<String>| row.get(column).map_or(0, |cell| cell.width());
        cells.iter().filter(|row| !is_delimiter(row)).map(of_row).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(widest).collect();
    let total: usize = widths.iter().sum::<usize>() + 3 * count.saturating_sub(1);
    if total > columns {
        return rows.to_vec();
    }
    let has_header = cells.get(1).is_some_and(|row| is_delimiter(row));
    let lines = cells.iter().enumerate().map(|(index, row)| {
        if is_delimiter(row) {
            let parts: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
            return paint.dim(parts.join("─┼─"));
        }
        let line = line(row, &widths, &paint.dim("│"));
        if has_header && index == 0 { paint.bold(line) } else { line }
    });
    lines.collect()
}

fn line(row: &[String], widths: &[usize], separator: &str) -> String {
    let cell = |(column, width): (usize, &usize)| {
        let text = row.get(column).map_or("", String::as_str);
        let padding = " ".repeat(width.saturating_sub(text.width()));
        format!("{text}{padding}")
    };
    let cells: Vec<String> = widths.iter().enumerate().map(cell).collect();
    cells.join(&format!(" {separator} ")).trim_end().to_owned()
}

fn cells(row: &str) -> Vec<String> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = row.strip_suffix('|').unwrap_or(row);
    row.split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// The row below the heading, which only says how columns are aligned.
fn is_delimiter(row: &[String]) -> bool {
    let is_dashes = |cell: &String| {
        !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':')) && cell.contains('-')
    };
    !row.is_empty() && row.iter().all(is_dashes)
}
