//! Disks that are full or can't be written to.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Trial;

use crate::place::{BACKUP, Place, Tree, files, migrated, with_backups};
use crate::table;

/// Bytes of a block of the disk.
const BLOCK: usize = 4096;

/// A small disk in memory, until it is dropped.
struct Disk {
    folder: PathBuf,
}

impl Disk {
    fn mount(folder: &Path, blocks: usize) -> Option<Self> {
        let size = format!("size={}", blocks * BLOCK);
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(folder).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self { folder: folder.to_owned() })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: nothing of ours is left to hold it.
        let _ = Command::new("umount").arg("-l").arg(&self.folder).output();
    }
}

pub fn trials() -> Vec<Trial> {
    let folder = tempfile::tempdir().unwrap();
    let not_run = Disk::mount(folder.path(), 1).is_none();
    if not_run {
        println!("not run: no disk can be mounted here");
    }
    let trial = |name: &'static str, run: fn() -> usize| {
        let run = move || {
            table::add(name, run());
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(not_run)
    };
    vec![
        trial("migrate --yes: the disk of the tree is full", || full("tree")),
        trial("migrate --yes: the disk of the records is full", || full("state")),
        trial("migrate --yes: the disk is read-only", read_only),
    ]
}

/// A place with `mounted`, one of its folders, on a disk of so many blocks.
fn on_disk(mounted: &str, blocks: usize, old: &Tree) -> (Disk, Place) {
    let folder = tempfile::tempdir().unwrap();
    let (root, mounted) = (folder.path().join("tree"), folder.path().join(mounted));
    std::fs::create_dir_all(&mounted).unwrap();
    let disk = Disk::mount(&mounted, blocks).unwrap();
    (disk, Place::in_folder(folder, root, old))
}

/// One more block is free each time, from none to enough.
fn full(mounted: &str) -> usize {
    let old = files(5);
    let new = migrated(&old);
    for free in 0..64 {
        let (_disk, place) = on_disk(mounted, 128, &old);
        let filler = place.outside().join(mounted).join("filler.bin");
        fill(&filler, free);
        let mut before = place.tree();
        let ran = place.aig(&["migrate", "portkey", "--yes"]);
        let context = format!("{free} blocks are free: {ran:?}");
        let mut now = place.tree();
        before.remove("filler.bin");
        now.remove("filler.bin");
        if ran.code() == 0 {
            assert_eq!(now, with_backups(&new, &old), "{context}");
            assert!(free > 0, "{context}: the disk was never full");
            return free;
        }
        assert_eq!(ran.code(), 2, "{context}");
        assert_eq!(now, before, "{context}");
        let named = old.keys().any(|path| ran.said().contains(path.as_str())) || ran.said().contains("state");
        assert!(named, "{context}: no file is named");
        // With room again it works.
        std::fs::remove_file(&filler).unwrap();
        assert_eq!(place.aig(&["migrate", "portkey", "--yes"]).code(), 0, "{context}");
        assert_eq!(place.tree(), with_backups(&new, &old), "{context}");
    }
    panic!("64 free blocks are not enough");
}

/// Fills a disk but for so many blocks.
fn fill(filler: &Path, free: usize) {
    use std::io::Write as _;
    let mut file = std::fs::File::create(filler).unwrap();
    let mut blocks = 0;
    while file.write_all(&[b'-'; BLOCK]).is_ok() {
        blocks += 1;
    }
    let left = (blocks - free.min(blocks)) * BLOCK;
    file.set_len(left as u64).unwrap();
}

fn read_only() -> usize {
    let old = files(5);
    let (disk, place) = on_disk("tree", 128, &old);
    let remounted = Command::new("mount").args(["-o", "remount,ro"]).arg(&disk.folder).output().unwrap();
    assert!(remounted.status.success(), "{remounted:?}");
    let ran = place.aig(&["migrate", "portkey", "--yes"]);
    // What can't be written is told before anything is tried: a finding at each file, as for one read-only file.
    assert_eq!(ran.code(), 0, "{ran:?}");
    // Long lines are wrapped; what they say is the same.
    let printed = String::from_utf8_lossy(&ran.output.stdout);
    let printed = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    for path in old.keys() {
        assert!(printed.contains(&format!("{path}: is read-only")), "{path} is not named: {ran:?}");
    }
    assert_eq!(place.tree(), old);
    assert!(place.tree().keys().all(|path| !path.ends_with(BACKUP)));
    1
}
