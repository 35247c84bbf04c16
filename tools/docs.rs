//! `make docs`: writes the pages of causes and methods under `docs/`, and takes away pages that are no more.

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let docs = Path::new("docs");
    let pages = whydrop::explain::pages();
    for folder in ["causes", "methods"] {
        let folder = docs.join(folder);
        if folder.is_dir() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
    }
    for page in &pages {
        fs::write(docs.join(&page.path), &page.text)?;
    }
    println!("{} pages under {}", pages.len(), docs.display());
    Ok(())
}
