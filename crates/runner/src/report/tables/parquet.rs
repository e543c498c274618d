//! Parquet files: typed columns, all digits, what is missing as null.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type as Schema, TypePtr};

use super::types::{Guess, Type};
use crate::folder::Folder;

/// Rows that are in memory at a time.
const ROWS_IN_GROUP: usize = 100_000;

/// Writes the table of a CSV file, whose columns keep their keys.
///
/// # Errors
/// Files that cannot be read or written.
pub(super) fn write(from: &Path, place: &Folder, name: &str) -> Result<()> {
    let why = || format!("cannot read {}", from.display());
    let (keys, types) = types(from).with_context(why)?;
    let fields = keys.iter().zip(&types).map(|(key, of)| field(key, *of)).collect::<Result<Vec<_>>>()?;
    let schema = Arc::new(Schema::group_type_builder("table").with_fields(fields).build()?);
    place.write(name, |file| {
        let properties = Arc::new(WriterProperties::builder().build());
        let mut writer = SerializedFileWriter::new(file, schema, properties)?;
        let mut reader = csv::Reader::from_path(from).with_context(why)?;
        let mut rows = reader.records();
        loop {
            let group = rows.by_ref().take(ROWS_IN_GROUP).collect::<Result<Vec<_>, _>>().with_context(why)?;
            if group.is_empty() {
                break;
            }
            let mut columns = writer.next_row_group()?;
            for (at, of) in types.iter().enumerate() {
                let mut column = columns.next_column()?.context("a column that the schema has is missing")?;
                put(&mut column, *of, group.iter().map(|row| row.get(at).unwrap_or_default()))?;
                column.close()?;
            }
            columns.close()?;
        }
        writer.close()?;
        Ok(())
    })
}

/// Keys and types of the columns, as all rows show them.
fn types(from: &Path) -> Result<(Vec<String>, Vec<Type>)> {
    let mut reader = csv::Reader::from_path(from)?;
    let keys: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut guesses = vec![Guess::new(); keys.len()];
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row)? {
        guesses.iter_mut().zip(&row).for_each(|(guess, text)| guess.see(text));
    }
    Ok((keys, guesses.into_iter().map(Guess::made).collect()))
}

fn field(key: &str, of: Type) -> Result<TypePtr> {
    let (physical, logical) = match of {
        Type::Bool => (Physical::BOOLEAN, None),
        Type::Int => (Physical::INT64, None),
        Type::Unsigned => (Physical::INT64, Some(LogicalType::integer(64, false))),
        Type::Real => (Physical::DOUBLE, None),
        Type::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let builder = Schema::primitive_type_builder(key, physical).with_repetition(Repetition::OPTIONAL);
    Ok(Arc::new(builder.with_logical_type(logical).build()?))
}

/// Writes a column's share of a row group.
fn put<'a>(column: &mut SerializedColumnWriter<'_>, of: Type, entries: impl Iterator<Item = &'a str>) -> Result<()> {
    match of {
        Type::Bool => write_column::<BoolType>(column, entries, |text| text == "true"),
        Type::Int => write_column::<Int64Type>(column, entries, |text| text.parse().expect("it was seen before")),
        // The bits of the number are kept: the column's type says that they have no sign.
        Type::Unsigned => write_column::<Int64Type>(column, entries, |text| {
            text.parse::<u64>().expect("it was seen before").cast_signed()
        }),
        Type::Real => write_column::<DoubleType>(column, entries, |text| text.parse().expect("it was seen before")),
        Type::Text => write_column::<ByteArrayType>(column, entries, |text| ByteArray::from(text)),
    }
}

fn write_column<'a, T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    entries: impl Iterator<Item = &'a str>,
    of: impl Fn(&str) -> T::T,
) -> Result<()> {
    let (mut values, mut is_there) = (Vec::new(), Vec::new());
    for text in entries {
        is_there.push(i16::from(!text.is_empty()));
        if !text.is_empty() {
            values.push(of(text));
        }
    }
    column.typed::<T>().write_batch(&values, Some(&is_there), None)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::Field;

    use super::*;

    #[test]
    fn another_reader_finds_the_types_and_the_gaps() {
        let place = tempfile::tempdir().unwrap();
        let csv = place.path().join("t.csv");
        std::fs::write(&csv, "net,seed,rate %,ok,n\n\"a, b\",18446744073709551615,0.1,true,-3\n,1,,false,\n").unwrap();
        write(&csv, &Folder::at(place.path()), "t.parquet").unwrap();
        let reader = SerializedFileReader::new(File::open(place.path().join("t.parquet")).unwrap()).unwrap();
        let rows: Vec<Vec<(String, Field)>> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().get_column_iter().map(|(name, field)| (name.clone(), field.clone())).collect())
            .collect();
        let of = |name: &str, field| (name.to_owned(), field);
        let wanted = [
            vec![
                of("net", Field::Str("a, b".to_owned())),
                of("seed", Field::ULong(u64::MAX)),
                of("rate %", Field::Double(0.1)),
                of("ok", Field::Bool(true)),
                of("n", Field::Long(-3)),
            ],
            vec![
                of("net", Field::Null),
                of("seed", Field::ULong(1)),
                of("rate %", Field::Null),
                of("ok", Field::Bool(false)),
                of("n", Field::Null),
            ],
        ];
        assert_eq!(rows, wanted);
    }
}
