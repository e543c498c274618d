#!/usr/bin/env python3
"""Provide libtorch for building advlab, and tell cargo where it is.

    python3 setup/libtorch.py            # small on a machine without an NVIDIA card, full with one
    python3 setup/libtorch.py --cpu      # small, whatever the machine has
    python3 setup/libtorch.py --cuda     # full, whatever the machine has
    LIBTORCH=/opt/libtorch python3 setup/libtorch.py           # use that one as it is
    LIBTORCH_USE_PYTORCH=1 python3 setup/libtorch.py           # use the one of this Python's torch

libtorch comes out of PyTorch's own wheel. It is unpacked once for each user, below
$XDG_DATA_HOME/advlab (default ~/.local/share/advlab), so that several clones share it. The small
kind leaves out what only CUDA needs: it takes torch's wheel, without its CUDA kernels, and the two
CUDA runtime wheels that libtorch_cpu.so is linked to.

What cargo has to know goes into .cargo/config.toml of this clone: afterwards plain `cargo build`,
`cargo test` and `cargo run` work in any shell, and the binary finds libtorch by itself.
"""

import argparse
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile

VERSION = "2.11.0"
# The two libraries that libtorch_cpu.so of this version names, from the CUDA release it is built with.
CUDA_RUNTIME = ["nvidia-cuda-runtime==13.0.*", "nvidia-cuda-cupti==13.0.*"]
# What only the CUDA side or Python needs, left out of the small kind.
LEFT_OUT = ("cuda", "nvshmem", "nvrtc", "libtorch_python")
CLONE = pathlib.Path(__file__).resolve().parent.parent


def say(text):
    print(f"libtorch: {text}", file=sys.stderr, flush=True)


def fail(text):
    sys.exit(f"error: libtorch: {text}")


def data_folder():
    base = os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local" / "share"
    return pathlib.Path(base) / "advlab"


def has_nvidia_card():
    try:
        found = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=30)
        return found.returncode == 0 and "GPU" in found.stdout
    except (OSError, subprocess.TimeoutExpired):
        return False


def version_of(torch):
    """The version of the libtorch in folder `torch`, or None where it does not say."""
    for name, start in (("build-version", ""), ("version.py", "__version__ = ")):
        file = torch / name
        if file.is_file():
            for line in file.read_text().splitlines():
                if line.startswith(start):
                    return line[len(start):].strip().strip("'\"").split("+")[0]
    return None


def given():
    """The libtorch that the caller points to, if any."""
    if os.environ.get("LIBTORCH"):
        torch = pathlib.Path(os.environ["LIBTORCH"]).expanduser().resolve()
        why = "LIBTORCH is set"
    elif os.environ.get("LIBTORCH_USE_PYTORCH"):
        asked = subprocess.run(
            [sys.executable, "-c", "import torch, pathlib; print(pathlib.Path(torch.__file__).parent)"],
            capture_output=True, text=True)
        if asked.returncode != 0:
            fail(f"LIBTORCH_USE_PYTORCH is set, but {sys.executable} has no torch; "
                 f"run `{sys.executable} -m pip install torch=={VERSION}`, or unset it")
        torch, why = pathlib.Path(asked.stdout.strip()), "LIBTORCH_USE_PYTORCH is set"
    else:
        return None
    if not (torch / "lib" / "libtorch_cpu.so").is_file():
        fail(f"{why}, but {torch} has no lib/libtorch_cpu.so; point it to an unpacked libtorch {VERSION}, or unset it")
    found = version_of(torch)
    if found not in (None, VERSION):
        fail(f"{why}, but {torch} is version {found} and this advlab is built with {VERSION}; "
             f"point it to that version, or unset it and run `make setup` again")
    say(f"{why}: using {torch}")
    return torch


def pip(*arguments):
    command = [sys.executable, "-m", "pip", *arguments]
    if subprocess.run(command, stdout=sys.stderr).returncode != 0:
        fail("pip could not get the wheels (its message is above). It needs a package index with "
             f"torch {VERSION}; without one, unpack libtorch {VERSION} yourself and set LIBTORCH to its folder")


def download(requirements, folder):
    """Wheels for this kind of machine, whatever version of Python runs this script."""
    machine = platform.machine()
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(5, 40)] + [f"manylinux2014_{machine}"]
    pip("download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(folder),
        "--implementation", "cp", "--python-version", "3.11", "--abi", "cp311", "--abi", "none",
        *(argument for tag in tags for argument in ("--platform", tag)), *requirements)


def wanted(name):
    """Whether the small kind keeps this file of a wheel."""
    path = pathlib.PurePosixPath(name)
    if name.startswith("torch/lib/"):
        return ".so" in path.name and not any(part in path.name for part in LEFT_OUT)
    return name.startswith(("torch/include/", "nvidia/")) and "/bin/" not in name or name == "torch/version.py"


def unpack_small(target):
    with tempfile.TemporaryDirectory(dir=target.parent) as wheels:
        say(f"getting the wheels of torch {VERSION} and the CUDA runtime (about 550 MB) ...")
        download([f"torch=={VERSION}", *CUDA_RUNTIME], wheels)
        say("unpacking ...")
        for wheel in sorted(pathlib.Path(wheels).glob("*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                for name in archive.namelist():
                    if not name.endswith("/") and wanted(name):
                        archive.extract(name, target)


def install_full(target):
    say(f"an NVIDIA card: getting torch {VERSION} with its CUDA libraries (about 2.6 GB) ...")
    pip("install", "--quiet", "--only-binary=:all:", "--no-compile", "--target", str(target), f"torch=={VERSION}")


def provided(kind):
    """Our own copy, made if it is not there yet. It appears under its name only once it is whole."""
    folder = data_folder() / f"libtorch-{VERSION}-{kind}"
    if (folder / "torch" / "lib" / "libtorch_cpu.so").is_file():
        say(f"already here: {folder / 'torch'}")
        return folder / "torch"
    if platform.system() != "Linux":
        fail("only Linux is set up by itself; unpack libtorch and set LIBTORCH to its folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder.parent).free
    needed = (2 if kind == "cpu" else 9) * 10**9
    if free < needed:
        fail(f"{folder.parent} has {free / 1e9:.1f} GB free and this needs {needed / 1e9:.0f} GB; "
             "make room, or set XDG_DATA_HOME to a larger disk")
    making = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    making.chmod(0o755)
    try:
        (install_full if kind == "cuda" else unpack_small)(making)
        shutil.rmtree(folder, ignore_errors=True)
        making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    say(f"ready: {folder / 'torch'}")
    return folder / "torch"


def tell_cargo(torch):
    config = CLONE / ".cargo" / "config.toml"
    text = f"""# Written by setup/libtorch.py; run `make setup` to write it anew. Not under version control.
[env]
LIBTORCH = '{torch}'
LIBTORCH_BYPASS_VERSION_CHECK = '1' # the setup has checked it

[target.'cfg(all())']
rustflags = ['-C', 'link-arg=-Wl,-rpath,{torch}/lib']

[build] # rustdoc, which runs the examples in the docs, does not read the flags above
rustdocflags = ['-C', 'link-arg=-Wl,-rpath,{torch}/lib']
"""
    if not config.is_file() or config.read_text() != text:
        config.parent.mkdir(exist_ok=True)
        config.write_text(text)
        say(f"wrote {config.relative_to(CLONE)}")


def need_a_cpp_compiler():
    """torch-sys compiles C++, and Debian's `gcc` package brings no g++."""
    if shutil.which(os.environ.get("CXX", "c++")) or shutil.which("g++"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("no C++ compiler: installing Debian's g++ ...")
        subprocess.run(["apt-get", "update", "-qq"], stdout=sys.stderr)
        if subprocess.run(["apt-get", "install", "-y", "-qq", "g++"], stdout=sys.stderr).returncode == 0:
            return
    fail("no C++ compiler (g++ or c++), which the bindings to libtorch need; run `sudo apt-get install g++`")


def main():
    parser = argparse.ArgumentParser(description="Provide libtorch for building advlab.")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--cpu", dest="kind", action="store_const", const="cpu", help="the small kind, without CUDA")
    kind.add_argument("--cuda", dest="kind", action="store_const", const="cuda", help="the full kind, with CUDA")
    asked = parser.parse_args().kind
    need_a_cpp_compiler()
    tell_cargo(given() or provided(asked or ("cuda" if has_nvidia_card() else "cpu")))


if __name__ == "__main__":
    main()
