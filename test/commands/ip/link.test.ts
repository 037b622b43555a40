import { describe, expect, it } from 'vitest'
import { PAIR, said, sh } from '../support.ts'

/** Outputs as iproute2 6.1 prints them on Linux 6.18, without IPv6. */
const ether = '02:00:00:00:00:0a'

describe('ip link show', () => {
  it('prints devices with their flags, state and where the other end is', () => {
    expect(said(PAIR, 'ip -n a link show')).toBe(
      `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000
    link/ether ${ether} brd ff:ff:ff:ff:ff:ff link-netns b
rc=0
`,
    )
  })

  it('knows a device that was never up, one without carrier, and one whose other end is beside it', () => {
    const setup = 'ip link add x type veth peer name y\nip link set x up'
    expect(said(setup, 'ip link')).toMatch(
      /2: y@x: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode[\s\S]*3: x@y: <NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> mtu 1500 qdisc noqueue state LOWERLAYERDOWN mode/,
    )
    expect(said(`${PAIR}ip -n b link set eth0 down`, 'ip -n a -br link')).toMatch(
      /eth0@if2 {9}DOWN {11}02:00:00:00:00:0a <NO-CARRIER,BROADCAST,MULTICAST,UP> \nrc=0/,
    )
    expect(said(`${PAIR}ip -n b link set eth0 netns 1`, 'ip -n a link')).toContain('link-netnsid 1')
  })

  it('can be asked for one, for those that are up, of a kind, of a bridge', () => {
    const setup = `ip link add br0 type bridge
ip link add d0 type dummy
ip link add x type veth peer name y
ip link set x master br0
ip link set d0 up`
    const names = (words: string): string[] =>
      [...sh(`${setup}\nip -o link show ${words}`).output.matchAll(/^\d+: (\w+)/gm)].map(([, name]) => name!)
    expect(names('')).toEqual(['lo', 'br0', 'd0', 'y', 'x'])
    expect(names('dev x')).toEqual(['x'])
    expect(names('up')).toEqual(['d0'])
    expect(names('type veth')).toEqual(['y', 'x'])
    expect(names('type bridge_slave')).toEqual(['x'])
    expect(names('master br0')).toEqual(['x'])
    expect(said(setup, 'ip link show nosuch')).toBe('Device "nosuch" does not exist.\nrc=1\n')
    expect(said(setup, 'ip link show d0')).toContain(
      '<BROADCAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc noqueue state UNKNOWN',
    )
    expect(() => sh('ip link show group 1')).toThrow('ip show group')
  })
})

describe('ip link add', () => {
  it.each([
    ['ip link add x type veth peer name lo', 'RTNETLINK answers: File exists\nrc=2\n'],
    ['ip link add lo type bridge', 'RTNETLINK answers: File exists\nrc=2\n'],
    ['ip link add x type veth peer name x', 'RTNETLINK answers: File exists\nrc=2\n'],
    ['ip link add x', 'Not enough information: "type" argument is required\nrc=1\n'],
    [
      'ip link add x type veth foo',
      "Usage: ip link <options> type veth [peer <options>]\nTo get <options> type 'ip link add help'\nrc=1\n",
    ],
    ['ip link add averyverylongname type bridge', 'Error: Attribute failed policy validation.\nrc=2\n'],
    ['ip link add x y type bridge', 'Error: either "dev" is duplicate, or "y" is a garbage.\nrc=255\n'],
    ['ip link add x mtu z type bridge', 'Error: argument "z" is wrong: Invalid "mtu" value\n\nrc=255\n'],
    ['ip link add x netns nosuch type bridge', 'Error: argument "nosuch" is wrong: Invalid "netns" value\n\nrc=255\n'],
    [
      'ip link add x type vxlan',
      expect.stringContaining('Error: Required attributes not provided to perform the operation.\nrc=2\n'),
    ],
    ['ip link add x type vxlan id 1 dstport 4789 foo', 'vxlan: unknown command "foo"?\nrc=255\n'],
    ['ip link add x type vxlan id 1 dev nosuch dstport 1', 'Cannot find device "nosuch"\nrc=255\n'],
    ['ip link add x type', 'Command line is not complete. Try option "help"\nrc=255\n'],
    ['ip link add x arp maybe type bridge', 'Error: argument of "arp" must be "on" or "off", not "maybe"\nrc=1\n'],
    ['ip link add br0 type bridge stp_state 0 ageing_time 3000 mcast_snooping 0', 'rc=0\n'],
  ])('%s', (command, output) => {
    expect(said('', command)).toEqual(output)
  })

  it('makes up the names that were not given', () => {
    expect(
      sh('ip link add type veth; ip link add type veth; ip link add type bridge; ip link add type dummy; ip -o link')
        .output,
    ).toMatch(
      /2: veth0@veth1[\s\S]*3: veth1@veth0[\s\S]*4: veth2@veth3[\s\S]*5: veth3@veth2[\s\S]*6: bridge0[\s\S]*7: dummy0/,
    )
  })

  it('takes what stands before the type for the new device, behind peer for the other', () => {
    const { output } = sh(`ip netns add a
ip link add dev x mtu 1400 address 02:00:00:00:00:01 txqueuelen 5 arp off up type veth peer y netns a mtu 1300 up
ip link
ip -n a link`)
    expect(output).toMatch(
      /2: x@if2: <BROADCAST,MULTICAST,NOARP,UP,LOWER_UP> mtu 1400 .* qlen 5\n {4}link\/ether 02:00:00:00:00:01/,
    )
    expect(output).toMatch(/2: y@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1300/)
  })

  it('makes VXLAN devices with their default remote', () => {
    const { output } = sh(`ip link add d0 type dummy
ip link add vx0 type vxlan id 42 dev d0 local 10.0.0.1 remote 10.0.0.9 dstport 4789 ttl 5 learning noudpcsum noproxy
ip link add vx1 type vxlan vni 43 ttl auto nolearning
bridge fdb show dev vx0
ip link show type vxlan`)
    expect(output).toContain('vxlan: destination port not specified\nWill use Linux kernel default')
    expect(output).toContain('00:00:00:00:00:00 dst 10.0.0.9 via d0 self permanent\n')
    expect(output).toContain('vx0: <BROADCAST,MULTICAST> mtu 1450')
    expect(output).toContain('vx1: <BROADCAST,MULTICAST> mtu 1500')
  })

  it.each([
    ['ip link add x type macvlan', 'link type macvlan'],
    ['ip link add x type bridge vlan_filtering 1', 'bridge option vlan_filtering 1'],
    ['ip link add x type vxlan id 1 external', 'vxlan option external'],
    ['ip link add x index 5 type bridge', 'ip link option index'],
    ['ip link property add dev lo', 'ip link property'],
    ['ip link set lo type foo', 'ip link set type foo'],
  ])('%s is refused by name', (command, what) => {
    expect(() => sh(command)).toThrow(expect.objectContaining({ what }))
  })
})

describe('ip link set', () => {
  const setup = 'ip link add x type veth peer name y\nip link add br0 type bridge'
  it.each([
    ['ip link set nosuch up', 'Cannot find device "nosuch"\nrc=1\n'],
    ['ip link set', 'Not enough information: "dev" argument is required.\nrc=255\n'],
    ['ip link set x address xx', '"xx" is invalid lladdr.\nrc=1\n'],
    ['ip link set x address 02:00', 'Invalid address length 2 - must be 6 bytes\nrc=1\n'],
    ['ip link set x address 01:00:00:00:00:01', 'RTNETLINK answers: Cannot assign requested address\nrc=2\n'],
    ['ip link set x mtu 20', 'Error: mtu less than device minimum.\nrc=2\n'],
    ['ip link set x mtu 70000', 'Error: mtu greater than device maximum.\nrc=2\n'],
    ['ip link set x name y', 'RTNETLINK answers: File exists\nrc=2\n'],
    ['ip link set x master nosuch', 'Error: argument "nosuch" is wrong: Device does not exist\n\nrc=255\n'],
    ['ip link set x master y', 'RTNETLINK answers: Operation not supported\nrc=2\n'],
    ['ip link set lo master br0', 'RTNETLINK answers: Invalid argument\nrc=2\n'],
    ['ip link add br1 type bridge; ip link set br1 master br0', 'Error: Can not enslave a bridge to a bridge.\nrc=2\n'],
    ['ip link set x type bridge_slave hairpin on', 'RTNETLINK answers: Operation not supported\nrc=2\n'],
    ['ip link set x foo', 'Error: either "dev" is duplicate, or "foo" is a garbage.\nrc=255\n'],
    ['ip link foo', 'Command "foo" is unknown, try "ip link help".\nrc=255\n'],
    ['ip link del nosuch', 'Cannot find device "nosuch"\nrc=1\n'],
    ['ip link del lo', 'RTNETLINK answers: Operation not supported\nrc=2\n'],
    ['ip link del x type bridge; ip -o link show type veth', 'rc=0\n'],
    ['ip link del x type veth; ip -o link show type veth', 'rc=0\n'],
  ])('%s', (command, output) => {
    expect(said(setup, command)).toBe(output)
  })

  it('changes all at once: namespace, name, address, MTU, state', () => {
    const { output } = sh(`${setup}
ip netns add a
ip netns add b
ip link set y netns b
ip link set x netns a name eth0 address 02:00:00:00:00:07 mtu 1400 qlen 7 promisc on up
ip -n a link
ip -n a link set eth0 name eth1 down promisc off arp off multicast on group 1
ip -n a -o link show eth1
ip netns`)
    expect(output).toMatch(
      /eth0@if2: <BROADCAST,MULTICAST,NO|eth0@if\d+: <NO-CARRIER,BROADCAST,MULTICAST,PROMISC,UP> mtu 1400 .* qlen 7\n {4}link\/ether 02:00:00:00:00:07/,
    )
    expect(output).toMatch(/eth1@if\d+: <BROADCAST,MULTICAST,NOARP> mtu 1400/)
    expect(output).toMatch(/b \(id: 0\)\na \(id: 1\)\n|b \(id: 1\)\na \(id: 0\)\n|b \(id: 0\)\na\n/)
  })

  it('does not move a device where its name is taken', () => {
    expect(said(`${setup}\nip netns add a`, 'ip link set x netns a name lo')).toBe(
      'RTNETLINK answers: File exists\nrc=2\n',
    )
  })

  it('moves a port from bridge to bridge, and sets its switches', () => {
    const { output } = sh(`${setup}
ip link add br1 type bridge
ip link set br0 type bridge ageing_time 100 forward_delay 0
ip link set x master br0
ip link set x master br0
ip link set x type bridge_slave hairpin on isolated on learning off flood off mcast_flood off bcast_flood off guard off cost 5
ip link set x type bridge_slave state 0
bridge -d link
ip link set x master br1
bridge link
ip link set x nomaster
bridge link`)
    expect(output).toContain('RTNETLINK answers: Network is down')
    expect(output).toContain(
      'hairpin on guard off root_block off fastleave off learning off flood off mcast_flood off bcast_flood off',
    )
    expect(output.match(/master br1/g)).toHaveLength(1)
    for (const [words, message] of [
      ['guard on', 'bridge port option guard on'],
      ['group_fwd_mask 8', 'bridge port option group_fwd_mask'],
    ]) {
      expect(() => sh(`${setup}\nip link set x master br0\nip link set x type bridge_slave ${words}`)).toThrow(message)
    }
    expect(said(`${setup}\nip link set x master br0`, 'ip link set x type bridge_slave state x')).toContain(
      'Error: argument "x" is wrong: state is invalid',
    )
    expect(said(`${setup}\nip link set x master br0`, 'ip link set x type bridge_slave hairpin')).toContain(
      'not complete',
    )
  })

  it('takes a port off its bridge when it leaves', () => {
    const { output } = sh(`${setup}
ip netns add a
ip link set x master br0
ip link set x netns a
bridge link
ip -n a link set x netns 1
ip link set x master br0
ip link del x
bridge link
ip link del br0
ip -o link`)
    expect(output).toMatch(/^1: lo: .*\n$/)
  })
})
