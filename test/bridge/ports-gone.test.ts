import { describe, expect, it } from 'vitest'
import { said } from '../commands/support.ts'

/* What the kernel does (net/bridge/br_if.c, `br_del_if`, `br_mtu_auto_adjust`), as `ip` shows it there. */

const BRIDGE = `
ip netns add a
ip link add v3 address 02:00:00:00:00:03 mtu 1400 type veth peer name v4
ip link add v5 address 02:00:00:00:00:05 type veth peer name v6
ip link add br1 type bridge
ip link set v3 master br1
ip link set v5 master br1
`

describe('a port that goes', () => {
  it('leaves the bridge when it is deleted, with its address and its MTU', () => {
    expect(said(`${BRIDGE}ip link del v4`, 'bridge link; ip link show br1')).toContain('02:00:00:00:00:05 brd')
    expect(said(`${BRIDGE}ip link del v4`, 'bridge link; ip link show br1')).not.toContain('1400')
    expect(said(`${BRIDGE}ip link del v4`, 'bridge link')).not.toContain('v3')
  })

  it('leaves the bridge when it moves to another namespace', () => {
    const moved = `${BRIDGE}ip link set v5 netns a`
    expect(said(moved, 'bridge link')).not.toContain('v5')
    expect(said(moved, 'ip -n a link show v5')).not.toContain('master')
    // what was up has no queueing discipline any more
    expect(said(`ip link set v5 up 2>/dev/null\n${moved}`, 'ip -n a link show v5')).toContain('qdisc noop')
  })

  it('leaves a bridge without address when it was the last one', () => {
    const alone = `${BRIDGE}ip link set v3 nomaster\nip link set v5 nomaster`
    expect(said(alone, 'ip link show br1')).toContain('mtu 1500')
    expect(said(alone, 'ip link show br1')).toContain('link/ether 00:00:00:00:00:00 brd')
  })
})
