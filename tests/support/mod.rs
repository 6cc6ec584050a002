//! A fake AWS over HTTP: moto in a virtual environment of its own, on loopback only.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

/// Region that the sample account lives in.
pub const HOME: &str = "ap-northeast-1";

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The Python of a virtual environment with the pinned packages; none where there is no Python.
fn python() -> Option<PathBuf> {
    let requirements = root().join("tests/moto/requirements.txt");
    let stamp = hex::encode(Sha256::digest(std::fs::read(&requirements).unwrap()));
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("moto-{}", &stamp[..12]));
    let python = home.join("bin/python");
    let ready = home.join("ready");
    if ready.is_file() {
        return Some(python);
    }
    // Two test binaries may get here at once; the second waits for the first.
    let lock = home.with_extension("lock");
    let began = Instant::now();
    while std::fs::create_dir_all(home.parent().unwrap()).is_ok() && std::fs::create_dir(&lock).is_err() {
        if ready.is_file() {
            return Some(python);
        }
        assert!(began.elapsed() < Duration::from_secs(600), "{} is held by nobody: remove it", lock.display());
        std::thread::sleep(Duration::from_millis(500));
    }
    let made = run(Command::new("python3").args(["-m", "venv"]).arg(&home))
        && run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&requirements));
    if made {
        std::fs::write(&ready, &stamp).unwrap();
    }
    std::fs::remove_dir(&lock).unwrap();
    made.then_some(python)
}

/// The same, with a loud message where there is none; in CI that is a failure.
pub fn python_or_skip() -> Option<PathBuf> {
    let python = python();
    if python.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI must have python3 with venv and pip");
        eprintln!("SKIPPED: no python3 with venv and pip here, so nothing was tested against moto");
    }
    python
}

/// A moto server; it stops when this is dropped.
pub struct Moto {
    server: Child,
    python: PathBuf,
    pub port: u16,
    log: PathBuf,
    _dir: tempfile::TempDir,
}

impl Moto {
    /// Starts a server. None, with a loud message, where there is no Python; in CI that is a failure.
    pub fn start() -> Option<Self> {
        let python = python_or_skip()?;
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("access.tsv");
        let server = Command::new(&python)
            .arg(root().join("tests/moto/serve.py"))
            .arg(port.to_string())
            .arg(&log)
            .envs(offline())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moto = Self { server, python, port, log, _dir: dir };
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "moto did not start");
            std::thread::sleep(Duration::from_millis(100));
        }
        Some(moto)
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Runs one of our Python scripts against the server and gives what it prints.
    pub fn script(&self, path: &Path, args: &[&str]) -> String {
        let out = Command::new(&self.python).arg(path).arg(self.url()).args(args).envs(offline()).output().unwrap();
        assert!(out.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    /// Makes the sample company's account.
    pub fn sample_account(&self) {
        self.script(&root().join("tests/moto/sample_account.py"), &[]);
    }

    /// Requests since the last call: status, service, action.
    pub fn requests(&self) -> Vec<(String, String, String)> {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        std::fs::write(&self.log, "").unwrap();
        text.lines()
            .filter_map(|line| {
                let mut words = line.trim_matches('\0').splitn(3, '\t').map(ToString::to_string);
                Some((words.next()?, words.next()?, words.next()?))
            })
            .collect()
    }

    /// The program, pointed at this server and nowhere else.
    pub fn kakunin(&self, key: (&str, &str)) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kakunin"));
        command
            .envs(offline())
            .env("AWS_ENDPOINT_URL", self.url())
            // S3 Control puts the account id before the host, so it needs a name.
            .env("AWS_ENDPOINT_URL_S3_CONTROL", format!("http://localhost:{}", self.port))
            .env("AWS_ACCESS_KEY_ID", key.0)
            .env("AWS_SECRET_ACCESS_KEY", key.1)
            .args(["--lang", "en"]);
        command
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Nothing may leave the machine.
fn offline() -> Vec<(&'static str, String)> {
    let mut env: Vec<(&'static str, String)> = vec![
        ("AWS_REGION", HOME.into()),
        ("AWS_DEFAULT_REGION", HOME.into()),
        ("AWS_EC2_METADATA_DISABLED", "true".into()),
        ("AWS_CONFIG_FILE", "/dev/null".into()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".into()),
        ("NO_PROXY", "127.0.0.1,localhost,.localhost".into()),
        ("no_proxy", "127.0.0.1,localhost,.localhost".into()),
    ];
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
        env.push((name, "http://127.0.0.1:9".into()));
    }
    env
}
