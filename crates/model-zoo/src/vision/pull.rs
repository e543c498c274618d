//! Fetching weights, and finding those that are here.

use std::fs;
use std::path::{Path, PathBuf};

use advlab_core::Stop;
use advlab_datasets::download::{Download, Patience, Progress};
use advlab_datasets::{Checksum, Places};

use super::catalogue::{MIRRORS, VisionEntry, vision};
use crate::{Error, Result};

/// Folder of the weights in a data folder.
const FOLDER: &str = "models";

/// How weights came to be on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// They were here, and are right.
    Here,
    /// They were fetched.
    Fetched,
    /// They were here but damaged, and were fetched again.
    Mended,
}

/// Names of the nets whose weights are on this machine, small ones first.
pub fn pulled(places: &Places) -> Vec<&'static str> {
    vision().iter().filter(|entry| entry.find(places).is_some()).map(|entry| entry.name).collect()
}

impl VisionEntry {
    /// The net of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        vision().iter().find(|entry| entry.name == name)
    }

    /// Where its weights are, if they are on this machine: in the folder `models` of a data folder, or in the folder that
    /// `ADVLAB_DATA` names itself.
    pub fn find(&self, places: &Places) -> Option<PathBuf> {
        let named = [&places.dir, &places.env].into_iter().flatten().flat_map(|dir| [dir.join(FOLDER), dir.clone()]);
        let own = places.home.iter().map(|home| home.join(FOLDER));
        let mut files = named.chain(own).flat_map(|dir| self.files.iter().map(move |file| dir.join(file)));
        files.find(|file| file.is_file())
    }

    /// Whether a file has about the size of this net's: a look that costs nothing, and tells a file that is cut off.
    pub fn has_its_size(&self, file: &Path) -> bool {
        let bytes = file.metadata().map_or(0, |meta| meta.len());
        (bytes as f64 / f64::from(1 << 20) - f64::from(self.megabytes)).abs() <= 1.0
    }

    /// Fetches its weights into the user's data folder, or takes those that are here, if the sum in their file's name is
    /// right; a damaged file is fetched again, to where it is. What broke off is gone on with, and the file is checked
    /// against the sum in its name before it gets that name.
    ///
    /// # Errors
    /// [`Error::Fetch`] if no mirror has it, with what each said; [`advlab_core::Error::Stopped`] if `stop` was raised.
    pub fn pull(&self, places: &Places, stop: &Stop, progress: &Progress) -> Result<(PathBuf, Came)> {
        self.pull_with(places, Patience::default(), stop, progress)
    }

    fn pull_with(
        &self,
        places: &Places,
        patience: Patience,
        stop: &Stop,
        progress: &Progress,
    ) -> Result<(PathBuf, Came)> {
        let Some(file) = self.find(places) else {
            let Some(home) = &places.home else { return Err(Error::NoHome) };
            let file = self.fetch(&home.join(FOLDER), places, patience, stop, progress)?;
            return Ok((file, Came::Fetched));
        };
        if self.is_right(&file)? {
            return Ok((file, Came::Here));
        }
        // Out of the way, not gone: what cannot be fetched is left as it was.
        let aside = file.with_extension("damaged");
        let moved = |from: &Path, to: &Path| {
            fs::rename(from, to).map_err(|error| Error::File { file: from.to_owned(), why: error.to_string() })
        };
        moved(&file, &aside)?;
        let folder = file.parent().unwrap_or(Path::new("."));
        match self.fetch(folder, places, patience, stop, progress) {
            Ok(fetched) => {
                let _ = fs::remove_file(&aside);
                Ok((fetched, Came::Mended))
            }
            Err(error) => {
                moved(&aside, &file)?;
                Err(error)
            }
        }
    }

    /// Whether a file that [`find`](Self::find) found has the sum that stands in its name.
    fn is_right(&self, file: &Path) -> Result<bool> {
        let sum = self.files.iter().find(|own| file.ends_with(own)).and_then(|own| digits(own));
        Ok(sum.map_or(Ok(true), |sum| Checksum::Sha256Head(sum).matches(file))?)
    }

    fn fetch(
        &self,
        folder: &Path,
        places: &Places,
        patience: Patience,
        stop: &Stop,
        progress: &Progress,
    ) -> Result<PathBuf> {
        let mirrors = match &places.mirrors {
            Some(own) => own.iter().map(|mirror| mirror.replace("{set}", FOLDER)).collect(),
            None => MIRRORS.map(str::to_owned).to_vec(),
        };
        let mut said = Vec::new();
        for file in self.files {
            let sum = digits(file).expect("tested: every file's name has it");
            let download = Download {
                set: self.name.to_owned(),
                file: (*file).to_owned(),
                folder: folder.to_owned(),
                mirrors: mirrors.clone(),
                checksum: Some(Checksum::Sha256Head(sum)),
                patience,
            };
            match download.run(stop, progress) {
                Ok(path) => return Ok(path),
                Err(advlab_datasets::Error::Download { tried, .. }) => said.push(tried),
                Err(advlab_datasets::Error::Stopped) => return Err(advlab_core::Error::Stopped.into()),
                Err(other) => return Err(other.into()),
            }
        }
        Err(Error::Fetch { net: self.name, file: self.files[0], folder: folder.to_owned(), tried: said.join("; ") })
    }

    /// Whether the SHA-256 of a file of this net begins as its name says.
    pub(crate) fn is_whole(file: &Path, sha256: &str) -> bool {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        digits(&name).is_none_or(|sum| sha256.starts_with(sum))
    }
}

/// The hex digits in a name such as `resnet18-f37072fd.pth`.
pub(super) fn digits(file: &str) -> Option<&str> {
    file.strip_suffix(".pth")?.rsplit_once('-').map(|(_, sum)| sum)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use advlab_core::Classifier as _;
    use sha2::{Digest as _, Sha256};
    use tch::Device;

    use super::*;
    use crate::VisionNet;

    /// A file like those that are published.
    const PUBLISHED: &[u8] = include_bytes!("../../tests/fixtures/squeezenet-narrow.pth");

    /// A net whose file carries the sum of [`PUBLISHED`], after one that no mirror has.
    fn entry() -> VisionEntry {
        let sum: String = Sha256::digest(PUBLISHED).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let file: &'static str = format!("narrow-{sum}.pth").leak();
        VisionEntry { files: vec!["newer-00000000.pth", file].leak(), ..*VisionEntry::named("squeezenet1_1").unwrap() }
    }

    /// A server that has `bytes` under every name but `newer`; its address and the number of requests so far.
    fn server(bytes: &'static [u8]) -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/{{set}}/", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
                let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
                let here = head[0].starts_with("GET /models/") && !head[0].contains("newer");
                let (status, body) = if here { ("200 OK", bytes) } else { ("404 Not Found", &[][..]) };
                let length = body.len();
                let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
                let _ = stream.write_all(body);
            }
        });
        (address, asked)
    }

    fn pull(entry: &VisionEntry, places: &Places) -> Result<(PathBuf, Came)> {
        let short = Duration::from_millis(500);
        let patience = Patience { connect: short, quiet: short, tries: 1, pause: Duration::ZERO };
        entry.pull_with(places, patience, &Stop::default(), &Progress::default())
    }

    #[test]
    fn weights_are_fetched_once_and_can_be_used() {
        let home = tempfile::tempdir().unwrap();
        let (mirror, asked) = server(PUBLISHED);
        let places = Places { home: Some(home.path().to_owned()), mirrors: Some(vec![mirror]), ..Places::default() };
        let entry = entry();
        assert_eq!(entry.find(&places), None);
        let (file, came) = pull(&entry, &places).unwrap();
        assert_eq!(came, Came::Fetched);
        assert_eq!(file, home.path().join("models").join(entry.files[1]));
        assert_eq!((entry.find(&places).as_ref(), asked.load(Ordering::SeqCst)), (Some(&file), 2));
        let net = VisionNet::open(&entry, &file, Device::Cpu).unwrap();
        assert_eq!(
            (net.classes()[9].as_str(), net.input().to_string().as_str()),
            ("ostrich, Struthio camelus", "3x224x224")
        );

        assert_eq!(pull(&entry, &places).unwrap(), (file, Came::Here));
        assert_eq!(asked.load(Ordering::SeqCst), 2, "what is here is not fetched again");
    }

    #[test]
    fn a_damaged_file_is_fetched_again_to_where_it_is_or_stays() {
        let folder = tempfile::tempdir().unwrap();
        let entry = entry();
        let file = folder.path().join(entry.files[1]);
        let mut damaged = PUBLISHED.to_vec();
        damaged[1000] ^= 1;
        fs::write(&file, &damaged).unwrap();
        let (mirror, _) = server(PUBLISHED);
        let env = Some(folder.path().to_owned());
        // There is no home folder: it is mended where it is.
        let places = Places { env: env.clone(), mirrors: Some(vec![mirror]), ..Places::default() };
        let nowhere = Places { env, mirrors: Some(vec!["http://127.0.0.1:1/".to_owned()]), ..Places::default() };
        assert!(matches!(pull(&entry, &nowhere), Err(Error::Fetch { .. })));
        assert_eq!(fs::read(&file).unwrap(), damaged, "what cannot be fetched is left as it was");
        assert_eq!(pull(&entry, &places).unwrap(), (file.clone(), Came::Mended));
        assert_eq!(fs::read(&file).unwrap(), PUBLISHED);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "the damaged file is gone");
        assert_eq!(pull(&entry, &places).unwrap(), (file, Came::Here));
    }

    #[test]
    fn other_bytes_than_the_name_says_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let (mirror, _) = server(&PUBLISHED[..PUBLISHED.len() - 1]);
        let places = Places { home: Some(home.path().to_owned()), mirrors: Some(vec![mirror]), ..Places::default() };
        let told = pull(&entry(), &places).unwrap_err().to_string();
        for part in
            ["`squeezenet1_1`: newer-00000000.pth could not be fetched", "404", "checksum differs", "ADVLAB_MIRROR"]
        {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert_eq!(fs::read_dir(home.path().join("models")).unwrap().count(), 0, "nothing is left");
        assert!(matches!(pull(&entry(), &Places::default()), Err(Error::NoHome)));
    }

    #[test]
    fn a_named_folder_goes_first_and_the_list_is_of_what_is_here() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let places = Places { env: Some(path("env")), home: Some(path("home")), ..Places::default() };
        assert!(pulled(&places).is_empty());
        for dir in ["env", "home/models"] {
            fs::create_dir_all(path(dir)).unwrap();
        }
        fs::write(path("home/models/resnet18-f37072fd.pth"), "").unwrap();
        fs::write(path("home/models/squeezenet1_1-b8a52dc0.pth"), "").unwrap();
        fs::write(path("env/resnet18-f37072fd.pth"), "").unwrap();
        assert_eq!(pulled(&places), ["squeezenet1_1", "resnet18"]);
        assert_eq!(VisionEntry::named("resnet18").unwrap().find(&places), Some(path("env/resnet18-f37072fd.pth")));
    }
}
