//! What the system knows of a disk and the standard library does not say.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::Path;

/// Bytes of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// That we may still take.
    pub free: u64,
    pub total: u64,
}

impl Space {
    /// Percent taken, rounded down.
    pub fn used(&self) -> u64 {
        100 - (self.free.saturating_mul(100)).div_ceil(self.total.max(1)).min(100)
    }
}

/// The space of the file system that `path` is on.
pub fn space(path: &Path) -> io::Result<Space> {
    use std::os::unix::ffi::OsStrExt;
    let path = std::ffi::CString::new(path.as_os_str().as_bytes())?;
    let mut stat = std::mem::MaybeUninit::<libc::statvfs>::zeroed();
    // SAFETY: a C string and a struct that live over the call; the struct is plain numbers, valid when zeroed.
    let stat = unsafe {
        if libc::statvfs(path.as_ptr(), stat.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        stat.assume_init()
    };
    let block = stat.f_frsize;
    Ok(Space { free: stat.f_bavail.saturating_mul(block), total: stat.f_blocks.saturating_mul(block) })
}

/// Blocks for the first `bytes` of the file; grows it. File systems without `fallocate` only note the length.
pub fn allocate(file: &File, bytes: u64) -> io::Result<()> {
    let length = libc::off_t::try_from(bytes).unwrap_or(libc::off_t::MAX);
    // SAFETY: a plain system call on a descriptor that `file` keeps open.
    let done = unsafe { libc::fallocate(file.as_raw_fd(), 0, 0, length) };
    if done == 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        Some(libc::EOPNOTSUPP) => file.set_len(bytes),
        _ => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_is_told_and_counted_in_percent() {
        let space = space(Path::new("/")).unwrap();
        assert!(space.total > 0 && space.free <= space.total, "{space:?}");
        for (free, total, used) in [(100, 100, 0), (0, 100, 100), (5, 100, 95), (51, 1_000, 94), (0, 0, 100)] {
            assert_eq!(Space { free, total }.used(), used, "{free} of {total}");
        }
    }
}
