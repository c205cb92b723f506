#!/bin/sh
# Makes this computer a machine no longer: its service, its key, what it remembers and the program
# go, its workspaces stay. Needs neither the server nor anything that is fetched.
#
#   curl -fsSL https://HOST/api/remote/agent/uninstall.sh | sudo bash

main() {
    set -eu
    for program in /usr/local/lib/gantline/gantline "${HOME:-}/.local/lib/gantline/gantline"; do
        if [ -x "$program" ]; then
            "$program" machine uninstall "$@"
            return
        fi
    done
    printf '%s\n' "No machine is installed here."
}

# In braces, because a prefix of this line is no command.
{ main "$@"; }
