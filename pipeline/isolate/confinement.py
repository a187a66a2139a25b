"""What is taken from a process that reads a stranger's file, for good, and what it may use up.

Reading a PDF needs a processor and memory. A child keeps these within its budget and loses the rest, as far as the
system can take it:

- Linux with Landlock (5.13): it changes no file, makes none, removes none, runs none. Nowhere may it open a file
  for writing; elsewhere its files may not grow beyond nothing.
- Linux on x86-64 and AArch64: it makes no socket, no process and no thread, and can neither stop nor trace another
  process. A filter in the kernel (seccomp) answers such calls with "not permitted".
- Linux, as root or with user namespaces: the network that it sees has no way out.
- Everywhere: limits on processor time, address space, open files, processes, and no core files.

What it reads comes to it, and its answer leaves, through descriptors that were open before. Where the system lacks one
of these, the limits and the process of its own remain, and `missing_protection` says what a stranger's file could do.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from contextlib import suppress

OPEN_FILES = 256
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446
LANDLOCK_VERSION = 1

FILE_RIGHTS = {1: 0b1_1111_1111_0011, 2: 1 << 13, 3: 1 << 14}
"""By the version of Landlock that brought them: to run, write, remove and make; to link elsewhere; to truncate."""
NETWORK_RIGHTS = {4: 0b11}
"""To bind and to connect by TCP."""
SCOPES = {6: 0b11}
"""Abstract sockets and signals of processes outside."""
RIGHTS = (FILE_RIGHTS, NETWORK_RIGHTS, SCOPES)
"""In the order in which the kernel takes them (linux/landlock.h)."""

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
FORBIDDEN_CALLS = {
    "x86_64": {
        **{"socket": 41, "connect": 42, "bind": 49, "socketpair": 53},
        **{"clone": 56, "fork": 57, "vfork": 58, "clone3": 435, "execve": 59, "execveat": 322},
        **{"kill": 62, "tkill": 200, "pidfd_send_signal": 424, "ptrace": 101, "process_vm_writev": 311},
        **{"mount": 165, "unshare": 272, "io_uring_setup": 425},
    },
    "aarch64": {
        **{"socket": 198, "connect": 203, "bind": 200, "socketpair": 199},
        **{"clone": 220, "clone3": 435, "execve": 221, "execveat": 281},
        **{"kill": 129, "tkill": 130, "pidfd_send_signal": 424, "ptrace": 117, "process_vm_writev": 271},
        **{"mount": 40, "unshare": 97, "io_uring_setup": 425},
    },
}
"""Numbers of system calls (Linux, asm/unistd.h). A process may still signal itself, which is how it aborts."""
X32_CALLS = 0x40000000
"""Further numbers under which x86-64 knows the same calls."""
NO_FILES = (
    "This system has no Landlock (Linux 5.13): code that a malicious PDF brings to run could remove or rename files of "
    "yours, though not write into any."
)
NO_CALLS = (
    "This system filters no system calls (seccomp on x86-64 or AArch64): code that a malicious PDF brings to run could "
    "start processes or use the network."
)
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, NOT_PERMITTED = 0x7FFF0000, 0x00050000 | errno.EPERM


def die_with_parent(parent: int) -> None:
    """Asks the kernel to kill this process when its parent ends (Linux; elsewhere the closed socket does it).

    The kernel says nothing of a parent that ended before it was asked: a process that no longer has the `parent`, by
    number, that started it ends now.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def leave_the_network() -> bool:
    """Moves this process, and what it will start, to a network of its own that leads nowhere; false if not allowed."""
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None).unshare
    return any(unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def confine(cpu_seconds: float, memory_bytes: int) -> None:
    """Takes from this process what the module's first lines say, and limits what it may use from now on.

    Args:
        cpu_seconds: of processor time, from its start.
        memory_bytes: of memory beyond what it has.
    """
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        library.prctl(PR_SET_NO_NEW_PRIVS, *map(ctypes.c_ulong, (1, 0, 0, 0)))
        forbid_files(library)
        forbid_calls(library, platform.machine())
    seconds = max(1, round(cpu_seconds))
    ceiling = _address_space() + memory_bytes
    for kind, soft, hard in (
        (resource.RLIMIT_CPU, seconds, seconds + 1),
        (resource.RLIMIT_AS, ceiling, ceiling),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
        (resource.RLIMIT_NPROC, 0, 0),
    ):
        with suppress(ValueError):  # a lower limit is in force
            resource.setrlimit(kind, (soft, hard))


def missing_protection() -> tuple[str, ...]:
    """What this system cannot take from a child, each as a sentence for the person who runs the pipeline."""
    if sys.platform != "linux":
        return (NO_FILES, NO_CALLS)
    library = ctypes.CDLL(None, use_errno=True)
    found = () if _landlock_version(library) >= 1 else (NO_FILES,)
    return found if _has_filters(library, platform.machine()) else (*found, NO_CALLS)


def _landlock_version(library: ctypes.CDLL) -> int:
    version: int = library.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_VERSION)
    return version


def _has_filters(library: ctypes.CDLL, machine: str) -> bool:
    """Whether the kernel has filters: it then looks for the one that is not there, else it knows no such request."""
    ctypes.set_errno(0)
    library.prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), None)
    return machine in FORBIDDEN_CALLS and ctypes.get_errno() == errno.EFAULT


def forbid_files(library: ctypes.CDLL) -> bool:
    """Forbids all changes of files; false where the kernel has no Landlock."""
    version = _landlock_version(library)
    if version < 1:
        return False
    rights = [sum(right for since, right in all_.items() if since <= version) for all_ in RIGHTS]
    fields = 1 + (version >= min(NETWORK_RIGHTS)) + (version >= min(SCOPES))
    ruleset = struct.pack(f"={fields}Q", *rights[:fields])
    descriptor = library.syscall(LANDLOCK_CREATE_RULESET, ruleset, ctypes.c_size_t(len(ruleset)), 0)
    if descriptor < 0:
        return False
    restricted: int = library.syscall(LANDLOCK_RESTRICT_SELF, descriptor, 0)
    os.close(descriptor)
    return restricted == 0


def forbid_calls(library: ctypes.CDLL, machine: str) -> bool:
    """Forbids the calls listed for this machine; false where none are or the kernel has no filters."""
    if machine not in FORBIDDEN_CALLS:
        return False
    program = filter_program(machine)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    done: int = library.prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), header)
    return done == 0


def filter_program(machine: str) -> bytes:
    """The filter as the kernel runs it: each instruction a code, two jumps and a number (linux/filter.h).

    It sees the number of a call at 0 and the architecture it is made for at 4 (linux/seccomp.h).
    """
    calls = sorted(FORBIDDEN_CALLS[machine].values())
    refuse = len(calls) + 1
    instructions = [(LOAD, 0, 0, 4), (EQUAL, 0, refuse + 2, ARCHITECTURES[machine]), (LOAD, 0, 0, 0)]
    instructions.append((AT_LEAST, refuse, 0, X32_CALLS))
    instructions += [(EQUAL, refuse - 1 - at, 0, call) for at, call in enumerate(calls)]
    instructions += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, NOT_PERMITTED)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def _address_space() -> int:
    """Bytes of address space in use before the work begins, so that the budget counts the work alone."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - a kernel table, not a file of ours
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 30
