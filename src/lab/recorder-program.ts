/** nftables table that switches the rule trace on. Its own table, before all others: no rule of the lab moves, no counter counts. */
export const TRACE_TABLE = 'kubehop_lab_trace'

/**
 * The recorder, a Perl program: Node can open neither packet sockets nor netlink, and perl-base is on every Debian machine
 * (Socket, POSIX and `syscall` are all that it needs). It runs as process 1 of fresh network, mount and process namespaces, so
 * that its end is the end of everything the lab started.
 *
 * It only collects; what it saw goes to standard output as messages `KIND FIELD… LENGTH\n` + LENGTH octets + `\n`, and
 * `observe.ts` makes sense of them. In the order of the traffic:
 *
 * - frames of all devices of a namespace from one packet socket, so that their order is the kernel's. The socket has a
 *   TPACKET_V2 ring, which holds the octets as they were at the tap: an ordinary socket holds a clone whose headers the kernel may
 *   still rewrite (NAT, forwarding, fragmentation), and would show a later truth (Documentation/networking/packet_mmap.rst)
 * - nf_tables trace (`NFNLGRP_NFTRACE`) and conntrack events (`NFNLGRP_CONNTRACK_*`) from netlink
 * - between two commands, what the numbers in these mean: links, rules with their handles, and at the end the tables
 *
 * Standard input carries the request and then stays open: when it closes, the one who asked is gone, and the recorder ends.
 */
export const RECORDER_PROGRAM = String.raw`
use strict;
use warnings;
use Socket;
use POSIX ();
use Fcntl;

# Numbers of include/uapi/asm-generic/unistd.h and arch/x86/entry/syscalls/syscall_64.tbl.
my %SYSCALLS = (
  x86_64  => { read => 0,  mmap => 9,   clock_gettime => 228, setns => 308 },
  aarch64 => { read => 63, mmap => 222, clock_gettime => 113, setns => 268 },
);
my $CALL = $SYSCALLS{(POSIX::uname())[4]};

use constant {
  AF_NETLINK => 16, AF_PACKET => 17, SOL_PACKET => 263, SOL_NETLINK => 270, NETLINK_NETFILTER => 12,
  PACKET_RX_RING => 5, PACKET_STATISTICS => 6, PACKET_VERSION => 10, TPACKET_V2 => 1,
  NETLINK_ADD_MEMBERSHIP => 1, SO_RCVBUFFORCE => 33, MSG_DONTWAIT => 0x40, CLONE_NEWNET => 0x40000000,
  SLOTS => 2048, SLOT => 2048, BLOCK => 65536,
};
# Conntrack NEW, UPDATE and DESTROY; the rule trace (enum nfnetlink_groups).
my @CONNTRACK_GROUPS = (1, 2, 3);
my $TRACE_GROUP = 9;

$| = 0;
binmode STDIN;
binmode STDOUT;

sub emit {
  my ($kind, $payload, @fields) = @_;
  print join(' ', $kind, @fields, length $payload), "\n", $payload, "\n" or POSIX::_exit(1);
}

sub give_up {
  my ($why) = @_;
  emit('failed', $why);
  close STDOUT;
  POSIX::_exit(1);
}

sub clock {
  my $buffer = "\0" x 16;
  syscall($CALL->{clock_gettime}, 0, $buffer);
  return unpack('qq', $buffer);
}

sub pause { select(undef, undef, undef, $_[0]) }

sub slurp {
  my ($path) = @_;
  open(my $file, '<', $path) or return '';
  local $/;
  return scalar(<$file>) // '';
}

sub spill {
  my ($path, $text) = @_;
  open(my $file, '>', $path) or die "$path: $!";
  print $file $text;
  close $file or die "$path: $!";
}

# ---- the request: lines NAME VALUE, then "script LENGTH" and the program that bash runs

my %request;
sub read_request {
  my ($line, $byte) = ('', '');
  while (sysread(STDIN, $byte, 1)) {
    if ($byte ne "\n") { $line .= $byte; next }
    my ($name, $value) = split / /, $line, 2;
    $line = '';
    if ($name eq 'script') {
      my $script = '';
      while (length $script < $value) {
        sysread(STDIN, $script, $value - length $script, length $script) or POSIX::_exit(1);
      }
      $request{script} = $script;
      return;
    }
    $request{$name} = $value;
  }
  POSIX::_exit(1);
}

# ---- namespaces

my @namespaces;
my $home;

sub enter {
  my ($handle) = @_;
  syscall($CALL->{setns}, fileno($handle), CLONE_NEWNET) == 0 or die "setns: $!";
}

sub names_of_namespaces {
  opendir(my $dir, '/run/netns') or return ();
  return sort grep { !/^\.\.?$/ } readdir $dir;
}

# A handle of its own for each: open() on a variable that holds the handle of another would change that one.
sub handle_of {
  my ($name) = @_;
  return $home if $name eq 'root';
  open(my $handle, '<', "/run/netns/$name") or die "$name: $!";
  return $handle;
}

# What a tool prints inside a namespace.
sub tool {
  my ($handle, @command) = @_;
  enter($handle);
  my $output = '';
  if (open(my $pipe, '-|', @command)) {
    local $/;
    $output = <$pipe> // '';
    close $pipe;
  }
  enter($home);
  return $output;
}

sub netlink {
  my (@groups) = @_;
  socket(my $socket, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) or die "netlink: $!";
  setsockopt($socket, SOL_SOCKET, SO_RCVBUFFORCE, pack('i', 16 << 20)) or die "netlink buffer: $!";
  bind($socket, pack('SSLL', AF_NETLINK, 0, 0, 0)) or die "netlink: $!";
  for my $group (@groups) {
    setsockopt($socket, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, pack('i', $group)) or die "netlink group $group: $!";
  }
  return $socket;
}

sub open_namespace {
  my ($index, $name) = @_;
  my $handle = handle_of($name);
  enter($handle);
  # Protocol 3 is ETH_P_ALL, in network order: every frame, both ways.
  socket(my $packets, AF_PACKET, SOCK_RAW, unpack('S', pack('n', 3))) or die "packet socket: $!";
  setsockopt($packets, SOL_PACKET, PACKET_VERSION, pack('i', TPACKET_V2)) or die "packet version: $!";
  setsockopt($packets, SOL_PACKET, PACKET_RX_RING, pack('IIII', BLOCK, SLOTS * SLOT / BLOCK, SLOT, SLOTS)) or die "ring: $!";
  # PROT_READ | PROT_WRITE, MAP_SHARED
  my $ring = syscall($CALL->{mmap}, 0, SLOTS * SLOT, 3, 1, fileno($packets), 0);
  die "mmap: $!" if $ring == -1;
  my $namespace = {
    index => $index, name => $name, handle => $handle, packets => $packets, ring => $ring, slot => 0,
    trace => netlink($TRACE_GROUP), conntrack => netlink(@CONNTRACK_GROUPS),
  };
  enter($home);
  emit('netns', $name, $index);
  return $namespace;
}

# ---- collecting

my $step = 0;
open(my $zeros, '<', '/dev/zero') or die "/dev/zero: $!";

sub drain_frames {
  my ($namespace) = @_;
  my $count = 0;
  while (1) {
    my $slot = $namespace->{ring} + $namespace->{slot} * SLOT;
    # struct tpacket2_hdr, and behind it, aligned, struct sockaddr_ll
    my ($status, undef, $length, $mac, undef, $seconds, $nanoseconds) =
      unpack('LLLSSLL', unpack('P28', pack('J', $slot)));
    last unless $status & 1;
    my ($ifindex, undef, $type) = unpack('lSC', unpack('P7', pack('J', $slot + 36)));
    my $octets = $length > 0 ? unpack("P$length", pack('J', $slot + $mac)) : '';
    emit('frame', $octets, $namespace->{index}, $ifindex, $type, $seconds, $nanoseconds);
    # Gives the slot back (TP_STATUS_KERNEL): Perl cannot write to an address, read(2) can.
    syscall($CALL->{read}, fileno($zeros), $slot, 4);
    $namespace->{slot} = ($namespace->{slot} + 1) % SLOTS;
    $count++;
  }
  return $count;
}

sub drain_netlink {
  my ($namespace, $kind) = @_;
  my $count = 0;
  while (1) {
    my $from = recv($namespace->{$kind}, my $messages, 1 << 17, MSG_DONTWAIT);
    if (!defined $from) {
      next if $!{EINTR};
      if ($!{ENOBUFS}) { emit('lost', $kind, $namespace->{index}); next }
      last;
    }
    emit($kind, $messages, $namespace->{index}, $step);
    $count++;
  }
  return $count;
}

sub drain {
  my $count = 0;
  for my $namespace (@namespaces) {
    $count += drain_frames($namespace);
    $count += drain_netlink($namespace, 'trace');
    $count += drain_netlink($namespace, 'conntrack');
  }
  return $count;
}

sub drain_all {
  for (1 .. 50) {
    return unless drain();
    pause(0.001);
  }
}

# ---- what the numbers mean

sub show_links {
  emit('links', tool($_->{handle}, 'ip', '-j', '-d', 'link'), $_->{index}) for @namespaces;
}

sub show_rules {
  for my $namespace (@namespaces) {
    my $rules = tool($namespace->{handle}, 'nft', '-j', '-a', 'list', 'ruleset');
    my $others = $rules =~ /"table": \{"family": "\w+", "name": "(?!$request{table}")/;
    emit('save', $others ? tool($namespace->{handle}, 'iptables-save') : '', $namespace->{index});
    emit('rules', $rules, $namespace->{index});
  }
}

sub show_counters {
  my ($kind) = @_;
  for my $namespace (@namespaces) {
    enter($namespace->{handle});
    emit($kind, slurp('/proc/net/snmp') . slurp('/proc/net/netstat'), $namespace->{index});
  }
  enter($home);
}

sub show_end {
  show_counters('snmp-end');
  my @tables = (
    ['counters', 'iptables-save', '-c'],
    ['final', 'conntrack', '-L', '-o', 'extended'],
    ['neigh', 'ip', '-4', '-j', 'neigh', 'show'],
    ['fdb', 'bridge', '-j', 'fdb', 'show'],
    ['route', 'ip', '-4', '-j', '-d', 'route', 'show', 'table', 'all'],
    ['cache', 'ip', '-4', '-j', 'route', 'show', 'cache'],
    ['policy', 'ip', '-4', 'rule', 'show'],
  );
  for my $namespace (@namespaces) {
    for my $table (@tables) {
      my ($kind, @command) = @$table;
      emit($kind, tool($namespace->{handle}, @command), $namespace->{index});
    }
    # struct tpacket_stats: frames, frames lost
    my $statistics = getsockopt($namespace->{packets}, SOL_PACKET, PACKET_STATISTICS);
    emit('lost', 'frames', $namespace->{index}) if (unpack('LL', $statistics))[1] > 0;
  }
}

# Waits until no device that should work is on its way: carrier and bridge ports come up a little later.
sub settle {
  for (1 .. 60) {
    my $waiting = 0;
    for my $name ('root', names_of_namespaces()) {
      for (split /\n/, tool(handle_of($name), 'ip', '-o', '-d', 'link')) {
        next unless /^\d+: (\S+?)[:\@].*?<([^>]*)>/ and $1 ne 'lo';
        my %flag = map { $_ => 1 } split /,/, $2;
        next if !$flag{UP} or $flag{'NO-CARRIER'};
        $waiting = 1 if / state DOWN / or /bridge_slave state (disabled|listening|learning)/;
      }
    }
    last unless $waiting;
    pause(0.05);
  }
  pause(0.1);
}

sub start {
  settle();
  @namespaces = (open_namespace(0, 'root'));
  push @namespaces, open_namespace(scalar @namespaces, $_) for names_of_namespaces();
  show_links();
  spill('trace.nft', <<"NFT");
table ip $request{table} {
  chain PREROUTING { type filter hook prerouting priority -301; meta nftrace set 1; }
  chain OUTPUT { type filter hook output priority -301; meta nftrace set 1; }
}
NFT
  tool($_->{handle}, 'nft', '-f', 'trace.nft') for @namespaces;
  show_rules();
  show_counters('snmp-start');
}

# ---- the conversation with bash: it says what it begins and ends, and waits for an answer each time

sub handle {
  my ($line) = @_;
  my ($word, $n) = split / /, $line;
  if ($word eq 'READY') { start() }
  elsif ($word eq 'BEGIN') {
    drain_all();
    $step = $n;
    emit('step', '', $step, clock());
  }
  elsif ($word eq 'END') {
    drain_all();
    my $look = substr($request{look}, $n - 1, 1);
    show_links() if $look eq 'l' or $look eq 'b';
    show_rules() if $look eq 'r' or $look eq 'b';
  }
  elsif ($word eq 'DONE') {
    pause(0.15);
    drain();
    return 1;
  }
  elsif ($word eq 'SETUPFAIL') {
    give_up("the set-up failed at " . substr($line, 10) . "\n" . slurp('setup.err'));
  }
  return 0;
}

sub watch {
  my ($bash) = @_;
  my $deadline = time + $request{limit};
  my ($buffer, $done) = ('', 0);
  sysopen(my $heard, 'request', O_RDWR | O_NONBLOCK) or die "request: $!";
  sysopen(my $answer, 'answer', O_RDWR) or die "answer: $!";
  while (!$done) {
    give_up("the time limit of $request{limit} seconds is over") if time > $deadline;
    my $readable = '';
    vec($readable, fileno($_), 1) = 1 for *STDIN, $heard;
    for my $namespace (@namespaces) {
      vec($readable, fileno($namespace->{$_}), 1) = 1 for qw(packets trace conntrack);
    }
    select($readable, undef, undef, 0.5);
    POSIX::_exit(1) if vec($readable, fileno(STDIN), 1) and !sysread(STDIN, my $ignored, 1);
    drain();
    my $more = sysread($heard, $buffer, 4096, length $buffer);
    while (!$done and $buffer =~ s/^([^\n]*)\n//) {
      $done = handle($1);
      syswrite($answer, "k\n");
    }
    if (!$done and !$more and waitpid($bash, POSIX::WNOHANG) == $bash) {
      give_up("the lab ended early with status " . ($? >> 8) . "\n" . slurp('setup.err') . slurp('bash.err'));
    }
  }
}

sub main {
  die "no system call numbers for this machine\n" unless $CALL;
  read_request();
  open($home, '<', '/proc/self/ns/net') or die "network namespace: $!";
  die "still in the machine's own network namespace\n" if readlink('/proc/self/ns/net') eq $request{outside};
  # Private copies of all that a lab may write to. They vanish with the mount namespace.
  for my $place ('/run', '/tmp') {
    system('mount', '-t', 'tmpfs', 'none', $place) == 0 or die "cannot mount on $place\n";
  }
  mkdir $_ or die "$_: $!" for '/run/netns', '/run/lock', '/tmp/lab';
  chdir '/tmp/lab' or die "/tmp/lab: $!";
  for my $which ('all', 'default') {
    my $switch = "/proc/sys/net/ipv6/conf/$which/disable_ipv6";
    spill($switch, "1\n") if -e $switch;
  }
  open(STDERR, '>', '/dev/null');
  POSIX::mkfifo($_, 0600) or die "$_: $!" for 'request', 'answer';
  spill('lab.sh', $request{script});
  my ($from) = clock();
  my $bash = fork() // die "fork: $!";
  if ($bash == 0) {
    open(STDIN, '<', '/dev/null');
    open(STDOUT, '>', '/dev/null');
    open(STDERR, '>', 'bash.err');
    exec 'bash', 'lab.sh';
    POSIX::_exit(127);
  }
  watch($bash);
  waitpid($bash, 0);
  show_end();
  for my $n (1 .. length $request{look}) {
    emit($_, slurp("$_.$n"), $n) for 'out', 'err', 'rc';
  }
  emit('done', '');
  close STDOUT;
  POSIX::_exit(0);
}

eval { main(); 1 } or give_up($@);
`
