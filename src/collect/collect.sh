#!/bin/sh
# Records every network namespace of a Linux host, for kubehop: what its own tools print of links, addresses, routes, rules, neighbours,
# forwarding entries, sysctls, sets, iptables, connections and listening sockets, and which pod or container it belongs to. One JSON document
# on standard output; docs/snapshot-format.md of kubehop describes it. Run as root, on the host or in all namespaces of its process 1:
#
#   ssh root@node sh <collect.sh >node.json
#   kubectl exec -i POD -- nsenter -t 1 -m -u -n sh <collect.sh >node.json    # a privileged pod with hostPID
#
# It needs sh, awk, grep, ls, and of ip, bridge, iptables, ipset, conntrack, ss, nft, tc, nsenter, unshare, mount, timeout what there is.
#
# It changes nothing:
# - No file is written. Namespaces get names for `ip netns list-id` in a mount namespace of its own, which ends with it.
# - Kernels load modules when they are asked for something that one of them provides. So each is asked only for what it has already
#   (see in_kernel); what it has not holds no rules, sets or connections, and its print is empty without asking.
# - `iptables-legacy -L` would create the table in the namespace; iptables-legacy-save prints the tables of /proc/net/ip_tables_names, which exist.
# - Container engines are asked only if they run: their sockets may belong to systemd, which would start them.
#
# It records no arguments, environment or files of processes, no payload, no keys. Of /proc/PID it looks at `ns/net` and `cgroup`.

main() {
  set -u
  LC_ALL=C
  PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
  export LC_ALL PATH
  nl='
'
  if [ "$(uname -s)" != Linux ]; then
    echo 'kubehop collect: this is not Linux' >&2
    return 2
  fi
  if [ "$(id -u)" != 0 ]; then
    echo 'kubehop collect: namespaces are open to root alone' >&2
    return 2
  fi
  if [ ! -r /proc/self/ns/net ]; then
    echo 'kubehop collect: /proc is not mounted' >&2
    return 2
  fi

  # Lines of ours among what the tools print: nobody can know the mark beforehand.
  read -r mark </proc/sys/kernel/random/uuid
  mark="kubehop-$mark"
  # So that it ends, whatever the tools do.
  limit=
  long=
  if timeout 9 true 2>/dev/null; then
    limit='timeout 30'
    long='timeout 600'
  fi
  # Process 1 sees the host's files where this shell stands in a container that has the host's processes.
  root=
  if [ -r /proc/1/mountinfo ] && ls /proc/1/root/ >/dev/null 2>&1; then root=/proc/1/root; fi

  { collect && printf '%s end\n' "$mark"; } </dev/null | tr '\000' '\377' | awk -v mark="$mark" "$TO_JSON"
}

collect() {
  exec 4>&1
  own=$(inode_of /proc/self/ns/net)
  look_at_kernel
  before=$(modules)
  name=$(uname -n)
  # In a pod this would be the pod's.
  if [ "$(inode_of /proc/1/ns/uts)" != "$(inode_of /proc/self/ns/uts)" ]; then name=$(nsenter -t 1 -u uname -n 2>/dev/null) || name=$(uname -n); fi
  printf '%s host %s\n' "$mark" "$name"
  printf '%s time %s\n' "$mark" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  printf '%s kernel %s\n' "$mark" "$(uname -r)"
  look_at_tools

  # Lines `ns INODE PATH`, several for a namespace with several ways into it, and lines for TO_JSON.
  found=$(find_namespaces)
  printf '%s\n' "$found" | grep "^$mark "
  spaces=$(printf '%s\n' "$found" | grep '^ns ' | usable_paths)
  if [ -z "$can_enter" ]; then
    printf '%s fail - 127 nsenter\tnot installed: the namespaces without a name could not be entered\n' "$mark"
  fi
  tell_numbers

  old=$IFS
  printf '%s\n' "$spaces" | while IFS=' ' read -r inode path; do
    IFS=$old
    [ -n "$inode" ] || continue
    # The open file keeps the namespace alive while it is asked, whatever becomes of its processes.
    if [ -z "$path" ] || ! { ask_namespace 3<"$path"; } 2>/dev/null; then
      printf '%s fail %s 1 nsenter\tthere was no way into it: it ended, or nsenter is not installed\n' "$mark" "$inode"
    fi
  done

  # It should not happen; if it does, nobody is to search for the cause.
  for module in $(modules); do
    case $before in
    *" $module "*) ;;
    *) printf '%s fail - 0 cat /proc/modules\tthe kernel has loaded %s meanwhile, for this or for others\n' "$mark" "$module" ;;
    esac
  done
}

# ---- what is there

# Sets `parts` to those of our list that the kernel has. A module's symbols are there once it is loaded, and those of what is built in always; each
# of these functions is static and its address is taken, so no compiler drops it, though some add to its name (`.llvm.123`).
look_at_kernel() {
  parts=$(awk '
    { sub(/\..*/, "", $3) }
    $3 == "register_netdevice" { readable = 1 }
    $4 == "[nf_tables]" || $3 == "nf_tables_newtable" { found["nf_tables"] }
    $4 == "[ip_set]" || $3 == "ip_set_create" { found["ip_set"] }
    $4 == "[nf_conntrack_netlink]" || $3 == "ctnetlink_dump_table" { found["nf_conntrack_netlink"] }
    $4 == "[tcp_diag]" || $3 == "tcp_diag_dump" { found["tcp_diag"] }
    $4 == "[udp_diag]" || $3 == "udp_diag_dump" { found["udp_diag"] }
    $4 == "[xfrm_user]" || $3 == "xfrm_dump_policy" { found["xfrm_user"] }
    END { if (readable) { printf " "; for (name in found) printf "%s ", name } }' /proc/kallsyms 2>/dev/null)
}

# in_kernel MODULE: 0 yes, 1 no, 2 nobody can tell (a kernel without CONFIG_KALLSYMS).
in_kernel() {
  case $parts in
  '') return 2 ;;
  *" $1 "*) return 0 ;;
  *) return 1 ;;
  esac
}

# All modules that are loaded: to tell if there are more in the end.
modules() {
  awk '{ printf " %s ", $1 }' /proc/modules 2>/dev/null
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# Tells the versions, which command prints which tables of iptables, and what is missing.
look_at_tools() {
  version ip ip -V
  version bridge bridge -V
  version conntrack conntrack -V
  version ss ss -V
  version nft nft -v
  # These two ask the kernel.
  if in_kernel ip_set; then version ipset ipset -v; fi

  nft_save=
  legacy_save=
  if has iptables-nft-save; then nft_save=iptables-nft-save; fi
  if has iptables-legacy-save; then legacy_save=iptables-legacy-save; fi
  if [ -z "$nft_save$legacy_save" ] && has iptables-save; then
    case $(readlink -f "$(command -v iptables-save)") in
    *nft*) nft_save=iptables-save ;;
    *legacy*) legacy_save=iptables-save ;;
    *)
      # 1.6 and older say nothing, and are what is called legacy today. The nft one asks the kernel even for its version.
      if in_kernel nf_tables && iptables-save -V 2>&1 </dev/null | grep -q nf_tables; then nft_save=iptables-save
      elif ! in_kernel nf_tables && [ -e /proc/net/ip_tables_names ]; then legacy_save=iptables-save
      elif ! iptables -V 2>&1 </dev/null | grep -q nf_tables; then legacy_save=iptables-save; fi
      ;;
    esac
  fi
  if [ -n "$nft_save" ] && in_kernel nf_tables; then version iptables-nft-save "$nft_save" -V; fi
  if [ -n "$legacy_save" ]; then version iptables-legacy-save "$legacy_save" -V; fi

  can_enter=
  can_name=
  if has nsenter; then can_enter=1; fi
  if has unshare && has mount && has nsenter && has ip && [ -n "$root" ]; then can_name=1; fi
  # iproute2 before 4.14, and busybox, know no -j.
  json_ip=
  json_bridge=
  if has ip && ip -j -V >/dev/null 2>&1 </dev/null; then json_ip=1; fi
  if has bridge && bridge -j -V >/dev/null 2>&1 </dev/null; then json_bridge=1; fi
}

# version NAME COMMAND…
version() {
  name=$1
  shift
  if has "$1"; then
    said=$($limit "$@" 2>&1 </dev/null)
    printf '%s tool %s %s\n' "$mark" "$name" "${said%%"$nl"*}"
  fi
}

# ---- which namespaces there are, and whose they are

find_namespaces() {
  # Process 1 has the host's own namespace, which may be another than this shell's.
  host=$(inode_of /proc/1/ns/net)
  host=${host:-$own}
  mounts=/proc/self/mountinfo
  if [ -n "$root" ]; then mounts=/proc/1/mountinfo; fi
  {
    echo '@mounts'
    grep ' nsfs ' "$mounts"
    echo '@processes'
    # printf is the shell's own: the list may be longer than what a program can be given.
    printf '%s\n' /proc/[0-9]*/ns/net | xargs ls -ln 2>/dev/null
    echo '@cgroups'
    printf '%s\n' /proc/[0-9]*/cgroup | xargs grep -s -E '[0-9a-f]{64}' /dev/null
    # kubelet names the folder of a pod's logs NAMESPACE_NAME_UID.
    echo '@logs'
    ls "$root/var/log/pods" 2>/dev/null
    # What CNI plugins answered: libcni keeps it, with the arguments of the container engine.
    echo '@cni'
    grep -h -s K8S_POD_NAME "$root"/var/lib/cni/results/* "$root"/var/lib/cni/cache/results/*
    echo '@cri'
    list_pods
    echo '@docker'
    list_containers
  } 2>/dev/null | awk -v mark="$mark" -v root="$root" -v host="$host" "$FIND"
}

list_pods() {
  has crictl || return 0
  for socket in /run/containerd/containerd.sock /run/k3s/containerd/containerd.sock /run/crio/crio.sock /run/cri-dockerd.sock; do
    if [ -S "$root$socket" ]; then
      $limit crictl --runtime-endpoint "unix://$root$socket" pods --no-trunc 2>/dev/null </dev/null
      return 0
    fi
  done
}

list_containers() {
  has docker || return 0
  # Not by the socket: systemd starts the engine when somebody connects.
  for folder in "$root/run" "$root/var/run"; do
    pid=
    # Its last line may have no end.
    if [ -S "$folder/docker.sock" ] && [ -r "$folder/docker.pid" ]; then read -r pid <"$folder/docker.pid" || :; fi
    if [ -z "$pid" ] || [ ! -d "/proc/$pid" ]; then continue; fi
    $limit docker -H "unix://$folder/docker.sock" ps --no-trunc --format '{{.ID}} {{.Names}}' 2>/dev/null </dev/null
    return 0
  done
}

inode_of() {
  # shellcheck disable=SC2012 # of one file
  ls -Lid "$1" 2>/dev/null | awk '{ print $1; exit }'
}

# From lines `ns INODE PATH`, the first way of each that leads there now: lines `INODE PATH`.
usable_paths() {
  last=
  open=
  while IFS=' ' read -r _ inode path; do
    if [ "$inode" != "$last" ]; then
      if [ -n "$last" ] && [ -z "$open" ]; then printf '%s\n' "$last"; fi
      last=$inode
      open=
    fi
    [ -z "$open" ] || continue
    if [ "$inode" != "$own" ] && [ -z "$can_enter" ]; then
      # `ip netns exec` takes names.
      case $path in
      "$root"/run/netns/* | "$root"/var/run/netns/*) ;;
      *) continue ;;
      esac
    fi
    # A process may have ended, and its number be another's.
    if [ "$(inode_of "$path")" = "$inode" ]; then
      open=1
      printf '%s %s\n' "$inode" "$path"
    fi
  done
  if [ -n "$last" ] && [ -z "$open" ]; then printf '%s\n' "$last"; fi
}

# Which namespace a device's other end is in, `ip -d link` tells as a number of this namespace (link-netnsid). `ip netns list-id` tells whose
# numbers they are, as far as they have names: so in a mount namespace of our own all get their inodes for names. The tmpfs covers /tmp,
# which every host has, and its folder covers /run: nothing is made in the host's.
tell_numbers() {
  [ -n "$can_name" ] || return 0
  # shellcheck disable=SC2016 # the inner shell expands it
  printf '%s\n' "$spaces" | $long unshare -m sh -c '
    mount -n --make-rprivate / || exit 1
    mount -n -t tmpfs kubehop /tmp || exit 1
    mkdir -p /tmp/run/netns
    all=
    while IFS=" " read -r inode path; do
      [ -n "$path" ] || continue
      : >"/tmp/run/netns/$inode"
      if mount -n --bind "$path" "/tmp/run/netns/$inode" </dev/null; then all="$all $inode"
      else rm "/tmp/run/netns/$inode"; fi
    done
    mount -n --rbind /tmp/run /run || exit 1
    if [ -d /var/run ] && [ ! -L /var/run ]; then mount -n --rbind /tmp/run /var/run || exit 1; fi
    for inode in $all; do
      echo "$1 numbers $inode"
      # The kernel gives the last numbers when somebody lists the links (rtnl_fill_link_netnsid).
      nsenter -n"/run/netns/$inode" sh -c "ip link show >/dev/null; ip netns list-id" </dev/null |
        while IFS= read -r line; do echo "$1 number $line"; done
    done
  ' sh "$mark" 2>/dev/null
}

# ---- what is asked in each

# Asks the namespace `inode`, which is open as 3, everything. The commands are those of src/snapshot/commands.ts.
ask_namespace() {
  [ "$(inode_of /proc/self/fd/3)" = "$inode" ] || return 1
  # No nsenter for one's own.
  if [ "$inode" = "$own" ]; then path=; fi
  printf '%s namespace %s\n' "$mark" "$inode"
  if [ -n "$json_ip" ]; then
    ask json 'ip -d -j address show' 'ip -d address show'
    ask json 'ip -j rule show' 'ip rule show'
    ask json 'ip -j neighbour show' 'ip neighbour show'
    ask json 'ip -j neighbour show proxy' 'ip neighbour show proxy'
  else
    ask text 'ip -d address show'
    ask text 'ip rule show'
    ask text 'ip neighbour show'
    ask text 'ip neighbour show proxy'
  fi
  # As JSON it would not tell all.
  ask text 'ip route show table all'
  if [ -z "$can_name" ]; then ask text 'ip netns list-id'; fi
  if [ -n "$json_bridge" ]; then
    ask json 'bridge -j fdb show' 'bridge fdb show'
    ask json 'bridge -d -j link show' 'bridge -d link show'
  else
    ask text 'bridge fdb show'
    ask text 'bridge -d link show'
  fi
  # busybox' sysctl is silent about what it cannot read, others are not, and none can be told what not to read.
  run sysctl 'sysctl -a' grep -r -s '' /proc/sys/net/ipv4 /proc/sys/net/bridge /proc/sys/net/netfilter
  if asks_kernel ip_set 'ipset save'; then ask text 'ipset save'; fi
  if asks_kernel nf_tables 'iptables-nft-save -c'; then save 'iptables-nft-save -c' "$nft_save"; fi
  if [ ! -e /proc/net/ip_tables_names ] || { tables=$(within cat /proc/net/ip_tables_names 2>/dev/null) && [ -z "$tables" ]; }; then
    nothing 'iptables-legacy-save -c'
  else
    save 'iptables-legacy-save -c' "$legacy_save"
  fi
  if asks_kernel nf_tables 'nft list tables'; then ask text 'nft list tables'; fi
  ask_connections
  ask_listeners
  # What else could decide over packets.
  ask text 'tc qdisc show'
  if in_kernel xfrm_user; then ask text 'ip xfrm policy'; fi
  if [ -e /proc/net/ip_vs ]; then run text 'cat /proc/net/ip_vs' cat /proc/net/ip_vs; fi
  return 0
}

ask_connections() {
  if [ ! -e /proc/sys/net/netfilter/nf_conntrack_max ]; then
    nothing 'conntrack -L'
  elif has conntrack && in_kernel nf_conntrack_netlink; then
    run entries 'conntrack -L' conntrack -L
  elif [ -e /proc/net/nf_conntrack ]; then
    run proc-entries 'conntrack -L' cat /proc/net/nf_conntrack
  elif has conntrack; then
    refuse 'conntrack -L' 'not asked, as it would load a module: nf_conntrack_netlink'
  else
    missing 'conntrack -L'
  fi
}

ask_listeners() {
  if has ss && in_kernel tcp_diag && in_kernel udp_diag; then
    run text 'ss -H -l -n -t -u' ss -H -l -n -t -u
  else
    run "sockets-$(uname -m)" 'ss -H -l -n -t -u' grep -s '' /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6
  fi
}

# save KEY PROGRAM
save() {
  if [ -n "$2" ]; then run text "$1" "$2" -c
  else missing "$1"; fi
}

# asks_kernel MODULE COMMAND: may it be asked? What the kernel does not have, it has none of.
asks_kernel() {
  in_kernel "$1"
  case $? in
  0) return 0 ;;
  1) nothing "$2" ;;
  *) refuse "$2" 'not asked: whether that would load a module, this kernel does not tell' ;;
  esac
  return 1
}

nothing() {
  printf '%s print text %s\n\n%s done 0\n' "$mark" "$1" "$mark"
}

refuse() {
  printf '%s fail %s 1 %s\t%s\n' "$mark" "$inode" "$1" "$2"
}

# Once for the host.
missing() {
  printf '%s fail - 127 %s\t%s is not installed\n' "$mark" "$1" "${1%% *}"
}

# ask HOW COMMAND [OTHERWISE]
ask() {
  if ! has "${2%% *}"; then
    missing "$2"
    return 0
  fi
  # shellcheck disable=SC2086 # words
  run "$1" "$2" $2
  if [ "$status" -ne 0 ] && [ "$status" -ne 124 ] && [ -n "${3-}" ]; then ask text "$3"; fi
}

# run HOW KEY COMMAND…: what it prints goes to TO_JSON as it comes.
run() {
  how=$1
  key=$2
  shift 2
  printf '%s print %s %s\n' "$mark" "$how" "$key"
  complaint=$(within "$@" 2>&1 >&4 4>&-)
  status=$?
  printf '\n%s done %s %s\n' "$mark" "$status" "${complaint%%"$nl"*}"
}

within() {
  if [ -z "$path" ]; then $limit "$@" </dev/null
  elif [ -n "$can_enter" ]; then $limit nsenter -n/proc/self/fd/3 "$@" </dev/null
  else $limit ip netns exec "${path##*/}" "$@" </dev/null; fi
}

# ---- programs for awk

# Reads what find_namespaces gathered. Prints a line `ns INODE PATH` for each way into a namespace, and for TO_JSON its names and owners.
# Names from outside are printed only if they are what Kubernetes and Docker allow, so none needs quoting.
FIND='
function part(text, before, pattern,    from) {
  if (!match(text, before pattern)) return ""
  text = substr(text, RSTART, RLENGTH)
  match(text, before)
  return substr(text, RLENGTH + 1)
}
function plain(text) { return text ~ /^[A-Za-z0-9][A-Za-z0-9_.-]*$/ ? text : "" }
function octal(text,    at) {
  while (at = index(text, "\\")) text = substr(text, 1, at - 1) sprintf("%c", substr(text, at + 1, 1) * 64 + substr(text, at + 2, 1) * 8 + substr(text, at + 3, 1)) substr(text, at + 4)
  return text
}
function field(name, value) { return value == "" ? "" : ",\"" name "\":\"" value "\"" }
# As text: to mawk they are too large for numbers.
function inode_of(text) { return text ~ /^net:\[[0-9]+\]$/ ? substr(text, 6, length(text) - 6) : "" }
function known(inode) { if (!(inode in seen)) { seen[inode] = 1; order[count++] = inode } }

/^@[a-z]+$/ { section = $0; next }
section == "@mounts" {
  # 36 25 0:4 net:[4026532178] /run/netns/a rw - nsfs nsfs rw
  inode = inode_of($4)
  if (inode == "") next
  where = octal($5)
  if (where ~ /\n/) next
  known(inode)
  mounted[inode] = mounted[inode] root where "\n"
  name = where
  # What was mounted last is what the name leads to.
  if (sub(/^(\/var)?\/run\/netns\//, "", name) && name !~ /\//) {
    if (!(name in named)) names[name_count++] = name
    named[name] = inode
  }
  at_path[where] = inode
  next
}
section == "@processes" {
  # lrwxrwxrwx 1 0 0 0 Jan  1 00:00 /proc/1/ns/net -> net:[4026531833]
  inode = inode_of($NF)
  if (inode == "") next
  pid = $(NF - 2)
  gsub(/[^0-9]/, "", pid)
  pid += 0
  known(inode)
  of_process[pid] = inode
  # Enough, in case that some end.
  if (ways[inode] < 4) { ways[inode]++; by_process[inode] = by_process[inode] "/proc/" pid "/ns/net\n" }
  next
}
section == "@cgroups" {
  # /proc/71/cgroup:0::/kubepods.slice/kubepods-pod0b5c_….slice/cri-containerd-3f….scope; what watches over a container is not in it.
  if (/conmon-/) next
  pid = $0
  sub(/^\/proc\//, "", pid)
  pid += 0
  if (!(pid in of_process)) next
  text = $0
  container = ""
  while (match(text, /[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]+/)) {
    if (RLENGTH == 64) container = substr(text, RSTART, 64)
    text = substr(text, RSTART + RLENGTH)
  }
  if (container == "") next
  # Its first process: others may have gone to other namespaces.
  if (!(container in first)) { containers[container_count++] = container; first[container] = pid }
  else if (pid < first[container]) first[container] = pid
  text = $0
  uid = ""
  while (match(text, /pod[0-9a-f][0-9a-f_-]+/)) {
    candidate = substr(text, RSTART + 3, RLENGTH - 3)
    text = substr(text, RSTART + RLENGTH)
    gsub(/_/, "-", candidate)
    # A static pod has a hash of its manifest.
    if (length(candidate) == 36 || length(candidate) == 32) uid = candidate
  }
  if (uid != "") pod_of[container] = uid
  next
}
section == "@logs" {
  if (split($0, words, "_") == 3) { spaces[words[3]] = plain(words[1]); pods[words[3]] = plain(words[2]) }
  next
}
section == "@cni" {
  name = plain(part($0, "\"K8S_POD_NAME\" *, *\"", "[^\"]*"))
  space = plain(part($0, "\"K8S_POD_NAMESPACE\" *, *\"", "[^\"]*"))
  uid = plain(part($0, "\"K8S_POD_UID\" *, *\"", "[^\"]*"))
  container = plain(part($0, "\"containerId\" *: *\"", "[^\"]*"))
  where = part($0, "\"sandbox\" *: *\"", "[^\"]*")
  if (name == "") next
  if (container != "") { name_of[container] = name; space_of[container] = space; if (uid != "" && !(container in pod_of)) uid_of[container] = uid }
  sub(/^\/var\/run\//, "/run/", where)
  inode = where in at_path ? at_path[where] : at_path["/var" where]
  if (inode != "") {
    if (container != "" && !(container in first)) { containers[container_count++] = container; first[container] = -1; place[container] = inode }
  }
  next
}
section == "@cri" {
  # POD ID  CREATED  STATE  NAME  NAMESPACE  ATTEMPT  RUNTIME: counted from the end, as times have spaces. Of old there was no RUNTIME.
  if (/^POD ID /) { last = / RUNTIME/ ? 1 : 0; next }
  if (NF < 6 || $1 !~ /^[0-9a-f]+$/ || $(NF - last - 3) !~ /^(Ready|NotReady)$/) next
  name_of[$1] = plain($(NF - last - 2))
  space_of[$1] = plain($(NF - last - 1))
  next
}
section == "@docker" {
  if ($1 ~ /^[0-9a-f]+$/) { split($2, words, ","); engine_name[$1] = plain(words[1]) }
  next
}

END {
  for (i = 0; i < container_count; i++) {
    container = containers[i]
    inode = container in place ? place[container] : of_process[first[container]]
    # What all containers of a pod share: its uid, else its name.
    uid = container in pod_of ? pod_of[container] : uid_of[container]
    if (uid != "") owner = "uid " uid
    else if (container in name_of) owner = "pod " space_of[container] " " name_of[container]
    else owner = "container " container
    key = inode SUBSEP owner
    if (!(key in owner_text)) { owner_keys[owner_count++] = key; owner_text[key] = owner; owner_inode[key] = inode; owner_uid[key] = uid }
    owner_list[key] = owner_list[key] (owner_list[key] == "" ? "" : ",") "\"" container "\""
    if (container in name_of) { owner_name[key] = name_of[container]; owner_space[key] = space_of[container] }
    if (uid in pods) { owner_name[key] = pods[uid]; owner_space[key] = spaces[uid] }
    if (owner ~ /^container /) owner_name[key] = engine_name[container]
  }
  for (i = 0; i < owner_count; i++) {
    key = owner_keys[i]
    kind = owner_text[key] ~ /^container / ? "container" : "pod"
    print mark " owner " owner_inode[key] " {\"kind\":\"" kind "\"" field("name", owner_name[key]) field("namespace", owner_space[key]) field("uid", owner_uid[key]) ",\"containers\":[" owner_list[key] "]}"
  }
  print mark " first " host
  # The host itself comes first.
  if (host in seen) tell(host)
  for (i = 0; i < count; i++) if (order[i] != host) tell(order[i])
}
function tell(inode,    i, n, lines) {
  for (i = 0; i < name_count; i++) if (named[names[i]] == inode) print mark " name " inode " " names[i]
  n = split(mounted[inode] by_process[inode], lines, "\n")
  for (i = 1; i < n; i++) print "ns " inode " " lines[i]
}
'

# Makes the document of what `collect` writes: lines that begin with the mark are ours, and what stands between `print` and `done` is a print.
TO_JSON='
BEGIN {
  for (i = 1; i < 256; i++) ord[sprintf("%c", i)] = i
  # As much of a line as is looked at in one piece: long strings are slow to take apart in some awks.
  PIECE = 1000
  # Connections are only cut off, as an answer seldom depends on many; nothing else is.
  ENTRIES = 100000
  marked = length(mark) + 1
}

index($0, mark " ") == 1 { ours(substr($0, marked + 1)); next }
printing { line($0) }

function word(text) { return index(text, " ") ? substr(text, 1, index(text, " ") - 1) : text }
function after(text) { return index(text, " ") ? substr(text, index(text, " ") + 1) : "" }

function ours(text,    what, rest) {
  what = word(text)
  rest = after(text)
  if (what == "host") printf "{\"format\":\"kubehop-snapshot\",\"version\":1,\"hosts\":[{\"name\":%s", quote(rest)
  else if (what == "time" || what == "kernel") printf ",\"%s\":%s", what, quote(rest)
  else if (what == "tool") tools = comma(tools) quote(word(rest)) ":" quote(after(rest))
  else if (what == "first") host = rest
  else if (what == "name") names[word(rest)] = comma(names[word(rest)]) quote(after(rest))
  else if (what == "owner") owners[word(rest)] = comma(owners[word(rest)]) after(rest)
  else if (what == "numbers") { numbered = rest; numbers[rest] = "" }
  else if (what == "number") numbers[numbered] = numbers[numbered] rest "\n"
  else if (what == "namespace") { close_namespace(); open_namespace(rest) }
  else if (what == "print") begin(word(rest), after(rest))
  else if (what == "done") finish(word(rest) + 0, after(rest))
  else if (what == "fail") { split(after(after(rest)), halves, "\t"); fail(word(rest), word(after(rest)), halves[1], halves[2]) }
  else if (what == "end") end()
}

function comma(list) { return list == "" ? "" : list "," }

function open_namespace(inode) {
  printf "%s{\"id\":%s", (opened++ ? ",\n" : ",\"tools\":{" tools "},\"namespaces\":[\n"), inode
  if (inode in names) printf ",\"names\":[%s]", names[inode]
  if (inode == host) printf ",\"host\":true"
  if (inode in owners) printf ",\"owners\":[%s]", owners[inode]
  printf ",\"prints\":{"
  prints = 0
  current = inode
  if (inode in numbers) {
    begin("text", "ip netns list-id")
    n = split(numbers[inode], rows, "\n")
    for (i = 1; i < n; i++) line(rows[i])
    line("")
    finish(0, "")
  }
}
function close_namespace() { if (opened) printf "}}" }

function fail(inode, status, command, message) {
  text = "{" (inode == "-" ? "" : "\"netns\":" inode ",") "\"command\":" quote(command) ",\"status\":" (status + 0) (message == "" ? "" : ",\"message\":" quote(substr(message, 1, 300))) "}"
  if (text in told) return
  told[text] = 1
  failures = comma(failures) "\n" text
  failed++
}

function begin(how, command) {
  printing = 1
  mode = how
  key = command
  pieces = 0
  lines = 0
  content = ""
  is_json = how == "json"
  bad = 0
  quoted = 0
  escape = 0
  depth = 0
  want = "value"
  token = ""
  if (how ~ /^sockets-/) { big = how ~ /^sockets-(s390|ppc64$|ppc$|mips$|mips64$|sparc)/; mode = "sockets" }
}

# A line of the print. The newline behind it comes with the next one, for the last line may have none.
function line(text) {
  if (mode == "sysctl") text = sysctl_line(text)
  else if (mode == "sockets") text = socket_line(text)
  else if (mode == "proc-entries") text = entry_line(text)
  if (mode != "json" && mode != "text" && text == "") return
  if (mode ~ /entries$/ && entries_full()) return
  if (is_json) { if (lines) next_line(); raw[lines++] = text; json_line(text) }
  else { if (lines++) push("\\n"); push(escaped(text)) }
}
function entries_full() { if (lines < ENTRIES) return 0; lines++; return 1 }
function push(text) { piece[pieces++] = text }
function next_line() {
  push("\n")
  if (quoted) bad = 1
  else end_token()
}

function finish(status, message,    i) {
  printing = 0
  if (mode == "sysctl" && lines) status = 0
  if (mode == "sockets") status = 0
  if (status) {
    # Older programs are asked again without -j.
    if (mode != "json" || status == 124) fail(current, status, key, status == 124 ? "it took longer than 30 seconds" : message)
    return
  }
  if (mode == "sockets" && lines) fail(current, 0, key, "read from /proc/net/tcp and others, which do not tell devices, and not whether a socket of [::] takes IPv4: it is shown as if")
  if (mode ~ /entries$/ && lines > ENTRIES) fail(current, 0, key, "only the first " ENTRIES " of " lines " connections")
  if (is_json) {
    end_token()
    if (bad || quoted || want != "end") { as_text(); return }
  }
  printf "%s\n%s:", (prints++ ? "," : ""), quote(key)
  if (!is_json) printf "\""
  for (i = 0; i < pieces; i++) printf "%s", piece[i]
  if (!is_json) printf "%s", (mode == "text" || lines == 0 ? "\"" : "\\n\"")
}

# What was asked for JSON and gave none. Programs that take -j and do not heed it print what they print without it.
function as_text(    i) {
  for (i = 0; i < lines; i++) if (raw[i] ~ /[^ \t]/) break
  if (i < lines && raw[i] ~ /^[ \t]*[[{]/) fail(current, 0, key, "what it printed is no JSON")
  else sub(/ -j /, " ", key)
  printf "%s\n%s:\"", (prints++ ? "," : ""), quote(key)
  for (i = 0; i < lines; i++) printf "%s%s", (i ? "\\n" : ""), escaped(raw[i])
  printf "\""
}

function end() {
  close_namespace()
  printf "\n],\"failures\":[%s]}]}\n", failures
  complete = 1
}
END {
  if (!complete) { print "kubehop collect: it ended too early; the file is not complete" | "cat 1>&2"; exit 1 }
  print "kubehop collect: " (opened + 0) " namespace" (opened == 1 ? "" : "s") (failed ? "; " failed " thing" (failed == 1 ? "" : "s") " could not be told, see the failures at the end of the file" : "") | "cat 1>&2"
}

# ---- prints that are made to look like those of the tool

# /proc/sys/net/ipv4/conf/eth0.7/forwarding:1 is net.ipv4.conf.eth0/7.forwarding = 1, as sysctl(8) has it.
function sysctl_line(text,    at, name) {
  at = index(text, ":")
  if (!at) return ""
  name = substr(text, 11, at - 11)
  # A secret.
  if (name ~ /fastopen_key/) return ""
  gsub(/\./, "\001", name)
  gsub(/\//, ".", name)
  gsub(/\001/, "/", name)
  return name " = " substr(text, at + 1)
}

# `ipv4     2 tcp      6 431999 ESTABLISHED src=… zone=0 use=2` is what conntrack(8) prints behind the second word.
function entry_line(text) {
  if (text !~ /^ipv4 /) return ""
  sub(/^ipv4 +2 /, "", text)
  sub(/ zone=0/, "", text)
  return text
}

# `/proc/net/tcp:   0: 0100007F:0050 00000000:0000 0A …`: 0A listens; a UDP socket that is not connected is 07.
function socket_line(text,    protocol, words, n, ends, address, i) {
  protocol = text ~ /^\/proc\/net\/tcp/ ? "tcp" : "udp"
  six = text ~ /^[^:]*6:/
  sub(/^[^:]*:/, "", text)
  n = split(text, words, " ")
  if (words[1] !~ /^[0-9]+:$/ || words[4] != (protocol == "tcp" ? "0A" : "07")) return ""
  split(words[2], ends, ":")
  if (six) {
    if (ends[1] !~ /^0+$/) return ""
    address = "*"
  } else {
    for (i = 0; i < 4; i++) address = address (i ? "." : "") hex(substr(ends[1], (big ? i : 3 - i) * 2 + 1, 2))
  }
  return protocol "   " (protocol == "tcp" ? "LISTEN" : "UNCONN") " 0      0      " address ":" hex(ends[2]) " " (six ? "*:*" : "0.0.0.0:*")
}
function hex(text,    i, value) {
  for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789ABCDEF", toupper(substr(text, i, 1))) - 1
  return value + 0
}

# ---- JSON

function quote(text) { return "\"" escaped(text) "\"" }

function escaped(text,    n, all, i) {
  gsub(/\\/, "&&", text)
  gsub(/"/, "\\\\&", text)
  if (text !~ /[^ -~]/) return text
  gsub(/\t/, "\\t", text)
  if (text !~ /[^ -~]/) return text
  n = clean(text, 0)
  for (i = 0; i < n; i++) all = all cleaned[i]
  return all
}

function json_line(text,    i, n) {
  if (text ~ /[^ -~]/ || index(text, "\\\047")) {
    n = clean(text, 1)
    for (i = 0; i < n; i++) { push(cleaned[i]); scan(cleaned[i]) }
  } else {
    n = length(text)
    for (i = 1; i <= n; i += PIECE) { push(substr(text, i, PIECE)); scan(piece[pieces - 1]) }
  }
}

# Makes a line safe: control characters are escaped, and octets that are no UTF-8 (RFC 3629, section 4) become U+FFFD. iproute2 writes an apostrophe
# with a backslash, which JSON does not know (lib/json_writer.c). The result is in `cleaned`, in pieces; returns their number.
function clean(text, json,    n, from, all, rest, last, out, i, c, o, more, low, high, j, x) {
  all = length(text)
  rest = ""
  n = 0
  for (from = 1; from <= all; from += PIECE) {
    text_piece = rest substr(text, from, PIECE)
    rest = ""
    last = from + PIECE > all
    out = ""
    for (i = 1; i <= length(text_piece); i++) {
      c = substr(text_piece, i, 1)
      o = ord[c]
      if (o < 32 || o == 127) { out = out sprintf("\\u%04x", o); continue }
      if (json && c == "\\") {
        if (i == length(text_piece) && !last) { rest = c; break }
        i++
        c = substr(text_piece, i, 1)
        out = out (c == "\047" ? c : "\\" c)
        continue
      }
      if (o < 128) { out = out c; continue }
      more = o < 194 ? 0 : o < 224 ? 1 : o < 240 ? 2 : o < 245 ? 3 : 0
      if (i + more > length(text_piece) && !last) { rest = substr(text_piece, i); break }
      low = o == 224 ? 160 : o == 240 ? 144 : 128
      high = o == 237 ? 159 : o == 244 ? 143 : 191
      for (j = 1; j <= more; j++) {
        x = ord[substr(text_piece, i + j, 1)]
        if (x < low || x > high) break
        low = 128
        high = 191
      }
      if (more && j > more) { out = out substr(text_piece, i, more + 1); i += more }
      else out = out "\\ufffd"
    }
    cleaned[n++] = out
  }
  return n
}

# Follows a JSON text: `want` is what may come next.
function scan(text,    i, n, c, far) {
  n = length(text)
  for (i = 1; i <= n && !bad; i++) {
    c = substr(text, i, 1)
    if (quoted) {
      if (escape == 1) { if (c == "u") escape = 5; else if (index("\"\\/bfnrt", c)) escape = 0; else bad = 1 }
      else if (escape) { if (c !~ /[0-9a-fA-F]/) bad = 1; if (--escape == 1) escape = 0 }
      else if (c == "\\") escape = 1
      else if (c == "\"") { quoted = 0; if (is_key) want = ":"; else had_value() }
      else if (match(substr(text, i), /["\\]/)) i += RSTART - 2
      else i = n
      continue
    }
    if (c ~ /[-+.0-9A-Za-z]/) { token = token c; continue }
    end_token()
    if (c == " " || c == "\t" || c == "\n") continue
    if (c == "\"") {
      is_key = want ~ /^key/
      if (!is_key && want !~ /^value/) bad = 1
      quoted = 1
    } else if (c == "{" || c == "[") {
      if (want !~ /^value/ || depth > 60) bad = 1
      kind[++depth] = c
      want = c == "{" ? "key or }" : "value or ]"
    } else if (c == "}" || c == "]") {
      if (!depth || kind[depth] != (c == "}" ? "{" : "[") || (want != "," && want != (c == "}" ? "key or }" : "value or ]"))) bad = 1
      depth--
      had_value()
    } else if (c == ",") {
      if (want != ",") bad = 1
      want = kind[depth] == "{" ? "key" : "value"
    } else if (c == ":") {
      if (want != ":") bad = 1
      want = "value"
    } else bad = 1
  }
}
function had_value() { want = depth > 0 ? "," : "end" }
function end_token() {
  if (token == "") return
  if (want !~ /^value/ || token !~ /^(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?)$/) bad = 1
  token = ""
  had_value()
}
'

main
