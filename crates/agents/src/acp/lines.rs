//! Bytes to lines, with a limit.

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// A line could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineError {
    /// It is longer than it may be.
    #[error("a line is longer than {limit_bytes} bytes")]
    TooLong {
        /// What it may be.
        limit_bytes: usize,
    },
    /// The pipe is broken.
    #[error("read from the agent")]
    Io(#[from] std::io::Error),
}

/// Reads the next line into `line`, without its end. False at the end of input; what stands after
/// the last line end counts as a line.
///
/// Keep `line` between calls only if the call was not cancelled.
pub(super) async fn read_line(
    reader: &mut (impl AsyncBufRead + Unpin),
    line: &mut Vec<u8>,
    limit_bytes: usize,
) -> Result<bool, LineError> {
    line.clear();
    loop {
        let available = reader.fill_buf().await?;
        if available.is_empty() {
            return Ok(!line.is_empty());
        }
        let end = memchr::memchr(b'\n', available);
        let piece = &available[..end.unwrap_or(available.len())];
        if line.len() + piece.len() > limit_bytes {
            return Err(LineError::TooLong { limit_bytes });
        }
        line.extend_from_slice(piece);
        let used = piece.len() + usize::from(end.is_some());
        reader.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::BufReader;

    async fn lines(input: &[u8], buffer_bytes: usize) -> Result<Vec<Vec<u8>>, LineError> {
        let mut reader = BufReader::with_capacity(buffer_bytes, input);
        let (mut lines, mut line) = (Vec::new(), Vec::new());
        while read_line(&mut reader, &mut line, 10).await? {
            lines.push(line.clone());
        }
        Ok(lines)
    }

    #[tokio::test]
    async fn lines_are_the_same_however_they_arrive() {
        for buffer_bytes in 1..16 {
            let read = lines(b"one\n\ntwo\r\nlast", buffer_bytes).await.unwrap();
            assert_eq!(read, [&b"one"[..], b"", b"two\r", b"last"]);
        }
    }

    #[tokio::test]
    async fn a_line_without_end_costs_no_more_than_the_limit() {
        assert_eq!(lines(b"0123456789\n", 4).await.unwrap().len(), 1);
        let endless = vec![b'x'; 1_000_000];
        let read = lines(&endless, 4).await;
        assert!(matches!(read, Err(LineError::TooLong { limit_bytes: 10 })));
    }
}
