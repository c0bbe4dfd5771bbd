//! Texts compressed by gzip.

use flate2::{Compress, Compression, Crc, FlushCompress};

/// The bytes that Terraform writes, where they can be told: two compressors agree only on a short
/// text in which nothing repeats.
pub(super) fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() > LENGTH_MAX || repeats(bytes) {
        return None;
    }
    let mut compressed = Vec::with_capacity(bytes.len() * 2 + 64);
    let mut compress = Compress::new(Compression::default(), false);
    // Terraform flushes before it ends, so that an empty last block follows.
    compress.compress_vec(bytes, &mut compressed, FlushCompress::Sync).ok()?;
    let mut crc = Crc::new();
    crc.update(bytes);
    let length = u32::try_from(bytes.len()).ok()?;
    let header: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let end: &[u8] = &[1, 0, 0, 0xff, 0xff];
    let trailer = [crc.sum().to_le_bytes(), length.to_le_bytes()].concat();
    Some([header, &compressed, end, &trailer].concat())
}

const LENGTH_MAX: usize = 64;

fn repeats(bytes: &[u8]) -> bool {
    let parts: Vec<&[u8]> = bytes.windows(3).collect();
    parts.iter().enumerate().any(|(at, it)| parts[..at].contains(it))
}
