"""The keeper as a program: the descriptor of its channel, and the module whose work it does."""

import os
import socket
import sys

from pipeline.isolate.keeper import keep

if __name__ == "__main__":
    keep(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
    os._exit(0)  # there is nothing to tidy up, and much to take apart
