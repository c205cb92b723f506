//! Fields of messages.

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// A message that cannot be read. Whoever sent it is not spoken with any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A frame is longer than any may be.
    #[error("a frame of {0} bytes is too long")]
    TooLong(usize),
    /// It ends before its last field does.
    #[error("a message ends too early")]
    Short,
    /// There is more than its fields.
    #[error("a message does not end where it should")]
    Long,
    /// Nobody knows this kind.
    #[error("there is no message of the kind {0}")]
    Kind(u8),
    /// A field holds what it cannot.
    #[error("{0} is out of range")]
    Value(&'static str),
}

/// Writes one frame.
pub(super) fn frame(kind: u8, out: &mut BytesMut, fields: impl FnOnce(&mut BytesMut)) {
    let start = out.len();
    out.put_u32_le(0);
    out.put_u8(kind);
    fields(out);
    let length = u32::try_from(out.len() - start - size_of::<u32>()).unwrap_or(u32::MAX);
    out[start..start + size_of::<u32>()].copy_from_slice(&length.to_le_bytes());
}

/// Bytes with their length before them.
pub(super) fn put_bytes(out: &mut BytesMut, bytes: &[u8]) {
    out.put_u32_le(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    out.put_slice(bytes);
}

/// The fields of a message that are still to be read.
pub(super) struct Fields(pub(super) Bytes);

impl Fields {
    pub(super) fn u8(&mut self) -> Result<u8, Malformed> {
        self.0.try_get_u8().map_err(|_| Malformed::Short)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Malformed> {
        self.0.try_get_u16_le().map_err(|_| Malformed::Short)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Malformed> {
        self.0.try_get_u32_le().map_err(|_| Malformed::Short)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Malformed> {
        self.0.try_get_u64_le().map_err(|_| Malformed::Short)
    }

    pub(super) fn flag(&mut self) -> Result<bool, Malformed> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed::Value("a flag")),
        }
    }

    pub(super) fn size(&mut self) -> Result<terminal::Size, Malformed> {
        let (columns, rows) = (self.u16()?, self.u16()?);
        terminal::Size::new(columns.into(), rows.into()).map_err(|_| Malformed::Value("a size"))
    }

    pub(super) fn bytes(&mut self) -> Result<Bytes, Malformed> {
        let length = self.u32()? as usize;
        if length > self.0.len() {
            return Err(Malformed::Short);
        }
        Ok(self.0.split_to(length))
    }

    /// A list of so many as is said before it. Each of them takes at least one byte, which bounds
    /// what is reserved for them.
    pub(super) fn list<T>(
        &mut self,
        mut one: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let length = self.u32()? as usize;
        if length > self.0.len() {
            return Err(Malformed::Short);
        }
        (0..length).map(|_| one(self)).collect()
    }

    /// All that is left.
    pub(super) fn rest(&mut self) -> Bytes {
        std::mem::take(&mut self.0)
    }

    pub(super) fn end(&self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed::Long) }
    }
}

pub(super) fn put_size(out: &mut BytesMut, size: terminal::Size) {
    out.put_u16_le(size.columns());
    out.put_u16_le(size.rows());
}
