import { describe, expect, it } from 'vitest'
import { PAIR, ROUTER, said, sh } from '../support.ts'

describe('ip', () => {
  it.each([
    ['ip foo', 'Object "foo" is unknown, try "ip help".\nrc=1\n'],
    ['ip', expect.stringContaining('Usage: ip [ OPTIONS ] OBJECT')],
    ['ip -n zz link', 'Cannot open network namespace "zz": No such file or directory\nrc=255\n'],
    ['ip -n', 'Cannot open network namespace "(null)": No such file or directory\nrc=255\n'],
    [
      'ip -4 -N --force -f inet r; ip ru',
      '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\nrc=0\n',
    ],
  ])('%s', (command, output) => {
    expect(said('', command)).toEqual(output)
  })

  it.each(['ip -6 route', 'ip -s -s link', 'ip -f inet6 addr', 'ip tunnel show', 'ip monitor', 'ip addrlabel'])(
    '%s is refused by name',
    (command) => {
      expect(() => sh(command)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
    },
  )

  it('runs batches, from a file or standard input, up to the first mistake', () => {
    expect(
      sh(
        'echo "link add br0 type bridge" > f; echo "netns add \'a\' # x" >> f; ip -batch f; ip -o link show type bridge; ip netns',
      ).output,
    ).toMatch(/2: br0[\s\S]*\na\n$/)
    expect(
      said('', 'printf "netns add a\\nnetns exec a true\\n\\nlink show nosuch\\nnetns add b\\n" | ip -b -; ip netns'),
    ).toBe('Device "nosuch" does not exist.\nCommand failed -:4\na\nrc=0\n')
    expect(said('', 'ip -batch nofile')).toBe(
      'Cannot open file "nofile" for reading: No such file or directory\nrc=1\n',
    )
    expect(said('', 'echo "netns exec zz true" | ip -b -')).toBe(
      'Cannot open network namespace "zz": No such file or directory\nCommand failed -:1\nrc=1\n',
    )
    expect(said('', 'echo "netns exec" | ip -b -')).toContain('No netns name specified\nCommand failed')
  })
})

describe('ip netns', () => {
  it.each([
    ['ip netns add a; ip netns add a', 'Cannot create namespace file "/run/netns/a": File exists\nrc=1\n'],
    ['ip netns add', 'No netns name specified\nrc=1\n'],
    ['ip netns add a/b', 'Invalid netns name "a/b"\nrc=255\n'],
    ['ip netns add .', 'Invalid netns name "."\nrc=255\n'],
    ['ip netns identify', '\nrc=0\n'],
    ['ip netns add q; ip netns exec q ip netns identify', 'q\nrc=0\n'],
    ['ip netns del', 'No netns name specified\nrc=1\n'],
    ['ip netns del zz', 'Cannot remove namespace file "/run/netns/zz": No such file or directory\nrc=1\n'],
    ['ip netns exec', 'No netns name specified\nrc=1\n'],
    ['ip netns exec zz true', 'Cannot open network namespace "zz": No such file or directory\nrc=255\n'],
    ['ip netns add a; ip netns exec a', 'No command specified\nrc=1\n'],
    ['ip netns add a; ip netns add b; ip netns list; ip netns show', 'b\na\nb\na\nrc=0\n'],
    ['ip netns add a; ip netns delete a; ip netns', 'rc=0\n'],
    ['ip netns foo', 'Command "foo" is unknown, try "ip netns help".\nrc=255\n'],
  ])('%s', (command, output) => {
    expect(said('', command)).toBe(output)
  })

  it('takes both ends of a cable with it, and nothing else', () => {
    expect(sh(`${PAIR}ip netns del b\nip -n a -o link`).output).toMatch(/^1: lo: .*\n$/)
    expect(sh('ip netns add a; ip -n a link add x type veth peer name y; ip netns del a; ip netns').output).toBe('')
  })

  it('refuses the rest by name', () => {
    expect(() => sh('ip netns identify 1')).toThrow('ip netns identify')
  })
})

describe('ip address', () => {
  const setup = 'ip link add d0 address 02:00:00:00:00:01 type dummy\nip link set d0 up'

  it('shows what was given, primaries of the widest scope first', () => {
    expect(
      said(
        `${setup}
ip addr add 10.0.0.1/24 dev d0
ip addr add 10.0.0.2/24 brd + dev d0
ip a add 10.5.0.2 peer 10.5.0.3 dev d0
ip addr add 10.7.0.2/24 dev d0 scope link label d0:1
ip addr add local 10.8.0.2/24 broadcast - dev d0 metric 7 noprefixroute
ip addr add 10.9.0.1/31 brd + dev d0
ip addr add 10.10.0.1/24 brd 10.10.0.9 dev d0`,
        'ip addr show d0',
      ),
    ).toBe(`2: d0: <BROADCAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc noqueue state UNKNOWN group default qlen 1000
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 10.7.0.2/24 scope link d0:1
       valid_lft forever preferred_lft forever
    inet 10.0.0.1/24 scope global d0
       valid_lft forever preferred_lft forever
    inet 10.5.0.2 peer 10.5.0.3/32 scope global d0
       valid_lft forever preferred_lft forever
    inet 10.8.0.2/24 metric 7 brd 10.8.0.0 scope global noprefixroute d0
       valid_lft forever preferred_lft forever
    inet 10.9.0.1/31 scope global d0
       valid_lft forever preferred_lft forever
    inet 10.10.0.1/24 brd 10.10.0.9 scope global d0
       valid_lft forever preferred_lft forever
    inet 10.0.0.2/24 brd 10.0.0.255 scope global secondary d0
       valid_lft forever preferred_lft forever
rc=0
`)
  })

  it.each([
    [
      'ip addr add 10.0.0.1/24 dev d0; ip addr add 10.0.0.1/24 dev d0',
      'Error: ipv4: Address already assigned.\nrc=2\n',
    ],
    ['ip addr add 10.0.0.1/24 dev d0; ip addr replace 10.0.0.1/24 dev d0', 'rc=0\n'],
    ['ip addr add 10.0.0.1 dev nosuch', 'Cannot find device "nosuch"\nrc=1\n'],
    ['ip addr add 10.0.0.1', 'Not enough information: "dev" argument is required.\nrc=1\n'],
    ['ip addr add dev d0', 'RTNETLINK answers: Operation not supported\nrc=2\n'],
    ['ip addr del dev d0', 'RTNETLINK answers: Operation not supported\nrc=2\n'],
    ['ip addr add 10.0.0.300/24 dev d0', 'Error: any valid prefix is expected rather than "10.0.0.300/24".\nrc=1\n'],
    [
      'ip addr add 10.0.0.1 10.0.0.2 dev d0',
      'Error: either "local" is duplicate, or "10.0.0.2" is a garbage.\nrc=255\n',
    ],
    ['ip addr add 10.0.0.1 dev d0 label x', 'rc=0\n'],
    ['ip addr add 10.0.0.1/24 dev d0; ip addr del 10.0.0.9/24 dev d0', 'Error: ipv4: Address not found.\nrc=2\n'],
    [
      'ip addr add 10.0.0.1/24 dev d0; ip addr del 10.0.0.1 dev d0; ip -br addr show d0',
      expect.stringMatching(
        /^Warning: Executing wildcard deletion[\s\S]*\(10.0.0.1\/32\)[\s\S]*\nd0 +UNKNOWN +\nrc=0\n$/,
      ),
    ],
    ['ip addr add 10.0.0.1/24 dev d0; ip addr del 10.0.0.1/24 dev d0; ip -4 addr', 'rc=0\n'],
    ['ip addr add 10.0.0.1/24 dev d0; ip addr flush dev d0; ip -o addr show', 'rc=0\n'],
    ['ip addr flush', 'Flush requires arguments.\nrc=1\n'],
    ['ip addr add 10.0.0.1/24 dev d0 label averyverylongname', 'Error: Attribute failed policy validation.\nrc=2\n'],
    ['ip addr add 0.0.0.0/24 dev d0; ip -4 addr show d0', 'rc=0\n'],
    [
      'ip addr add 10.0.0.1/24 dev d0; ip addr add 10.1.0.1/24 dev d0; ip addr flush dev d0 to 10.0.0.0/24; ip -br addr show d0',
      expect.stringContaining(' 10.1.0.1/24 \nrc=0'),
    ],
    [
      'ip addr add 10.0.0.1/24 dev d0; ip addr add 10.0.0.2/24 dev d0; ip -br addr show dev d0 secondary',
      expect.stringContaining(' 10.0.0.2/24 \nrc=0'),
    ],
    [
      'ip addr add 10.0.0.1/24 dev d0; ip -o addr',
      '2: d0    inet 10.0.0.1/24 scope global d0\\       valid_lft forever preferred_lft forever\nrc=0\n',
    ],
    [
      'ip addr add 10.0.0.1/24 dev d0; ip -br a',
      'lo               DOWN           \nd0               UNKNOWN        10.0.0.1/24 \nrc=0\n',
    ],
    [
      'ip link set lo up; ip addr add 10.0.0.1/24 dev d0; ip -br addr show scope host',
      'lo               UNKNOWN        127.0.0.1/8 \nrc=0\n',
    ],
    ['ip addr show scope foo', 'Error: argument "foo" is wrong: invalid "scope"\n\nrc=255\n'],
    ['ip addr foo', 'Command "foo" is unknown, try "ip address help".\nrc=255\n'],
  ])('%s', (command, output) => {
    expect(said(setup, command)).toEqual(output)
  })

  it('with -4 says nothing of the link but where its other end is', () => {
    expect(said(PAIR, 'ip -n a -4 addr show dev eth0')).toBe(
      `2: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000 link-netns b
    inet 10.0.0.1/24 scope global eth0
       valid_lft forever preferred_lft forever
rc=0
`,
    )
  })

  it.each([
    'ip addr save',
    'ip -j -o addr',
    'ip addr add 10.0.0.1 dev d0 valid_lft 5',
    'ip addr add fd00::1/64 dev d0',
  ])('%s is refused by name', (command) => {
    expect(() => sh(`${setup}\n${command}`)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
  })
})

describe('ip route', () => {
  it.each([
    [
      'ip -n r route',
      '10.1.0.0/24 dev c0 proto kernel scope link src 10.1.0.1 \n10.2.0.0/24 dev s0 proto kernel scope link src 10.2.0.1 \nrc=0\n',
    ],
    ['ip -n r route show dev c0', '10.1.0.0/24 proto kernel scope link src 10.1.0.1 \nrc=0\n'],
    ['ip -n c r g 10.2.0.2', '10.2.0.2 via 10.1.0.1 dev eth0 src 10.1.0.2 uid 0 \n    cache \nrc=0\n'],
    ['ip -n r route get 10.2.0.2 from 10.1.0.2 iif c0', '10.2.0.2 from 10.1.0.2 dev s0 \n    cache iif c0 \nrc=0\n'],
    [
      'ip -n r route get 10.2.0.2 oif s0 mark 5 tos 0x10 uid 7 ipproto tcp sport 5 dport 6',
      '10.2.0.2 dev s0 src 10.2.0.1 mark 5 uid 7 \n    cache \nrc=0\n',
    ],
    ['ip -n r route get fibmatch 10.2.0.2', '10.2.0.0/24 dev s0 proto kernel scope link src 10.2.0.1 \nrc=0\n'],
    ['ip -n r route get to 10.9.0.1', 'RTNETLINK answers: Network is unreachable\nrc=2\n'],
    ['ip -n r route get 10.9.0.1 from 10.1.0.2 iif c0', 'RTNETLINK answers: Network is unreachable\nrc=2\n'],
    ['ip -n r route get', 'need at least a destination address\nrc=1\n'],
    ['ip -n r route get 10.1.0.1 10.1.0.2', '10.1.0.2 dev c0 src 10.1.0.1 uid 0 \n    cache \nrc=0\n'],
    ['ip -n r route get 10.1.0.1 ipproto foo', 'Error: argument "foo" is wrong: Invalid "ipproto" value\n\nrc=255\n'],
    [
      'ip -n r route add 10.9.0.0/16 via 10.2.0.2; ip -n r route add 10.9.0.0/16 via 10.2.0.2',
      'RTNETLINK answers: File exists\nrc=2\n',
    ],
    ['ip -n r route add 10.9.0.0/16 via 10.99.0.2', 'Error: Nexthop has invalid gateway.\nrc=2\n'],
    [
      'ip -n r route append 10.9.0.0/16 via 10.2.0.2; ip -n r route replace 10.9.0.0/16 via 10.2.0.3; ip -n r route show 10.9.0.0/16',
      '10.9.0.0/16 via 10.2.0.3 dev s0 \nrc=0\n',
    ],
    ['ip -n r route del 10.8.0.0/16', 'RTNETLINK answers: No such process\nrc=2\n'],
    ['ip -n c route del default; ip -n c route', '10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.2 \nrc=0\n'],
    ['ip -n r route show table 77', 'Error: ipv4: FIB table does not exist.\nDump terminated\nrc=2\n'],
    ['ip netns add n; ip -n n route', 'rc=0\n'],
    [
      'ip netns add n; ip -n n route show table local',
      'Error: ipv4: FIB table does not exist.\nDump terminated\nrc=2\n',
    ],
    ['ip -n r route flush', '"ip route flush" requires arguments.\nrc=1\n'],
    ['ip -n c route flush 10.1.0.0/24; ip -n c route', 'default via 10.1.0.1 dev eth0 \nrc=0\n'],
    ['ip -n c route flush cache', 'rc=0\n'],
    ['ip -n r route foo', 'Command "foo" is unknown, try "ip route help".\nrc=255\n'],
  ])('%s', (command, output) => {
    expect(said(ROUTER, command)).toBe(output)
  })

  it('prints what was learned of the path', () => {
    const setup = `${ROUTER}ip -n r link set s0 mtu 1000\nip -n s link set eth0 mtu 1000\nip netns exec c ping -c1 -W1 -M do -s 1200 10.2.0.2 >/dev/null; ip -n c route show cache; ip -n c route get 10.2.0.2 >/dev/null`
    expect(said(setup, 'ip -n c route show cache')).toMatch(
      /^10.2.0.2 via 10.1.0.1 dev eth0 \n {4}cache expires (599|600)sec mtu 1000 \nrc=0/,
    )
    expect(said(setup, 'ip -n c route get 10.2.0.2')).toMatch(/\n {4}cache expires (599|600)sec mtu 1000 \n/)
    expect(said(setup, 'ip -o -n c route flush cache; ip -n c route show cache')).toBe('rc=0\n')
  })

  it('refuses the rest by name', () => {
    expect(() => sh('ip route save')).toThrow('ip route save')
  })
})

describe('ip rule', () => {
  it.each([
    [
      'ip rule add from 10.0.0.0/8 table 100; ip rule add to 10.1.0.0/16 fwmark 5 prohibit; ip rule list',
      '0:\tfrom all lookup local\n32764:\tfrom all to 10.1.0.0/16 fwmark 0x5 prohibit\n32765:\tfrom 10.0.0.0/8 lookup 100\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\nrc=0\n',
    ],
    [
      'ip rule add from 10.0.0.0/8 table 100; ip rule show table 100; ip rule show from 10.0.0.0/8; ip rule show fwmark 7',
      '32765:\tfrom 10.0.0.0/8 lookup 100\n'.repeat(2).concat('rc=0\n'),
    ],
    ['ip rule del table 200', 'RTNETLINK answers: No such file or directory\nrc=2\n'],
    [
      'ip rule add from 10.0.0.0/8 table 100; ip rule del from 10.0.0.0/8; ip rule flush; ip rule',
      '0:\tfrom all lookup local\nrc=0\n',
    ],
    ['ip rule foo', 'Command "foo" is unknown, try "ip rule help".\nrc=255\n'],
  ])('%s', (command, output) => {
    expect(said('', command)).toBe(output)
  })

  it('refuses the rest by name', () => {
    expect(() => sh('ip rule save')).toThrow('ip rule save')
  })
})

describe('ip neigh', () => {
  const setup =
    'ip link add e1 type veth peer name e2\nip link set e1 up\nip link set e2 up\nip addr add 10.0.0.1/24 dev e1'
  const two = '02:00:00:00:00:02'
  it.each([
    [
      `ip neigh add 10.0.0.2 lladdr ${two} dev e1; ip neigh add 10.0.0.2 lladdr ${two} dev e1 nud permanent`,
      'RTNETLINK answers: File exists\nrc=2\n',
    ],
    [
      `ip neigh add 10.0.0.2 lladdr ${two} dev e1; ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:03 dev e1 nud reachable; ip neigh show`,
      '10.0.0.2 dev e1 lladdr 02:00:00:00:00:03 REACHABLE \nrc=0\n',
    ],
    ['ip neigh add 10.0.0.3 dev e1', 'Error: No link layer address given.\nrc=2\n'],
    [`ip neigh add 10.0.0.5 lladdr ${two}`, 'Device and destination are required arguments.\nrc=255\n'],
    [`ip neigh add 10.0.0.6 lladdr ${two} dev nosuch`, 'Cannot find device "nosuch"\nrc=1\n'],
    [`ip neigh change 10.0.0.7 lladdr ${two} dev e1`, 'RTNETLINK answers: No such file or directory\nrc=2\n'],
    [
      `ip neigh add to 10.0.0.4 lladdr ${two} nud stale dev e1; ip n show dev e1; ip n show 10.0.0.4; ip n show nud permanent; ip n show to 10.0.0.0/8 nud stale`,
      `10.0.0.4 lladdr ${two} STALE \n10.0.0.4 dev e1 lladdr ${two} STALE \n10.0.0.4 dev e1 lladdr ${two} STALE \nrc=0\n`,
    ],
    [
      `ip neigh add 10.0.0.2 lladdr ${two} dev e1; ip neigh get 10.0.0.2 dev e1`,
      `10.0.0.2 dev e1 lladdr ${two} PERMANENT \nrc=0\n`,
    ],
    ['ip neigh get 10.0.0.2 dev e1', 'Error: Neighbour entry not found.\nrc=2\n'],
    ['ip neigh add 10.0.0.2 lladdr xx dev e1', '"xx" is invalid lladdr.\nrc=1\n'],
    ['ip neigh add x dev e1', 'Error: any valid address is expected rather than "x".\nrc=1\n'],
    ['ip neigh get 10.0.0.2', 'Device and address are required arguments.\nrc=255\n'],
    ['ip neigh del 10.0.0.9 dev e1', 'RTNETLINK answers: No such file or directory\nrc=2\n'],
    [`ip neigh add 10.0.0.2 lladdr ${two} dev e1; ip neigh del 10.0.0.2 dev e1; ip neigh`, 'rc=0\n'],
    [
      `ip neigh add 10.0.0.2 lladdr ${two} dev e1; ip neigh add 10.0.0.3 lladdr ${two} dev e1 nud stale; ip neigh flush dev e1; ip neigh`,
      `10.0.0.2 dev e1 lladdr ${two} PERMANENT \nrc=0\n`,
    ],
    [
      `ip neigh add 10.0.0.8 dev e1 nud failed; ip neigh flush all; ip neigh add 10.0.0.8 dev e1 nud failed; ip neigh show nud all`,
      '10.0.0.8 dev e1 FAILED \nrc=0\n',
    ],
    ['ip neigh flush', 'Flush requires arguments.\nrc=1\n'],
    [
      `ip neigh add 10.0.0.2 lladdr ${two} dev e1 nud foo`,
      'Error: argument "foo" is wrong: nud state is bad\nrc=255\n',
    ],
    ['ip neigh foo', 'Command "foo" is unknown, try "ip neigh help".\nrc=255\n'],
  ])('%s', (command, output) => {
    expect(said(setup, command)).toBe(output)
  })

  it('refuses the rest by name', () => {
    expect(() => sh(`${setup}\nip neigh add 10.0.0.9 dev e1 managed`)).toThrow('ip neigh managed')
    expect(() => sh(`${setup}\nip neigh show unused`)).toThrow('ip neigh show unused')
  })
})
