//! Rows as Parquet, by the engine of Polars.
//!
//! Of Polars only the crates that read and write the format are here: they know arrays, and no data frames, queries or
//! asynchronous runtime.

use super::{Column, Values};
use arrow::array::{Array, Float64Array, Int64Array, Utf8ViewArray};
use arrow::datatypes::{ArrowDataType, ArrowSchema, Field};
use arrow::record_batch::RecordBatchT;
use polars_parquet::read::{
    BasicDecompressor, PageReader, column_iter_to_arrays, infer_schema, read_metadata,
};
use polars_parquet::write::{
    CompressionOptions, FileWriter, StatisticsOptions, Version, WriteOptions, get_dtype_encoding,
    row_group_iter, to_parquet_schema,
};
use std::io::Cursor;
use std::sync::Arc;

/// What Polars says went wrong.
pub(super) type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// What such files begin and end with.
pub(super) const MAGIC: &[u8] = b"PAR1";

/// Rows of a group, which is what a reader decodes at a time.
const GROUP: usize = 1 << 18;

const OPTIONS: WriteOptions = WriteOptions {
    statistics: StatisticsOptions {
        min_value: true,
        max_value: true,
        distinct_count: false,
        null_count: true,
        binary_statistics_truncate_length: None,
    },
    version: Version::V1,
    compression: CompressionOptions::Snappy,
    data_page_size: None,
};

/// A file of columns; unknown values are null.
pub(super) fn bytes(columns: &[Column]) -> Result<Vec<u8>, Trouble> {
    let fields = columns.iter().map(|column| {
        let field = Field::new(column.name.as_str().into(), kind(&column.values), true);
        (field.name.clone(), field)
    });
    let schema: ArrowSchema = fields.collect();
    let types = to_parquet_schema(&schema)?.fields().to_vec();
    let encodings: Vec<_> = columns
        .iter()
        .map(|column| get_dtype_encoding(&kind(&column.values)))
        .collect();
    let schema = Arc::new(schema);
    let mut writer = FileWriter::try_new(Vec::new(), (*schema).clone(), OPTIONS)?;
    let n_rows = columns.first().map_or(0, |column| column.values.len());
    for start in (0..n_rows).step_by(GROUP) {
        let end = n_rows.min(start + GROUP);
        let arrays = columns
            .iter()
            .map(|column| array(&column.values, start..end))
            .collect();
        let group = RecordBatchT::try_new(end - start, Arc::clone(&schema), arrays)?;
        let pages = row_group_iter(group, encodings.clone().into(), types.clone(), OPTIONS);
        writer.write((end - start) as u64, pages)?;
    }
    // Without the schema of Arrow, whose text is of a kind that older readers do not know: Parquet says enough.
    writer.end(Some(Vec::new()))?;
    Ok(writer.into_inner())
}

fn kind(values: &Values) -> ArrowDataType {
    match values {
        Values::Text(_) => ArrowDataType::Utf8View,
        Values::Whole(_) => ArrowDataType::Int64,
        Values::Real(_) => ArrowDataType::Float64,
    }
}

fn array(values: &Values, rows: std::ops::Range<usize>) -> Box<dyn Array> {
    match values {
        Values::Text(values) => Box::new(Utf8ViewArray::from_slice(&values[rows])),
        Values::Whole(values) => Box::new(Int64Array::from(&values[rows])),
        Values::Real(values) => {
            let known = values[rows]
                .iter()
                .map(|value| (!value.is_nan()).then_some(*value));
            Box::new(known.collect::<Float64Array>())
        }
    }
}

/// The columns of a file.
pub(super) fn columns(bytes: &[u8]) -> Result<Vec<Column>, Trouble> {
    let metadata = read_metadata(&mut Cursor::new(bytes))?;
    let schema = infer_schema(&metadata)?;
    let mut columns = Vec::with_capacity(schema.len());
    for field in schema.iter_values() {
        let mut values = match &field.dtype {
            ArrowDataType::Utf8View => Values::Text(Vec::new()),
            ArrowDataType::Int64 => Values::Whole(Vec::new()),
            ArrowDataType::Float64 => Values::Real(Vec::new()),
            other => {
                return Err(format!(
                    "column `{}` holds {other:?}: text, 64-bit integers and 64-bit floats are read",
                    field.name
                )
                .into());
            }
        };
        for group in &metadata.row_groups {
            let chunks = group.columns_under_root_iter(&field.name);
            for chunk in chunks.into_iter().flatten() {
                let range = chunk.byte_range();
                let pages = bytes.get(range.start as usize..range.end as usize);
                let pages = pages.ok_or("the file is cut off")?.to_vec();
                let pages = PageReader::new(Cursor::new(pages.into()), chunk, vec![], usize::MAX);
                let (arrays, _) = column_iter_to_arrays(
                    vec![BasicDecompressor::new(pages, vec![])],
                    vec![&chunk.descriptor().descriptor.primitive_type],
                    field.clone(),
                    None,
                )?;
                for array in &arrays {
                    append(&mut values, array.as_ref()).ok_or("a column is of another kind")?;
                }
            }
        }
        columns.push(Column::new(field.name.as_str(), values));
    }
    Ok(columns)
}

/// Appends an array; `None` if it is of another kind.
fn append(values: &mut Values, array: &dyn Array) -> Option<()> {
    let array = array.as_any();
    match values {
        Values::Text(values) => {
            let array = array.downcast_ref::<Utf8ViewArray>()?;
            values.extend(array.iter().map(|text| text.map(str::to_owned)));
        }
        Values::Whole(values) => {
            let array = array.downcast_ref::<Int64Array>()?;
            values.extend(array.iter().map(Option::<&i64>::copied));
        }
        Values::Real(values) => {
            let array = array.downcast_ref::<Float64Array>()?;
            values.extend(
                array
                    .iter()
                    .map(|number| number.copied().unwrap_or(f64::NAN)),
            );
        }
    }
    Some(())
}
