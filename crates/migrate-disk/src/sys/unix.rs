//! Unix: folders are file descriptors.

use std::ffi::{CStr, OsStr};
use std::fs::{File, Permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, FileType, Mode, OFlags, RenameFlags};
use xattr::FileExt;

use super::{Carried, Held, Kind, Listing, Stat};

/// An open folder.
#[derive(Debug)]
pub struct Folder {
    fd: OwnedFd,
}

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// Opening a fifo must not wait for someone to write to it.
const READ: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// Filesystems of local disks: ext2 to 4, XFS, Btrfs, F2FS.
#[cfg(any(target_os = "linux", target_os = "android"))]
const OF_DISKS: [u32; 4] = [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010];

impl Folder {
    /// Opens a folder by its path, whose last part must not be a link.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { fd: rustix::fs::openat(CWD, path, FOLDER, Mode::empty())? })
    }

    /// Opens the folder at the end of a chain of names. None of them may be a link.
    pub fn open_below(&self, path: &str) -> io::Result<Self> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if !path.is_empty() {
            use rustix::fs::ResolveFlags;
            use rustix::io::Errno;
            let strictly = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
            match rustix::fs::openat2(&self.fd, path, FOLDER, Mode::empty(), strictly) {
                // Kernels before 5.6 do not know the call, some sandboxes forbid it, a folder that is moved meanwhile
                // makes it give up, and a path may be longer than it takes: then step by step.
                Err(Errno::NOSYS | Errno::PERM | Errno::AGAIN | Errno::NAMETOOLONG) => {}
                other => return Ok(Self { fd: other? }),
            }
        }
        let mut at = Self { fd: self.fd.try_clone()? };
        for name in path.split('/').filter(|name| !name.is_empty()) {
            at = Self { fd: rustix::fs::openat(&at.fd, name, FOLDER, Mode::empty())? };
        }
        Ok(at)
    }

    /// Another handle of the same folder.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { fd: self.fd.try_clone()? })
    }

    /// All names in the folder. To be called once for a handle.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn list(&self) -> io::Result<Listing> {
        thread_local! {
            /// As much as most folders need, so that one call lists them and a second says that this was all.
            static BUFFER: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
        }
        BUFFER.with_borrow_mut(|buffer| {
            buffer.reserve(32 << 10);
            let mut entries = rustix::fs::RawDir::new(&self.fd, buffer.spare_capacity_mut());
            let mut listing = Listing::default();
            while let Some(entry) = entries.next() {
                let entry = entry?;
                add(&mut listing, entry.file_name(), entry.file_type());
            }
            Ok(listing)
        })
    }

    /// All names in the folder. To be called once for a handle.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub fn list(&self) -> io::Result<Listing> {
        let mut entries = rustix::fs::Dir::new(self.fd.try_clone()?)?;
        let mut listing = Listing::default();
        while let Some(entry) = entries.read() {
            let entry = entry?;
            add(&mut listing, entry.file_name(), entry.file_type());
        }
        Ok(listing)
    }

    /// Whether a read of a file in it is cut short by nothing but the file's end, or a failure that begins with a page.
    /// So it is on filesystems of local disks; on others (FUSE, `/proc`) a file may give as little at a time as it likes.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn reads_whole(&self) -> bool {
        const TMPFS: u32 = 0x0102_1994;
        self.filesystem().is_some_and(|kind| kind == TMPFS || OF_DISKS.contains(&kind))
    }

    /// Not known of these systems.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub fn reads_whole(&self) -> bool {
        false
    }

    /// The kernel's number of the kind of filesystem that it is on.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn filesystem(&self) -> Option<u32> {
        // The type of the field differs from machine to machine; the numbers are of 32 bits.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::unnecessary_cast)]
        rustix::fs::fstatfs(&self.fd).ok().map(|stat| stat.f_type as u32)
    }

    /// What a name stands for. A link is not followed.
    pub fn stat(&self, name: impl AsRef<OsStr>) -> io::Result<Stat> {
        let stat = rustix::fs::statat(&self.fd, name.as_ref(), AtFlags::SYMLINK_NOFOLLOW)?;
        // The types of the fields differ from system to system.
        #[allow(clippy::unnecessary_cast)]
        Ok(Stat {
            kind: kind(FileType::from_raw_mode(stat.st_mode)),
            device: stat.st_dev as u64,
            inode: stat.st_ino as u64,
            length: stat.st_size as u64,
            mode: stat.st_mode as u32 & 0o7777,
            links: stat.st_nlink as u64,
            owner: (stat.st_uid, stat.st_gid),
            modified: (stat.st_mtime as i64, stat.st_mtime_nsec as i64),
        })
    }

    /// What the system knows of an open file.
    pub fn stat_open(file: &File) -> io::Result<Stat> {
        let meta = file.metadata()?;
        Ok(Stat {
            kind: if meta.is_file() { Kind::File } else { Kind::Other },
            device: meta.dev(),
            inode: meta.ino(),
            length: meta.len(),
            mode: meta.mode() & 0o7777,
            links: meta.nlink(),
            owner: (meta.uid(), meta.gid()),
            modified: (meta.mtime(), meta.mtime_nsec()),
        })
    }

    /// Opens a file to read it. A link is an error; a fifo is not waited for.
    pub fn open_file(&self, name: impl AsRef<OsStr>) -> io::Result<File> {
        Ok(rustix::fs::openat(&self.fd, name.as_ref(), READ, Mode::empty())?.into())
    }

    /// Opens a file to write into it as it is. A link is an error.
    pub fn open_in_place(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.fd, name, flags, Mode::empty())?.into())
    }

    /// Makes a new file, which only the owner can read. That there is one already is an error.
    pub fn create(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR)?.into())
    }

    /// Gives a file another name, whatever has that name now.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.fd, from, &self.fd, to)?)
    }

    /// Gives a file another name, which must be free.
    pub fn rename_new(&self, from: &str, to: &str) -> io::Result<()> {
        use rustix::io::Errno;
        #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
        match rustix::fs::renameat_with(&self.fd, from, &self.fd, to, RenameFlags::NOREPLACE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            other => return Ok(other?),
        }
        // Filesystems that do not know of it: by a second name, or, where there are none, by looking first.
        match rustix::fs::linkat(&self.fd, from, &self.fd, to, AtFlags::empty()) {
            Ok(()) => return self.remove(from),
            Err(Errno::EXIST) => return Err(Errno::EXIST.into()),
            Err(_) => {}
        }
        match self.stat(to) {
            Ok(_) => Err(Errno::EXIST.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.rename(from, to),
            Err(error) => Err(error),
        }
    }

    /// Removes a file.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.fd, name, AtFlags::empty())?)
    }

    /// Makes names that were given or taken survive a power cut.
    pub fn sync(&self) -> io::Result<()> {
        match rustix::fs::fsync(&self.fd) {
            // Some network filesystems have nothing to sync of a folder.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOTSUP) => Ok(()),
            other => Ok(other?),
        }
    }

    /// Whether one call makes all of the folder's filesystem survive a power cut, and fails if any file could not be
    /// written out since the folder was opened.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn can_sync_filesystem(&self) -> bool {
        // Older kernels do not tell of failures.
        const SINCE: (u32, u32) = (5, 8);
        let name = rustix::system::uname();
        let mut numbers = name.release().to_str().unwrap_or_default().split(['.', '-']);
        let mut number = || numbers.next()?.parse::<u32>().ok();
        let version = (number().unwrap_or(0), number().unwrap_or(0));
        // Of other filesystems, such as those on a network or over another one, it is not known that the call does for
        // each file what syncing it does.
        version >= SINCE && self.filesystem().is_some_and(|kind| OF_DISKS.contains(&kind))
    }

    /// Elsewhere there is no such call.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub fn can_sync_filesystem(&self) -> bool {
        false
    }

    /// Makes all of the folder's filesystem survive a power cut.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn sync_filesystem(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.fd)?)
    }

    /// Elsewhere there is no such call.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub fn sync_filesystem(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Whether a file may be written to.
    pub fn may_write(&self, name: &str) -> io::Result<()> {
        // Everyone's bits first: root may do anything, and a file that no one may write to is meant to stay.
        if self.stat(name)?.mode & 0o222 == 0 {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(rustix::fs::accessat(&self.fd, name, Access::WRITE_OK, AtFlags::EACCESS)?)
    }

    /// Whether names may be given and taken in the folder.
    pub fn may_change(&self) -> io::Result<()> {
        Ok(rustix::fs::accessat(&self.fd, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)?)
    }

    /// Gives `to` the owner, extended attributes and permissions of `from`, as far as the system lets. Of what
    /// can't be carried over, the permissions are the narrower for it.
    pub fn carry_over(from: &File, to: &File) -> io::Result<Carried> {
        let (source, target) = (Self::stat_open(from)?, Self::stat_open(to)?);
        let (user, group) = source.owner;
        let owner = target.owner == source.owner || fchown(to, Some(user), Some(group)).is_ok();
        // If not both, at least the group, which the permissions speak of.
        let same_group = owner || target.owner.1 == group || fchown(to, None, Some(group)).is_ok();
        let mut attributes = carry_attributes(from, to);
        let mode = if same_group { source.mode } else { source.mode & !0o2070 };
        let mode = if owner { mode } else { mode & !0o4000 };
        // Last: a new owner takes the set-user-id bit away.
        attributes &= target.mode == mode || to.set_permissions(Permissions::from_mode(mode)).is_ok();
        Ok(Carried { owner, attributes })
    }
}

fn carry_attributes(from: &File, to: &File) -> bool {
    // A filesystem without attributes says so here.
    let Ok(names) = from.list_xattr() else { return true };
    let mut all = true;
    for name in names {
        let Ok(Some(value)) = from.get_xattr(&name) else { continue };
        let same = || to.get_xattr(&name).ok().flatten().as_ref() == Some(&value);
        all &= to.set_xattr(&name, &value).is_ok() || same();
    }
    all
}

/// Adds an entry of a folder, if it is not the folder itself or the one above.
fn add(listing: &mut Listing, name: &CStr, file_type: FileType) {
    if name != c"." && name != c".." {
        listing.push(OsStr::from_bytes(name.to_bytes()), kind(file_type));
    }
}

fn kind(kind: FileType) -> Kind {
    match kind {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        FileType::Symlink => Kind::Link,
        FileType::Unknown => Kind::Unknown,
        _ => Kind::Other,
    }
}

/// Lets only the owner read a file or folder.
pub fn set_private(path: &Path, folder: bool) -> io::Result<()> {
    std::fs::set_permissions(path, Permissions::from_mode(if folder { 0o700 } else { 0o600 }))
}

/// Locks a tree: `root` for us alone, and every folder above it together with others, so that a run on a tree that
/// holds this one, or lies in it, is noticed. The locks end with the process. `None`: another one is at work.
/// `_state` is of use where folders can't be locked.
pub fn lock(root: &Path, _state: Option<&Path>) -> Option<Held> {
    let mut held = Held(Vec::new());
    for (index, folder) in root.ancestors().enumerate() {
        // A folder that can't be opened or locked (some network filesystems) is not locked by the others either.
        let Ok(file) = File::open(folder) else { continue };
        let locked = if index == 0 { file.try_lock() } else { file.try_lock_shared() };
        match locked {
            Ok(()) => held.0.push(file),
            Err(std::fs::TryLockError::WouldBlock) => return None,
            Err(std::fs::TryLockError::Error(_)) => {}
        }
    }
    Some(held)
}
