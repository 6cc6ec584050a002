//! A PostgreSQL server that the tests start and stop themselves.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// A server with its data in a folder of its own, reached by a socket in that folder.
pub(super) struct Server {
    bin: PathBuf,
    folder: tempfile::TempDir,
}

static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The server that all tests of this process share while one of them runs; none where PostgreSQL is not installed.
pub(super) fn server() -> Option<Arc<Server>> {
    let mut shared = SHARED.lock().unwrap_or_else(|broken| broken.into_inner());
    if let Some(server) = shared.upgrade() {
        return Some(server);
    }
    let server = Arc::new(Server::start()?);
    *shared = Arc::downgrade(&server);
    Some(server)
}

fn bin() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    let there = |folder: &PathBuf| ["initdb", "pg_ctl"].iter().all(|tool| folder.join(tool).is_file());
    folders.into_iter().find(there)
}

impl Server {
    fn start() -> Option<Self> {
        let Some(bin) = bin() else {
            eprintln!("skipped: there is no PostgreSQL (initdb, pg_ctl) on PATH or under /usr/lib/postgresql");
            return None;
        };
        let server = Self { bin, folder: tempfile::Builder::new().prefix("kk").tempdir().unwrap() };
        if root() {
            // PostgreSQL refuses to run as root.
            let id = |what: &str| String::from_utf8(Command::new("id").args([what, "nobody"]).output().unwrap().stdout);
            let number = |what: &str| id(what).unwrap().trim().parse::<u32>().unwrap();
            std::os::unix::fs::chown(server.folder.path(), Some(number("-u")), Some(number("-g"))).unwrap();
        }
        server.tool("initdb", &["-U", "kakunin", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]);
        let options = format!("-k {} -c listen_addresses='' -c fsync=off", server.folder.path().display());
        server.tool("pg_ctl", &["-w", "-s", "-l", "log", "-o", &options, "start"]);
        Some(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn tool(&self, name: &str, args: &[&str]) {
        let tool = self.bin.join(name);
        let mut command = if root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=nobody", "--regid", &group(), "--clear-groups"]).arg(&tool);
            command
        } else {
            Command::new(&tool)
        };
        let done = command
            .args(args)
            .arg("-D")
            .arg(self.data())
            .current_dir(self.folder.path())
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
        assert!(done.unwrap().success(), "{name} {args:?}");
    }

    /// URL of a database.
    fn url(&self, database: &str) -> String {
        format!("postgres://kakunin@localhost/{database}?host={}", self.folder.path().display())
    }

    /// URL of a new, empty database.
    pub(super) async fn database(&self) -> String {
        let name = format!("kakunin_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        self.url(&name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.tool("pg_ctl", &["-w", "-s", "-m", "immediate", "stop"]);
    }
}

fn root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(Path::new("/proc/self")).unwrap()) == 0
}

fn group() -> String {
    String::from_utf8(Command::new("id").args(["-g", "nobody"]).output().unwrap().stdout).unwrap().trim().to_owned()
}
