#!/bin/sh
# Makes this computer a machine of a Gantline server, or removes it again:
#
#   curl -fsSL https://HOST/install-device-agent.sh | sudo bash -s -- --server https://HOST
#   curl -fsSL https://HOST/install-device-agent.sh | sudo bash -s -- --uninstall
#
# These are the same bytes for everybody; what is particular comes as options. All of it is
# functions, and the last line calls the first of them, so that a download that breaks off does
# nothing. What a machine is, and how it becomes one, is known to the program that this fetches.

main() {
    set -eu
    action=install
    insecure=no
    server='' token='' authority=''
    remaining=$#
    while [ "$remaining" -gt 0 ]; do
        name=${1%%=*}
        case $name in
            --help | -h)
                usage
                return 0
                ;;
            --uninstall | --insecure-http | --no-service | --no-tunnel | --mirror-files | \
                --insecure-skip-tls-verify)
                [ "$name" = "$1" ] || refuse "$name takes no value" "leave out ${1#"$name"}"
                value=
                ;;
            --server | --workspace | --label | --workspace-id | --device-id | --device-name | \
                --interval | --shell-bin | --python-bin | --token | --name | --install-cli | \
                --dir | --ca-bundle | --user | --tunnel-poll-interval | --max-files)
                if [ "$name" = "$1" ]; then
                    [ "$remaining" -gt 1 ] || refuse "$name needs a value" "see --help"
                    shift
                    remaining=$((remaining - 1))
                    value=$1
                else
                    value=${1#*=}
                fi
                ;;
            *) refuse "there is no option $name" "see --help" ;;
        esac
        shift
        remaining=$((remaining - 1))
        # What the program is to know goes to the end of the list, as one word however it looks.
        case $name in
            --uninstall) action=uninstall ;;
            --insecure-skip-tls-verify)
                refuse "a server's certificate is always checked: what it sends is run here" \
                    "give the certificate of its authority with --ca-bundle FILE"
                ;;
            --token) token=$value ;;
            --insecure-http)
                insecure=yes
                set -- "$@" "$name"
                ;;
            --no-service | --no-tunnel | --mirror-files) set -- "$@" "$name" ;;
            --server)
                server=${value%"${value##*[!/]}"}
                set -- "$@" "--server=$server"
                ;;
            --ca-bundle)
                authority=$value
                set -- "$@" "$name=$value"
                ;;
            *) set -- "$@" "$name=$value" ;;
        esac
    done
    if [ "$action" = uninstall ]; then
        uninstall
    else
        install_machine "$@"
    fi
}

usage() {
    cat <<'HELP'
Makes this computer a machine of a Gantline server.

  --server URL        address of the server
  --workspace PATH    directory in which sessions may run; may be given several times
                      [default: ~/gantline-work]
  --device-name NAME  what the machine is called (also --name) [default: the host name]
  --label NAME        what people call its workspace
  --workspace-id ID   what other systems call its workspace
  --device-id ID      what other systems call the machine
  --interval MS       milliseconds between two heartbeats, if less than the server asks
  --no-tunnel         let the server see the machine only; it takes no session
  --shell-bin PATH    shell of terminals [default: the user's own]
  --python-bin PATH   Python for programs in sessions (the machine itself needs none)
  --install-cli NAME  agent to install, such as claude or codex; may be given several times
  --token TOKEN       registration token; without it, it is asked for and not shown
  --dir PATH          where the machine keeps its key and what it remembers
  --user NAME         whose machine it is [default: who called sudo]
  --tunnel-poll-interval MS
                      milliseconds from poll to poll, at least, where the network lets no
                      WebSocket through [default: the next poll at once]
  --mirror-files      keep copies of the workspaces on the server, for those who may work on
                      the machine; what .gitignore names and secrets stay here
  --max-files COUNT   the most files that such a copy has [default: 10000]
  --ca-bundle FILE    certificates, PEM, that are trusted beside those of the system
  --no-service        start nothing in the background
  --insecure-http     send the token to another computer without encryption
  --uninstall         remove the machine; its workspaces stay
HELP
}

install_machine() {
    [ -n "$server" ] || refuse "it is not said which server this is to be a machine of" \
        "give it with --server https://HOST"
    check_server
    need curl uname mktemp chmod rm cut
    platform=$(platform)
    directory=$(mktemp -d)
    trap 'rm -rf "$directory"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    program=$directory/gantline
    say "Fetching the program for $platform from $server"
    address=$server/api/remote/agent/files/gantline-$platform
    fetch "$address.sha256" "$program.sha256"
    fetch "$address" "$program"
    expected=$(cut -c 1-64 "$program.sha256")
    found=$(checksum "$program")
    [ "$found" = "$expected" ] || fail 1 "what came from $server is not what it announced" \
        "nothing was installed; try again, and look what stands in between"
    chmod 700 "$program"
    "$program" --version >/dev/null 2>&1 || fail 1 "the program does not run in $directory" \
        "name another directory with TMPDIR, or use a program built for this system"
    enrol "$@"
}

# The token goes through a pipe: other users can see the arguments of programs.
enrol() {
    if [ -n "$token" ]; then
        printf '%s\n' "$token" | "$program" machine install "$@"
    elif [ ! -t 0 ] && (: </dev/tty) 2>/dev/null; then
        # This script itself came through standard input.
        "$program" machine install "$@" </dev/tty
    else
        "$program" machine install "$@"
    fi
}

uninstall() {
    for program in /usr/local/lib/gantline/gantline "${HOME:-}/.local/lib/gantline/gantline"; do
        if [ -x "$program" ]; then
            "$program" machine uninstall
            return
        fi
    done
    say "No machine is installed here."
}

# A token that travels unencrypted is read by whoever likes to; so is a program changed.
check_server() {
    case $server in
        *[!]A-Za-z0-9._~:/[-]*) refuse "$server is not the address of a server" "see --help" ;;
        https://?*) scheme=https ;;
        http://?*)
            scheme=http
            [ "$insecure" = yes ] || is_this_computer "${server#http://}" ||
                refuse "$server can be read and changed by others on the way" \
                    "use https, or say --insecure-http if you trust the network"
            ;;
        *) refuse "$server is not the address of a server" "it begins with https://" ;;
    esac
}

is_this_computer() {
    host=${1%%/*}
    case $host in
        localhost | localhost:* | '[::1]' | '[::1]:'*) return 0 ;;
        127.*)
            host=${host%%:*}
            case $host in
                *[!0-9.]*) return 1 ;;
            esac
            ;;
        *) return 1 ;;
    esac
}

platform() {
    case $(uname -s) in
        Linux) system=linux ;;
        Darwin) system=macos ;;
        *) refuse "there is no program for $(uname -s)" "machines run on Linux, macOS and Windows" ;;
    esac
    case $(uname -m) in
        x86_64 | amd64) processor=x86_64 ;;
        aarch64 | arm64) processor=aarch64 ;;
        *) refuse "there is no program for $(uname -m)" "machines have x86_64 or aarch64 processors" ;;
    esac
    printf '%s-%s' "$system" "$processor"
}

fetch() {
    set -- "$1" --output "$2"
    [ -z "$authority" ] || set -- "$@" --cacert "$authority"
    code=0
    curl --fail --silent --show-error --globoff --location --proto "=$scheme" \
        --proto-redir "=$scheme" --connect-timeout 20 --retry 2 --url "$@" || code=$?
    case $code in
        0) ;;
        22) fail 4 "$server has no program for $platform" \
            "put gantline-$platform into the server's directory for programs (--dist-dir)" ;;
        *) fail 6 "$server cannot be reached" "check the address, the network and the proxy" ;;
    esac
}

checksum() {
    if command -v sha256sum >/dev/null; then
        sha256sum <"$1"
    elif command -v shasum >/dev/null; then
        shasum -a 256 <"$1"
    else
        need openssl
        openssl dgst -sha256 -r <"$1"
    fi | cut -c 1-64
}

need() {
    for tool in "$@"; do
        command -v "$tool" >/dev/null || fail 1 "$tool is not here" "install $tool and try again"
    done
}

say() {
    printf '%s\n' "$1"
}

refuse() {
    fail 2 "$1" "$2"
}

# Says what is wrong and what to do about it.
fail() {
    printf 'Error: %s\n  Hint: %s\n' "$2" "$3" >&2
    exit "$1"
}

# In braces, because a prefix of this line is no command.
{ main "$@"; }
