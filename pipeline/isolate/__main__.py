"""The keeper as a program: its parent by number, the descriptor of its channel, and the module whose work it does."""

import os
import socket
import sys

from pipeline.isolate.confinement import die_with_parent
from pipeline.isolate.keeper import keep

if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    keep(socket.socket(fileno=int(sys.argv[2])), sys.argv[3])
    os._exit(0)  # there is nothing to tidy up, and much to take apart
