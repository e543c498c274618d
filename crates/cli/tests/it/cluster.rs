//! A Slurm of one machine: its own munge, controller and node daemon, in a folder of its own and on free ports, with the rights of root.

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Programs of Debian's packages munge, slurmctld, slurmd and slurm-client.
const PROGRAMS: [&str; 7] = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo"];

/// The cluster; it ends with the test.
pub(crate) struct Cluster {
    daemons: Vec<Child>,
    dir: TempDir,
}

impl Cluster {
    /// A cluster with a node of so many cores; or why there can be none here.
    pub(crate) fn start(cores: usize) -> Result<Self, String> {
        for program in PROGRAMS {
            let found =
                ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].iter().any(|dir| PathBuf::from(dir).join(program).is_file());
            if !found {
                return Err(format!(
                    "{program} is not installed (`apt-get install munge slurmctld slurmd slurm-client`)"
                ));
            }
        }
        let dir = tempfile::tempdir().unwrap();
        if fs::metadata(dir.path()).unwrap().uid() != 0 {
            return Err("Slurm's daemons need root".to_owned());
        }
        // munged wants a socket that everyone can get to.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut cluster = Self { daemons: Vec::new(), dir };
        cluster.write_settings(cores);
        cluster.start_daemons();
        Ok(cluster)
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    fn write_settings(&self, cores: usize) {
        for folder in ["state", "spool"] {
            fs::create_dir(self.path(folder)).unwrap();
        }
        let mut key = [0; 128];
        fs::File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut key)).unwrap();
        fs::write(self.path("munge.key"), key).unwrap();
        fs::set_permissions(self.path("munge.key"), fs::Permissions::from_mode(0o400)).unwrap();
        // Both are asked for before either is let go, so that they differ.
        let free = || TcpListener::bind("127.0.0.1:0").unwrap();
        let (controller, node) = (free(), free());
        let [controller, node] = [controller, node].map(|listener| listener.local_addr().unwrap().port());
        let at = |name: &str| self.path(name);
        let settings = format!(
            "ClusterName=advlab\n\
             SlurmctldHost=localhost(127.0.0.1)\n\
             SlurmUser=root\n\
             SlurmdUser=root\n\
             AuthType=auth/munge\n\
             AuthInfo=socket={}\n\
             CredType=cred/munge\n\
             SlurmctldPort={controller}\n\
             SlurmdPort={node}\n\
             StateSaveLocation={}\n\
             SlurmdSpoolDir={}\n\
             SlurmctldPidFile={}\n\
             SlurmdPidFile={}\n\
             SlurmctldLogFile={}\n\
             SlurmdLogFile={}\n\
             SwitchType=switch/none\n\
             MpiDefault=none\n\
             ProctrackType=proctrack/linuxproc\n\
             TaskPlugin=task/none\n\
             JobAcctGatherType=jobacct_gather/none\n\
             AccountingStorageType=accounting_storage/none\n\
             JobCompType=jobcomp/none\n\
             SelectType=select/cons_tres\n\
             SelectTypeParameters=CR_Core\n\
             SchedulerType=sched/backfill\n\
             SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0\n\
             SlurmdParameters=config_overrides\n\
             ReturnToService=2\n\
             KillWait=5\n\
             NodeName=localhost NodeAddr=127.0.0.1 CPUs={cores} RealMemory=4000 State=UNKNOWN\n\
             PartitionName=main Nodes=localhost Default=YES MaxTime=INFINITE State=UP\n",
            at("munge.socket"),
            at("state"),
            at("spool"),
            at("slurmctld.pid"),
            at("slurmd.pid"),
            at("slurmctld.log"),
            at("slurmd.log"),
        );
        fs::write(self.path("slurm.conf"), settings).unwrap();
    }

    fn start_daemons(&mut self) {
        let munge = [
            "--foreground".to_owned(),
            format!("--socket={}", self.path("munge.socket")),
            format!("--key-file={}", self.path("munge.key")),
            format!("--pid-file={}", self.path("munge.pid")),
            format!("--log-file={}", self.path("munge.log")),
            format!("--seed-file={}", self.path("munge.seed")),
        ];
        self.daemon("munged", &munge);
        self.wait("munge's socket", |own| PathBuf::from(own.path("munge.socket")).exists());
        self.daemon("slurmctld", &["-D".to_owned(), "-c".to_owned()]);
        self.daemon("slurmd", &["-D".to_owned(), "-c".to_owned(), "-N".to_owned(), "localhost".to_owned()]);
        self.wait("an idle node", |own| {
            let answer = own.command("sinfo").args(["--noheader", "--format=%T"]).output().unwrap();
            String::from_utf8_lossy(&answer.stdout).trim() == "idle"
        });
    }

    fn daemon(&mut self, program: &str, words: &[String]) {
        let mut command = self.command(program);
        let log = fs::File::create(self.path(&format!("{program}.err"))).unwrap();
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.daemons.push(command.spawn().unwrap_or_else(|error| panic!("{program}: {error}")));
    }

    /// A program that talks to this cluster.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.known_to(&mut command);
        command
    }

    /// Tells a program of this cluster.
    pub(crate) fn known_to(&self, command: &mut Command) {
        command.env("SLURM_CONF", self.path("slurm.conf")).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    }

    /// What one of Slurm's programs prints.
    #[track_caller]
    pub(crate) fn ask(&self, program: &str, words: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.command(program).args(words).output().unwrap();
        assert!(status.success(), "{program} {words:?}: {}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).unwrap()
    }

    /// Waits until something holds, no longer than a slow machine needs.
    #[track_caller]
    pub(crate) fn wait(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !holds(self) {
            assert!(began.elapsed() < Duration::from_secs(120), "no {what} after two minutes\n{}", self.logs());
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// The last lines of the daemons' logs.
    fn logs(&self) -> String {
        let names = ["munge.log", "munged.err", "slurmctld.log", "slurmctld.err", "slurmd.log", "slurmd.err"];
        let tail = |name: &str| {
            let text = fs::read_to_string(self.path(name)).unwrap_or_default();
            let lines: Vec<_> = text.lines().rev().take(15).collect();
            format!("--- {name}\n{}\n", lines.into_iter().rev().collect::<Vec<_>>().join("\n"))
        };
        names.map(tail).concat()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.command("scancel").args(["--user=root", "--full", "--signal=KILL"]).output();
        for daemon in self.daemons.iter_mut().rev() {
            let _ = Command::new("kill").arg(daemon.id().to_string()).status();
            let began = Instant::now();
            while began.elapsed() < Duration::from_secs(5) && matches!(daemon.try_wait(), Ok(None)) {
                thread::sleep(Duration::from_millis(50));
            }
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}
