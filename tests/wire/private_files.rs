//! What residents said is on this disk: nobody but the server's own user reads it.

use crate::server::Server;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        // A write-ahead log may go away meanwhile.
        if path.is_dir() {
            walk(&path, found);
        }
        found.push(path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_folder_is_its_owners_alone() {
    let server = Server::demo().await;
    let mut found = vec![server.data()];
    walk(&server.data(), &mut found);
    let open: Vec<_> = found
        .iter()
        .filter_map(|path| Some((path, std::fs::metadata(path).ok()?.permissions().mode() & 0o777)))
        .filter(|(_, mode)| mode & 0o077 != 0)
        .map(|(path, mode)| format!("{mode:o} {}", path.display()))
        .collect();
    assert!(found.len() > 5, "journal, database and keys are there: {found:?}");
    assert!(open.is_empty(), "others can reach:\n{}", open.join("\n"));
}
